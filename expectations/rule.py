"""What a rule is: a sentence for the sender, and the Great Expectations expectation that sees
it broken.

Nothing here imports Great Expectations: the rules can be listed, printed and tested without paying
for it.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

Severity = Literal["critique", "majeure", "remarque"]
Layer = Literal["fichier", "forme", "entête", "ligne", "comportement", "entrepôt"]
Effect = Literal[
    "rejet", "ligne écartée", "à valider", "signalement", "information", "publication refusée"
]

DATA_TEAM = "Région, équipe données"
ROADMAP_TEAM = "Région, suivi des feuilles de route"


@dataclass(frozen=True)
class Condition:
    """Restricts an expectation to the rows where `column` compares with `value` (`is` takes
    null or present).
    """

    column: str
    operator: Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is"]
    value: Any


@dataclass(frozen=True)
class Expectation:
    """A built-in expectation of Great Expectations, by the name of its class, on the normalised
    table.

    `{champ}` in a text argument stands for each of the fields of the rule.
    """

    kind: str
    arguments: dict[str, Any]
    when: tuple[Condition, ...] = ()

    def on(self, champ: str) -> "Expectation":
        """The same expectation on the field `champ`."""
        return Expectation(
            self.kind,
            {name: _fill(value, champ) for name, value in self.arguments.items()},
            tuple(replace(c, column=_fill(c.column, champ)) for c in self.when),
        )


def _fill(value: Any, champ: str) -> Any:
    if isinstance(value, str):
        return value.replace("{champ}", champ)
    if isinstance(value, list):
        return [_fill(item, champ) for item in value]
    return value


@dataclass(frozen=True)
class Rule:
    """One rule of the gate.

    `sentence` is what the sender reads: `{valeur}` is the offending value as written, `{champ}` the
    label of its column, `{numero}` SIREN or SIRET by its digits, any other name a column of the
    normalised row. `advice` says what to do, `if_missing` what an empty cell means. `fields` are the
    fields judged, whose cells are shown. `expectation` is None for what is noticed while the file is
    read. A rule of behaviour with `review` sends the report to a human. A remark with `informs` tells
    what was understood of something written in an ordinary way: there is nothing to mend, and no
    weight in the verdict.
    """

    code: str
    severity: Severity
    layer: Layer
    sentence: str
    advice: str
    if_missing: str
    fields: tuple[str, ...] = ()
    expectation: Expectation | None = None
    owner: str = DATA_TEAM
    review: bool = False
    informs: bool = False

    @property
    def effect(self) -> Effect:
        """What becomes of the report, the row or the publication when the rule is broken."""
        if self.review:
            return "à valider"
        if self.informs:
            return "information"
        if self.severity != "critique":
            return "signalement"
        if self.layer == "entrepôt":
            return "publication refusée"
        return "ligne écartée" if self.layer == "ligne" else "rejet"

    def expectations(self) -> list[tuple[str, Expectation]]:
        """One expectation per field of the rule, with that field; empty when it is noticed at
        reading.
        """
        if self.expectation is None:
            return []
        return [(champ, self.expectation.on(champ)) for champ in self.fields or ("",)]


@dataclass(frozen=True)
class Suite:
    """The rules of one data set; `keys` are the columns that name a row of it."""

    name: str
    title: str
    rules: tuple[Rule, ...]
    keys: tuple[str, ...] = field(default=())


def equal(column: str, value: Any) -> Condition:
    return Condition(column, "==", value)


def above(column: str, value: float) -> Condition:
    return Condition(column, ">", value)


def up_to(column: str, value: float) -> Condition:
    return Condition(column, "<=", value)


def one_of(column: str, values: list[str]) -> Condition:
    return Condition(column, "in", values)


def none_of(column: str, values: list[str]) -> Condition:
    return Condition(column, "not in", values)


def present(column: str) -> Condition:
    return Condition(column, "is", "present")


def absent(column: str) -> Condition:
    return Condition(column, "is", "null")


def not_null(column: str, *when: Condition) -> Expectation:
    return Expectation("ExpectColumnValuesToNotBeNull", {"column": column}, when)


def null(column: str, *when: Condition) -> Expectation:
    return Expectation("ExpectColumnValuesToBeNull", {"column": column}, when)


def between(column: str, low: Any, high: Any, *when: Condition) -> Expectation:
    """Nulls pass; a bound that is None is open."""
    return Expectation(
        "ExpectColumnValuesToBeBetween",
        {"column": column, "min_value": low, "max_value": high},
        when,
    )


def strictly_between(column: str, low: Any, high: Any) -> Expectation:
    """Nulls pass; the bounds themselves fail."""
    bounds = {"min_value": low, "max_value": high, "strict_min": True, "strict_max": True}
    return Expectation("ExpectColumnValuesToBeBetween", {"column": column, **bounds}, ())


def in_set(column: str, values: Any, *when: Condition) -> Expectation:
    """Nulls pass. `values` is a list, or `parameter(name)`."""
    return Expectation("ExpectColumnValuesToBeInSet", {"column": column, "value_set": values}, when)


def not_in_set(column: str, values: list[Any], *when: Condition) -> Expectation:
    return Expectation(
        "ExpectColumnValuesToNotBeInSet", {"column": column, "value_set": values}, when
    )


def matches(column: str, regex: str, *when: Condition) -> Expectation:
    """`regex` describes the whole text, as DuckDB takes it; nulls pass."""
    return Expectation("ExpectColumnValuesToMatchRegex", {"column": column, "regex": regex}, when)


def not_matches(column: str, regex: str, *when: Condition) -> Expectation:
    """`regex` describes the whole text, as DuckDB takes it; nulls pass."""
    return Expectation(
        "ExpectColumnValuesToNotMatchRegex", {"column": column, "regex": regex}, when
    )


def at_most_long(column: str, length: int, *when: Condition) -> Expectation:
    return Expectation(
        "ExpectColumnValueLengthsToBeBetween",
        {"column": column, "max_value": length},
        when,
    )


def at_least(column: str, other: str, *when: Condition) -> Expectation:
    """`column` >= `other`; rows where either is missing pass."""
    return Expectation(
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {
            "column_A": column,
            "column_B": other,
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
        when,
    )


def same(column: str, other: str, *when: Condition) -> Expectation:
    """`column` = `other`; rows where either is missing pass."""
    return Expectation(
        "ExpectColumnPairValuesToBeEqual",
        {
            "column_A": column,
            "column_B": other,
            "ignore_row_if": "either_value_is_missing",
        },
        when,
    )


def unique(columns: list[str], *when: Condition) -> Expectation:
    if len(columns) == 1:
        return Expectation("ExpectColumnValuesToBeUnique", {"column": columns[0]}, when)
    return Expectation("ExpectCompoundColumnsToBeUnique", {"column_list": columns}, when)


def parameter(name: str) -> dict[str, str]:
    """A value known only on the night: Great Expectations replaces it when the suite runs."""
    return {"$PARAMETER": name}
