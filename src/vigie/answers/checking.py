"""Check before you send: the verdict of the gate on one file, offline, nothing loaded."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

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
    report = judged.tables["rapports"].iloc[0]
    controls = _titled(judged.tables)
    return Checked(
        verdict=report["verdict"],
        libelle=VERDICTS[report["verdict"]],
        recues_nb=int(report["recues_nb"]),
        acceptees_nb=int(report["acceptees_nb"]),
        remarques=[{str(k): v for k, v in c.items()} for c in controls.to_dict("records")],
    )


def _titled(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The controls of one report, each with the title of its row."""
    kept, aside = tables["lignes"], tables["lignes_ecartees"]
    titles = dict(
        zip(zip(kept["feuille"], kept["ligne"], strict=True), kept["intitule"], strict=True)
    )
    for sheet, line, content in zip(
        aside["feuille"], aside["ligne"], aside["contenu_json"], strict=True
    ):
        titles[sheet, line] = json.loads(content).get("intitule")
    controls = tables["controles"].drop(columns=["rapport_id"])
    places = zip(controls["feuille"], controls["ligne"], strict=True)
    found = (titles.get(place) for place in places)
    return controls.assign(intitule=[t if isinstance(t, str) else "" for t in found])


def _read(
    receipt: Receipt, content: bytes, reference: Reference, settings: Settings
) -> ParsedReport | Unreadable:
    try:
        return adapters.read(receipt, content, reference, settings)
    except ReportUnreadable as error:
        return Unreadable(receipt, error)
