"""Check before you send: the verdict of the gate on one file, offline, nothing loaded."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from vigie.answers.page import VERDICTS
from vigie.errors import ReportUnreadable, VigieError
from vigie.gate.judging import judge
from vigie.incidents import defect_of
from vigie.reading import adapters
from vigie.reading.adapters import Unreadable
from vigie.records import ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings


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
    settings = Settings.from_environment()
    size = path.stat().st_size
    # The size alone refuses a file too large: it is not read.
    content = path.read_bytes() if size <= settings.max_report_bytes else b""
    moment = datetime.combine(run_date, time())
    receipt = Receipt(
        source_id="verification",
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
        judged = judge(
            [_read(receipt, content, reference, settings)], reference, run_date, None, None
        )
    except VigieError:
        raise
    except Exception as error:
        raise NotJudged(
            f"« {receipt.nom_fichier} » n'a pas pu être jugé, par un défaut de Vigie et non de votre fichier "
            f"({defect_of(error).nature}). Signalez-le à la Région."
        ) from error
    (report,) = judged.tables["rapports"].to_pylist()
    return Checked(
        verdict=report["verdict"],
        libelle=VERDICTS[report["verdict"]],
        recues_nb=report["recues_nb"],
        acceptees_nb=report["acceptees_nb"],
        remarques=_titled(judged.tables),
    )


def _titled(tables: dict[str, pa.Table]) -> list[dict[str, Any]]:
    """The controls of one report, each with the title of its row."""
    kept = tables["lignes"].select(["feuille", "ligne", "intitule"]).to_pylist()
    titles = {(row["feuille"], row["ligne"]): row["intitule"] for row in kept}
    for row in tables["lignes_ecartees"].to_pylist():
        titles[row["feuille"], row["ligne"]] = json.loads(row["contenu_json"]).get("intitule")
    controls = tables["controles"].drop_columns("rapport_id").to_pylist()
    return [c | {"intitule": titles.get((c["feuille"], c["ligne"])) or ""} for c in controls]


def _read(
    receipt: Receipt, content: bytes, reference: Reference, settings: Settings
) -> ParsedReport | Unreadable:
    try:
        return adapters.read(receipt, content, reference, settings)
    except ReportUnreadable as error:
        return Unreadable(receipt, error)
