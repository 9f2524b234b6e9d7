"""The Data Docs of a night are kept, readable without network, and say nothing a table would
not.
"""

import re
from pathlib import Path

from expectations import comportement_actions, rapport_actions, rapport_entete
from tests.gate.conftest import Night


def pages(night: Night) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in night.docs.rglob("*.html")}


def test_each_data_set_of_the_night_has_its_page(night: Night) -> None:
    names = {path.parent.parent.parent.name for path in pages(night)}
    suites = (rapport_actions.SUITE, rapport_entete.SUITE, comportement_actions.SUITE)
    assert {suite.name for suite in suites} <= names
    assert (night.docs / "index.html").exists()


def test_the_pages_fetch_nothing_from_the_network(night: Night) -> None:
    loaded = re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//", re.I
    )
    assert not [path for path, page in pages(night).items() if loaded.search(page)]
    assert not [path for path, page in pages(night).items() if "@import" in page]


def test_the_links_of_the_index_lead_somewhere(night: Night) -> None:
    index = (night.docs / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+)"', index)
    assert len(links) >= 10
    assert all((night.docs / link).exists() for link in links)


def test_the_pages_name_the_rules(night: Night) -> None:
    (page,) = (
        text
        for path, text in pages(night).items()
        if path.name == "rapport_actions.html" and "validations" in path.parts
    )
    assert "LIG-TAUX-BORNES · critique" in page


def test_nothing_half_written_is_left(night: Night) -> None:
    assert [path.name for path in night.docs.parent.iterdir()] == [night.docs.name]
