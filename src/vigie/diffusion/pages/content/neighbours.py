"""The territories most like one: who they are, and what they have done that it has not begun."""

from datetime import date, timedelta

from vigie.diffusion.pages.content import actions, portrait
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication

# Under this, a group would let each be guessed: the rule of `int_comparaison_pairs`.
_FEWEST = 5
_SHOWN = 6
_ON = "taux_realisation"
# What each more territories in common are alike by, in the order of `groupe_pairs`.
_KIND = ("nature_code", "classe_population", "typologie_densite")
_SEPARATOR = " | "
_SAME_AGE = "adoption à moins de"
_COMPARABLE_AGE = timedelta(days=366)


def named(publication: Publication, territory: Row) -> list[Row]:
    """The territories that it is compared with; none when they are fewer than five."""
    groups = publication.once(_groups)
    group = groups.get(territory["siren_epci"])
    if group is None:
        return []
    parts = group.split(_SEPARATOR)
    is_of_age = parts[-1].startswith(_SAME_AGE)
    wanted = [part for part in parts if not part.startswith(_SAME_AGE)]
    is_whole_region = wanted[0] != territory["nature_code"]
    kind = () if is_whole_region else _KIND[: len(wanted)]
    valued = publication.once(_valued)
    peers = [
        other
        for other in publication.territories
        if other["siren_epci"] != territory["siren_epci"]
        and other["est_a_jour"]
        and other["siren_epci"] in valued
        and all(other[field] == territory[field] for field in kind)
        and (not is_of_age or _is_of_age(territory["date_adoption_le"], other["date_adoption_le"]))
    ]
    return peers if len(peers) >= _FEWEST else []


def _groups(publication: Publication) -> dict[str, str]:
    return {
        row["siren_epci"]: row["groupe_pairs"]
        for row in publication.rows(
            "select siren_epci, groupe_pairs from marts.comparaison_pairs"
            " where est_dernier_mois and indicateur_code = ? and mediane is not null",
            [_ON],
        )
    }


def _valued(publication: Publication) -> set[str]:
    return {
        row["territoire_code"]
        for row in publication.rows(
            "select territoire_code from marts.fct_indicateurs where est_dernier_mois and maille_code = 'epci'"
            " and theme_code = 'tous' and modalite_code = 'total' and indicateur_code = ? and valeur is not null",
            [_ON],
        )
    }


def _is_of_age(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= _COMPARABLE_AGE


def done_by(publication: Publication, siren: str, peers: list[Row]) -> list[Row]:
    """Actions that these have done on themes where it has none, those that are proven first."""
    missing = {theme["theme_code"]: theme for theme in portrait.missing_themes(publication, siren)}
    among = {peer["siren_epci"] for peer in peers}
    found = [
        action | {"theme": theme["libelle"]}
        for code, theme in missing.items()
        for action in actions.of_theme(publication, code)
        if action["siren_epci"] in among and "realisees" in action["listes"]
    ]
    found.sort(key=lambda action: (not action["est_prouvee"], action["action_id"]))
    return found[:_SHOWN]
