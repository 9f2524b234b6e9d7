"""The header of a report: who reports, on which day. One row per report of the night."""

from expectations.rule import (
    Rule,
    Suite,
    above,
    absent,
    at_least,
    between,
    in_set,
    not_in_set,
    not_null,
    parameter,
    present,
    same,
)

SUITE = Suite(
    name="rapport_entete",
    title="En-tête du rapport",
    keys=("rapport_id",),
    rules=(
        Rule(
            code="ENT-SIREN-ABSENT",
            severity="critique",
            layer="entête",
            fields=("siren_epci",),
            expectation=not_null("siren_epci", absent("siren_brut")),
            sentence="Le numéro SIREN de l'intercommunalité manque.",
            advice="Indiquez les 9 chiffres du SIREN de votre intercommunalité dans l'en-tête.",
            if_missing="Rejet, sauf si la source n'appartient qu'à un territoire : son SIREN est "
            "retenu.",
        ),
        Rule(
            code="ENT-SIREN-FORME",
            severity="critique",
            layer="entête",
            fields=("siren_epci",),
            expectation=not_null("siren_epci", present("siren_brut")),
            sentence="« {valeur} » n'est pas un numéro {numero} valide.",
            advice="Un SIREN compte 9 chiffres, et tous les nombres de 9 chiffres n'en sont pas ; vérifiez "
            "qu'aucun "
            "chiffre n'a été perdu ou changé par le tableur.",
            if_missing="Voir ENT-SIREN-ABSENT.",
        ),
        Rule(
            code="ENT-SIREN-INCONNU",
            severity="critique",
            layer="entête",
            fields=("siren_epci",),
            expectation=in_set("siren_epci", parameter("sirens")),
            sentence="Le {numero} {valeur} n'est pas celui d'une intercommunalité suivie par la "
            "Région.",
            advice="Vérifiez le numéro ; si votre intercommunalité a changé de SIREN, prévenez la "
            "Région.",
            if_missing="Voir ENT-SIREN-ABSENT.",
        ),
        Rule(
            code="ENT-SIREN-AUTRE",
            severity="critique",
            layer="entête",
            fields=("siren_epci",),
            expectation=same("siren_epci", "siren_source"),
            sentence="Le rapport porte le {numero} {valeur}, mais il a été déposé au nom de "
            "{siren_source}.",
            advice="Déposez le rapport dans l'espace de votre intercommunalité, ou corrigez le "
            "SIREN.",
            if_missing="Sans SIREN dans le fichier, celui du lieu de dépôt est retenu.",
        ),
        Rule(
            code="ENT-SITUATION-ABSENTE",
            severity="critique",
            layer="entête",
            fields=("date_situation",),
            expectation=not_null(
                "date_situation", absent("date_situation__brut"), above("recues_nb", 0)
            ),
            sentence="La date de situation manque.",
            advice="Écrivez dans une case au-dessus du tableau le jour auquel l'état des actions est arrêté, par "
            "exemple « Situation au 31/12/2025 », ou reprenez la feuille « Feuille de route » du modèle ; puis "
            "renvoyez le fichier.",
            if_missing="Rejet, sauf pour un format qui ne la porte pas : le jour du dépôt est "
            "retenu.",
        ),
        Rule(
            code="ENT-SITUATION-ILLISIBLE",
            severity="critique",
            layer="entête",
            fields=("date_situation",),
            expectation=not_null("date_situation", present("date_situation__brut")),
            sentence="La date de situation « {valeur} » n'est pas une date lisible.",
            advice="Écrivez une date qui existe, sous la forme JJ/MM/AAAA, par exemple 31/03/2026.",
            if_missing="Voir ENT-SITUATION-ABSENTE.",
        ),
        Rule(
            code="ENT-SITUATION-FUTURE",
            severity="critique",
            layer="entête",
            fields=("date_situation",),
            expectation=at_least("jour", "date_situation"),
            sentence="La date de situation {valeur} est dans l'avenir : le rapport a été lu le {jour}.",
            advice="Indiquez le jour où l'état des actions a été constaté, et non une échéance.",
            if_missing="Voir ENT-SITUATION-ABSENTE.",
        ),
        Rule(
            code="ENT-SITUATION-ANCIENNE",
            severity="critique",
            layer="entête",
            fields=("date_situation",),
            expectation=between("date_situation", parameter("situation_min"), None),
            sentence="La date de situation {valeur} est trop ancienne pour une feuille de route "
            "numérique.",
            advice="Vérifiez l'année de la date de situation.",
            if_missing="Voir ENT-SITUATION-ABSENTE.",
        ),
        Rule(
            code="ENT-SITUATION-ADOPTION",
            severity="critique",
            layer="entête",
            fields=("date_situation",),
            expectation=at_least("date_situation", "date_adoption"),
            sentence="La date de situation {valeur} précède l'adoption de la feuille de route "
            "({date_adoption}).",
            advice="Corrigez celle des deux dates qui est fausse.",
            if_missing="Sans date d'adoption, la règle ne s'applique pas.",
        ),
        Rule(
            code="ENT-VIDE",
            severity="critique",
            layer="entête",
            expectation=between("recues_nb", 1, None),
            sentence="Le rapport ne contient aucune action.",
            advice="Renseignez au moins une action ; le rapport précédent reste en vigueur d'ici "
            "là.",
            if_missing="Un rapport sans action compte comme reçu, mais vide.",
        ),
        Rule(
            code="ENT-ADOPTION-ILLISIBLE",
            severity="majeure",
            layer="entête",
            fields=("date_adoption",),
            expectation=not_null("date_adoption", present("date_adoption__brut")),
            sentence="La date d'adoption « {valeur} » n'est pas une date lisible ; elle n'est pas "
            "retenue.",
            advice="Écrivez la date de la délibération sous la forme JJ/MM/AAAA.",
            if_missing="Acceptée : la date du registre de la Région fait foi.",
        ),
        Rule(
            code="ENT-LIMITROPHE",
            severity="remarque",
            layer="entête",
            fields=("siren_epci",),
            expectation=not_in_set("perimetre_code", ["limitrophe"]),
            sentence="L'intercommunalité {siren_epci} a son siège hors de la région : son rapport "
            "est gardé, "
            "hors des totaux régionaux.",
            advice="Rien à faire.",
            if_missing="Sans objet.",
            informs=True,
        ),
        Rule(
            code="FOR-COLONNE-MANQUANTE",
            severity="majeure",
            layer="forme",
            fields=("statut", "themes"),
            expectation=not_in_set("a_{champ}", [False]),
            sentence="La colonne « {champ} » manque dans le tableau des actions.",
            advice="Ajoutez la colonne du modèle : sans elle, les actions sont comptées comme non "
            "renseignées "
            "ou à classer.",
            if_missing="Toutes les actions sont retenues, la donnée est comptée comme non "
            "renseignée.",
        ),
        Rule(
            code="ENT-INTITULE-MANQUANT",
            severity="critique",
            layer="entête",
            fields=("intitule",),
            expectation=not_in_set("a_intitule", [False]),
            sentence="Aucune colonne du tableau n'est reconnue comme l'intitulé des actions.",
            advice="Nommez cette colonne « Intitulé de l'action », comme dans le modèle.",
            if_missing="Sans intitulé, aucune ligne ne peut être retenue.",
        ),
        Rule(
            code="ENT-TOUT-ECARTE",
            severity="critique",
            layer="entête",
            expectation=not_in_set("toutes_ecartees", [True]),
            sentence="Toutes les lignes du rapport ({recues_nb}) sont écartées : rien ne peut être "
            "retenu.",
            advice="Corrigez les lignes signalées et renvoyez le fichier ; le rapport précédent "
            "reste en "
            "vigueur.",
            if_missing="Sans objet.",
        ),
    ),
)
