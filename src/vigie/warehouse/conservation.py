"""Nothing lost, nothing invented: the actions that raw holds, counted by hand, are those that a build shows.

Written from raw alone and never from a model of dbt, so that the two cannot share a fault: reports are followed one
by one in Python, in words that a person can check.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import duckdb
import pandas as pd

from vigie.reference.seeds import Reference
from vigie.reference.succession import RetiredSiren, succession

ACTIONS_TOLD = 5

_REPORTS_THAT_LOST_ROWS = """
    with chargees as (
        select rapport_id, count(*) as nb from brut.lignes group by rapport_id
    ),
    ecartees as (
        select rapport_id, count(distinct (feuille, ligne)) as nb
        from brut.lignes_ecartees group by rapport_id
    )
    select
        rapports.nom_fichier, rapports.rapport_id, rapports.recues_nb,
        coalesce(chargees.nb, 0), coalesce(ecartees.nb, 0)
    from brut.rapports as rapports
    left join chargees using (rapport_id)
    left join ecartees using (rapport_id)
    where rapports.jeu = 'rapport_avancement' and rapports.verdict <> 'rejete'
        and (
            rapports.recues_nb <> rapports.acceptees_nb + rapports.ecartees_nb
            or coalesce(chargees.nb, 0) <> rapports.acceptees_nb
            or coalesce(ecartees.nb, 0) <> rapports.ecartees_nb
        )
    order by all
"""
# An empty report says nothing of the actions: it replaces no other.
_LOADED_REPORTS = """
    select rapport_id, siren_epci, date_situation, connu_le, depose_le, verdict
    from brut.rapports as rapports
    where jeu = 'rapport_avancement' and verdict <> 'rejete'
        and exists (select 1 from brut.lignes where lignes.rapport_id = rapports.rapport_id)
"""
# Before they merged, two territories may have used one code for two actions: that of the old one keeps its SIREN.
_EXPECTED_ACTIONS = """
    with dites as (
        select suivis.*, lignes.feuille, lignes.ligne, lignes.code_action, lignes.est_confidentielle
        from brut.lignes as lignes inner join suivis using (rapport_id)
    ),
    partages as (
        select siren, code_action from dites where avant_fusion
        group by all having count(distinct porteur) > 1
    )
    , nommees as (
        select dites.*, case
            when partages.siren is null or porteur = dites.siren then code_action
            else porteur || '-' || code_action
        end as code
        from dites left join partages using (siren, code_action)
    )
    select
        siren || '-' || coalesce(
            -- A report that tells both codes speaks of two actions.
            case when nouveau not in (
                select autres.code_action from dites as autres where autres.rapport_id = nommees.rapport_id
            ) then nouveau end,
            code
        ) as action_id,
        arg_max(est_confidentielle, (rang, feuille, ligne)) as est_confidentielle,
        arg_max(
            {rapport_id: rapport_id, feuille: feuille, ligne: ligne}, (rang, feuille, ligne)
        ) as place
    from nommees left join renommees using (siren, code)
    where est_en_vigueur
    group by all
"""
_SHOWN = {
    "fct_actions": "select action_id from construit.marts.fct_actions",
    "fct_etats_mensuels": (
        "select action_id from construit.marts.fct_etats_mensuels where est_dernier_mois"
    ),
}


@dataclass(frozen=True)
class _Report:
    """An accepted report: `porteur` bore its actions at its date, `siren` answers for them today."""

    rapport_id: str
    porteur: str
    siren: str
    date_situation: date
    connu_le: datetime
    depose_le: datetime | None
    est_en_vigueur: bool = False

    @property
    def order(self) -> tuple[date, datetime, datetime, str]:
        """The later of two reports is the one to believe: its date, then when it was known, then the file's own."""
        deposited = self.depose_le or datetime.min
        return self.date_situation, self.connu_le, deposited, self.rapport_id


def broken(connection: duckdb.DuckDBPyConnection, reference: Reference) -> Iterator[str]:
    """A sentence for each row, report or action of raw (catalogue `brut`) that a build (catalogue `construit`) lost,
    and for each that it invented; none when all are there."""
    for name, rapport_id, received, loaded, aside in connection.execute(
        _REPORTS_THAT_LOST_ROWS
    ).fetchall():
        yield (
            f"Le rapport {rapport_id} ({name}) n'a pas autant de lignes chargées ({loaded}) et écartées ({aside})"
            f" que reçues ({received}). À faire : vigie rebuild."
        )
    situation, known, counted = connection.execute(
        "select date_situation_le, connu_le, actions_nb from construit.marts.publication"
    ).fetchall()[0]
    reports = _accepted(connection, reference, situation, known)
    _follow(connection, reports, _merged_on(reference, situation))
    _rename(connection, known, _changes_in_force(reference, situation))
    connection.execute(f"create or replace temp table attendues as {_EXPECTED_ACTIONS}")
    yield from _told_total(connection, counted)
    for table, query in _SHOWN.items():
        yield from _told_actions(connection, table, query)


