"""What an attacker does with a published file, in the catalog `vigie`: subtract what is shown from what is counted."""

from collections import defaultdict
from datetime import date

import duckdb

from vigie.reference.measures import measures

LEVELS = {"epci": "siren_epci", "departement": "departement_code", "region": "region_code"}
Cell = tuple[str, str, date]


def hidden(
    connection: duckdb.DuckDBPyConnection, code: str, part: str
) -> dict[Cell, tuple[float, ...]]:
    """Per cell, what is left of a figure once the published rows are taken away: actions, numerator, denominator."""
    count = measures().counts[code, part]
    left: dict[Cell, tuple[float, ...]] = {}
    for mesh, theme_mesh in (
        ("epci", "epci_theme"),
        ("departement", "departement_theme"),
        ("region", "theme"),
    ):
        place = LEVELS[mesh]
        inside = "" if mesh == "epci" else "and t.est_dans_denominateur"
        for name, bridge, theme, weight in (
            (mesh, "", "'tous'", "1.0"),
            (theme_mesh, "join vigie.marts.pont_lignes_themes p using (rapport_id, feuille, ligne)", "p.theme_code",
             "p.poids" if count.is_weighted else "1.0"),
        ):  # fmt: skip
            rows = connection.execute(
                f"""
                with comptes as (
                    select *, {count.numerator} as ajoute, {count.denominator} as pese
                    from vigie.marts.fct_etats_mensuels
                    where ({count.rows})
                ),
                montrees as (
                    select t.{place} as territoire_code, {theme} as theme_code, e.mois_le, count(*) as n,
                        sum({weight} * e.ajoute) as num, sum({weight} * e.pese) as den
                    from comptes e join vigie.marts.dim_territoires t using (siren_epci) {bridge}
                    where true {inside} group by all
                )
                select territoire_code, theme_code, mois_le, f.n_nb - coalesce(n, 0),
                    f.numerateur - coalesce(num, 0), f.denominateur - coalesce(den, 0)
                from vigie.marts.fct_indicateurs f left join montrees using (territoire_code, theme_code, mois_le)
                where f.indicateur_code = ? and f.modalite_code = ? and f.maille_code = ?
                """,
                [code, part, name],
            ).fetchall()
            for territory, theme_code, month, *values in rows:
                left[name, f"{territory} {theme_code}", month] = tuple(v or 0 for v in values)
    return left


def alone(connection: duckdb.DuckDBPyConnection, code: str, part: str) -> list[object]:
    """Where a subtraction leaves one or two actions: in a cell, between a mesh and those inside it, between months."""
    left = hidden(connection, code, part)
    places = {
        siren: (departement, region)
        for siren, departement, region in connection.execute(
            "select siren_epci, departement_code, region_code from vigie.marts.dim_territoires"
            " where est_dans_denominateur"
        ).fetchall()
    }
    regions = dict(places.values())
    told: list[object] = [(cell, n) for cell, (n, *_) in left.items() if n in (1, 2) or n < 0]
    # A figure with no action left has no amount left either.
    told += [(c, v) for c, v in left.items() if not v[0] and max(abs(x) for x in v[1:]) > 1e-4]
    told += [(cell, n) for cell, (n, *_) in left.items() if cell[0].endswith("theme") and n]
    inside: dict[Cell, float] = defaultdict(float)
    for (mesh, place, month), (n, *_) in left.items():
        code_of_place, theme = place.split(" ")
        if mesh == "epci" and code_of_place in places:
            inside["departement", f"{places[code_of_place][0]} {theme}", month] += n
        elif mesh == "departement":
            inside["region", f"{regions[code_of_place]} {theme}", month] += n
    told += [
        (c, left[c][0] - n) for c, n in inside.items() if c in left and left[c][0] - n in (1, 2)
    ]
    months: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (mesh, place, _), (n, *_) in sorted(left.items()):
        months[mesh, place].append(n)
    told += [
        (cell, counts)
        for cell, counts in months.items()
        if any(abs(a - b) in (1, 2) for a in counts for b in counts)
    ]
    return told
