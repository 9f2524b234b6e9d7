"""Texts and workbooks made to stop a night: the senders are told, the others are in the figures, all is published."""

import io
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from commands import run_vigie
from openpyxl import load_workbook
from openpyxl.styles import PatternFill

from tests.gate.reports import action, csv_report, xlsx_report
from vigie.settings import Settings
from vigie.text import without_controls

# A hang is a failure: this is the only clock here.

HEALTHY = ("200018083", "200030633")
LONG, ODD, FAR, HALF = "200033579", "200044030", "246200729", "200070993"
ODD_TITLE = "Guichet\x00 du\x0bport\x01 \x85et\x9f du\ufffe quai\ufdd0 😀 港"


def far_away(siren: str) -> bytes:
    """A small workbook with one formatted empty cell at the bottom, and a fault for its sender to be shown."""
    faulty = action(code_action="A2", taux_avancement="250")
    book = load_workbook(io.BytesIO(xlsx_report(siren, [action(), faulty])))
    book["Actions"]["Z1048576"].fill = PatternFill("solid", fgColor="FF0000")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def in_projects(siren: str) -> bytes:
    """Les Communs: half of a character, which JSON alone can write."""
    place = [{"type": "EPCI", "code": siren}]
    project = {
        "externalId": "P1",
        "nom": "Capteurs \ud800de houle\u0007",
        "phase": "Opération",
        "collectivites": place,
    }
    return json.dumps({"projets": [project]}).encode()


REPORTS = {
    **{siren: ("rapport.csv", csv_report(siren, [action()])) for siren in HEALTHY},
    LONG: (
        "rapport.csv",
        csv_report(
            LONG,
            [
                action(intitule="a" * 2_000_000, code_action="A1"),
                action(descriptif="a@" * 500_000, code_action="A2", intitule="Deux"),
                action(commentaire="a@" + "b" * 1_000_000, code_action="A3", intitule="Trois"),
                action(themes="a," * 500_000, code_action="A4", intitule="Quatre"),
                action(freins="\u0315\u0300" * 500_000, code_action="A5", intitule="Cinq"),
                action(statut="fin " * 200_000, code_action="A6" * 500_000, intitule="Six"),
            ],
        ),
    ),
    ODD: ("rapport.csv", csv_report(ODD, [action(intitule=ODD_TITLE)])),
    FAR: ("rapport.xlsx", far_away(FAR)),
    HALF: ("projets.json", in_projects(HALF)),
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("hostiles"))
    deposited = datetime(2026, 1, 20).timestamp()
    for siren, (name, content) in REPORTS.items():
        path = settings.drop_folder / siren / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        os.utime(path, (deposited, deposited))
    for verb in (["night", "--without-airflow"], ["export"], ["site"]):
        run_vigie(settings.home, *verb, "--date", "2026-02-01")
    return settings


def rows(path: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_healthy_reports_and_what_the_hostile_ones_say_are_in_the_figures(
    night: Settings,
) -> None:
    query = "select siren_epci, count(*) from marts.fct_actions group by all order by all"
    counts = dict(rows(night.publication_path, query))
    assert counts == {**dict.fromkeys(HEALTHY, 1), LONG: 5, ODD: 1, FAR: 1, HALF: 1}


def test_no_text_of_the_publication_is_odd_or_longer_than_its_field(night: Settings) -> None:
    texts = rows(
        night.publication_path,
        "select code_action, intitule, descriptif, commentaire, freins from marts.fct_actions",
    )
    found = [text for row in texts for text in row if text]
    assert [text for text in found if text != without_controls(text)] == []
    assert max(map(len, found)) == 20_000
    (title,) = [row[1] for row in texts if row[1].startswith("Guichet")]
    assert title == "Guichet du port  et du quai 😀 港"


def test_each_sender_is_told_what_was_done_to_their_texts(night: Settings) -> None:
    query = (
        "select r.siren_epci, regle_code, message from controles join rapports r using (rapport_id)"
    )
    told = rows(night.raw_path, query)
    sentences = {
        siren: [message for who, code, message in told if who == siren and code == wanted]
        for siren, wanted in (
            (LONG, "FOR-TEXTE-LONG"),
            (ODD, "FOR-CARACTERES"),
            (HALF, "FOR-CARACTERES"),
        )
    }
    assert len(sentences[LONG]) == 7
    assert any("2000000 caractères, pour 2000 au plus" in sentence for sentence in sentences[LONG])
    assert [sentence.split()[0] for sentence in sentences[ODD]] == ["7"]
    assert [sentence.split()[0] for sentence in sentences[HALF]] == ["2"]


def test_every_report_is_answered_with_its_own_workbook_annotated(night: Settings) -> None:
    states = [json.loads(path.read_text()) for path in night.answers.glob("*/*/reponse.json")]
    assert len(states) == len(REPORTS)
    (copy,) = night.answers.glob(f"{FAR}/*/copie_annotee.xlsx")
    with zipfile.ZipFile(copy) as archive:
        assert any("comment" in name for name in archive.namelist())


def test_exports_pages_and_pdfs_are_made(night: Settings) -> None:
    exported = {path.name for path in (night.published / "exports").iterdir()}
    assert {"fct_actions.csv", "fct_actions.parquet", "territoires.xlsx"} <= exported
    book = load_workbook(night.published / "exports" / "territoires.xlsx", read_only=True)
    cells = {cell.value for row in book["fct_actions"].iter_rows() for cell in row}
    assert "Guichet du port  et du quai 😀 港" in cells
    site = night.published / "site"
    assert len(list(site.rglob("*.pdf"))) > len(REPORTS)
