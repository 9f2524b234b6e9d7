"""What a warehouse built from raw rows shows, and the dates that its tests share."""

from datetime import date, datetime

import duckdb

JAN, FEB, MAR = date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)
KNOWN = datetime(2025, 4, 20, 12)


def states(
    built: duckdb.DuckDBPyConnection, siren: str, month: date
) -> dict[str, tuple[str, bool]]:
    rows = built.execute(
        "select code_action, statut_code, est_non_rapportee from marts.fct_etats_mensuels"
        " where siren_epci = ? and mois_le = ?",
        [siren, month],
    ).fetchall()
    return {code: (status, missing) for code, status, missing in rows}


def value(
    built: duckdb.DuckDBPyConnection,
    code: str,
    mesh: str,
    place: str,
    month: date,
    part: str = "total",
) -> tuple:
    row = built.execute(
        "select numerateur, denominateur, valeur from marts.fct_indicateurs where indicateur_code = ? and"
        " maille_code = ? and territoire_code = ? and theme_code = 'tous' and mois_le = ? and modalite_code = ?",
        [code, mesh, place, month, part],
    ).fetchone()
    return row or ()


def known(
    built: duckdb.DuckDBPyConnection, code: str, month: date, part: str = "total", theme: str = "tous"
) -> tuple:  # fmt: skip
    """Value, how many stand behind, coverage and bounds of the only territory shown."""
    row = built.execute(
        "select round(valeur, 6), n_nb, round(couverture_pct, 6), round(borne_basse, 6), round(borne_haute, 6)"
        " from marts.fct_indicateurs where indicateur_code = ? and maille_code in ('epci', 'epci_theme')"
        " and theme_code = ? and mois_le = ? and modalite_code = ? order by n_nb desc",
        [code, theme, month, part],
    ).fetchone()
    return row or ()
