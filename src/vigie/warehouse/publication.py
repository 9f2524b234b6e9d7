"""The published file: assembled whole, renamed into place, the previous ones kept for a rollback."""

import os
from pathlib import Path
from typing import Any

import duckdb

from vigie.errors import DamagedFile, PublicationError
from vigie.files import listed, read_json, sync_folder, write_json
from vigie.objects import Kept
from vigie.settings import Settings
from vigie.warehouse.builder import CONTENT_DIGITS
from vigie.warehouse.damaged import publication_opened

PUBLISHED_SCHEMAS = ("marts", "qualite", "referentiel")
# Files of this storage version open in every DuckDB since 1.0: analysts' tools lag behind the warehouse.
STORAGE_VERSION = "v1.0.0"


def quoted(identifier: str) -> str:
    """`identifier` as a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def current_id(settings: Settings) -> str | None:
    """The identity of the publication readers see now, None before the first."""
    return publication_id_of(settings.publication_path)


def publication_id_of(path: Path) -> str | None:
    if not path.exists():
        return None
    with publication_opened(path) as connection:
        row = connection.execute("select publication_id from marts.publication").fetchone()
    return row[0] if row else None


def assemble(build_path: Path, manifest_path: Path, output: Path) -> None:
    """Copies the tables meant for readers from a build into the compact file `output`, with comments.

    Views become tables, so that every query of a reader is answered from one whole publication.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)
    # Bounded as the build is: the long table of a whole country is larger than its memory.
    bounds: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1200MB",
        "preserve_insertion_order": False,
        "temp_directory": f"{build_path}.tmp",
    }
    with duckdb.connect(config=bounds) as connection:
        connection.execute(f"attach {_literal(str(build_path))} as construit (read_only)")
        connection.execute(
            f"attach {_literal(str(output))} as publie (storage_version '{STORAGE_VERSION}')"
        )
        tables = connection.execute(
            "select schema_name, table_name from ("
            " select schema_name, table_name from duckdb_tables() where database_name = 'construit'"
            " union all"
            " select schema_name, view_name from duckdb_views()"
            " where database_name = 'construit' and not internal)"
            " where list_contains(?, schema_name) order by all",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall()
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema publie.{schema}")
        for schema, table in tables:
            name = f"{quoted(schema)}.{quoted(table)}"
            connection.execute(f"create table publie.{name} as select * from construit.{name}")
        _comment(connection, manifest_path, set(tables))
        connection.execute("checkpoint publie")


def _comment(
    connection: duckdb.DuckDBPyConnection, manifest_path: Path, tables: set[tuple[str, str]]
) -> None:
    nodes = read_json(manifest_path)["nodes"].values()
    for node in nodes:
        key = (node["schema"], node.get("alias") or node["name"])
        if node["resource_type"] not in ("model", "seed") or key not in tables:
            continue
        name = f"publie.{quoted(key[0])}.{quoted(key[1])}"
        connection.execute(f"comment on table {name} is {_literal(node['description'])}")
        present = {
            row[0]
            for row in connection.execute(
                "select column_name from duckdb_columns()"
                " where database_name = 'publie' and schema_name = ? and table_name = ?",
                list(key),
            ).fetchall()
        }
        for column in node["columns"].values():
            if column["name"] in present:
                connection.execute(
                    f"comment on column {name}.{quoted(column['name'])}"
                    f" is {_literal(column['description'])}"
                )


def publish(settings: Settings, build_path: Path) -> Path:
    """Replaces the publication with the content of a checked build; returns its path.

    Readers with the old file open finish undisturbed. The previous publications are kept, the oldest beyond
    `settings.publications_kept` removed. Raises PublicationError when this very content was withdrawn by a
    rollback, be it at another date.
    """
    content = content_of(publication_id_of(build_path))
    for gone in withdrawn(settings):
        if content_of(gone) == content:
            raise PublicationError(
                f"La publication {gone} a été retirée par « vigie rollback », et son contenu n'est pas republié : "
                "corriger la cause (rapport, modèle ou référentiel), ou la rétablir par "
                f"« vigie rollback --restore {gone} »."
            )
    incoming = settings.published / f".vigie.{os.getpid()}.part"
    assemble(build_path, settings.home / "dbt" / "manifest.json", incoming)
    with incoming.open("rb") as stream:
        os.fsync(stream.fileno())
    _keep_current(settings)
    os.replace(incoming, settings.publication_path)
    sync_folder(settings.published)
    for old in history(settings)[settings.publications_kept :]:
        old.unlink()
    for leftover in settings.published.glob(".vigie.*.part*"):
        leftover.unlink()
    return settings.publication_path


def _keep_current(settings: Settings) -> None:
    current = settings.publication_path
    identity = current_id(settings)
    if identity is None:
        return
    kept = _history_folder(settings) / f"{identity}.duckdb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        os.link(current, kept)
        sync_folder(kept.parent)


def _history_folder(settings: Settings) -> Path:
    return settings.published / "precedentes"


def history(settings: Settings) -> list[Path]:
    """The previous publications, the most recent first."""
    files = _history_folder(settings).glob("*.duckdb")
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def restorable(settings: Settings, current: str | None) -> list[Path]:
    """The previous publications that a rollback may put back in the place of `current`, the first of them next."""
    others = {current, *withdrawn(settings)}
    return [path for path in history(settings) if path.stem not in others]


def content_of(identity: str | None) -> str | None:
    """The part of the identity of a publication that does not change with its dates (see `builder.content_id`)."""
    return identity and identity[:CONTENT_DIGITS]


def withdrawn(settings: Settings) -> list[str]:
    """The identities of the publications taken back by a rollback."""
    return [path.stem for path in listed(_withdrawals(settings), "*.json")]


def _withdrawals(settings: Settings) -> Kept:
    # In `landing/`: what is made again from it must not be published again.
    return settings.landing / "retraits"


def rollback(settings: Settings) -> str:
    """Puts the previous publication back and withdraws the current one; returns the identity restored.

    Raises PublicationError when no previous publication is kept.
    """
    gone = current_id(settings)
    previous = restorable(settings, gone)
    if not previous:
        raise PublicationError("Aucune publication précédente n'est conservée : rien n'a changé.")
    if gone is not None:
        write_json(_withdrawals(settings) / f"{gone}.json", {"publication_id": gone})
        _keep_current(settings)
    restored = settings.published / f".vigie.{os.getpid()}.part"
    os.link(previous[0], restored)
    os.replace(restored, settings.publication_path)
    sync_folder(settings.published)
    return previous[0].stem


def allow_again(settings: Settings, identity: str) -> None:
    """Lets the content of a withdrawn publication be published again by the next night."""
    for gone in withdrawn(settings):
        if content_of(gone) == content_of(identity):
            (_withdrawals(settings) / f"{gone}.json").unlink()


def table_checksums(path: Path) -> dict[str, str]:
    """For each published table: `rows:sum`, the sum of the MD5 of its rows, whatever their order."""
    sums: dict[str, str] = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
        for schema, table in tables:
            row = connection.execute(
                "select count(*), sum(md5_number_lower(contenu::varchar)::hugeint) from"
                f" {quoted(schema)}.{quoted(table)} as contenu"
            ).fetchone()
            assert row is not None
            sums[f"{schema}.{table}"] = f"{row[0]}:{row[1]}"
    return sums


def damage(settings: Settings) -> str:
    """Why the current publication cannot be read, and what to do; empty when it can, or before the first."""
    try:
        figures(settings)
    except DamagedFile as error:
        return str(error)
    return ""


def figures(settings: Settings) -> dict[str, Any]:
    """What the operator is told about the current publication; empty before the first."""
    if not settings.publication_path.exists():
        return {}
    with publication_opened(settings.publication_path) as connection:
        row = connection.execute(
            "select (select publication_id from marts.publication),"
            " (select count(*) from marts.dim_territoires"
            "  where est_dans_denominateur and a_feuille_de_route),"
            " (select count(*) from marts.dim_territoires where est_dans_denominateur),"
            " (select count(distinct indicateur_code) from marts.fct_indicateurs),"
            " (select count(*) from marts.fct_indicateurs),"
            " (select donnees_fictives from marts.publication),"
            " (select count(*) from qualite.rapports where verdict = 'a_valider' and decision is null)"
        ).fetchone()
    assert row is not None
    names = (
        "publication_id",
        "territoires_attendus",
        "territoires_region",
        "indicateurs",
        "valeurs",
        "donnees_fictives",
        "a_valider",
    )
    return dict(zip(names, row, strict=True))
