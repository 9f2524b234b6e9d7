"""The actions of a report: one row per action of the night; what is critical sets the row aside."""

from expectations import lignes_ecartees, lignes_signalees
from expectations.rule import Suite

SUITE = Suite(
    name="rapport_actions",
    title="Lignes d'action",
    keys=("rapport_id", "feuille", "ligne"),
    rules=(*lignes_ecartees.RULES, *lignes_signalees.RULES),
)
