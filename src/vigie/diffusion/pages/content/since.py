"""What the situation is compared with: the last session frozen, or a past month when none is; and what moved since."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import actions, lists
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication, Session

# Whether more of it is better.
RATES = {"taux_realisation": True, "taux_retard": False, "taux_blocage": False}
_STATE = "action_id, siren_epci, statut_code, groupe_code, est_en_retard, est_disparue"
REGION = "region"
_RATES_QUERY = (
    "select maille_code, territoire_code, indicateur_code, valeur from marts.fct_indicateurs"
    " where maille_code in ('region', 'epci') and theme_code = 'tous' and modalite_code = 'total'"
    " and valeur is not null"
)


@dataclass(frozen=True)
class Before:
    """The situation before: what names it, its rates (by territory, or `region`, and indicator) and its actions.

    `session` is None when a month stands for it. An action has: statut_code, groupe_code, est_en_retard, est_disparue,
    date_fin_prevue, siren_epci.
    """

    depuis: str
    situation_le: date
    session: Session | None
    taux: dict[tuple[str, str], float]
    actions: dict[str, Row]


def before(publication: Publication) -> Before | None:
    """What this publication is compared with; None when it knows a single month."""
    return publication.once(_before)


def _before(publication: Publication) -> Before | None:
    session = previous(publication)
    if session is None:
        month = _past_month(publication)
        told = f"depuis fin {french.month(month)}" if month else ""
        return _of_month(publication, month, told, None) if month else None
    told = f"depuis la séance « {session.nom} »"
    if session.edition is not None and (shown := _of_edition(publication, session, told)):
        return shown
    found = publication.rows(
        "select max(mois_le) as mois_le from marts.dim_dates where mois_le <= ?",
        [session.date_situation],
    )
    month = found[0]["mois_le"]
    return _of_month(publication, month, told, session) if month else None


def _of_edition(publication: Publication, session: Session, told: str) -> Before | None:
    """What the session was shown; None when its edition is of a version of Vigie that said it otherwise."""
    rates = read_edition(session.edition, f"{_RATES_QUERY} and est_dernier_mois")
    states = read_edition(
        session.edition,
        f"select {_STATE}, date_fin_prevue from marts.fct_actions",
    )
    if rates is None or states is None:
        return None
    return Before(
        told, session.date_situation, session, _rates(rates), _states(publication, states)
    )


def read_edition(path: Path | None, query: str) -> list[Row] | None:
    """The rows of a query on the edition of a session; None when it lacks what is asked, being older, or is gone."""
    if path is None:
        return None
    try:
        with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as edition:
            return _rows(edition, query)
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.IOException):
        return None


def latest(publication: Publication) -> Session | None:
    """The last session frozen, were it of this very situation."""
    known = sessions(publication)
    return known[-1] if known else None


def previous(publication: Publication) -> Session | None:
    """The last session of an earlier situation: the one that something can have moved since."""
    now = publication.identity["date_situation_le"]
    earlier = [one for one in sessions(publication) if one.date_situation < now]
    return earlier[-1] if earlier else None


def sessions(publication: Publication) -> list[Session]:
    """The sessions frozen, the oldest first: those the publication was built with, and those frozen since."""
    found = {
        row["nom"]: Session(row["nom"], row["date_situation"], row["connu_le"])
        for row in publication.rows("from marts.dim_seances")
    } | {one.nom: one for one in publication.editions}
    return sorted(found.values(), key=lambda one: (one.date_situation, one.connu_le, one.nom))


def _past_month(publication: Publication) -> date | None:
    """The full month before the last full one: reports of the last are still coming."""
    months = publication.rows(
        "select mois_le from marts.dim_dates where est_complet order by mois_le desc limit 2"
    )
    return months[-1]["mois_le"] if months else None


def _of_month(publication: Publication, month: date, told: str, session: Session | None) -> Before:
    rates = publication.rows(
        f"{_RATES_QUERY} and mois_le = ?",
        [month],
    )
    states = publication.rows(
        f"select {_STATE}, date_fin_prevue from marts.fct_etats_mensuels where mois_le = ?",
        [month],
    )
    return Before(told, month, session, _rates(rates), _states(publication, states))


def _rates(rows: list[Row]) -> dict[tuple[str, str], float]:
    return {
        (
            row["territoire_code"] if row["maille_code"] == "epci" else REGION,
            row["indicateur_code"],
        ): row["valeur"]
        for row in rows
    }


def _states(publication: Publication, rows: list[Row]) -> dict[str, Row]:
    return {row["action_id"]: row for row in rows if row["siren_epci"] in publication.names}


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def move(publication: Publication, code: str) -> Row | None:
    """How a rate of the region moved: signe, sens (mieux, pire or stable) and dit; None when nothing tells."""
    earlier, now = before(publication), publication.region(code)["valeur"]
    if earlier is None or now is None or (REGION, code) not in earlier.taux:
        return None
    gap = difference(earlier.taux[REGION, code], now)
    if gap == 0:
        return {"signe": "=", "sens": "stable", "dit": f"inchangé {earlier.depuis}"}
    is_better = (gap > 0) == RATES[code]
    sign, sense = ("▲", "mieux") if is_better else ("▼", "moins bien")
    return {
        "signe": sign,
        "sens": "mieux" if is_better else "pire",
        "dit": f"{sense} : {french.points(gap)} {earlier.depuis}",
    }


def difference(then: float, now: float) -> float:
    """The difference of two percentages as they are shown, so that a reader finds it again."""
    return round(round(now, 1) - round(then, 1), 1)


# What may have happened to an action: its code, its name in the plural, whether it is good news.
EVENTS: tuple[tuple[str, str], ...] = (
    ("realisees", "Nouvellement réalisées"),
    ("en_retard", "Nouvellement en retard"),
    ("bloquees", "Nouvellement bloquées ou en pause"),
    ("debloquees", "Débloquées"),
    ("deplacees", "Échéances déplacées"),
    ("abandonnees", "Abandonnées"),
    ("ajoutees", "Ajoutées"),
    ("disparues", "Disparues des rapports"),
)


def events(publication: Publication) -> dict[str, list[Row]]:
    """The actions to which something happened, by kind of event; an action may be in several. One that is no longer
    published is in none: it may have become confidential since."""
    return publication.once(_events)


def _events(publication: Publication) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {code: [] for code, _ in EVENTS}
    earlier = before(publication)
    if earlier is None:
        return found
    for action in actions.every(publication):
        for code, told in _happened(action, earlier.actions.get(action["action_id"])):
            found[code].append(action | {"evenement": told})
    return found


def _happened(action: Row, state: Row | None) -> list[tuple[str, str]]:
    if state is None:
        return [("ajoutees", f"entrée au statut « {action['statut_libelle']} »")]
    told: list[tuple[str, str]] = []
    due, due_before = action["date_fin_prevue"], state["date_fin_prevue"]
    if lists.is_done(action) and state["statut_code"] != "realise":
        told.append(("realisees", "prouvée" if action["est_prouvee"] else "seulement déclarée"))
    if action["est_en_retard"] and not state["est_en_retard"]:
        told.append(("en_retard", f"fin prévue le {french.short_day(due)}"))
    if action["groupe_code"] == "bloque" and state["groupe_code"] != "bloque":
        told.append(("bloquees", action["freins"] or "aucun frein déclaré"))
    if state["groupe_code"] == "bloque" and action["groupe_code"] != "bloque":
        told.append(("debloquees", f"maintenant : {action['statut_libelle'].lower()}"))
    if due and due_before and due != due_before:
        told.append(("deplacees", _moved(due_before, due)))
    if action["statut_code"] == "abandonne" and state["statut_code"] != "abandonne":
        told.append(("abandonnees", action["commentaire"] or ""))
    if action["est_disparue"] and not state["est_disparue"]:
        told.append(
            ("disparues", f"dernières nouvelles au {french.short_day(action['situation_le'])}")
        )
    return told


def _moved(due_before: date, due: date) -> str:
    gap = (due - due_before).days
    way = "repoussée" if gap > 0 else "avancée"
    return f"{way} de {french.span(abs(gap))} : du {french.short_day(due_before)} au {french.short_day(due)}"
