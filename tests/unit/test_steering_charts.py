"""Charts drawn ahead: accessible, safe, honest about fictitious data."""

import re
from datetime import date
from itertools import pairwise

import pytest

from vigie.diffusion.pages import charts
from vigie.diffusion.pages.palette import for_screen

_ROWS = charts.status_rows(
    [
        {
            "libelle": "<script>alert(1)</script> & co",
            "ordre": 0,
            "groupe_code": "fait",
            "part": 60.0,
            "n_nb": 5,
        },
        {
            "libelle": "<script>alert(1)</script> & co",
            "ordre": 0,
            "groupe_code": "non_renseigne",
            "part": 40.0,
            "n_nb": 5,
        },
    ]
)


def test_a_label_is_text_in_the_drawing_never_markup() -> None:
    drawn = charts.draw(charts.status_bars, _ROWS, 'Alternative "citée" <b>', fictitious=False)
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
    assert 'aria-label="Alternative &quot;citée&quot; &lt;b&gt;"' in drawn
    assert 'role="img"' in drawn


def test_the_missing_share_is_drawn_and_hatched_and_the_actions_are_counted() -> None:
    drawn = charts.with_textures(charts.draw(charts.status_bars, _ROWS, "x", fictitious=False))
    assert 'fill="url(#hachures)"' in drawn
    assert "40\u202f%" in drawn
    assert "5\u00a0actions" in drawn


def test_each_status_that_a_grey_print_would_confuse_has_its_own_texture() -> None:
    rows = [
        {"libelle": "a", "ordre": 0, "groupe_code": code, "part": 50.0, "n_nb": 5}
        for code in ("en_cours", "bloque")
    ]
    drawn = charts.with_textures(
        charts.draw(charts.status_bars, charts.status_rows(rows), "x", fictitious=False)
    )
    for name in ("hachures", "barreaux", "traits"):
        assert f'fill="url(#{name})"' in drawn
        assert f'<pattern id="{name}"' in drawn


def test_a_fictitious_chart_says_so_in_its_drawing_and_a_real_one_does_not() -> None:
    assert "DONNÉES FICTIVES" in charts.draw(charts.status_bars, _ROWS, "x", fictitious=True)
    assert "DONNÉES FICTIVES" not in charts.draw(charts.status_bars, _ROWS, "x", fictitious=False)


def test_a_drawing_follows_the_colours_of_the_page() -> None:
    on_screen = for_screen(charts.draw(charts.status_bars, _ROWS, "x", fictitious=False))
    assert 'fill="var(--fait)"' in on_screen
    assert '"#1c6b52"' not in on_screen


def test_months_are_written_in_french() -> None:
    rows = [
        {
            "mois": f"2026-{m:02d}-28",
            "valeur": 10.0 * m,
            "borne_basse": 9.0 * m,
            "borne_haute": 11.0 * m,
        }
        for m in range(1, 9)
    ]
    drawn = charts.draw(charts.trend, rows, "x", fictitious=False)
    assert "juil." in drawn
    assert "80\u202f%" in drawn


@pytest.mark.parametrize("months", [2, 5, 12, 24, 60])
def test_each_month_written_is_told_once_and_written_over_no_other(months: int) -> None:
    days = [date(2021 + n // 12, n % 12 + 1, 28).isoformat() for n in range(months)]
    rows = [{"mois": day, "valeur": 50, "borne_basse": 40, "borne_haute": 60} for day in days]
    drawn = charts.draw(charts.trend, rows, "x", fictitious=False)
    written = re.findall(r'"translate\(([\d.]+),[^>]*>([^<]* 20\d\d)<', drawn)
    places = [float(place) for place, _ in written]
    assert written[0][1] == "janv. 2021"
    assert len(written) == len({name for _, name in written}) >= 2
    # Nine characters of thirteen pixels.
    assert all(after - before > 60 for before, after in pairwise(places))
