"""A report against the previous one: the tables that the rules of behaviour judge."""

from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from vigie.records import REPORT, ROADMAP_REGISTER

COMPARED = [
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
]
_IDENTITY = ["rapport_id", "siren_epci", "date_situation", "connu_le", "depose_le", "nom_fichier"]


def compare(
    readable: pd.DataFrame,
    actions: pd.DataFrame,
    accepted: np.ndarray,
    register: pd.DataFrame,
    heirs: pd.DataFrame,
    predecessors: pd.DataFrame,
    previous: Path | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compares the readable reports of a night with those known before, by the clocks alone.

    `readable` are the rows of `rapports` that are not refused, `actions` every action row sent,
    `accepted` which of them are to load, `register` the accepted rows of registers of the night,
    `heirs` the territory of today of each SIREN, `predecessors` the number each
    replaced, `previous` the raw file (None before the first night). Returns the pairs of actions
    and one row per report of actions.
    """
    with duckdb.connect() as connection:
        _attach(connection, previous)
        reports = readable[readable["jeu"] == REPORT]
        connection.register("nuit_rapports", reports[_IDENTITY])
        # DuckDB reads Arrow as it is; a pandas text is made a Python object first. It copies no row that it does not
        # compare: all are given, with whether they are to load.
        received = pa.Table.from_pandas(actions[COMPARED], preserve_index=False)
        connection.register(
            "nuit_recues", received.append_column("est_acceptee", pa.array(accepted))
        )
        connection.register("nuit_registres", readable[readable["jeu"] == ROADMAP_REGISTER])
        connection.register("nuit_registre", register[["rapport_id", "siren_epci"]])
        connection.register("heritiers", heirs)
        connection.register("predecesseurs", predecessors)
        connection.execute(files("vigie.gate").joinpath("behaviour.sql").read_text("utf-8"))
        pairs = connection.sql("from paires order by rapport_id, feuille, ligne").df()
        return pairs, connection.sql("from comportements").df()


def _attach(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    if previous is None:
        connection.execute("attach ':memory:' as raw")
        connection.execute("use raw")
        connection.execute(files("vigie.warehouse").joinpath("raw.sql").read_text("utf-8"))
        connection.execute("use memory")
    else:
        connection.execute(
            f"attach '{str(previous).replace(chr(39), chr(39) * 2)}' as raw (read_only)"
        )
