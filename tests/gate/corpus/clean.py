"""Files without a fault: nothing is told of them."""

from tests.gate.corpus.case import Case, File, after, flat_csv
from tests.gate.reports import action, actions, xlsx_report

FULL = {
    "commentaire": "",
    "meteo": "Soleil",
    "sens": "hausse",
    "indicateur": "Visites",
    "valeur_initiale": "10",
    "valeur_actuelle": "40",
    "valeur_cible": "90",
    "date_debut_reelle": "15/09/2025",
    "montant_engage_eur": "30000",
    "montant_paye_eur": "20000",
    "financeur_1": "Région",
    "programme_eur_1": "15000",
}

NOT_STARTED = ("À venir", "À discuter")

DONE = {"statut": "Réalisé", "taux_avancement": "100", "date_fin_reelle": "15/11/2025"}

PLANNED = {
    "statut": "À venir",
    "taux_avancement": "0",
    "montant_paye_eur": "0",
    "date_debut_reelle": "",
    "sens": "baisse",
    "valeur_initiale": "90",
    "valeur_cible": "10",
}

EVERYTHING = [r | FULL for r in actions(10)] + [
    action(code_action="B1", intitule="Achevée") | FULL | DONE,
    action(code_action="B2", intitule="À venir") | FULL | PLANNED,
]

GOOD = [
    Case(
        "clean second report, every field filled",
        "accepte",
        (),
        after(EVERYTHING, [r | {"freins": "Recrutement"} for r in EVERYTHING]),
        "",
        12,
        12,
    ),
    Case("clean CSV", "accepte", (), flat_csv()),
    Case("clean CSV with its adoption", "accepte", (), flat_csv(date_adoption="15/01/2024")),
    Case("clean CSV in cp1252", "accepte", (), flat_csv(encoding="cp1252")),
    Case(
        "clean CSV in cp1252, of euros and capitals",
        "accepte",
        (),
        flat_csv(action(intitule="PORTAIL DES ÉLUS", axe="À venir"), encoding="cp1252"),
    ),
    Case(
        "clean CSV whose text runs over lines",
        "accepte",
        (),
        flat_csv(action(descriptif="Accueil ;\r\norientation ; suivi\r\ndes habitants")),
    ),
    Case("clean workbook", "accepte", (), lambda s: [File(xlsx_report(s, [action()]), "r.xlsx")]),
    Case("clean second report", "accepte", (), after([action()], [action(taux_avancement="60")])),
]
