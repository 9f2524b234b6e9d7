"""Rows of actions: each rule broken once."""

from tests.gate.corpus.case import Case, flat_csv, remark, row_aside
from tests.gate.reports import action

LONG = "Un titre qui n'en finit pas " * 12

ROWS = [
    row_aside("LIG-INTITULE-ABSENT", "pas d'intitulé", intitule=""),
    row_aside("LIG-STATUT-INCONNU", "« Presque fini » n'est pas connu", statut="Presque fini"),
    row_aside("LIG-TAUX-ILLISIBLE", "« beaucoup »", taux_avancement="beaucoup"),
    row_aside("LIG-TAUX-BORNES", "« 250 % »", taux_avancement="250 %"),
    row_aside("LIG-DATE-ILLISIBLE", "« 31/06/2026 »", date_fin_prevue="31/06/2026"),
    row_aside("LIG-DATE-PLAUSIBLE", "n'est pas plausible", date_debut_prevue="01/09/1925"),
    row_aside("LIG-MONTANT-ILLISIBLE", "« Entre 200 et 500 »", budget_prevu_eur="Entre 200 et 500"),
    row_aside("LIG-MONTANT-BORNES", "négatif ou démesuré", budget_prevu_eur="-45000"),
    row_aside("LIG-FIN-PREVUE", "précède le début prévu", date_debut_prevue="01/01/2027"),
    row_aside(
        "LIG-FIN-REELLE",
        "précède le début réel",
        date_debut_reelle="01/12/2025",
        date_fin_reelle="01/10/2025",
        statut="Abandonné",
    ),
    row_aside(
        "LIG-VALEUR-ILLISIBLE", "« quelques »", indicateur="Visites", valeur_cible="quelques"
    ),
    Case(
        "LIG-CODE-DOUBLE",
        "lignes_ecartees",
        ("LIG-CODE-DOUBLE:2", "LIG-CODE-DOUBLE:3"),
        flat_csv(
            action(),
            action(intitule="Tout autre chose"),
            action(code_action="A2", intitule="Autre"),
        ),
        "plusieurs lignes différentes",
        3,
        1,
    ),
    Case(
        "LIG-REPETITION",
        "accepte_avec_remarques",
        ("LIG-REPETITION:3",),
        flat_csv(action(), action()),
        "à l'identique",
    ),
    remark("LIG-STATUT-ABSENT", "statut de l'action est vide", statut=""),
    remark("LIG-REALISE-TAUX", "est de 45 %", statut="Réalisé"),
    remark(
        "LIG-REALISE-FUTUR",
        "postérieure à la date",
        statut="Réalisé",
        taux_avancement="100",
        date_fin_reelle="15/01/2026",
    ),
    remark(
        "LIG-PAYE-AVANT",
        "déjà payés",
        statut="À venir",
        taux_avancement="0",
        montant_paye_eur="500",
    ),
    remark("LIG-TAUX-AVANT", "n'a pas commencé", statut="À discuter"),
    remark("LIG-TAUX-COMPLET", "avancée à 100 %", taux_avancement="100"),
    remark("LIG-DEBUT-FUTUR", "postérieur à la date", date_debut_reelle="15/01/2026"),
    remark("LIG-FIN-EN-COURS", "porte une fin réelle", date_fin_reelle="15/12/2025"),
    remark("LIG-MONTANT-BASE", "HT ou TTC", base_montant=""),
    remark(
        "LIG-CIBLE-HAUSSE",
        "doit augmenter",
        sens="hausse",
        indicateur="V",
        valeur_initiale="10",
        valeur_cible="5",
    ),
    remark(
        "LIG-CIBLE-BAISSE",
        "doit baisser",
        sens="baisse",
        indicateur="V",
        valeur_initiale="5",
        valeur_cible="10",
    ),
    remark("LIG-AIDES", "dépassent le budget", financeur_1="Région", programme_eur_1="50000"),
    remark(
        "LIG-PAYE-ENGAGE",
        "dépasse le montant engagé",
        montant_engage_eur="100",
        montant_paye_eur="200",
    ),
    remark("LIG-ENGAGE-BUDGET", "dépasse le budget prévu", montant_engage_eur="45001"),
    remark("LIG-INTITULE-LONG", "300 caractères", intitule=LONG),
    remark("LIG-THEME-INCONNU", "« Métavers »", themes="Métavers"),
    remark("LIG-THEME-ABSENT", "pas de thème", themes=""),
    remark("LIG-METEO", "« Brouillard givrant »", meteo="Brouillard givrant"),
    remark("LIG-LISTE", "« neuf »", sens="neuf"),
    remark("LIG-MONTANT-ELEVE", "très élevé", budget_prevu_eur="60000000"),
    remark("LIG-INDICATEUR-ABSENT", "sans que l'indicateur soit nommé", valeur_actuelle="5"),
    remark(
        "LIG-INITIALE-ABSENTE",
        "pas de valeur initiale",
        indicateur="V",
        valeur_actuelle="5",
        valeur_cible="9",
    ),
    remark(
        "LIG-AIDE-ILLISIBLE",
        "« Entre 1 et 2 »",
        financeur_1="Région",
        programme_eur_1="Entre 1 et 2",
    ),
]
