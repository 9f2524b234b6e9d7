"""What nobody sees in a cell, and what only typography tells apart, changes nothing to what is read."""

import unicodedata

import pytest
from report_files import csv_bytes, flat_rows, parse

from vigie.reading.adapters import text_file
from vigie.reading.values.scalars import read_amount, read_percent
from vigie.text import alias_key, holds_odd_blanks, plain_blanks

UNSEEN = "\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200e\u200f\u202a\u202e\u2060\u2063\u2066\u2069\ufeff\U000e0041"
BLANK = "\u00a0\u1680\u2000\u2003\u2007\u2008\u200a\u2028\u202f\u205f\u2800\u3000\u3164\uffa0"


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_nobody_sees_is_read_as_nothing_in_headers_and_in_cells(unseen: str) -> None:
    header, row = flat_rows(["A1", "Ouvrir un guichet", "En cours"])
    cut = [
        [cell[:2] + unseen + cell[2:] if cell else cell for cell in line] for line in (header, row)
    ]
    assert parse(csv_bytes(cut)).lignes.equals(parse(csv_bytes([header, row])).lignes)


@pytest.mark.parametrize("blank", BLANK, ids=lambda c: f"U+{ord(c):04X}")
def test_every_kind_of_blank_is_an_ordinary_one(blank: str) -> None:
    assert plain_blanks(f"En{blank}cours") == "En cours"
    assert alias_key(f"{blank}En{blank}cours") == "en cours"


def test_what_is_changed_in_a_long_file_is_found_in_its_bytes() -> None:
    changed = (c for c in map(chr, range(0x80, 0x110000)) if not 0xD800 <= ord(c) < 0xE000)
    assert all(holds_odd_blanks(c.encode()) for c in changed if plain_blanks(c) != c)


def test_letters_written_apart_from_their_accents_are_put_together() -> None:
    text = "Équipements à créer, Noël, façade"
    assert plain_blanks(unicodedata.normalize("NFD", text)) == text
    # Beyond what any word bears, nothing is tried: such a text would take the square of its length.
    assert plain_blanks("e" + "\u0301\u0316" * 50) == "e" + "\u0301\u0316" * 50


def test_an_accent_cut_from_its_letter_by_the_pieces_of_a_long_file_is_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_file, "_LARGE_BYTES", 0)
    monkeypatch.setattr(text_file, "_PIECE_BYTES", 7)
    title = unicodedata.normalize("NFD", "Équiper l'été les écoles élémentaires")
    report = parse(csv_bytes(flat_rows(["A1", title, "En cours"])))
    assert report.lignes["intitule"].to_pylist() == ["Équiper l'été les écoles élémentaires"]


@pytest.mark.parametrize("mark", "’‘‛′ʼ´`＇")
def test_every_apostrophe_is_the_same(mark: str) -> None:
    assert alias_key(f"Taux d{mark}avancement") == "taux d'avancement"


@pytest.mark.parametrize("dash", "‐‑‒–—―−﹣－")
def test_every_dash_is_the_same(dash: str) -> None:
    assert alias_key(f"Sous{dash}axe") == "sous-axe"
    assert read_amount(f"{dash}12,5") == (-12.5, "")


def test_a_percent_sign_of_another_width_is_one() -> None:
    assert read_percent("45 ％") == (45.0, True)


def test_line_ends_converted_twice_do_not_double_the_rows() -> None:
    rows = flat_rows(["A1", "Ouvrir", "En cours"], ["A2", "Former", "En cours"])
    content = csv_bytes(rows).replace(b"\r\n", b"\n").replace(b"\n", b"\r\r\n")
    report = parse(content)
    assert report.lignes["ligne"].to_pylist() == [2, 3]
    assert report.lignes["intitule"].to_pylist() == ["Ouvrir", "Former"]
