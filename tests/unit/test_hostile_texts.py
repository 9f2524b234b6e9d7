"""No text takes more than its length: each reader is run on texts made to hurt, in a process that may be killed."""

import re
import subprocess
import sys

import hostile_words
from hypothesis import given
from hypothesis import strategies as st

from expectations.publication import EMAIL
from vigie.reading.values.labels import split_list
from vigie.reading.values.redaction import EMAIL_REMOVED, redact
from vigie.text import alias_key, count_controls, without_controls
from vigie.warehouse.terms import plain

# A quadratic pattern needs days on these; a linear one, a second or two on a busy machine.
KILLED_AFTER_S = 250


def test_a_text_made_to_hurt_is_read_in_a_time_that_follows_its_length() -> None:
    done = subprocess.run(
        [sys.executable, hostile_words.__file__],
        capture_output=True,
        text=True,
        timeout=KILLED_AFTER_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == list(hostile_words.READERS)


ADDRESSES = st.text(alphabet="aé1._-+'@ [],\n", max_size=60)


@given(ADDRESSES)
def test_no_text_that_the_gate_lets_in_stops_the_publication(text: str) -> None:
    assert re.search(EMAIL, redact(text)) is None


def test_an_address_is_removed_whole_whatever_is_around_it() -> None:
    for text in (
        "voir a.b+c@exemple.invalid.",
        "a@b.fr'c@d.fr",
        "x" * 40 + "@exemple.invalid",
        "prenom @ exemple.invalid",
    ):
        assert "@" not in redact(text)
        assert EMAIL_REMOVED in redact(text)
    assert redact("à 10 h @ la mairie") == "à 10 h @ la mairie"


def test_a_list_is_split_on_the_commas_outside_parentheses() -> None:
    known = {"mobilite"}
    assert split_list("Mobilité, Eau (pluie, mer), Port", known) == [
        "Mobilité",
        "Eau (pluie, mer)",
        "Port",
    ]
    assert split_list("Mobilité, c (d), a) b, c", known) == ["Mobilité", "c (d), a) b", "c"]
    assert split_list("Eau, Port", known) == ["Eau, Port"]


def test_accents_of_any_number_and_order_are_dropped() -> None:
    assert alias_key("E\u0315\u0300cole nume\u0301rique ﬁn") == "ecole numerique fin"
    assert plain("L'École d'été") == " ecole  ete"


def test_control_characters_are_dropped_and_ordinary_ones_kept() -> None:
    kept = "Ligne 1\r\n\tà l'œuvre « 😀 » \u00a0…"
    assert without_controls(kept) == kept
    assert without_controls("a\x00b\x0bc\x85d\x7f\x9f\ud800\ufdd0\ufffe\U0010ffff") == "ab c d"
    assert count_controls("a\x00b\x0bc") == 2
