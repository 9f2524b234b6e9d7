"""What a file says once of the confidentiality of all its actions."""

import pyarrow as pa

from vigie.reading.adapters.layout import TOLD_CONFIDENTIALITY
from vigie.reading.adapters.table import TEXT, joined_text
from vigie.reading.fields import OPEN, Fields
from vigie.records import Observation, ParsedReport
from vigie.reference.columns import CONFIDENTIALITY


def spread_confidentiality(report: ParsedReport, fields: Fields) -> None:
    """Says on each action, beside its own cell, that the header of its file keeps them all; told."""
    said = report.entete.pop(CONFIDENTIALITY, None)
    if said is None or fields.confidentiality(said.valeur) == OPEN:
        return
    rows = report.lignes
    everywhere = pa.chunked_array([pa.repeat(pa.scalar(said.valeur, TEXT), len(rows))])
    if CONFIDENTIALITY in rows.column_names:
        everywhere = joined_text([rows[CONFIDENTIALITY], everywhere], "\n")
        rows = rows.drop_columns(CONFIDENTIALITY)
    report.lignes = rows.append_column(CONFIDENTIALITY, everywhere)
    label = f"{fields.by_name[CONFIDENTIALITY].label()} : {said.valeur}"
    place = (said.feuille, said.ligne, said.colonne)
    report.observations.append(Observation(TOLD_CONFIDENTIALITY, *place, label, CONFIDENTIALITY))
