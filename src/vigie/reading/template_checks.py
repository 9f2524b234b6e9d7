"""What a spreadsheet lets one type in the cells of the template."""

from datetime import date

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from vigie.reference.columns import Field, Limit

_FREE_LISTS = frozenset({"liste_themes"})


def rule_of(field: Field, lists: dict[str, str]) -> DataValidation | None:
    """What may be typed in the cells of a field, None for a free text; `lists` gives the range of each list."""
    if field.champ in lists:
        rule = DataValidation("list", formula1=f"={lists[field.champ]}", allow_blank=True)
        # Several themes may be written in one cell, which a drop-down list alone would refuse.
        rule.showErrorMessage = field.type not in _FREE_LISTS
        rule.error = "Choisissez une valeur de la liste."
        return rule
    if field.type == "date":
        return _within(field, "date", "Écrivez une date sous la forme jj/mm/aaaa.")
    if field.type == "pourcentage":
        told = f"Écrivez un nombre de {field.minimum} à {field.maximum}."
        return _within(field, "decimal", told)
    if field.type == "montant":
        return _within(field, "decimal", "Écrivez un montant en euros, sans texte.")
    return None


def _within(field: Field, kind: str, error: str) -> DataValidation:
    low, high = _written(field.minimum), _written(field.maximum)
    operator = "between" if high else "greaterThanOrEqual"
    rule = DataValidation(kind, operator=operator, formula1=low, formula2=high)
    rule.allow_blank, rule.showErrorMessage = True, True
    rule.error = error
    return rule


def _written(limit: Limit | None) -> str | None:
    if isinstance(limit, date):
        return f"DATE({limit.year},{limit.month},{limit.day})"
    return None if limit is None else str(limit)


def validate(sheet: Worksheet, cells: str, rule: DataValidation) -> None:
    """Puts a rule on these cells."""
    rule.errorTitle = "Valeur à vérifier"
    sheet.add_data_validation(rule)
    rule.add(cells)
