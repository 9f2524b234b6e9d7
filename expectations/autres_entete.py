"""A file that is not a report of actions: register, long indicators, grants. One row per file."""

from expectations.rule import ROADMAP_TEAM, Rule, Suite, between, equal, not_in_set, null

SUITE = Suite(
    name="autres_entete",
    title="Autres fichiers",
    keys=("rapport_id",),
    rules=(
        Rule(
            code="AUT-VIDE",
            severity="critique",
            layer="entête",
            expectation=between("recues_nb", 1, None),
            sentence="Le fichier ne contient aucune ligne.",
            advice="Vérifiez le fichier et renvoyez-le ; la version précédente reste en vigueur.",
            if_missing="Un fichier vide ne remplace jamais le précédent.",
        ),
        Rule(
            code="REG-DEPOSANT",
            severity="critique",
            layer="entête",
            owner=ROADMAP_TEAM,
            expectation=null("siren_source", equal("jeu", "registre_feuilles_de_route")),
            sentence="Le registre des feuilles de route parle pour toutes les intercommunalités, mais il a été déposé "
            "au nom d'une seule ({siren_source}).",
            advice="Le registre se dépose dans l'espace de la Région. Pour la date d'adoption d'une seule feuille de "
            "route, écrivez-la dans l'en-tête du rapport d'avancement.",
            if_missing="Une source sans SIREN est celle de la Région : son registre est retenu.",
        ),
        Rule(
            code="AUT-TOUT-ECARTE",
            severity="critique",
            layer="entête",
            expectation=not_in_set("toutes_ecartees", [True]),
            sentence="Toutes les lignes du fichier ({recues_nb}) sont écartées : rien ne peut être "
            "retenu.",
            advice="Corrigez les lignes signalées et renvoyez le fichier ; la version précédente "
            "reste en vigueur.",
            if_missing="Sans objet.",
        ),
    ),
)
