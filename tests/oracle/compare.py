"""Figures of the warehouse beside those of the oracle, and what differs, told by kind of figure."""

import math
from collections import defaultdict

import duckdb
from recompute import Figure, Key

KEY = "indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le"
COLUMNS = (
    "numerateur", "denominateur", "valeur", "n_nb", "couverture_pct", "borne_basse", "borne_haute",
    "intervalle_bas", "intervalle_haut", "quartile_bas", "quartile_haut",
)  # fmt: skip
FIGURES = f"select {KEY}, {', '.join(COLUMNS)} from vigie.marts.fct_indicateurs"


def computed(connection: duckdb.DuckDBPyConnection) -> dict[Key, Figure]:
    """The figures of the warehouse attached as `vigie`."""
    rows = connection.execute(FIGURES).fetchall()
    return {tuple(row[:6]): Figure(*row[6:]) for row in rows}


def close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def differences(mine: dict[Key, Figure], theirs: dict[Key, Figure]) -> str:
    """One line per indicator, part and column that differ: how many, in which meshes, an example. Empty if none."""
    found: dict[tuple[str, str, str], list[tuple[Key, str]]] = defaultdict(list)
    for key in theirs.keys() - mine.keys():
        found[key[0], key[4], "row"].append((key, f"not in the warehouse, oracle {theirs[key]}"))
    for key in mine.keys() - theirs.keys():
        found[key[0], key[4], "row"].append((key, f"unknown to the oracle, warehouse {mine[key]}"))
    compared: dict[tuple[str, str], int] = defaultdict(int)
    for key in mine.keys() & theirs.keys():
        compared[key[0], key[4]] += 1
        for column in COLUMNS:
            a, b = getattr(mine[key], column), getattr(theirs[key], column)
            if not close(a, b):
                told = f"warehouse {a}, oracle {b}"
                found[key[0], key[4], column].append((key, told))
    lines = []
    for (code, part, column), cases in sorted(found.items()):
        (key, told), meshes = min(cases), sorted({key[1] for key, _ in cases})
        _, mesh, territory, theme, _, month = key
        lines.append(
            f"{code}/{part} {column}: {len(cases)} ({compared[code, part]} rows compared) in {', '.join(meshes)};"
            f" {mesh} {territory} {theme} {month}: {told}"
        )
    return "\n".join(lines)
