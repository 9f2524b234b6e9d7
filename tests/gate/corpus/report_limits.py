"""The rules of reports, of behaviour and of other data sets at their very limits."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.gate.corpus.case import (
    BEFORE_REGISTER,
    OTHER,
    REGISTERED,
    Case,
    File,
    after,
    flat_csv,
    refused,
)
from tests.gate.corpus.others import (
    GRANT,
    GRANT_SHAPE,
    LONG_SHAPE,
    REGISTER,
    VALUE,
    aside,
    shaped_csv,
)
from tests.gate.reports import Row, action, actions


def _named(name: str, case: Case) -> Case:
    return replace(case, name=name)


def silent(name: str, write: Callable[[str], list[File]], count: int = 1) -> Case:
    return Case(name, "accepte", (), write, "", count, count)


def _rates(*rates: int) -> Callable[[str], list[File]]:
    return flat_csv(
        *(
            row | {"taux_avancement": str(r)}
            for row, r in zip(actions(len(rates)), rates, strict=True)
        )
    )


def _lower(rows: Sequence[Row], points: int) -> list[Row]:
    return [row | {"taux_avancement": str(int(row["taux_avancement"]) - points)} for row in rows]


FIVE = actions(5)

REPORT_LIMITS = [
    Case(
        "a row without a title is told of nothing else that it lacks",
        "lignes_ecartees",
        ("LIG-INTITULE-ABSENT:3",),
        flat_csv(action(), action(code_action="B1", intitule="", statut="", themes="")),
        "",
        2,
        1,
    ),
    silent("ENT-SITUATION-FUTURE at its limit", flat_csv(date_situation="01/02/2026")),
    _named(
        "ENT-SITUATION-FUTURE beyond its limit",
        refused("ENT-SITUATION-FUTURE:2", "", flat_csv(date_situation="02/02/2026"), 1),
    ),
    silent("ENT-SITUATION-ANCIENNE at its limit", flat_csv(date_situation="01/01/2015")),
    _named(
        "ENT-SITUATION-ANCIENNE beyond its limit",
        refused("ENT-SITUATION-ANCIENNE:2", "", flat_csv(date_situation="31/12/2014"), 1),
    ),
    silent("ENT-SITUATION-ADOPTION at its limit", flat_csv(date_adoption="31/12/2025")),
    _named(
        "ENT-SITUATION-ADOPTION beyond its limit",
        refused("ENT-SITUATION-ADOPTION:2", "", flat_csv(date_adoption="01/01/2026"), 1),
    ),
    Case(
        "CMP-BUDGET-TOTAL at its limit",
        "a_valider",
        ("CMP-BUDGET-ACTION:2", "CMP-BUDGET-TOTAL"),
        after([action()], [action(budget_prevu_eur="450000")]),
    ),
    silent(
        "CMP-BUDGET-TOTAL below its limit",
        after([action()], [action(budget_prevu_eur="449999")]),
    ),
    Case(
        "CMP-BUDGET-TOTAL at its limit (low)",
        "a_valider",
        ("CMP-BUDGET-ACTION:2", "CMP-BUDGET-TOTAL"),
        after([action()], [action(budget_prevu_eur="4500")]),
    ),
    silent(
        "CMP-BUDGET-TOTAL below its limit (low)",
        after([action()], [action(budget_prevu_eur="4501")]),
    ),
    Case(
        "CMP-DISPARITION-MASSIVE at its limit",
        "accepte_avec_remarques",
        ("CMP-DISPARUES",),
        after(actions(4, commentaire="x"), actions(2, commentaire="y")),
        "",
        2,
        2,
    ),
    Case(
        "CMP-DISPARITION-MASSIVE beyond its limit",
        "a_valider",
        ("CMP-DISPARITION-MASSIVE", "CMP-DISPARUES"),
        after(actions(9, commentaire="x"), actions(4, commentaire="y")),
        "",
        4,
        4,
    ),
    silent("CMP-RECUL-MASSIF at its limit", after(FIVE, _lower(FIVE, 20)), 5),
    Case(
        "CMP-RECUL-MASSIF beyond its limit",
        "a_valider",
        ("CMP-RECUL-MASSIF",),
        after(FIVE, _lower(FIVE, 21)),
        "",
        5,
        5,
    ),
    silent("CMP-TAUX-RONDS at its limit", _rates(*[25] * 9, 31), 10),
    silent("CMP-TAUX-RONDS needs ten rates", _rates(*[25] * 9), 9),
    silent("CMP-TAUX-RONDS needs three that are begun", _rates(*[0] * 8, 25, 25), 10),
    Case(
        "CMP-TAUX-RONDS beyond its limit",
        "accepte_avec_remarques",
        ("CMP-TAUX-RONDS",),
        _rates(*[25] * 10, 31),
        "",
        11,
        11,
    ),
    Case(
        "REG-ADOPTION-FUTURE at its limit",
        "accepte_avec_remarques",
        ("REG-ADOPTION-FUTURE:3",),
        shaped_csv(
            REGISTER,
            f"{REGISTERED};CC;01/02/2026;2027",
            f"{OTHER};CC;02/02/2026;2027",
            deposited=BEFORE_REGISTER,
        ),
        "",
        2,
        2,
        True,
    ),
    _named(
        "IND-DATE-FUTURE at its limit",
        aside(
            "IND-DATE-FUTURE",
            "",
            LONG_SHAPE,
            VALUE.replace("2025-12-31", "2026-02-01"),
            VALUE.replace("2025-12-31", "2026-02-02"),
        ),
    ),
    _named(
        "SUB-MONTANT-BORNES at its limit (low)",
        aside(
            "SUB-MONTANT-BORNES",
            "",
            GRANT_SHAPE,
            GRANT.replace(";1000", ";0"),
            GRANT.replace(";1000", ";-0,01"),
        ),
    ),
    _named(
        "SUB-MONTANT-BORNES at its limit",
        aside(
            "SUB-MONTANT-BORNES",
            "",
            GRANT_SHAPE,
            GRANT.replace(";1000", ";999999999999"),
            GRANT.replace(";1000", ";999999999999,5"),
        ),
    ),
]
