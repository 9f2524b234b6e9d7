"""Indicators in long form: one row per value of an indicator, a territory, a day and a kind of
value.
"""

from expectations.rule import (
    Rule,
    Suite,
    at_least,
    between,
    in_set,
    matches,
    not_null,
    null,
    parameter,
    present,
    same,
    unique,
)

# What no count, rate or amount reaches: int_declares__valeurs leaves out what is larger.
LARGEST_VALUE = 999_999_999_999

SUITE = Suite(
    name="indicateurs_longs",
    title="Indicateurs en format long",
    keys=("rapport_id", "feuille", "ligne"),
    rules=(
        Rule(
            code="IND-IDENTIFIANT-ABSENT",
            severity="critique",
            layer="ligne",
            fields=("identifiant_indic",),
            expectation=not_null("identifiant_indic"),
            sentence="La ligne ne dit pas de quel indicateur elle donne la valeur.",
            advice="Indiquez l'identifiant de l'indicateur, par exemple IND-001.",
            if_missing="Ligne écartée.",
        ),
        Rule(
            code="IND-IDENTIFIANT-FORME",
            severity="critique",
            layer="ligne",
            fields=("identifiant_indic",),
            expectation=matches("identifiant_indic", r"^IND-[0-9]{3,4}$"),
            sentence="« {valeur} » n'est pas un identifiant d'indicateur.",
            advice="Écrivez IND- suivi de trois ou quatre chiffres.",
            if_missing="Voir IND-IDENTIFIANT-ABSENT.",
        ),
        Rule(
            code="IND-SIREN-ABSENT",
            severity="critique",
            layer="ligne",
            fields=("zone_id",),
            expectation=not_null("siren_epci"),
            sentence="« {valeur} » n'est pas le {numero} d'une intercommunalité.",
            advice="Indiquez les 9 chiffres du SIREN de l'intercommunalité dans la colonne "
            "zone_id.",
            if_missing="Ligne écartée.",
        ),
        Rule(
            code="IND-SIREN-INCONNU",
            severity="critique",
            layer="ligne",
            fields=("zone_id",),
            expectation=in_set("siren_epci", parameter("sirens")),
            sentence="Le {numero} {valeur} n'est pas celui d'une intercommunalité suivie par la "
            "Région.",
            advice="Vérifiez le numéro.",
            if_missing="Voir IND-SIREN-ABSENT.",
        ),
        Rule(
            code="IND-SIREN-AUTRE",
            severity="critique",
            layer="ligne",
            fields=("zone_id",),
            expectation=same("siren_epci", "siren_source"),
            sentence="La ligne donne une valeur de l'intercommunalité {valeur}, dans un fichier déposé au nom de "
            "{siren_source}.",
            advice="Retirez la ligne : cette intercommunalité, ou la Région, envoie ses propres valeurs. Si c'est une "
            "erreur de numéro, corrigez la colonne zone_id.",
            if_missing="Voir IND-SIREN-ABSENT.",
        ),
        Rule(
            code="IND-DATE",
            severity="critique",
            layer="ligne",
            fields=("date_valeur",),
            expectation=not_null("date_valeur"),
            sentence="« {valeur} » n'est pas une date lisible.",
            advice="Écrivez la date de la valeur sous la forme AAAA-MM-JJ ou JJ/MM/AAAA.",
            if_missing="Ligne écartée.",
        ),
        Rule(
            code="IND-DATE-FUTURE",
            severity="critique",
            layer="ligne",
            fields=("date_valeur",),
            expectation=at_least("jour", "date_valeur", present("est_mesure")),
            sentence="La valeur est datée du {valeur}, dans l'avenir.",
            advice="Seule une valeur cible (vc) peut porter une date à venir.",
            if_missing="Voir IND-DATE.",
        ),
        Rule(
            code="IND-TYPE",
            severity="critique",
            layer="ligne",
            fields=("type_valeur",),
            expectation=not_null("type_valeur"),
            sentence="« {valeur} » n'est pas un type de valeur.",
            advice="Écrivez vi (initiale), va (actuelle) ou vc (cible).",
            if_missing="Ligne écartée.",
        ),
        Rule(
            code="IND-VALEUR",
            severity="critique",
            layer="ligne",
            fields=("valeur",),
            expectation=not_null("valeur", present("valeur__brut")),
            sentence="« {valeur} » n'est pas un nombre lisible.",
            advice="Écrivez un seul nombre, sans unité ; un taux s'écrit 78 et non 0,78.",
            if_missing="Une case vide efface la valeur donnée auparavant.",
        ),
        Rule(
            code="IND-VALEUR-DEMESUREE",
            severity="critique",
            layer="ligne",
            fields=("valeur",),
            expectation=between("valeur", -LARGEST_VALUE, LARGEST_VALUE),
            sentence="La valeur « {valeur} » est démesurée.",
            advice="Vérifiez le nombre et son unité.",
            if_missing="Voir IND-VALEUR.",
        ),
        Rule(
            code="IND-DOUBLE",
            severity="critique",
            layer="ligne",
            fields=("identifiant_indic",),
            expectation=unique(
                [
                    "rapport_id",
                    "identifiant_indic",
                    "siren_epci",
                    "date_valeur",
                    "type_valeur",
                ],
                present("identifiant_indic"),
                present("siren_epci"),
                present("date_valeur"),
                present("type_valeur"),
            ),
            sentence="L'indicateur {valeur} a plusieurs valeurs pour le même territoire, le même "
            "jour et le "
            "même type.",
            advice="Gardez une seule ligne par valeur.",
            if_missing="Sans objet.",
        ),
        Rule(
            code="IND-CONCURRENT",
            severity="critique",
            layer="ligne",
            fields=("valeur",),
            expectation=null("valeur_concurrente"),
            sentence="Un autre fichier reçu au même instant donne {valeur_concurrente} : aucune des deux valeurs n'est "
            "retenue, faute de savoir laquelle est juste.",
            advice="Renvoyez un seul fichier, avec la bonne valeur.",
            if_missing="Sans objet.",
        ),
    ),
)
