"""Check before you send: the verdict of the gate on one file, offline, nothing loaded."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from vigie.errors import ReportUnreadable, VigieError
from vigie.gate.judging import judge
from vigie.incidents import defect_of
from vigie.reading import adapters
from vigie.reading.adapters import Unreadable
from vigie.records import REPORT, ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.verdicts import titled


@dataclass(frozen=True)
class Checked:
    """What the gate would say of a file: `verdict` (code), `libelle`, counts of rows, and every
    remark.

    A remark is a line of `raw.controles` without the report: severite, feuille, ligne, colonne,
    champ, valeur, message, consigne, regle_code; with the title of the action, `intitule`, empty when it has none.
    """

    verdict: str
    libelle: str
    recues_nb: int
    acceptees_nb: int
    remarques: list[dict[str, Any]]

    @property
    def is_accepted(self) -> bool:
        """Whether every row would be loaded."""
        return self.verdict in ("accepte", "accepte_avec_remarques")


class NotJudged(VigieError):
    """A defect of Vigie, told to whoever checks a file: neither a verdict nor their mistake."""


def check_file(
    path: Path, reference: Reference, run_date: date, siren: str = "", name: str = ""
) -> Checked:
    """Judges one file as if `siren` (or anyone) deposited it on `run_date`, under `name` or the name that it has.

    What depends on earlier reports is not judged. Raises OSError when the file cannot be opened, NotJudged when a
    defect of Vigie keeps it from being judged.
    """
    (checked,) = check_files([(path, siren, name)], reference, run_date)
    return checked


def check_files(
    files: Sequence[tuple[Path, str, str]], reference: Reference, run_date: date
) -> list[Checked]:
    """The same as `check_file` for each (path, SIREN, name), judged at once: much less work than one by one.

    Each is of another SIREN. Raises as `check_file` does, whichever file is the cause.
    """
    settings = Settings.from_environment()
    read = [read_as_sent(path, reference, run_date, settings, *who) for path, *who in files]
    answers: dict[str, Checked] = {}
    try:
        for some in _strangers(read):
            answers |= told(judge(some, reference, run_date, None, None).tables)
    except VigieError:
        raise
    except Exception as error:
        raise _not_judged(" », « ".join(one.receipt.nom_fichier for one in read), error) from error
    return [answers[one.receipt.rapport_id] for one in read]


def _strangers(
    read: Sequence[ParsedReport | Unreadable],
) -> Iterator[list[ParsedReport | Unreadable]]:
    """The reports of actions together; each other data set alone, since the gate would hold it against the others."""
    together: list[ParsedReport | Unreadable] = []
    for one in read:
        if isinstance(one, ParsedReport) and one.jeu != REPORT:
            yield [one]
        else:
            together.append(one)
    if together:
        yield together


def read_as_sent(
    path: Path,
    reference: Reference,
    run_date: date,
    settings: Settings,
    siren: str = "",
    name: str = "",
) -> ParsedReport | Unreadable:
    """What the gate judges of a file that `check_file` is given; raises as it does."""
    size = path.stat().st_size
    # The size alone refuses a file too large: it is not read.
    content = path.read_bytes() if size <= settings.max_report_bytes else b""
    moment = datetime.combine(run_date, time())
    receipt = Receipt(
        # The same bytes from another territory are another report.
        source_id=f"verification-{siren}",
        siren_epci=siren,
        canal="verification",
        format="auto",
        nom_fichier=name or path.name,
        adresse=name or path.name,
        sha256=sha256(content).hexdigest(),
        taille_octets=size,
        depose_le=moment,
        collecte_le=moment,
        connu_le=moment,
    )
    try:
        return adapters.read(receipt, content, reference, settings)
    except ReportUnreadable as error:
        return Unreadable(receipt, error)
    except VigieError:
        raise
    except Exception as error:
        raise _not_judged(receipt.nom_fichier, error) from error


def told(tables: dict[str, pa.Table]) -> dict[str, Checked]:
    """What is told of each report that was judged, by its identifier; each remark with the title of its row."""
    place = ["rapport_id", "feuille", "ligne"]
    kept = tables["lignes"].select([*place, "intitule"]).to_pylist()
    titles = {tuple(row[name] for name in place): row["intitule"] for row in kept}
    for row in tables["lignes_ecartees"].to_pylist():
        title = json.loads(row["contenu_json"]).get("intitule")
        titles[tuple(row[name] for name in place)] = title
    remarks: dict[str, list[dict[str, Any]]] = {}
    for control in tables["controles"].to_pylist():
        title = titles.get(tuple(control[name] for name in place)) or ""
        remarks.setdefault(control.pop("rapport_id"), []).append(control | {"intitule": title})
    return {
        report["rapport_id"]: Checked(
            verdict=report["verdict"],
            libelle=titled(report["verdict"]),
            recues_nb=report["recues_nb"],
            acceptees_nb=report["acceptees_nb"],
            remarques=remarks.get(report["rapport_id"], []),
        )
        for report in tables["rapports"].to_pylist()
    }


def _not_judged(name: str, error: Exception) -> NotJudged:
    return NotJudged(
        f"« {name} » n'a pas pu être jugé, par un défaut de Vigie et non de votre fichier "
        f"({defect_of(error).nature}). Signalez-le à la Région."
    )
