"""A report against the previous one: the tables that the rules of behaviour judge."""

from pathlib import Path

import duckdb

from vigie.gate.judged import run
from vigie.gate.tables import raw_ddl
from vigie.gate.typed import Typed

_COMPARED = (
    "rapport_id",
    "feuille",
    "ligne",
    "code_action",
    "axe",
    "intitule",
    "descriptif",
    "statut_code",
    "taux_avancement_pct",
    "meteo_code",
    "date_debut_prevue",
    "date_fin_prevue",
    "date_debut_reelle",
    "date_fin_reelle",
    "budget_prevu_eur",
    "montant_engage_eur",
    "montant_paye_eur",
    "valeur_cible",
    "valeur_actuelle",
    "freins",
    "commentaire",
)


def compare(connection: duckdb.DuckDBPyConnection, batch: Typed, previous: Path | None) -> None:
    """Makes `comportement_actions` and `comportement_rapports` (see behaviour.sql).

    The readable reports of the night are compared with those known before, by the clocks alone. `previous` is the raw
    file of the nights before (None before the first).
    """
    _attach(connection, previous)
    connection.register("actions_lues", batch.stream("actions", _COMPARED))
    run(connection, "behaviour.sql")
    connection.unregister("actions_lues")
    connection.execute("detach raw")


def _attach(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    if previous is None:
        connection.execute("attach ':memory:' as raw")
        connection.execute("use raw")
        connection.execute(raw_ddl())
        connection.execute("use nuit")
    else:
        quoted = str(previous).replace("'", "''")
        connection.execute(f"attach '{quoted}' as raw (read_only)")
