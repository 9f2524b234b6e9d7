"""The catalogue of what is counted, as `dbt_project.yml` holds it for the models: what stands behind each figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from vigie.settings import PROJECT_ROOT

CATALOGUE = PROJECT_ROOT / "dbt_project" / "dbt_project.yml"


@dataclass(frozen=True)
class Count:
    """The states a figure counts, and what each adds before its weight in a theme.

    `rows`: SQL condition on a monthly state. `numerator`, `denominator`: SQL numbers; those of a median count actions
    whole, whatever their theme (`is_weighted` false). `shown`: the column a reader wants to see.
    """

    rows: str
    numerator: str
    denominator: str
    shown: str
    is_weighted: bool = True


@dataclass(frozen=True)
class Measures:
    """Every part of every indicator, by (indicator, part), under the way its rows are found.

    `counts`: sums over monthly states; `by_territory`: indicators made of the territories' own figures;
    `elsewhere`: the French sentence that says where to look, per indicator; `shares`: the indicators whose every part
    is between 0 and 100.
    """

    counts: dict[tuple[str, str], Count]
    by_territory: tuple[str, ...]
    elsewhere: dict[str, str]
    shares: tuple[str, ...]


@lru_cache(maxsize=1)
def measures() -> Measures:
    """The catalogue, read once per process."""
    variables = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["vars"]
    others = variables["autres_mesures"]
    counts: dict[tuple[str, str], Count] = {}
    for table, ratios in variables["ratios"].items():
        for ratio in ratios:
            counts.update(_counts_of(variables["mesures"][table], ratio))
    for other in others:
        if isinstance(other["trace"], dict):
            rows = other["trace"]
            key = (other["indicateur"], other.get("modalite", "total"))
            is_weighted = other.get("est_ponderee", False)
            counts[key] = Count(
                rows["lignes"], rows["numerateur"], "1", rows["montre"], is_weighted
            )
    return Measures(
        counts,
        tuple(dict.fromkeys(o["indicateur"] for o in others if o["trace"] == "territoire")),
        {
            other["indicateur"]: other["trace"]
            for other in others
            if isinstance(other["trace"], str) and other["trace"] != "territoire"
        },
        _shares(variables),
    )


def _shares(variables: dict[str, Any]) -> tuple[str, ...]:
    parts: dict[str, bool] = {}
    for ratio in (ratio for ratios in variables["ratios"].values() for ratio in ratios):
        code = ratio["indicateur"]
        is_share = not ratio.get("sans_plafond") and not ratio.get("total_eur")
        parts[code] = parts.get(code, True) and is_share
    for other in variables["autres_mesures"]:
        code = other["indicateur"]
        parts[code] = parts.get(code, True) and other.get("est_part", False)
    return tuple(sorted(code for code, is_share in parts.items() if is_share))


def _counts_of(
    table: dict[str, Any], ratio: dict[str, Any]
) -> Iterator[tuple[tuple[str, str], Count]]:
    facts = table["faits"]
    numerator, denominator = ratio["numerateur"], ratio["denominateur"]
    rows = _condition(facts, ratio.get("n", denominator))
    if "filtre" in table:
        rows = f"({table['filtre']}) and {rows}"
    added = f"case when {_condition(facts, numerator)} then {facts[numerator].get('somme', 1)} else 0 end"
    weight = facts[denominator].get("somme", "1")
    if "cles" not in ratio:
        key = (ratio["indicateur"], ratio.get("modalite", "total"))
        yield key, Count(rows, added, weight, ratio["montre"])
    for part in ratio.get("cles", ()):
        on_key = f"{rows} and {table['cle']} = '{part}'"
        key = (ratio["indicateur"], f"{ratio.get('prefixe', '')}{part}")
        yield key, Count(on_key, added, weight, ratio["montre"])


def _condition(facts: dict[str, Any], name: str) -> str:
    """The condition of a fact within that of the fact it stands in; the models say it the same way."""
    fact = facts[name]
    outer = [_condition(facts, fact["dans"])] if "dans" in fact else []
    return " and ".join([*outer, *([f"({fact['si']})"] if "si" in fact else [])])
