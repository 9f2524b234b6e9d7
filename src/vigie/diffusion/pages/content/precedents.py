"""Who has already done it: for an action that is blocked or late, near actions done by other territories."""

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import actions, lists
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication

_SHOWN = 3
# Below, two texts share words, not a purpose.
_LEAST_LIKENESS = 0.35


def by_action(publication: Publication) -> dict[str, list[Row]]:
    """The precedents of each action that is blocked, paused or late, the nearest first; see `told`."""
    return publication.once(_by_action)


def _by_action(publication: Publication) -> dict[str, list[Row]]:
    from vigie.warehouse.likeness import Text, nearest
    from vigie.warehouse.specificity import epci_place

    every = actions.every(publication)
    wanted = [row for row in every if is_in_trouble(row)]
    done = [row for row in every if lists.is_done(row)]
    places: dict[str, list[str]] = {
        siren: [epci_place(name)] for siren, name in publication.names.items()
    }
    for row in publication.rows("select siren_epci, nom from referentiel.communes order by nom"):
        places.setdefault(row["siren_epci"], []).append(row["nom"])

    def texts(rows: list[Row]) -> list[Text]:
        return [
            Text(
                row["action_id"], row["siren_epci"], f"{row['intitule']}. {row['descriptif'] or ''}"
            )
            for row in rows
        ]

    known = {row["action_id"]: row for row in done}
    durations = _durations(publication)
    return {
        action_id: [
            known[key] | {"ressemblance": likeness, "dit": told(known[key], durations.get(key))}
            for key, likeness in near
        ]
        for action_id, near in nearest(
            texts(wanted), texts(done), places, _SHOWN, _LEAST_LIKENESS
        ).items()
    }


def is_in_trouble(action: Row) -> bool:
    """True for an action that is blocked, paused or late."""
    return bool(action["groupe_code"] == "bloque" or action["est_en_retard"])


def told(done: Row, days: int | None) -> str:
    """How long it took, at what cost, and which service led it: what is known of that."""
    parts = [f"réalisée en {french.span(days)}" if days is not None else "durée non connue"]
    if done["budget_prevu_eur"] is not None:
        parts.append(f"budget prévu {french.euros(done['budget_prevu_eur'])}")
    if done["service_pilote"]:
        parts.append(f"pilote : {done['service_pilote']}")
    return ", ".join(parts)


def _durations(publication: Publication) -> dict[str, int]:
    rows = publication.rows(
        "select action_id, duree_jours from marts.fct_etats_mensuels"
        " where est_dernier_mois and est_realisee and duree_jours is not null"
    )
    return {row["action_id"]: row["duree_jours"] for row in rows}
