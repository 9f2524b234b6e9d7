"""Hindrances are told by the expressions of the seed, whole, whatever the case and the accents."""

import csv

import pytest

from vigie.diffusion.pages.content import hindrances
from vigie.settings import PROJECT_ROOT


@pytest.fixture(scope="module")
def patterns() -> dict[str, list[str]]:
    with (PROJECT_ROOT / "seeds" / "freins_alias.csv").open(encoding="utf-8") as stream:
        found: dict[str, list[str]] = {}
        for row in csv.DictReader(stream):
            found.setdefault(row["frein_code"], []).append(hindrances._plain(row["alias"]))
        return found


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("PÉNURIE de composants, livraison repoussée.", ["approvisionnement"]),
        ("Recrutement infructueux malgré deux publications du poste.", ["recrutement"]),
        ("Appel d’offres relancé après une seule réponse hors budget.", ["marches", "financement"]),
        ("La commission n'a pas statué.", [hindrances.UNKNOWN]),
        ("Devis trop ancien.", [hindrances.UNKNOWN]),
        ("Le fibrome.", [hindrances.UNKNOWN]),
        (None, [hindrances.UNSAID]),
        ("", [hindrances.UNSAID]),
    ],
)
def test_a_text_is_in_the_families_that_it_names(
    patterns: dict[str, list[str]], text: str | None, codes: list[str]
) -> None:
    assert hindrances._named(text, patterns) == codes


def test_every_hindrance_of_the_demonstration_has_its_family(
    patterns: dict[str, list[str]],
) -> None:
    with (PROJECT_ROOT / "src/vigie/demo/phrases.csv").open(encoding="utf-8") as stream:
        phrases = [row[1] for row in csv.reader(stream) if row[0] == "frein"]
    assert len(phrases) > 10
    assert [
        text for text in phrases if hindrances._named(text, patterns) == [hindrances.UNKNOWN]
    ] == []
