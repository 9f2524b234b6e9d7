"""What was read goes into the DuckDB of its judgement, with what rules must know beside it."""

from datetime import date
from functools import cache, partial
from typing import Any

import duckdb
import pyarrow as pa

from expectations import rapport_actions
from expectations.lignes_ecartees import DATES
from vigie.clock import day_in_paris
from vigie.gate.controls import french, placeholders, typed_and_written
from vigie.gate.judged import numbered, run
from vigie.gate.tables import KEY, effects
from vigie.gate.typed import Typed
from vigie.records import LONG_INDICATORS, REPORT
from vigie.reference.columns import report_columns, shared_limits
from vigie.reference.seeds import Reference

_READ = {
    "themes_lus": "themes",
    "silos_lus": "silos",
    "financements_lus": "financements",
    "rapports_silos_lus": "rapports_silos",
    "colonnes_lues": "colonnes",
}


def parameters(reference: Reference) -> dict[str, object]:
    """What suites ask for by name: known SIREN, the plausible dates of `seeds/champs.csv` and the
    thresholds of `seeds/seuils.csv`.
    """
    fields = report_columns(reference.seeds)
    first, last = shared_limits(fields[champ] for champ in DATES)
    factor = reference.thresholds["comportement_budget_facteur"]
    return {
        **reference.thresholds,
        "comportement_budget_facteur_min": 1 / factor,
        "sirens": list(reference.known_sirens),
        "date_min": first,
        "date_max": last,
        "situation_min": fields["date_situation"].minimum,
    }


def enter(
    connection: duckdb.DuckDBPyConnection,
    batch: Typed,
    suites: dict[str, str],
    reference: Reference,
    run_date: date,
) -> None:
    """Makes the tables that rules judge but those that wait for a verdict (see judged.sql).

    `suites` names the suite of each data set but reports, hence the table of its rows. `run_date` is the day of the
    night: a report is judged as of the day it was received, which a rebuild must not change.
    """
    for name, field in _READ.items():
        connection.register(name, numbered(batch.table(field)))
    received = batch.table("rapports")
    headers = [_header(row, reference, run_date) for row in received.to_pylist()]
    judged = [c for c in _columns_judged() if c in batch.table("actions").column_names]
    connection.register("actions_jugees", batch.stream("actions", judged))
    of_headers = received.schema.append(pa.field("jour", pa.date32()))
    connection.register("rapports_lus", numbered(pa.Table.from_pylist(headers, of_headers)))
    connection.register("perimetres", _perimeters(reference))
    connection.register("heritiers", _heirs(reference))
    connection.register("predecesseurs", _predecessors(reference))
    connection.register("effets", effects())
    run(connection, "judged.sql")
    connection.unregister("actions_jugees")
    run(connection, "controls.sql")
    connection.create_function("en_francais", lambda value: french(value), ["DOUBLE"], "VARCHAR")
    by_report = {header["rapport_id"]: header for header in headers}
    for jeu in batch.autres:
        rows = _others(batch.table(jeu), by_report, reference)
        connection.register("autres_lus", numbered(rows))
        if jeu == LONG_INDICATORS:
            run(connection, "concurrence.sql")
        else:
            connection.execute(f'create table "{suites[jeu]}" as from autres_lus')
        connection.unregister("autres_lus")


def _columns_judged() -> list[str]:
    """The columns of actions that judged.sql asks for, or that rules judge or tell: free texts, the heaviest, are not
    among them.
    """
    named = {*KEY, "est_code_derive"}
    for rule in rapport_actions.SUITE.rules:
        for champ, expectation in rule.expectations():
            asked = expectation.arguments
            named |= {asked[name] for name in ("column", "column_A", "column_B") if name in asked}
            named |= {*asked.get("column_list", ()), *(c.column for c in expectation.when)}
            named |= {*placeholders(rule.sentence + rule.advice), *typed_and_written(champ)}
    return sorted(named)


def _header(row: dict[str, Any], reference: Reference, run_date: date) -> dict[str, Any]:
    """The header of a report, and the day it was received, in Paris; a report of actions says in `siren_source` who
    its source answers for.
    """
    received = min(day_in_paris(row["collecte_le"]), run_date)
    header = row | {"jour": received}
    if row["jeu"] == REPORT:
        day = row["date_situation"] or received
        header["siren_source"] = _speaker(reference, row["siren_source"], row["siren_epci"], day)
    return header


def _others(table: pa.Table, headers: dict[str, dict[str, Any]], reference: Reference) -> pa.Table:
    """The rows of another data set than reports, with the day `jour` on which they were received and in
    `siren_source` the territory that speaks: missing for a source shared by the region.

    `headers` are by report. A row about nobody that Vigie follows speaks for nobody.
    """
    sent = [headers[report] for report in table["rapport_id"].to_pylist()]
    received = [header["jour"] for header in sent]
    # A target speaks of the future, today.
    days = [min(day or last, last) for day, last in zip(_days_of(table), received, strict=True)]
    followed = set(reference.known_sirens)
    speaker = cache(partial(_speaker, reference))
    speakers = [
        speaker(header["siren_source"], siren, day) if siren in followed else None
        for header, siren, day in zip(sent, table["siren_epci"].to_pylist(), days, strict=True)
    ]
    return table.append_column("jour", pa.array(received, pa.date32())).append_column(
        "siren_source", pa.array(speakers, pa.string())
    )


def _days_of(table: pa.Table) -> list[date | None]:
    """The day that each row is about, where it says one."""
    for name in "date_valeur", "convention_le":
        if name in table.column_names:
            return list(table[name].to_pylist())
    return [None] * len(table)


def _speaker(reference: Reference, source: str | None, siren: str | None, day: date) -> str | None:
    """The SIREN of the source; that of the row when a merger or a new number made them one."""
    if not source or not siren or source == siren:
        return source
    today = reference.resolve_siren(siren, day) or siren
    return siren if reference.may_send_for(source, today, day) else source


def _perimeters(reference: Reference) -> pa.Table:
    found = [(s, reference.territory_of(s)) for s in reference.known_sirens]
    return _pairs(
        "siren_epci", "perimetre_code", [(s, t.perimetre_code) for s, t in found if t is not None]
    )


def _heirs(reference: Reference) -> pa.Table:
    """The territory of today (`territoire`) of each SIREN that a report may bear (`siren_epci`)."""
    found = [(s, reference.territory_of(s)) for s in reference.known_sirens]
    return _pairs(
        "siren_epci", "territoire", [(s, t.siren_epci) for s, t in found if t is not None]
    )


def _predecessors(reference: Reference) -> pa.Table:
    """The SIREN (`siren_ancien`) that each `siren_epci` replaced. A merger of several replaces none: nothing tells
    which of its actions were whose.
    """
    replaced: dict[str, list[str]] = {}
    for retired in reference.retired_sirens.values():
        replaced.setdefault(retired.siren_epci, []).append(retired.siren_ancien)
    alone = [(siren, old[0]) for siren, old in replaced.items() if len(old) == 1]
    return _pairs("siren_epci", "siren_ancien", alone)


def _pairs(first: str, second: str, pairs: list[tuple[str, str]]) -> pa.Table:
    return pa.table(
        {
            first: pa.array([pair[0] for pair in pairs], pa.string()),
            second: pa.array([pair[1] for pair in pairs], pa.string()),
        }
    )
