"""A report against the previous one of its territory. One row per report of the night that can
be read.
"""

from expectations.rule import (
    ROADMAP_TEAM,
    Rule,
    Suite,
    above,
    between,
    in_set,
    not_in_set,
    null,
    parameter,
    strictly_between,
)

_FIRST_REPORT = "Sans rapport précédent, la règle ne s'applique pas."
_WAIT = "Rien à faire dans l'immédiat : la Région relit ce rapport. S'il y a une erreur, renvoyez-le corrigé."

SUITE = Suite(
    name="comportement_rapports",
    title="Évolution du rapport depuis le précédent",
    keys=("rapport_id",),
    rules=(
        Rule(
            code="CMP-DISPARUES",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("code_action",),
            expectation=between("disparues_nb", None, 0),
            sentence="{disparues_nb} action(s) du rapport du {situation_precedente} ne figurent "
            "plus : "
            "{disparues}.",
            advice="Gardez toutes les actions d'un rapport à l'autre ; une action arrêtée se note "
            "« Abandonné ». En attendant, elles sont comptées comme non rapportées.",
            if_missing=_FIRST_REPORT,
        ),
        Rule(
            code="CMP-RECODEES",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("code_action",),
            expectation=between("recodees_nb", None, 0),
            sentence="{recodees_nb} action(s) gardent leur intitulé mais changent de code : "
            "{recodees}.",
            advice="Rétablissez les anciens codes, pour que l'histoire des actions se suive.",
            if_missing=_FIRST_REPORT,
        ),
        Rule(
            code="CMP-IDENTIQUE",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            expectation=not_in_set("est_identique", [True]),
            sentence="Le rapport est identique à celui du {situation_precedente}, date mise à "
            "part.",
            advice="Vérifiez que vous avez envoyé la bonne version du fichier.",
            if_missing=_FIRST_REPORT,
        ),
        Rule(
            code="CMP-TAUX-RONDS",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("taux_avancement",),
            expectation=between(
                "taux_ronds_pct",
                None,
                parameter("comportement_taux_ronds_pct"),
                above("taux_connus_nb", 9),
                above("taux_intermediaires_nb", 2),
            ),
            sentence="Presque tous les taux d'avancement ({taux_ronds_pct} %) valent 0, 25, 50, 75 "
            "ou 100.",
            advice="Estimez l'avancement au plus près, ou laissez la case vide quand il n'est pas "
            "connu.",
            if_missing="Seuls les taux donnés comptent.",
        ),
        Rule(
            code="CMP-REMPLACE",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("date_situation",),
            expectation=null("fichier_remplace"),
            sentence="Ce rapport remplace celui déjà reçu pour la même date de situation "
            "(« {fichier_remplace} »).",
            advice="Rien à faire : le dernier reçu fait foi, le précédent reste consultable.",
            if_missing="Sans objet.",
            informs=True,
        ),
        Rule(
            code="CMP-BUDGET-TOTAL",
            severity="majeure",
            layer="comportement",
            owner=ROADMAP_TEAM,
            review=True,
            fields=("budget_prevu_eur",),
            expectation=strictly_between(
                "budget_facteur",
                parameter("comportement_budget_facteur_min"),
                parameter("comportement_budget_facteur"),
            ),
            sentence="Le total des budgets prévus passe de {budget_precedent_eur} à {budget_eur} € "
            "depuis "
            "le rapport du {situation_precedente}.",
            advice=_WAIT,
            if_missing=_FIRST_REPORT,
        ),
        Rule(
            code="CMP-DISPARITION-MASSIVE",
            severity="majeure",
            layer="comportement",
            owner=ROADMAP_TEAM,
            review=True,
            fields=("code_action",),
            expectation=between("disparues_pct", None, parameter("comportement_disparues_pct")),
            sentence="{disparues_pct} % des actions du rapport du {situation_precedente} ont "
            "disparu ; la remarque CMP-DISPARUES les nomme.",
            advice=_WAIT,
            if_missing=_FIRST_REPORT,
        ),
        Rule(
            code="CMP-SANS-FEUILLE-DE-ROUTE",
            severity="majeure",
            layer="comportement",
            owner=ROADMAP_TEAM,
            review=True,
            fields=("siren_epci",),
            expectation=in_set("a_feuille_de_route", [True]),
            sentence="Le registre de la Région ne connaît pas de feuille de route pour "
            "{siren_epci}.",
            advice="Rien à faire dans l'immédiat : la Région vérifie son registre et reprend "
            "contact.",
            if_missing="Tant que la Région n'a déposé aucun registre, la règle ne s'applique pas.",
        ),
        Rule(
            code="CMP-RECUL-MASSIF",
            severity="majeure",
            layer="comportement",
            owner=ROADMAP_TEAM,
            review=True,
            fields=("taux_avancement",),
            expectation=between(
                "avancement_ecart_points", parameter("comportement_baisse_points"), None
            ),
            sentence="L'avancement moyen des actions déjà connues recule de "
            "{avancement_recul_points} "
            "points depuis le rapport du {situation_precedente}.",
            advice=_WAIT,
            if_missing="Seules les actions dont le taux est donné dans les deux rapports comptent.",
        ),
    ),
)
