"""A report against the one before."""

from tests.gate.corpus.case import DECEMBER, Case, File, after, flat_csv
from tests.gate.reports import action, actions, csv_report

TEN = actions(10)
WITHOUT_CODES = [
    row | {"code_action": "", "intitule": f"Action {n}"} for n, row in enumerate(TEN[:3], 1)
]

BEHAVIOUR = [
    Case(
        "CMP-TAUX-RECUL",
        "accepte_avec_remarques",
        ("CMP-TAUX-RECUL:2",),
        after([action()], [action(taux_avancement="30", commentaire="")]),
        "recule de 45 à 30 %",
    ),
    Case(
        "CMP-BUDGET-ACTION",
        "accepte_avec_remarques",
        ("CMP-BUDGET-ACTION:2",),
        after(
            [action(), action(code_action="A2", intitule="Deux", budget_prevu_eur="900000")],
            [
                action(budget_prevu_eur="450000"),
                action(code_action="A2", intitule="Deux", budget_prevu_eur="900000"),
            ],
        ),
        "passe de 45 000 à 450 000 €",
        2,
        2,
    ),
    Case(
        "CMP-FIN-DEPLACEE",
        "accepte_avec_remarques",
        ("CMP-FIN-DEPLACEE:2",),
        after([action()], [action(date_fin_prevue="30/06/2027")]),
        "passe du 31/12/2026 au 30/06/2027",
    ),
    Case(
        "CMP-CIBLE-DEPLACEE",
        "accepte_avec_remarques",
        ("CMP-CIBLE-DEPLACEE:2",),
        after([action(valeur_cible="10")], [action(valeur_cible="8")]),
        "passe de 10 à 8",
    ),
    Case(
        "CMP-RENOMMEE",
        "accepte_avec_remarques",
        ("CMP-RENOMMEE:2",),
        after([action()], [action(intitule="Guichet du port")]),
        "change d'intitulé",
    ),
    Case(
        "CMP-ROUVERTE",
        "accepte_avec_remarques",
        ("CMP-ROUVERTE:2",),
        after(
            [action(statut="Réalisé", taux_avancement="100")],
            [action(taux_avancement="100", statut="En pause")],
        ),
        "ne l'est plus",
    ),
    Case(
        "CMP-DISPARUES",
        "accepte_avec_remarques",
        ("CMP-DISPARUES",),
        after(actions(3, commentaire="x"), actions(2, commentaire="y")),
        "ne figurent plus : A3",
        2,
        2,
    ),
    Case(
        "CMP-DISPARUES sans code",
        "accepte_avec_remarques",
        ("CMP-DISPARUES", "LEC-CODE-DERIVE"),
        after(WITHOUT_CODES, WITHOUT_CODES[:2]),
        "ne figurent plus : « Action 3 ».",
        2,
        2,
    ),
    Case(
        "CMP-DISPARUES sans code, confidentielle",
        "accepte_avec_remarques",
        ("CMP-DISPARUES", "LEC-CODE-DERIVE"),
        after([*WITHOUT_CODES[:2], WITHOUT_CODES[2] | {"confidentiel": "Oui"}], WITHOUT_CODES[:2]),
        "ne figurent plus : une action confidentielle.",
        2,
        2,
    ),
    Case(
        "CMP-RECODEES",
        "accepte_avec_remarques",
        ("CMP-RECODEES",),
        after(actions(2), [TEN[0], TEN[1] | {"code_action": "N2"}]),
        "A2 devient N2",
        2,
        2,
    ),
    Case(
        "CMP-IDENTIQUE",
        "accepte_avec_remarques",
        ("CMP-IDENTIQUE",),
        after(actions(2), actions(2)),
        "est identique",
        2,
        2,
    ),
    Case(
        "CMP-TAUX-RONDS",
        "accepte_avec_remarques",
        ("CMP-TAUX-RONDS",),
        flat_csv(*(r | {"taux_avancement": "25"} for r in TEN)),
        "valent 0, 25",
        10,
        10,
    ),
    Case(
        "CMP-REMPLACE",
        "accepte",
        ("CMP-REMPLACE:2",),
        lambda s: [
            File(csv_report(s, [action(commentaire="x")]), "premier.csv", DECEMBER),
            File(csv_report(s, [action()])),
        ],
        "« premier.csv »",
    ),
    Case(
        "CMP-BUDGET-TOTAL",
        "a_valider",
        ("CMP-BUDGET-ACTION:2", "CMP-BUDGET-TOTAL"),
        after([action()], [action(budget_prevu_eur="495000")]),
        "total des budgets prévus passe de 45 000 à 495 000",
    ),
    Case(
        "CMP-DISPARITION-MASSIVE",
        "a_valider",
        ("CMP-DISPARITION-MASSIVE", "CMP-DISPARUES"),
        after(actions(5), [TEN[0] | {"commentaire": "x"}]),
        "80 % des actions",
    ),
    Case(
        "CMP-RECUL-MASSIF",
        "a_valider",
        ("CMP-RECUL-MASSIF",),
        after(actions(5), [r | {"taux_avancement": "5"} for r in actions(5)]),
        "recule de 28 points",
        5,
        5,
    ),
]
