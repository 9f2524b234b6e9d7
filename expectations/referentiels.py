"""The reference tables of a build: territories and themes, as analysts will join them."""

from expectations.rule import Expectation, Rule, Suite, between, in_set, matches, not_null, unique

_ASK = "Corriger la table de référence dans seeds/, puis reconstruire."


def _reference(code: str, sentence: str, expectation: Expectation, *fields: str) -> Rule:
    return Rule(
        code=code,
        severity="critique",
        layer="entrepôt",
        fields=fields,
        expectation=expectation,
        sentence=sentence,
        advice=_ASK,
        if_missing="Refusé : une référence est toujours complète.",
    )


TERRITOIRES = Suite(
    name="referentiels_territoires",
    title="Référentiel des territoires",
    keys=("siren_epci",),
    rules=(
        _reference(
            "REF-SIREN-FORME",
            "« {valeur} » n'est pas un SIREN.",
            matches("siren_epci", r"^[0-9]{9}$"),
            "siren_epci",
        ),
        _reference(
            "REF-SIREN-UNIQUE",
            "Le territoire {valeur} figure plusieurs fois.",
            unique(["siren_epci"]),
            "siren_epci",
        ),
        _reference(
            "REF-CHAMP-ABSENT",
            "Le territoire {siren_epci} n'a pas de {champ}.",
            not_null("{champ}"),
            "nom",
            "nature_code",
            "departement_code",
            "perimetre_code",
        ),
        _reference(
            "REF-NATURE",
            "Le territoire {siren_epci} est d'une nature inconnue : « {valeur} ».",
            in_set("nature_code", ["CC", "CA", "CU", "ME"]),
            "nature_code",
        ),
        _reference(
            "REF-PERIMETRE",
            "Le territoire {siren_epci} est d'un périmètre inconnu : « {valeur} ».",
            in_set("perimetre_code", ["coeur", "limitrophe"]),
            "perimetre_code",
        ),
        _reference(
            "REF-POPULATION",
            "La population du territoire {siren_epci} n'est pas plausible : {valeur}.",
            between("population_nb", 1_000, 10_000_000),
            "population_nb",
        ),
    ),
)

THEMES = Suite(
    name="referentiels_themes",
    title="Référentiel des thèmes",
    keys=("theme_code",),
    rules=(
        _reference(
            "REF-THEME-UNIQUE",
            "Le thème {valeur} figure plusieurs fois.",
            unique(["theme_code"]),
            "theme_code",
        ),
        _reference(
            "REF-THEME-LIBELLE",
            "Le thème {theme_code} n'a pas de libellé.",
            not_null("libelle"),
            "libelle",
        ),
    ),
)
