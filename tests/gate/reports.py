"""Reports made by hand for the tests of the gate: one field changed at a time, in the project's
own template.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook

from vigie.errors import ReportUnreadable
from vigie.reading import adapters
from vigie.reading.adapters import Unreadable
from vigie.reading.fields import Fields
from vigie.records import ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings

SEEDS = PROJECT_ROOT / "seeds"
RUN_DATE = date(2026, 2, 1)
COLLECTED = datetime(2026, 2, 1, 1, 0)

Row = Mapping[str, str]

ACTION: Row = {
    "code_action": "A1",
    "axe": "1. Un numérique pour tous",
    "intitule": "Ouvrir un guichet numérique sur le port",
    "themes": "Inclusion et médiation numériques",
    "statut": "En cours",
    "taux_avancement": "45",
    "date_debut_prevue": "01/09/2025",
    "date_fin_prevue": "31/12/2026",
    "budget_prevu_eur": "45000",
    "base_montant": "HT",
    "commentaire": "Ouverture au public le 15 septembre.",
}
HEADER: Row = {"date_situation": "31/12/2025"}


def action(**changes: str) -> dict[str, str]:
    """The good action with some fields changed; an empty text removes the value."""
    return {**ACTION, **changes}


def actions(count: int, **changes: str) -> list[dict[str, str]]:
    """As many different good actions, all with the same changes."""
    return [
        action(code_action=f"A{n}", intitule=f"Action numéro {n}", taux_avancement=str(30 + n))
        | changes
        for n in range(1, count + 1)
    ]


def label(champ: str) -> str:
    """The header of a field in the template; an unknown name is written as it is."""
    name, _, rank = champ.rpartition("_")
    known = Fields.load(SEEDS).by_name
    if champ in known:
        return known[champ].label()
    return known[name].label(int(rank)) if name in known and rank.isdigit() else champ


def csv_report(
    siren: str,
    rows: Sequence[Row],
    drop: Sequence[str] = (),
    encoding: str = "utf-8",
    **header: str,
) -> bytes:
    """The flat CSV of the template: the header fields repeated on each row."""
    top = {"siren_epci": siren, **HEADER, **header}
    top = {champ: value for champ, value in top.items() if champ not in drop}
    fields = [f for f in dict.fromkeys([*ACTION, *(f for r in rows for f in r)]) if f not in drop]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([label(champ) for champ in [*top, *fields]])
    for row in rows:
        writer.writerow([*top.values(), *(row.get(champ, "") for champ in fields)])
    return text.getvalue().encode(encoding)


def book(siren: str, rows: Sequence[Row], **header: str) -> Workbook:
    """The workbook of the template: a sheet for the header, a sheet for the actions (header on
    row 1).
    """
    workbook = Workbook()
    form = workbook.active
    assert form is not None
    form.title = "Feuille de route"
    for champ, value in {"siren_epci": siren, **HEADER, **header}.items():
        form.append([label(champ), value])
    sheet = workbook.create_sheet("Actions")
    fields = list(dict.fromkeys([*ACTION, *(f for r in rows for f in r)]))
    sheet.append([label(champ) for champ in fields])
    for row in rows:
        sheet.append([row.get(champ, "") or None for champ in fields])
    return workbook


def saved(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def xlsx_report(siren: str, rows: Sequence[Row], **header: str) -> bytes:
    return saved(book(siren, rows, **header))


def receipt(
    siren: str,
    content: bytes,
    name: str = "rapport.csv",
    deposited: datetime = datetime(2026, 1, 10),
    source: str | None = None,
    synthetic: bool = False,
) -> Receipt:
    """The receipt of a file deposited by a territory (empty `siren`: a shared source)."""
    return Receipt(
        source_id=source or f"depot-{siren or 'region'}",
        siren_epci=siren,
        canal="depot",
        format="auto",
        nom_fichier=name,
        adresse=name,
        sha256=hashlib.sha256(content).hexdigest(),
        taille_octets=len(content),
        depose_le=deposited,
        collecte_le=COLLECTED,
        connu_le=deposited,
        est_synthetique=synthetic,
    )


def read(
    file: Receipt, content: bytes, reference: Reference, settings: Settings | None = None
) -> ParsedReport | Unreadable:
    """What the adapters make of a file, in this process."""
    try:
        return adapters.read(
            file, content, reference, settings or Settings(home=Path("/nonexistent"))
        )
    except ReportUnreadable as error:
        return Unreadable(file, error)
