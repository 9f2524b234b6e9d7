"""One verdict, one set of words, whoever reads them."""

import re

import pytest
import yaml

from vigie import verdicts
from vigie.diffusion.pages.content import reports
from vigie.settings import PROJECT_ROOT

JUDGED = PROJECT_ROOT / "src" / "vigie" / "gate" / "verdicts.sql"
GATE = re.findall(r"(?:then|else) '(\w+)'", JUDGED.read_text(encoding="utf-8"))
CODES = [*GATE, "approuve", "refuse"]


def words(code: str) -> str:
    return verdicts.said("a_valider", code) if code not in GATE else verdicts.said(code)


def test_every_verdict_of_the_gate_has_its_words_alone_and_counted() -> None:
    assert len(GATE) == 5
    assert set(verdicts.counted()) == set(GATE)
    assert len({words(code) for code in CODES}) == len(CODES)


def test_a_count_keeps_the_capital_of_the_region() -> None:
    assert verdicts.counted()["a_valider"] == "En attente de validation par la Région"


@pytest.mark.parametrize("code", CODES)
def test_the_same_words_in_the_dashboards(code: str) -> None:
    path = PROJECT_ROOT / "bi" / "superset" / "assets" / "datasets" / "rapports.yaml"
    query = yaml.safe_load(path.read_text(encoding="utf-8"))["sql"]
    assert dict(re.findall(r"when '(\w+)' then '([^']+)'", query))[code] == words(code)


@pytest.mark.parametrize("decision", ["approuve", "refuse"])
def test_a_report_once_decided_is_no_longer_said_to_wait_on_the_pages(decision: str) -> None:
    told = reports.said({"verdict": "a_valider", "decision": decision})["verdict_dit"]
    assert told == words(decision)
    assert reports.said({"verdict": "a_valider", "decision": None})["verdict_dit"] == words(
        "a_valider"
    )
