"""The file itself: what stops a reader before any value is seen. Noticed by the adapters, told
with their words.
"""

from expectations.rule import Rule, Suite
from vigie.reading.adapters.codes import FILE_RULES

SUITE = Suite(
    name="fichier",
    title="Fichier",
    rules=tuple(
        Rule(
            code=code,
            severity="critique",
            layer="fichier",
            sentence=sentence,
            advice=advice,
            if_missing="Sans objet.",
        )
        for code, (sentence, advice) in FILE_RULES.items()
    ),
)
