"""Grants to territories (SCDL « subventions »). One row per convention."""

from expectations.rule import Rule, Suite, between, in_set, not_null, parameter, present, same

SUITE = Suite(
    name="subventions",
    title="Subventions",
    keys=("rapport_id", "feuille", "ligne"),
    rules=(
        Rule(
            code="SUB-BENEFICIAIRE",
            severity="majeure",
            layer="ligne",
            fields=("beneficiaire_id",),
            expectation=not_null("siren_epci"),
            sentence="Le bénéficiaire « {beneficiaire_nom} » n'est pas rattaché à une "
            "intercommunalité.",
            advice="Indiquez le SIRET ou le SIREN du bénéficiaire, ou ajoutez une ligne à la table "
            "des "
            "bénéficiaires.",
            if_missing="La subvention est gardée, hors des totaux par territoire.",
        ),
        Rule(
            code="SUB-BENEFICIAIRE-INCONNU",
            severity="remarque",
            layer="ligne",
            fields=("beneficiaire_id",),
            expectation=in_set("siren_epci", parameter("sirens")),
            sentence="Le bénéficiaire {siren_epci} n'est pas une intercommunalité suivie par la "
            "Région.",
            advice="Rien à faire : la subvention est gardée, hors des totaux par territoire.",
            if_missing="Voir SUB-BENEFICIAIRE.",
            informs=True,
        ),
        Rule(
            code="SUB-BENEFICIAIRE-AUTRE",
            severity="critique",
            layer="ligne",
            fields=("beneficiaire_id",),
            expectation=same("siren_epci", "siren_source"),
            sentence="La subvention va à une autre intercommunalité ({siren_epci}), dans un fichier déposé au nom de "
            "{siren_source}.",
            advice="Retirez la ligne : le bénéficiaire, ou la Région, déclare cette subvention. Si c'est une erreur "
            "de numéro, corrigez l'identifiant du bénéficiaire.",
            if_missing="Voir SUB-BENEFICIAIRE.",
        ),
        Rule(
            code="SUB-DATE",
            severity="critique",
            layer="ligne",
            fields=("convention_le",),
            expectation=not_null("convention_le", present("convention_le__brut")),
            sentence="« {valeur} » n'est pas une date de convention lisible.",
            advice="Écrivez la date sous la forme AAAA-MM-JJ ou JJ/MM/AAAA.",
            if_missing="Acceptée : la subvention n'est rattachée à aucun mois.",
        ),
        Rule(
            code="SUB-MONTANT-ABSENT",
            severity="critique",
            layer="ligne",
            fields=("montant",),
            expectation=not_null("montant_eur"),
            sentence="Le montant « {valeur} » n'est pas lisible.",
            advice="Écrivez un seul nombre, en euros.",
            if_missing="Ligne écartée.",
        ),
        Rule(
            code="SUB-MONTANT-BORNES",
            severity="critique",
            layer="ligne",
            fields=("montant",),
            expectation=between("montant_eur", 0, 999_999_999_999),
            sentence="Le montant « {valeur} » est négatif ou démesuré.",
            advice="Écrivez un montant positif, en euros.",
            if_missing="Voir SUB-MONTANT-ABSENT.",
        ),
    ),
)
