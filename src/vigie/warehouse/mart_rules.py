"""The rules of `expectations/` on a build: reference tables, indicators, and what would be
shown.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from expectations import marts_indicateurs, publication, referentiels
from vigie.gate import controls, judged
from vigie.gate.engine import Engine, Failure

TOLD_PER_RULE = 5

_INDICATORS = """
    select
        *,
        -- Bounds are sums of the same terms in another order: equal but for the last bits.
        case
            when borne_basse is null or valeur is null then true
            else valeur between borne_basse - 1e-6 and coalesce(borne_haute, valeur) + 1e-6
        end as est_dans_ses_bornes
    from construit.marts.fct_indicateurs
    -- The months before are made by the same models: their keys are tested by dbt.
    where est_dernier_mois
"""
_IDENTITY = """
    select *, 1 as unite, exists (
        select 1 from brut.rapports where est_synthetique and connu_le <= publication.connu_le
    ) as a_des_rapports_fictifs
    from construit.marts.publication as publication
"""
_TEXTS = """
    select a.action_id, a.intitule, a.descriptif, a.commentaire, l.est_confidentielle
    from construit.marts.fct_actions as a
    left join brut.lignes as l
        on a.rapport_id = l.rapport_id and a.feuille = l.feuille and a.ligne = l.ligne
"""


def check(
    build: Path, raw: Path, data_docs: Path | None = None, run_at: datetime | None = None
) -> list[str]:
    """The sentences of the rules that a build breaks, none when it may be published.

    `data_docs` is where Great Expectations tells what it saw, `run_at` the moment it bears. Raises
    RuleIncident when a rule could not be evaluated.
    """
    with duckdb.connect() as connection:
        engine = Engine(connection)
        for name, path in ("construit", build), ("brut", raw):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        told = list(_told(engine, connection))
        if data_docs is not None and run_at is not None:
            engine.write_docs(data_docs, run_at)
        return told


def _told(engine: Engine, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    asked = (
        (referentiels.TERRITOIRES, "from construit.marts.dim_territoires"),
        (referentiels.THEMES, "from construit.marts.dim_themes"),
        (marts_indicateurs.SUITE, _INDICATORS),
        (publication.IDENTITE, _IDENTITY),
        (publication.TEXTES, _TEXTS),
    )
    parameters = _parameters(connection)
    for suite, query in asked:
        numbered = f"select *, row_number() over () - 1 as {judged.RANK} from ({query})"
        connection.execute(f'create table "{suite.name}" as {numbered}')
        for failure in engine.validate(suite, parameters):
            yield from _sentences(connection, suite.name, failure)


def _parameters(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    codes = judged.one_column(
        connection, "select indicateur_code from construit.marts.dim_indicateurs order by 1"
    )
    # Monthly figures are dated by the end of their month, which may follow the day of situation.
    (month_end,) = judged.one_column(
        connection, "select last_day(max(date_situation_le)) from construit.marts.publication"
    )
    return {"indicateurs": codes, "date_situation": month_end}


def _sentences(
    connection: duckdb.DuckDBPyConnection, table: str, failure: Failure
) -> Iterator[str]:
    first = replace(failure, rows=failure.rows[:TOLD_PER_RULE])
    names = judged.columns_of(connection, table)
    columns = controls.rows_at_fault(connection, table, first, names)
    for n in range(len(first.rows)):
        words = {name: controls.french(values[n]) for name, values in columns.items()}
        words |= {"champ": failure.champ, "valeur": words.get(failure.champ, "")}
        yield f"{failure.rule.code} : {failure.rule.sentence.format_map(words)}"
    if len(failure.rows) > TOLD_PER_RULE:
        yield f"{failure.rule.code} : et {len(failure.rows) - TOLD_PER_RULE} autres lignes."
