"""What a column of the wide tables says of itself is what the catalogue of indicators says."""

import csv
import re

from dbt_replay import Warehouse

from vigie.settings import PROJECT_ROOT

WIDE = (
    "indicateurs_par_territoire", "indicateurs_par_theme", "indicateurs_par_territoire_theme", "indicateurs_region",
    "indicateurs_par_departement",
)  # fmt: skip
UNITS = {
    "pct": "en %", "points": "en points", "nb": "en nombre", "jours": "en jours", "eur": "en euros",
    "indice": "de 0 à 1", "quintile": "de 1 à 5",
}  # fmt: skip


def catalogue() -> dict[str, dict[str, str]]:
    with (PROJECT_ROOT / "seeds" / "indicateurs.csv").open(encoding="utf-8", newline="") as stream:
        return {row["indicateur_code"]: row for row in csv.DictReader(stream)}


def indicator_columns(warehouse: Warehouse) -> dict[str, tuple[str, str]]:
    """The columns that show one part of one indicator: name -> (indicator, part)."""
    with warehouse.connect() as connection:
        found = connection.execute(
            "select colonne, indicateur_code, modalite_code from marts.dim_mesures where colonne is not null"
        ).fetchall()
    assert len(found) > 40, "the catalogue is read otherwise"
    return {name: (code, part) for name, code, part in found}


def expected(name: str, code: str, part: str) -> str:
    """The whole definition of a figure itself, the end of that of one of its parts."""
    indicator, unit = catalogue()[code], UNITS[name.rpartition("_")[2]]
    if part != "total":
        return f", {unit} (indicateur « {indicator['libelle']} »)."
    first, *_ = re.split(r"\. |\.$| ; avec ", indicator["formule"])
    return f"{indicator['libelle']}, {unit} : {first[0].lower()}{first[1:]}."


def test_the_definition_of_an_indicator_column_is_that_of_the_catalogue(
    warehouse: Warehouse,
) -> None:
    columns = indicator_columns(warehouse)
    wrong = {}
    for model in warehouse.models():
        if model["name"] not in WIDE:
            continue
        told = {n: c["description"] for n, c in model["columns"].items() if n in columns}
        assert len(told) > 30
        for name, description in told.items():
            end = expected(name, *columns[name])
            if not description.endswith(end) or (
                columns[name][1] == "total" and description != end
            ):
                wrong[name] = f"{description!r} should be or end with {end!r}"
    assert wrong == {}


def test_the_unit_in_the_name_of_a_column_is_that_of_the_catalogue(warehouse: Warehouse) -> None:
    units = {
        name: (name.rpartition("_")[2], catalogue()[code]["unite"])
        for name, (code, part) in indicator_columns(warehouse).items()
        if part == "total"
    }
    assert {n: pair for n, pair in units.items() if pair[0] != pair[1]} == {}


def test_a_published_column_says_more_than_the_code_of_its_indicator(warehouse: Warehouse) -> None:
    codes = "|".join(catalogue())
    empty = [
        f"{model['name']}.{name}"
        for model in warehouse.models()
        for name, column in model["columns"].items()
        if re.search(rf"\b[Ii]ndicateur ({codes})\b", column["description"])
    ]
    assert empty == []


def test_the_analysts_guide_lists_every_part_of_the_catalogue(warehouse: Warehouse) -> None:
    guide = (PROJECT_ROOT / "docs" / "analystes.md").read_text(encoding="utf-8")
    table = guide.split("| indicateur | modalités |")[1].split("\n\n")[0]
    with warehouse.connect() as connection:
        parts = connection.execute(
            "select indicateur_code, modalite_code from marts.dim_mesures"
            " where modalite_code <> 'total' and indicateur_code not in"
            " ('comparaison_pairs', 'tendance', 'revision')"
        ).fetchall()
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    missing = [
        (code, part)
        for code, part in parts
        if not any(f"`{code}`" in line and f"`{part}`" in line for line in lines)
    ]
    assert missing == []


def test_a_figure_of_the_long_table_is_a_part_of_the_catalogue(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        unknown = connection.execute(
            "select distinct indicateur_code, modalite_code from marts.fct_indicateurs"
            " except select indicateur_code, modalite_code from marts.dim_mesures"
        ).fetchall()
    assert unknown == []
