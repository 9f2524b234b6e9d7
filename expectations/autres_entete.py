"""A file that is not a report of actions: register, long indicators, grants. One row per file."""

from expectations.rule import Rule, Suite, between, not_in_set

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
