"""The pages of a region where nobody has sent anything yet: made at once, they say so, with or without points."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from tests.unit.test_installing import made, seeds  # noqa: F401
from vigie.diffusion import steps as diffusion
from vigie.night import steps as night
from vigie.settings import Settings

RUN_AT = datetime(2026, 11, 21, 1)
POINTS = (("-2.76", "47.66"), ("-4.10", "48.00"), ("-1.68", "48.11"))


def place(territories: Path) -> None:
    """Writes where each territory is, as a person would."""
    with territories.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row, (longitude, latitude) in zip(rows, POINTS, strict=True):
        row |= {"longitude": longitude, "latitude": latitude}
    with territories.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.usefixtures("replayed_builds")
@pytest.mark.parametrize("has_points", [False, True])
def test_the_pages_of_a_region_without_any_report_say_so(
    has_points: bool,
    seeds: Path,
    tmp_path: Path,
) -> None:
    home = tmp_path / "region"
    made(home, seeds)
    if has_points:
        place(home / "seeds" / "territoires.csv")
    settings = Settings(home=home, region="99", seeds=home / "seeds")
    night.gate_and_load(settings, RUN_AT)
    # Not checked: the invented territories have fewer inhabitants than any real one.
    night.publish(settings, RUN_AT, night.build(settings, RUN_AT))
    counts = diffusion.render_pages(settings, RUN_AT)
    site = settings.published / "site"
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert counts["pages"] == len(texts)
    assert counts["pdf"] == len(list(site.rglob("*.pdf"))) > 0
    assert not [text for text in texts if "Hauts-de-France" in text]
    pages = " ".join(texts)
    for named in ("CU de la Plaine", "CA Port et Cap"):
        assert named in pages
    assert "pas encore adopté sa feuille de route" in pages
