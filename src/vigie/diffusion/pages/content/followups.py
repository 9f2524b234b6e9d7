"""What became of the decisions of a session: what the figures say, or what the manager noted."""

from collections import Counter

import duckdb

from vigie.clock import day_in_paris
from vigie.decisions.resolutions import STATES, Resolution
from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import actions, lists, reminders, since
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication, Session

REMINDERS = "a_relancer"
_CALLED = ("Territoires à relancer", "baisse")


def measures(publication: Publication) -> dict[str, tuple[str, str]]:
    """What a decision can be followed by: the label and the sense (`hausse`, `baisse`) of each list or indicator of
    the region, by code."""
    listed = {one.code: (one.titre, one.sens) for one in lists.LISTS} | {REMINDERS: _CALLED}
    known = {
        code: (row["libelle"], row["sens"])
        for code, row in publication.indicators.items()
        if publication.region(code)["valeur"] is not None
    }
    return {code: said for code, said in (known | listed).items() if said[1] != "neutre"}


def last(publication: Publication) -> Row | None:
    """The last session that decided something, as a group of `of_session`; None when none did."""
    deciding = [one for one in since.sessions(publication) if one.decisions]
    return of_session(publication, deciding[-1]) if deciding else None


def every(publication: Publication) -> list[Row]:
    """All the sessions that decided something, the last first, each as a group of `of_session`."""
    return [
        of_session(publication, one)
        for one in reversed(since.sessions(publication))
        if one.decisions
    ]


def of_session(publication: Publication, session: Session) -> Row:
    """A session and its decisions: nom, jour, bilan (how many held) and lignes, each with decision_id, phrase, etat
    (its code), libelle, dit (why) and lien."""
    then = _values_then(session)
    rows = [_followed(publication, session, one, then.get(one.mesure)) for one in session.decisions]
    counts = Counter(row["etat"] for row in rows)
    return {
        "nom": session.nom,
        "jour": session.connu_le.date(),
        "bilan": ", ".join(
            f"{french.number(counts[code])} {label}{'s' if counts[code] > 1 and code != 'en_cours' else ''}"
            for code, label in STATES.items()
            if counts[code]
        ),
        "lignes": rows,
    }


def _followed(
    publication: Publication, session: Session, decision: Resolution, then: float | None
) -> Row:
    known = measures(publication).get(decision.mesure)
    if known is None or decision.cible is None:
        state, told, link = decision.etat or "en_cours", _noted(decision), ""
    else:
        label, sense = known
        now = _value(publication, decision.mesure)
        is_later = session.date_situation < publication.identity["date_situation_le"]
        state = state_of(then, now, decision.cible, sense == "hausse", is_later)
        unit = _unit(publication, decision.mesure)
        told = _told(label, [then, now, decision.cible], unit, sense)
        link = _address(decision.mesure)
    return {
        "decision_id": decision.decision_id,
        "phrase": decision.phrase,
        "etat": state,
        "libelle": STATES[state],
        "dit": told,
        "lien": link,
    }


def state_of(
    then: float | None, now: float | None, target: float, more_is_better: bool, is_later: bool
) -> str:
    """Held once the target is reached; under way while nothing newer is known, or while it comes nearer; else not."""
    if now is None:
        return "en_cours"
    way = 1 if more_is_better else -1
    if way * (now - target) >= 0:
        return "tenue"
    comes_nearer = then is None or way * (now - then) > 0
    return "en_cours" if comes_nearer or not is_later else "non_tenue"


def _noted(decision: Resolution) -> str:
    if decision.note_le is None:
        return "Sa suite n’est pas encore notée."
    return f"Noté le {french.day(day_in_paris(decision.note_le))} par « {decision.note_par} »."


def _told(label: str, values: list[float | None], unit: str, sense: str) -> str:
    then, now, target = (french.measure(value, unit) for value in values)
    bound = "au moins" if sense == "hausse" else "au plus"
    before = f"{then} à la séance, " if values[0] is not None else ""
    return f"{label} : {before}{now} aujourd’hui ; cible : {target} {bound}."


def _unit(publication: Publication, code: str) -> str:
    return publication.indicators[code]["unite"] if code in publication.indicators else "nb"


def _address(code: str) -> str:
    is_listed = code in lists.BY_CODE or code == REMINDERS
    return f"actions/{code}.html" if is_listed else f"methode.html#{code}"


def _value(publication: Publication, code: str) -> float | None:
    if code == REMINDERS:
        return len(reminders.to_call(publication))
    if code in lists.BY_CODE:
        return actions.count(actions.every(publication), code)
    value: float | None = publication.region(code)["valeur"]
    return value


def _values_then(session: Session) -> dict[str, float | None]:
    """What each measure of its decisions was worth in what the session was shown; nothing when that is of another
    version of Vigie, or gone."""
    wanted = {one.mesure for one in session.decisions if one.mesure}
    if not wanted or session.edition is None:
        return {}
    try:
        with Publication(session.edition) as edition:
            return {code: _value(edition, code) for code in sorted(wanted)}
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.IOException):
        return {}