def _accepted(
    connection: duckdb.DuckDBPyConnection, reference: Reference, situation: date, known: datetime
) -> list[_Report]:
    """The reports that count at both clocks, those in force marked: the last known of each SIREN and date."""
    decided = _decisions(connection, known)
    heirs = _changes_in_force(reference, situation)
    found = []
    for rapport_id, siren, day, known_at, deposited, verdict in connection.execute(
        _LOADED_REPORTS
    ).fetchall():
        decision, decided_at = decided.get(rapport_id, ("", known_at))
        if decision == "refuse" or (verdict == "a_valider" and decision != "approuve"):
            continue
        if verdict == "a_valider":
            known_at = max(known_at, decided_at)
        heir = succession(siren, heirs)[-1]
        if day <= situation and known_at <= known and heir in reference.territories:
            bearer = _bearer(siren, day, reference.retired_sirens)
            found.append(_Report(rapport_id, bearer, heir, day, known_at, deposited))
    last = {(r.porteur, r.date_situation): r.rapport_id for r in sorted(found, key=_order)}
    in_force = set(last.values())
    return [replace(r, est_en_vigueur=r.rapport_id in in_force) for r in sorted(found, key=_order)]


def _order(report: _Report) -> tuple[date, datetime, datetime, str]:
    return report.order


def _decisions(
    connection: duckdb.DuckDBPyConnection, known: datetime
) -> dict[str, tuple[str, datetime]]:
    """The last decision on each report."""
    taken = connection.execute(
        "select rapport_id, decision, decide_le from brut.decisions where decide_le <= $known"
        " order by decide_le, decision_id",
        {"known": known},
    ).fetchall()
    return {rapport_id: (decision, decided_at) for rapport_id, decision, decided_at in taken}


def _changes_in_force(reference: Reference, situation: date) -> dict[str, RetiredSiren]:
    """A change recorded ahead of time waits for its day, as long as the territory is still there."""
    return {
        siren: change
        for siren, change in reference.retired_sirens.items()
        if siren not in reference.territories or change.fin_le < situation
    }


def _bearer(siren: str, day: date, retired: Mapping[str, RetiredSiren]) -> str:
    """Whose actions a report speaks of at its own date: a SIREN no longer valid that day speaks for its successor."""
    line = succession(siren, retired)
    valid = (s for s in line if s not in retired or day <= retired[s].fin_le)
    return next(valid, line[-1])


def _merged_on(reference: Reference, situation: date) -> dict[str, date]:
    """For each SIREN that replaced another, the last day on which a SIREN it replaced was valid."""
    changes = _changes_in_force(reference, situation)
    merged: dict[str, date] = {}
    for siren, change in changes.items():
        heir = succession(siren, changes)[-1]
        merged[heir] = max(merged.get(heir, date.min), change.fin_le)
    return merged


def _follow(
    connection: duckdb.DuckDBPyConnection, reports: list[_Report], merged_on: dict[str, date]
) -> None:
    """Puts the reports, first to last, in the table `suivis` that the actions are read with."""
    rows = [
        (
            r.rapport_id,
            r.porteur,
            r.siren,
            r.est_en_vigueur,
            r.date_situation <= merged_on.get(r.siren, date.min),
            rank,
        )
        for rank, r in enumerate(reports)
    ]
    connection.execute(
        "create or replace temp table suivis (rapport_id varchar, porteur varchar, siren varchar,"
        " est_en_vigueur boolean, avant_fusion boolean, rang bigint)"
    )
    if rows:
        connection.register("lus", pd.DataFrame(rows))
        connection.execute("insert into suivis from lus")
        connection.unregister("lus")


def _rename(
    connection: duckdb.DuckDBPyConnection, known: datetime, heirs: Mapping[str, RetiredSiren]
) -> None:
    """Puts in the table `renommees` the code that each action renamed by the Région bears now."""
    last: dict[tuple[str, str], str | None] = {}
    for siren, code, into in connection.execute(
        "select siren_epci, code_action, nouveau_code from brut.decisions_actions where decide_le <= $known"
        " order by decide_le, decision_id",
        {"known": known},
    ).fetchall():
        last[succession(siren, heirs)[-1], code] = into
    connection.execute(
        "create or replace temp table renommees (siren varchar, code varchar, nouveau varchar)"
    )
    for (siren, code), into in last.items():
        # Renamed again since, up to twice.
        for _ in range(2):
            into = last.get((siren, into or "")) or into
        if into:
            connection.execute("insert into renommees values (?, ?, ?)", [siren, code, into])


def _told_total(connection: duckdb.DuckDBPyConnection, counted: int) -> Iterator[str]:
    ((accepted,),) = connection.execute("select count(*) from attendues").fetchall()
    if accepted != counted:
        yield f"{accepted} actions acceptées, {counted} comptées dans les tables publiées."


def _told_actions(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> Iterator[str]:
    """The actions that may be shown and are not, then those that no accepted report holds or that must stay hidden."""
    lost = connection.execute(
        "select action_id, nom_fichier, place.feuille, place.ligne from ("
        "  select action_id, place from attendues where not est_confidentielle"
        f"  and action_id not in ({query})"
        ") as perdues left join brut.rapports on rapport_id = place.rapport_id order by action_id"
    ).fetchall()
    for action, name, sheet, row in lost[:ACTIONS_TOLD]:
        yield f"{table} : l'action {action} ({name}, {sheet}, ligne {row}) est acceptée et manque."
    invented = [
        action
        for (action,) in connection.execute(
            f"select action_id from ({query}) where action_id not in"
            " (select action_id from attendues where not est_confidentielle) order by 1"
        ).fetchall()
    ]
    for action in invented[:ACTIONS_TOLD]:
        yield f"{table} : aucun rapport accepté en vigueur ne permet de montrer l'action {action}."
    if hidden := max(len(lost) - ACTIONS_TOLD, 0) + max(len(invented) - ACTIONS_TOLD, 0):
        yield f"{table} : et {hidden} autres actions."
