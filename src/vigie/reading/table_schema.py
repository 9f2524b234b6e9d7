"""The Table Schema (Frictionless) of the flat CSV, made from the seeds, for any Table Schema validator."""

from datetime import date
from typing import Any

from vigie.reading.fields import Fields
from vigie.reading.template import FUNDERS
from vigie.reference.columns import FUNDING, Field
from vigie.reference.seeds import Reference

_DATE_FORMAT = "%d/%m/%Y"
_NUMBER = {"type": "number", "decimalChar": ",", "groupChar": " ", "bareNumber": False}
_TYPES: dict[str, dict[str, Any]] = {
    "date": {"type": "date", "format": _DATE_FORMAT},
    "pourcentage": _NUMBER,
    "montant": _NUMBER,
    "nombre": {**_NUMBER, "bareNumber": True},
    "booleen": {"type": "boolean", "trueValues": ["Oui"], "falseValues": ["Non"]},
}
_PATTERNS = {"siren": "[0-9]{9}|[0-9]{14}"}


def table_schema(reference: Reference) -> dict[str, Any]:
    """The schema of the flat CSV: the header fields repeated on every row, the action, three funders.

    A file that satisfies it is read by Vigie without a remark on its form; Vigie reads much that it refuses.
    """
    fields = Fields.load(reference.seeds)
    columns = [
        _column(field, 1, reference) for field in fields.by_name.values() if _is_single(field)
    ]
    for rank in range(1, FUNDERS + 1):
        columns += [_column(field, rank, reference) for field in fields.of_level(FUNDING)]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": "rapport_avancement",
        "title": "Rapport d'avancement d'une feuille de route numérique",
        "description": "Une ligne par action ; les champs d'en-tête sont répétés sur chaque ligne.",
        "version": "1",
        "fields": columns,
        "missingValues": [""],
    }


def _is_single(field: Field) -> bool:
    return field.niveau != FUNDING


def _column(field: Field, rank: int, reference: Reference) -> dict[str, Any]:
    kind = _TYPES.get(field.type, {"type": "string"})
    constraints = _limits(field, is_text=kind["type"] == "string")
    if field.est_obligatoire:
        constraints["required"] = True
    if field.type in _PATTERNS:
        constraints["pattern"] = _PATTERNS[field.type]
    choices = _choices(field, reference)
    if choices:
        constraints["enum"] = choices
    column: dict[str, Any] = {
        "name": field.label(rank),
        "title": field.label(rank),
        "description": field.description,
        **kind,
    }
    if column["type"] != "number":
        # Validators read an example with a decimal point whatever `decimalChar` says.
        column["example"] = field.exemple
    return {**column, "constraints": constraints} if constraints else column


def _limits(field: Field, is_text: bool) -> dict[str, Any]:
    names = ("minLength", "maxLength") if is_text else ("minimum", "maximum")
    limits = dict(zip(names, (field.minimum, field.maximum), strict=True))
    return {
        name: limit.strftime(_DATE_FORMAT) if isinstance(limit, date) else limit
        for name, limit in limits.items()
        if limit is not None
    }


def _choices(field: Field, reference: Reference) -> list[str]:
    if field.type == "statut":
        return [status.libelle for status in reference.statuses.values()]
    if field.type == "meteo":
        return list(reference.weathers.values())
    return list(field.valeurs) if field.type == "enumeration" else []
