"""The committee's workbook: French, filtered, never a formula, the same bytes for the same content."""

import io
import time
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from vigie.diffusion.pages import committee_book
from vigie.diffusion.pages.model import Column, Table

_TABLE = Table(
    "en_retard",
    "En retard",
    [
        Column("intitule", "Action"),
        Column("fin", "Fin prévue", "date"),
        Column("taux", "Avancement", "pct"),
    ],
    [
        {"intitule": '=HYPERLINK("http://mal")', "fin": date(2026, 3, 1), "taux": 40.0},
        {"intitule": "Guichet\x00 du port", "fin": None, "taux": None},
    ],
)


def _read(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))["En retard"]


def test_a_sheet_has_its_title_its_head_its_filter_and_its_widths() -> None:
    sheet = _read(committee_book.written([_TABLE], is_fictitious=True))
    assert sheet["A1"].value.startswith("DONNÉES FICTIVES")
    assert [cell.value for cell in sheet[2]] == ["Action", "Fin prévue", "Avancement"]
    assert sheet.auto_filter.ref == "A2:C4"
    assert sheet.freeze_panes == "A3"
    assert sheet.column_dimensions["A"].width > 20
    assert sheet["B3"].value.date() == date(2026, 3, 1)


def test_what_a_territory_wrote_is_never_a_formula_nor_breaks_the_file() -> None:
    sheet = _read(committee_book.written([_TABLE], is_fictitious=False))
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == '=HYPERLINK("http://mal")'
    assert sheet["A3"].value == "Guichet du port"


def test_the_same_content_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = committee_book.written([_TABLE], is_fictitious=True)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400)
    monkeypatch.setattr(
        time, "localtime", lambda *_: time.struct_time((2030, 1, 1, 0, 0, 0, 0, 1, 0))
    )
    assert committee_book.written([_TABLE], is_fictitious=True) == first
