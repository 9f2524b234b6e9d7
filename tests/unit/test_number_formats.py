"""What a spreadsheet shows for a number, by the code of its format."""

import pytest

from vigie.reading.adapters.number_formats import hides_text, shown


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("0%", 0.45, "45%"),
        ("0.0%", 0.4567, "45.67%"),
        ('0"%"', 45, "45%"),
        ('0.0"%"', 45.04, "45.04%"),
        ('##0 "%"', 45, "45 %"),
        (r"0\%", 45, "45%"),
        ("000", 1, "001"),
        ("00", 12, "12"),
        ('"ACT-"000', 3, "ACT-003"),
        ('"N°"0', 3, "N°3"),
        (r"\N\°0", 3, "N°3"),
        ('"Axe "0".1"', 7, "Axe 7.1"),
        ('0"."0', 12, "1.2"),
        ("00-00", 1004, "10-04"),
        ('000" "000" "000', 246200729, "246 200 729"),
        ("0.00", 1.1, "1.10"),
        ("#,##0", 1234567, "1234567"),
        ("#,##0.00 [$€-40C]", 45000.5, "45000.50 €"),
        ('0" k€"', 45, "45 k€"),
        ('0.0," k€"', 45000, "45.0 k€"),
        ('0;"moins "0', -5, "moins 5"),
        ("[Red]0;[Blue]-0", 12, "12"),
        ("[<10]00;0", 3, "03"),
        ('[=1]"Oui";[=0]"Non";General', 1, "Oui"),
        ('[=1]"Oui";[=0]"Non";General', 0, "Non"),
        ('"Oui";"Oui";"Non"', 0, "Non"),
        ("Standard", 45.5, "45.5"),
        ('Standard" jours"', 45, "45 jours"),
        ("Standard", -2, "-2"),
        ('"jour "0', 5, "jour 5"),
        ("dd/mm/yyyy", 46000, "2025-12-09"),
        ('dd/mm/yyyy "à" hh:mm', 46357.5, "2026-12-01 12:00:00"),
        (r"mmm\-yy", 46357, "12/2026"),
        ("mmmm yyyy", 46357, "12/2026"),
        ("yyyy", 46357, "2026"),
        ("[h]:mm", 1.5, "36:00"),
        ("[hh]:mm:ss", 0.25, "6:00"),
        ("h:mm", 0.25, "06:00"),
    ],
)
def test_a_number_is_read_as_it_is_shown_and_never_rounded(
    code: str, value: float, text: str
) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    "code", ["General", "@", "", "# ?/?", "0.00E+00", '"-"', "0" * 300, "[Red]"]
)
def test_a_format_that_says_nothing_or_cannot_be_told_leaves_the_number(code: str) -> None:
    assert shown(12.5, code) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (12.5, ";;;"),
        (12.5, '""'),
        (12.5, "_-* "),
        (0, "0;-0;;@"),
        (-3, "0;;"),
        (0, '[=0]"";General'),
    ],
)
def test_a_format_may_display_nothing(value: float, code: str) -> None:
    assert shown(value, code) == ""
    assert shown(7, '0;-0;"";@') == "7"


def test_a_format_hides_a_text_by_its_fourth_section_alone() -> None:
    hiding = [code for code in (";;;", "0;0;0;", ";;", "0;;;@", "General", "@") if hides_text(code)]
    assert hiding == [";;;", "0;0;0;"]


def test_a_date_of_1904_and_a_day_out_of_the_calendar() -> None:
    assert shown(44895, "dd/mm/yyyy", is_1904=True) == "2026-12-01"
    assert shown(-1, "dd/mm/yyyy") is None
    assert shown(1e12, "dd/mm/yyyy") is None
