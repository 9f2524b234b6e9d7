"""The public edition of a publication: what anyone may take, at addresses that do not change.

`published/donnees_ouvertes/actuelle/` holds the edition in force and `precedente/` the one before it. Each holds CSV
and Parquet files, their Data Package, a DCAT-AP catalogue (Turtle) and a note of what changed.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from vigie.diffusion import catalogue, dcat
from vigie.diffusion.catalogue import Table
from vigie.diffusion.exports import data_package, safe_columns
from vigie.errors import SettingsError
from vigie.files import sync_folder, write_json
from vigie.settings import Settings
from vigie.warehouse.damaged import publication_opened

PUBLIC_TABLES = (
    "dim_indicateurs",
    "dim_statuts",
    "dim_territoires",
    "dim_themes",
    "fct_actions",
    "fct_indicateurs",
    "fct_indicateurs_declares",
    "publication",
)
# Written by a territory for the Région, or told of its file: not for the public.
_PRIVATE_COLUMNS = {
    "fct_actions": {"commentaire", "feuille", "freins", "ligne", "preuve", "rapport_id"},
    "dim_territoires": {"dernier_rapport_id"},
    "publication": {"actions_confidentielles_nb"},
}
# Below this count, a figure speaks of one or two actions, reports or territories: it is left blank.
LEAST_COUNT = 3
_FIGURES = (
    *(
        "numerateur",
        "denominateur",
        "valeur",
        "n_nb",
        "couverture_pct",
        "borne_basse",
        "borne_haute",
    ),
    *("intervalle_bas", "intervalle_haut", "quartile_bas", "quartile_haut"),
)
_CURRENT, _PREVIOUS = "actuelle", "precedente"


def publish_open_data(settings: Settings) -> Path | None:
    """Makes the public edition of the current publication; returns its folder, or None when the installation has none.

    An edition is whole before it is linked, and made again under the same name when a run was cut short. A publication
    put back by `vigie rollback` takes its place again, and the one withdrawn leaves. Raises SettingsError when the
    address is given without the name of who publishes.
    """
    if not settings.open_data_url:
        return None
    if not settings.open_data_publisher:
        raise SettingsError(
            "VIGIE_OPEN_DATA_URL est donnée sans VIGIE_OPEN_DATA_PUBLISHER : écrire le nom de l'organisme qui publie."
        )
    home = settings.published / "donnees_ouvertes"
    home.mkdir(exist_ok=True)
    with publication_opened(settings.publication_path) as connection:
        ((identity,),) = connection.execute(
            "select publication_id from marts.publication"
        ).fetchall()
        before = _linked(home, _CURRENT)
        if before == identity:
            before = _linked(home, _PREVIOUS)
        elif _linked(home, _PREVIOUS) == identity:
            before = None
        folder = home / "editions" / identity
        if not (folder / "datapackage.json").exists():
            _write(connection, folder, home / "editions" / before if before else None, settings)
    _link(home, _PREVIOUS, before)
    _link(home, _CURRENT, identity)
    for edition in (home / "editions").iterdir():
        if edition.name not in {identity, before}:
            shutil.rmtree(edition)
    return home / _CURRENT


def _linked(home: Path, name: str) -> str | None:
    link = home / name
    return link.readlink().name if link.is_symlink() and link.exists() else None


def _link(home: Path, name: str, edition: str | None) -> None:
    """Replaces a link at once: a reader meets the old edition or the new one."""
    if edition is None:
        (home / name).unlink(missing_ok=True)
        return
    part = home / f".{name}.{os.getpid()}"
    part.unlink(missing_ok=True)
    part.symlink_to(Path("editions") / edition, target_is_directory=True)
    part.replace(home / name)
    sync_folder(home)


def _public(tables: list[Table]) -> Iterator[Table]:
    for table in tables:
        if table.nom in PUBLIC_TABLES:
            hidden = _PRIVATE_COLUMNS.get(table.nom, set())
            kept = tuple(column for column in table.colonnes if column.nom not in hidden)
            yield replace(table, colonnes=kept)


def _selected(table: Table) -> str:
    """The public columns of a table, figures on fewer than `LEAST_COUNT` left blank."""
    if table.nom != "fct_indicateurs":
        return ", ".join(f'"{column.nom}"' for column in table.colonnes)
    return ", ".join(
        f'case when n_nb is null or n_nb = 0 or n_nb >= {LEAST_COUNT} then "{column.nom}" end as "{column.nom}"'
        if column.nom in _FIGURES
        else f'"{column.nom}"'
        for column in table.colonnes
    )


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, before: Path | None, settings: Settings
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tables = list(_public(catalogue.tables(connection, "marts")))
    for table in tables:
        relation = connection.sql(f"select {_selected(table)} from {table.sql_name} order by all")
        relation.write_parquet(str(folder / f"{table.nom}.parquet"))
        connection.sql(f"select {safe_columns(table)} from relation").write_csv(
            str(folder / f"{table.nom}.csv")
        )
    (folder / "changements.md").write_text(_changes(folder, before), encoding="utf-8")
    package = data_package(connection, tables)
    dcat.write(folder, package, settings)
    # Written last: its presence says that the edition is whole.
    write_json(folder / "datapackage.json", package)


def _changes(folder: Path, before: Path | None) -> str:
    """What a reader of the edition before must know: its dates, the rows, the figures of the region that moved."""
    with duckdb.connect() as connection:
        now, then = (
            connection.execute(
                "select publication_id, date_situation_le, donnees_fictives from read_parquet(?)",
                [str(edition / "publication.parquet")],
            ).fetchall()[0]
            if edition
            else None
            for edition in (folder, before)
        )
        assert now is not None
        lines = [f"# Ce qui change dans l'édition {now[0]}", "", f"Situation au {now[1]:%d/%m/%Y}."]
        if now[2]:
            lines.append("DONNÉES FICTIVES : région de démonstration.")
        lines += [
            f"Un chiffre établi sur moins de {LEAST_COUNT} éléments est laissé vide ; les actions confidentielles sont"
            " absentes, et les totaux qui permettraient de les retrouver aussi.",
            "",
        ]
        if before is None or then is None:
            return "\n".join([*lines, "Première édition.", ""])
        lines += [f"Édition précédente : {then[0]}, situation au {then[1]:%d/%m/%Y}.", ""]
        lines += ["| fichier | lignes avant | lignes maintenant |", "|---|---:|---:|"]
        for name in PUBLIC_TABLES:
            counts = [
                connection.execute(
                    "select count(*) from read_parquet(?)", [str(edition / f"{name}.parquet")]
                ).fetchall()[0][0]
                if (edition / f"{name}.parquet").exists()
                else "absent"
                for edition in (before, folder)
            ]
            lines.append(f"| {name} | {counts[0]} | {counts[1]} |")
        moved = connection.execute(
            "select indicateur_code, modalite_code, avant.valeur, apres.valeur"
            " from read_parquet($now) as apres full join read_parquet($then) as avant"
            " using (indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le)"
            " where maille_code = 'region' and theme_code = 'tous' and mois_le ="
            " (select max(mois_le) from read_parquet($then)) and avant.valeur is distinct from apres.valeur"
            " order by all",
            {
                "now": str(folder / "fct_indicateurs.parquet"),
                "then": str(before / "fct_indicateurs.parquet"),
            },
        ).fetchall()
    lines += ["", "## Chiffres de la région, au même mois", ""]
    if not moved:
        return "\n".join([*lines, "Aucun n'a changé.", ""])
    lines += ["| indicateur | part | avant | maintenant |", "|---|---|---:|---:|"]
    lines += [f"| {code} | {part} | {_said(a)} | {_said(b)} |" for code, part, a, b in moved]
    return "\n".join([*lines, ""])


def _said(value: float | None) -> str:
    return "non publié" if value is None else f"{value:.2f}".replace(".", ",")
