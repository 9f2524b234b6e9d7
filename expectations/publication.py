"""What a build says of itself, and the texts it would show."""

from expectations.rule import (
    Expectation,
    Rule,
    Suite,
    at_least,
    equal,
    in_set,
    not_in_set,
    not_matches,
    not_null,
    unique,
)

# What is around the @ is enough, and each @ is read once. Nothing that `vigie.reading.values.redaction` leaves in a
# text may match, or one sender would stop the publication of all. Accented letters are named: DuckDB's `\w` has none.
EMAIL = r"[\wÀ-ÖØ-öø-ɏ.+-]@[\wÀ-ÖØ-öø-ɏ-]+\.[\wÀ-ÖØ-öø-ɏ-]"
# A pattern describes the whole text; a text may have several lines.
_HOLDS_EMAIL = rf"(?s).*{EMAIL}.*"


def _published(code: str, sentence: str, expectation: Expectation, *fields: str) -> Rule:
    return Rule(
        code=code,
        severity="critique",
        layer="entrepôt",
        fields=fields,
        expectation=expectation,
        sentence=sentence,
        advice="Ne pas publier ; la publication précédente reste en place.",
        if_missing="Refusé.",
    )


IDENTITE = Suite(
    name="publication_identite",
    title="Identité de la publication",
    keys=("publication_id",),
    rules=(
        _published(
            "PUB-UNIQUE",
            "La publication porte plusieurs identités.",
            unique(["unite"]),
        ),
        _published(
            "PUB-CHAMP-ABSENT",
            "La publication ne dit pas : {champ}.",
            not_null("{champ}"),
            "publication_id",
            "date_situation_le",
            "connu_le",
            "donnees_fictives",
        ),
        _published(
            "PUB-RAPPORTS",
            "{rapports_en_vigueur_nb} rapports en vigueur pour {rapports_nb} rapports retenus.",
            at_least("rapports_nb", "rapports_en_vigueur_nb"),
        ),
        _published(
            "PUB-FICTIF",
            "Des rapports de démonstration sont publiés sans la mention « données fictives ».",
            in_set("donnees_fictives", [True], equal("a_des_rapports_fictifs", True)),
        ),
    ),
)

TEXTES = Suite(
    name="publication_textes",
    title="Textes publiés",
    keys=("action_id",),
    rules=(
        _published(
            "PUB-COURRIEL",
            "L'action {action_id} montre une adresse électronique dans « {champ} ».",
            not_matches("{champ}", _HOLDS_EMAIL),
            "intitule",
            "descriptif",
            "commentaire",
        ),
        _published(
            "PUB-CONFIDENTIEL",
            "L'action {action_id} est confidentielle et pourtant montrée.",
            not_in_set("est_confidentielle", [True]),
        ),
    ),
)
