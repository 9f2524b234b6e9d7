"""A draft as a report: the flat CSV of the template, that the night reads like any other."""

import csv
import io

from vigie.desk.drafts import Action, Draft
from vigie.reading.fields import Fields
from vigie.reference.columns import ACTION, FUNDING, HEADER


def report(draft: Draft, siren: str, fields: Fields) -> bytes:
    """The actions that were seen, under the headers of the template; the others are left out, hence not reported.

    The same draft gives the same bytes.
    """
    top = {"siren_epci": siren, "date_situation": draft.situation} | draft.entete
    header = [field for field in fields.of_level(HEADER) if top.get(field.champ)]
    columns = [(field.label(), field.champ) for field in fields.of_level(ACTION)]
    for rank in range(1, _funders(draft.vues) + 1):
        columns += [(f.label(rank), f"{f.champ}_{rank}") for f in fields.of_level(FUNDING)]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([field.label() for field in header] + [label for label, _ in columns])
    for action in draft.vues:
        own = [_one_line(action.champs.get(name, "")) for _, name in columns]
        writer.writerow([top[field.champ] for field in header] + own)
    return written.getvalue().encode()


def file_name(draft: Draft, siren: str) -> str:
    """The name that the report goes by."""
    return f"mise-a-jour-{siren}-{draft.situation}.csv"


def _funders(actions: list[Action]) -> int:
    ranks = [
        int(name.rpartition("_")[2])
        for action in actions
        for name in action.champs
        if name.startswith("financeur_")
    ]
    return max(ranks, default=0)


def _one_line(value: str) -> str:
    # A quote left open is what the reader of CSV files fears in a cell of several lines.
    return " / ".join(line.strip() for line in value.splitlines() if line.strip())
