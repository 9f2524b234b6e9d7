"""Whom to call: territories with a roadmap and no recent report, the longest silent first."""

from vigie.diffusion.pages import french, markup
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication


def build(publication: Publication) -> Page:
    """The page `actions/a_relancer.html`."""
    found = to_call(publication)
    return Page(
        "actions/a_relancer.html",
        "relances.html.j2",
        {
            "jamais": [row for row in found if row["dernier_rapport_le"] is None],
            "muets": [row for row in found if row["dernier_rapport_le"] is not None],
            "attendus_nb": sum(bool(t["a_feuille_de_route"]) for t in publication.territories),
        },
    )


def to_call(publication: Publication) -> list[Row]:
    """The territories to call: those that never reported, then by the date of their last report. Each has depuis (since
    when), and age (how long: written with the date of the publication)."""
    return publication.once(_to_call)


def _to_call(publication: Publication) -> list[Row]:
    # Asked of the file: the edition of a session may be of a version that did not say it.
    late = publication.rows("select siren_epci from marts.dim_territoires where est_a_relancer")
    sirens = {row["siren_epci"] for row in late}
    silent = [one for one in publication.territories if one["siren_epci"] in sirens]
    silent.sort(
        key=lambda t: (
            t["dernier_rapport_le"] is not None,
            t["dernier_rapport_le"]
            or t["date_adoption_le"]
            or publication.identity["date_situation_le"],
        )
    )
    return [
        territory | {"depuis": _since(territory), "age": _age(territory)} for territory in silent
    ]


def _since(territory: Row) -> str:
    last, adopted = territory["dernier_rapport_le"], territory["date_adoption_le"]
    if last is not None:
        return f"dernier rapport : situation au {french.day(last)}"
    if adopted is not None:
        return (
            f"aucun rapport reçu depuis l’adoption de sa feuille de route, le {french.day(adopted)}"
        )
    return "aucun rapport reçu"


def _age(territory: Row) -> object:
    start = territory["dernier_rapport_le"] or territory["date_adoption_le"]
    return markup.days_since(start) if start else ""


def sentence(found: list[Row]) -> str:
    """How many, and how many of them never reported."""
    never = sum(row["dernier_rapport_le"] is None for row in found)
    told = french.counted(len(found), "territoire à relancer", "territoires à relancer")
    if not never:
        return f"{told}, tous ont déjà rendu compte" if len(found) > 1 else told
    verb = "n’a jamais rendu compte" if never == 1 else "n’ont jamais rendu compte"
    return f"{told}, {never} {verb}"
