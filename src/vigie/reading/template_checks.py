"""What a spreadsheet lets one type in the cells of the template."""

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from vigie.reading.fields import Field

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
        return date_rule()
    if field.type == "pourcentage":
        rule = DataValidation("decimal", operator="between", formula1="0", formula2="100")
        rule.allow_blank, rule.showErrorMessage = True, True
        rule.error = "Écrivez un nombre de 0 à 100."
        return rule
    if field.type == "montant":
        rule = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0")
        rule.allow_blank, rule.showErrorMessage = True, True
        rule.error = "Écrivez un montant en euros, sans texte."
        return rule
    return None


def date_rule() -> DataValidation:
    """A date, near enough to be one of a plan."""
    first, last = "DATE(2000,1,1)", "DATE(2060,12,31)"
    rule = DataValidation("date", operator="between", formula1=first, formula2=last)
    rule.allow_blank, rule.showErrorMessage = True, True
    rule.error = "Écrivez une date sous la forme jj/mm/aaaa."
    return rule


def validate(sheet: Worksheet, cells: str, rule: DataValidation) -> None:
    """Puts a rule on these cells."""
    rule.errorTitle = "Valeur à vérifier"
    sheet.add_data_validation(rule)
    rule.add(cells)
