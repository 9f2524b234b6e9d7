"""What holds actions back: the hindrances that territories name, gathered by family, by theme and by territory."""

import re

from vigie.diffusion.pages.content import actions, listing, lists
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication
from vigie.text import alias_key

# The families that no alias tells: named in words not known yet, and not named at all.
UNKNOWN = "autres"
UNSAID = "non_dits"
_ADDED = (
    {"frein_code": UNKNOWN, "libelle": "Autres freins, en d’autres mots", "levier": ""},
    {
        "frein_code": UNSAID,
        "libelle": "Aucun frein déclaré",
        "levier": "Demander à chaque territoire ce qui retient ses actions",
    },
)
_WORDS = re.compile(r"[^a-z0-9]+")


def build(publication: Publication) -> Page:
    """The page `freins.html`."""
    found = [family for family in by_family(publication) if family["lignes"]]
    held = {row["action_id"] for family in found for row in family["lignes"]}
    return Page(
        "freins.html",
        "freins.html.j2",
        {
            "familles": [
                family
                | {
                    "lignes": [
                        listing.line(row, lists.BY_CODE["arretees"]) for row in family["lignes"]
                    ]
                }
                for family in found
            ],
            "retenues_nb": len(held),
            "par_theme": _crossed(publication, found),
        },
    )


def by_family(publication: Publication) -> list[Row]:
    """Each family with lignes, its blocked, paused or late actions, and territoires_nb; the last two gather what no
    family says. An action that names two hindrances is in both families; one that is only late, in those it names."""
    return publication.once(_by_family)


def _by_family(publication: Publication) -> list[Row]:
    families = _families(publication)
    gathered: dict[str, list[Row]] = {family["frein_code"]: [] for family in families}
    patterns = _patterns(publication)
    for action in actions.every(publication):
        is_held = action["groupe_code"] == "bloque"
        if not is_held and not (action["est_en_retard"] and action["freins"]):
            continue
        for code in _named(action["freins"], patterns):
            gathered[code].append(action)
    return [
        family
        | {
            "lignes": gathered[family["frein_code"]],
            "territoires_nb": len({row["siren_epci"] for row in gathered[family["frein_code"]]}),
        }
        for family in families
    ]


def _families(publication: Publication) -> list[Row]:
    known = (
        publication.rows(
            "select frein_code, libelle, levier from referentiel.freins order by ordre"
        )
        if publication.has("referentiel.freins")
        else []
    )
    return [*known, *_ADDED]


def _patterns(publication: Publication) -> dict[str, list[str]]:
    """The expressions of each family, between blanks, as they are looked for in a text so written."""
    found: dict[str, list[str]] = {}
    if publication.has("referentiel.freins_alias"):
        for row in publication.rows("from referentiel.freins_alias order by alias"):
            found.setdefault(row["frein_code"], []).append(_plain(row["alias"]))
    return found


def _plain(text: str) -> str:
    return f" {_WORDS.sub(' ', alias_key(text)).strip()} "


def _named(text: str | None, patterns: dict[str, list[str]]) -> list[str]:
    if not text:
        return [UNSAID]
    plain = _plain(text)
    named = [code for code, aliases in patterns.items() if any(alias in plain for alias in aliases)]
    return named or [UNKNOWN]


def _crossed(publication: Publication, families: list[Row]) -> Table:
    """How many actions of each theme each family holds back."""
    rows = []
    for theme in publication.themes:
        own = {row["action_id"] for row in actions.of_theme(publication, theme["theme_code"])}
        counts = {
            family["frein_code"]: sum(row["action_id"] in own for row in family["lignes"])
            for family in families
        }
        if any(counts.values()):
            rows.append({"theme_code": theme["theme_code"], "theme": theme["libelle"]} | counts)
    return Table(
        "freins-themes",
        "Actions retenues par chaque frein, thème par thème",
        [
            Column("theme", "Thème", "theme"),
            *(Column(family["frein_code"], family["libelle"], "nb") for family in families),
        ],
        rows,
    )
