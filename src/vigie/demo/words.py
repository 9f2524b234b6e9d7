"""The sentences of the demonstration: package data, alternatives, and slots filled in correct French."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

FICTITIOUS = "DONNÉES FICTIVES"
# As a funder: any Région may be shown.
REGION = "Région"

_FOLDER = Path(__file__).parent
_ALTERNATIVES = re.compile(r"\[([^\[\]]+)\]")
_SLOT = re.compile(r"(?:\b(?P<link>[dD]e|[àÀ]) )?\{(?P<name>\w+)\}")
_VOWEL = re.compile(r"[aeiouyàâéèêîôAEIOUÀÂÉÈÊÎÔ]")
_CONTRACTED = {"le": {"de": "du", "à": "au"}, "les": {"de": "des", "à": "aux"}}


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the package file `<name>.csv`."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def phrases(family: str) -> tuple[str, ...]:
    """The phrases of one family of `phrases.csv`, in file order."""
    return tuple(row["texte"] for row in table("phrases") if row["famille"] == family)


def split(value: str) -> tuple[str, ...]:
    """The items of a `|` list of a package file."""
    return tuple(item for item in value.split("|") if item)


def choose_alternatives(text: str, rng: Random) -> str:
    """Keeps one of each `[one|other]`."""
    return _ALTERNATIVES.sub(lambda match: rng.choice(match[1].split("|")), text)


def fill(text: str, slots: Mapping[str, str]) -> str:
    """Replaces `{slot}` by its words, contracting `de le` into `du`, `à les` into `aux`, `de A` into `d'A`."""

    def replace(match: re.Match[str]) -> str:
        words, link = slots[match["name"]], match["link"]
        if link is None:
            return words
        article, _, rest = words.partition(" ")
        contracted = _CONTRACTED.get(article.lower())
        if contracted and rest:
            return f"{contracted[link.lower()]} {rest}"
        if link.lower() == "de" and _VOWEL.match(words):
            return f"d'{words}"
        return f"{link} {words}"

    filled = _SLOT.sub(replace, text)
    return filled[:1].upper() + filled[1:]
