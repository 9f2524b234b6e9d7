"""Every action that may be shown, as rows: what the lists, the cards and the rules of decision read."""

import hashlib
from typing import Any

from vigie.diffusion.pages.content import lists
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication

CARDS_PER_PAGE = 110
_UNPROVEN = frozenset(["declare", None])


def every(publication: Publication) -> list[Row]:
    """The actions of the region's territories by territory then code, with: nom, listes (the codes of their lists),
    carte (the address of their card), est_prouvee, their European money and when it was first programmed.

    Confidential actions are in no published table, so in no row.
    """
    return publication.once(_every)


def _every(publication: Publication) -> list[Row]:
    rows = publication.rows(
        "select a.*, m.libelle as meteo, e.ue_programme_eur, e.ue_engage_eur, e.ue_justifie_eur, e.ue_paye_eur,"
        " d.ue_depuis_le"
        " from marts.fct_actions as a"
        " left join marts.fct_etats_mensuels as e on e.action_id = a.action_id and e.est_dernier_mois"
        " left join referentiel.meteos as m on m.meteo_code = a.meteo_code"
        " left join (select action_id, min(mois_le) as ue_depuis_le from marts.fct_etats_mensuels"
        "  where ue_programme_eur > 0 group by action_id) as d on d.action_id = a.action_id"
        " order by a.siren_epci, a.code_action, a.action_id"
    )
    kept = [row for row in rows if row["siren_epci"] in publication.names]
    ranks: dict[str, int] = {}
    for row in kept:
        siren = row["siren_epci"]
        rank = ranks[siren] = ranks.get(siren, -1) + 1
        row["nom"] = publication.names[siren]
        row["est_prouvee"] = row["niveau_preuve_code"] not in _UNPROVEN
        row["page"] = card_page(siren, rank // CARDS_PER_PAGE)
        row["ancre"] = anchor(row["action_id"])
        row["carte"] = f"{row['page']}#{row['ancre']}"
        row["listes"] = lists.codes(row)
    return kept


def anchor(action_id: str) -> str:
    """Where an action is on its page: an identifier of a report may hold anything."""
    return "a-" + hashlib.sha256(action_id.encode()).hexdigest()[:12]


def card_page(siren: str, number: int) -> str:
    """The page of the cards of a territory, `number` from 0."""
    return f"actions/{siren}{f'-{number + 1}' if number else ''}.html"


def by_id(publication: Publication) -> dict[str, Row]:
    """The same actions by identifier."""
    return publication.once(_by_id)


def _by_id(publication: Publication) -> dict[str, Row]:
    return {row["action_id"]: row for row in every(publication)}


def of_territory(publication: Publication, siren: str) -> list[Row]:
    """The actions of one territory."""
    return publication.once(_by_territory).get(siren, [])


def _by_territory(publication: Publication) -> dict[str, list[Row]]:
    return _grouped(every(publication), lambda row: [row["siren_epci"]])


def of_theme(publication: Publication, code: str) -> list[Row]:
    """The actions that serve a theme."""
    return publication.once(_by_theme).get(code, [])


def _by_theme(publication: Publication) -> dict[str, list[Row]]:
    themes: dict[str, list[str]] = {}
    for row in publication.rows("select action_id, theme_code from marts.pont_actions_themes"):
        themes.setdefault(row["action_id"], []).append(row["theme_code"])
    return _grouped(every(publication), lambda row: themes.get(row["action_id"], []))


def _grouped(rows: list[Row], keys: Any) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for key in keys(row):
            groups.setdefault(key, []).append(row)
    return groups


def in_list(rows: list[Row], code: str) -> list[Row]:
    """Those of a list."""
    return [row for row in rows if code in row["listes"]]


def count(rows: list[Row], code: str) -> int:
    """How many of a list."""
    return sum(code in row["listes"] for row in rows)
