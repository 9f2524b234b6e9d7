"""An action against the same action in the previous report. One row per action found in both;
remarks only.
"""

from expectations.rule import (
    ROADMAP_TEAM,
    Rule,
    Suite,
    absent,
    at_least,
    equal,
    in_set,
    parameter,
    same,
    strictly_between,
)

_NO_PREVIOUS = "La règle ne s'applique que si les deux rapports donnent la valeur."

SUITE = Suite(
    name="comportement_actions",
    title="Évolution de l'action depuis le rapport précédent",
    keys=("rapport_id", "feuille", "ligne"),
    rules=(
        Rule(
            code="CMP-TAUX-RECUL",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("taux_avancement",),
            expectation=at_least(
                "taux_avancement_pct", "taux_precedent_pct", absent("commentaire")
            ),
            sentence="L'avancement recule de {taux_precedent_pct} à {taux_avancement_pct} % depuis "
            "le "
            "rapport du {situation_precedente}, sans commentaire.",
            advice="Expliquez le recul dans « Commentaire », ou corrigez le taux.",
            if_missing=_NO_PREVIOUS,
        ),
        Rule(
            code="CMP-BUDGET-ACTION",
            severity="majeure",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("budget_prevu_eur",),
            expectation=strictly_between(
                "budget_facteur",
                parameter("comportement_budget_facteur_min"),
                parameter("comportement_budget_facteur"),
            ),
            sentence="Le budget prévu passe de {budget_precedent_eur} à {budget_prevu_eur} € "
            "depuis le "
            "rapport du {situation_precedente}.",
            advice="Vérifiez l'unité (euros) et les zéros ; si le changement est réel, "
            "expliquez-le dans "
            "« Commentaire ».",
            if_missing=_NO_PREVIOUS,
        ),
        Rule(
            code="CMP-FIN-DEPLACEE",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("date_fin_prevue",),
            expectation=same("date_fin_prevue", "fin_prevue_precedente"),
            sentence="La fin prévue passe du {fin_prevue_precedente} au {date_fin_prevue}.",
            advice="Rien à faire si l'échéance a bien été revue : le glissement est suivi, il "
            "n'est pas une "
            "faute.",
            if_missing=_NO_PREVIOUS,
        ),
        Rule(
            code="CMP-CIBLE-DEPLACEE",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("valeur_cible",),
            expectation=same("valeur_cible", "cible_precedente"),
            sentence="La cible de l'indicateur passe de {cible_precedente} à {valeur_cible}.",
            advice="Rien à faire si la cible a bien été revue ; sinon, rétablissez-la.",
            if_missing=_NO_PREVIOUS,
        ),
        Rule(
            code="CMP-RENOMMEE",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("intitule",),
            expectation=same("intitule_cle", "intitule_cle_precedente"),
            sentence="L'action {code_action} change d'intitulé : « {intitule_precedent} » devient "
            "« {intitule} ».",
            advice="Si c'est une autre action, donnez-lui un autre code.",
            if_missing="Voir LIG-INTITULE-ABSENT.",
        ),
        Rule(
            code="CMP-ROUVERTE",
            severity="remarque",
            layer="comportement",
            owner=ROADMAP_TEAM,
            fields=("statut",),
            expectation=in_set("statut_code", ["realise"], equal("statut_precedent", "realise")),
            sentence="L'action était réalisée au {situation_precedente} et ne l'est plus (« "
            "{valeur} »).",
            advice="Vérifiez le statut, ou expliquez la réouverture dans « Commentaire ».",
            if_missing=_NO_PREVIOUS,
        ),
    ),
)
