"""From what was judged to what raw will hold."""

import json
from functools import cache
from hashlib import sha256
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from expectations import RULES, SUITES
from vigie.gate.judged import RANK, run
from vigie.gate.typed import Typed
from vigie.records import REPORT, Receipt
from vigie.reference.columns import ACTION, columns_of_level
from vigie.warehouse import raw_schema

# The suite that judges the rows of a data set, and the table of raw that they go to.
ACTIONS, ACTIONS_TABLE = "rapport_actions", "lignes"
KEY = ("rapport_id", "feuille", "ligne")
_HANGING = ("themes", "silos", "financements")
_NAMED_IN_RAW = {"statut__brut": "statut_brut"}
# Of these a row set aside says what was written, not what was understood.
_TYPED_UNDER = {f.champ: f.colonne for f in columns_of_level(ACTION) if f.colonne != f.champ}


def raw_columns(table: str) -> list[str]:
    """The columns of a table of raw.duckdb, in order."""
    return list(raw_schema.declared().tables[table])


def raw_ddl() -> str:
    """The statements that make the tables of raw.duckdb."""
    return raw_schema.ddl()


@cache
def rules_version() -> str:
    """Changes when any rule changes: kept with each verdict."""
    return sha256(repr(SUITES).encode()).hexdigest()[:12]


def effects() -> pa.Table:
    """The effect of each rule, for `effets`."""
    told = [{"regle_code": code, "effet": rule.effect} for code, rule in RULES.items()]
    return pa.Table.from_pylist(told)


def received(receipts: list[Receipt], forms: dict[str, tuple[str, str]]) -> pa.Table:
    """One row per file received, for `fichiers`; `forms` are the data set and the format that the adapters found."""
    rows = [
        {
            "rapport_id": receipt.rapport_id,
            "jeu": forms.get(receipt.rapport_id, (REPORT, ""))[0],
            "source_id": receipt.source_id,
            "siren_du_recu": receipt.siren_epci or None,
            "canal": receipt.canal,
            "format": forms.get(receipt.rapport_id, ("", receipt.format))[1],
            "nom_fichier": receipt.nom_fichier,
            "adresse": receipt.adresse,
            "sha256": receipt.sha256,
            "taille_octets": receipt.taille_octets,
            "depose_le": receipt.depose_le,
            "collecte_le": receipt.collecte_le,
            "connu_le": receipt.connu_le,
            "version_regles": rules_version(),
            "est_synthetique": receipt.est_synthetique,
        }
        for receipt in receipts
    ]
    return pa.Table.from_pylist(rows, _RECEIVED)


_TIME = pa.timestamp("us")
_RECEIVED = pa.schema(
    {
        **dict.fromkeys(
            (
                "rapport_id",
                "jeu",
                "source_id",
                "siren_du_recu",
                "canal",
                "format",
                "nom_fichier",
                "adresse",
                "sha256",
            ),
            pa.string(),
        ),
        "taille_octets": pa.int64(),
        "depose_le": _TIME,
        "collecte_le": _TIME,
        "connu_le": _TIME,
        "version_regles": pa.string(),
        "est_synthetique": pa.bool_(),
    }
)


def loaded(
    connection: duckdb.DuckDBPyConnection,
    batch: Typed,
    others: dict[str, tuple[str, str]],
) -> dict[str, pa.Table]:
    """What raw will hold of the night, by table.

    `others` gives, for each data set but reports, the suite that judged its rows and the table of raw they go to."""
    rows = {ACTIONS: (ACTIONS_TABLE, "actions")}
    rows |= {others[jeu][0]: (others[jeu][1], jeu) for jeu in batch.autres}
    asked = [(table, read, suite) for suite, (table, read) in rows.items()]
    asked += [(f"lignes_{name}", name, f"{name}_lus") for name in _HANGING]
    made = {
        table: batch.those(read, _is_kept(connection, judged), _in_raw(table, batch.table(read)))
        for table, read, judged in asked
    }
    made["rapports_silos"] = connection.sql(
        "from rapports_silos_lus anti join refuses using (rapport_id) order by rang"
    ).to_arrow_table()
    made["lignes_ecartees"] = pa.concat_tables(
        [_aside(connection, suite, batch, read) for suite, (_, read) in rows.items()]
    )
    told = connection.sql("from controles order by rapport_id, feuille, ligne, ordre")
    made["controles"] = told.to_arrow_table()
    accepted = [made[table].select(["rapport_id"]) for table, _ in rows.values()]
    connection.register("lignes_retenues", pa.concat_tables(accepted, promote_options="default"))
    run(connection, "verdicts.sql")
    made["rapports"] = connection.sql("from rapports order by rang").to_arrow_table()
    return {name: table.select(list(_in_raw(name, table))) for name, table in made.items()}


def _in_raw(table: str, read: pa.Table) -> dict[str, str]:
    """The columns that a table of raw holds, and their names there."""
    named = {name: _NAMED_IN_RAW.get(name, name) for name in read.column_names}
    return {name: there for name, there in named.items() if there in raw_columns(table)}


def _is_kept(connection: duckdb.DuckDBPyConnection, judged: str) -> npt.NDArray[np.bool_]:
    """For each row that `judged` numbers, whether it is to load: of a report not refused, and not set aside."""
    kept = connection.sql(
        f'select {RANK} from "{judged}" anti join refuses using (rapport_id)'
        " anti join ecartees using (rapport_id, feuille, ligne)"
    ).fetchnumpy()[RANK]
    mask = np.zeros(len(connection.table(judged)), dtype=bool)
    mask[kept] = True
    return mask


def _aside(connection: duckdb.DuckDBPyConnection, suite: str, batch: Typed, name: str) -> pa.Table:
    """The rows of `lignes_ecartees`: each row set aside, as its sender wrote it, with each rule it breaks."""
    broken = connection.sql(
        f"""
        select l.{RANK}, c.regle_code
        from "{suite}" as l
        inner join controles as c
            on l.rapport_id = c.rapport_id and l.feuille = c.feuille and l.ligne = c.ligne
        inner join effets as e on c.regle_code = e.regle_code
        where e.effet = 'ligne écartée' and l.rapport_id not in (from refuses)
        group by l.{RANK}, c.regle_code
        order by l.{RANK}, min(c.ordre)
        """
    ).fetchall()
    ranks = sorted({rank for rank, _ in broken})
    mask = np.zeros(len(connection.table(suite)), dtype=bool)
    mask[ranks] = True
    rows = dict(zip(ranks, batch.those(name, mask).to_pylist(), strict=True))
    told = [
        {
            **{name: rows[rank][name] for name in KEY},
            "code_action": rows[rank].get("code_action"),
            "regle_code": code,
            "contenu_json": _content(rows[rank]),
        }
        for rank, code in broken
    ]
    kinds = {name: pa.int64() if name == "ligne" else pa.string() for name in _ASIDE}
    return pa.Table.from_pylist(told, pa.schema(kinds))


_ASIDE = (*KEY, "code_action", "regle_code", "contenu_json")


def _content(row: dict[str, Any]) -> str:
    written = {name.removesuffix("__brut"): name for name in row if name.endswith("__brut")}
    shown = {name: name for name in row if name not in KEY and not name.endswith("__brut")}
    shown |= written
    for champ in _TYPED_UNDER.keys() & written.keys():
        shown.pop(_TYPED_UNDER[champ], None)
    told = {name: str(row[column]) for name, column in shown.items() if row[column] is not None}
    return json.dumps(told, ensure_ascii=False)
