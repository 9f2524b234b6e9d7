"""Every sender gets an answer they can read, print, correct from, and never twice."""

import csv
import io
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font

from tests.gate.conftest import Night, installed
from tests.gate.corpus.answered import ANSWERED, FORMULA, OWN_COMMENT
from tests.gate.corpus.case import OTHER
from vigie.answers import page as answer_page
from vigie.answers import sending as answers
from vigie.answers.page import harmless
from vigie.arrival import landing
from vigie.decisions import review
from vigie.night import steps
from vigie.reading.adapters import isolation
from vigie.settings import PROJECT_ROOT, Settings
from vigie.warehouse import raw


@pytest.fixture(scope="module")
def answered_once(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = installed(night, tmp_path_factory.mktemp("answered"))
    assert answers.write_missing(settings) == (len(raw.known_reports(settings.raw_path)), [])
    return settings


@pytest.fixture
def answered(answered_once: Settings, tmp_path: Path) -> Settings:
    """An installation where every report is answered, free to be changed by the test."""
    shutil.copytree(answered_once.home, tmp_path / "home")
    return Settings(home=tmp_path / "home")


def folder_of(settings: Settings, rapport_id: str) -> Path:
    (folder,) = settings.answers.glob(f"*/*_{rapport_id}")
    return folder


def page_of(settings: Settings, night: Night, case: str) -> str:
    return (folder_of(settings, night.last[case]) / "accuse.html").read_text(encoding="utf-8")


class Outline(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_an_answer_is_written_once(answered: Settings) -> None:
    before = {path: path.stat().st_mtime_ns for path in answered.answers.rglob("*")}
    assert answers.write_missing(answered) == (0, [])
    assert {path: path.stat().st_mtime_ns for path in answered.answers.rglob("*")} == before


def test_a_report_that_names_another_territory_is_answered_to_its_sender(
    night: Night, tmp_path: Path
) -> None:
    sender = "246200729"
    seeds = shutil.copytree(PROJECT_ROOT / "seeds", tmp_path / "seeds")
    with (seeds / "sources.csv").open("a", encoding="utf-8") as sources:
        for case, siren in ("ENT-SIREN-AUTRE", sender), ("ENT-VIDE", sender), ("clean CSV", OTHER):
            sources.write(f"cas-{case},{siren},{case},depot,{siren},auto,,,true\n")
    settings = replace(installed(night, tmp_path / "home"), seeds=seeds)
    answers.write_missing(settings)
    report_id = night.last["ENT-SIREN-AUTRE"]
    reports = night.tables["rapports"].set_index("rapport_id")
    assert reports.loc[report_id, "siren_epci"] == OTHER != sender
    assert folder_of(settings, report_id).parent.name == sender
    page = page_of(settings, night, "ENT-SIREN-AUTRE")
    assert "<h1>Accusé de réception : CA du Boulonnais</h1>" in page
    assert f"<dt>SIREN</dt><dd>{sender}</dd>" in page
    assert "<h2>Vos rapports</h2>" in page
    assert "<h2>Vos rapports</h2>" not in page_of(settings, night, "clean CSV")


def test_an_answer_interrupted_halfway_is_written_again(answered: Settings, night: Night) -> None:
    folder = folder_of(answered, night.last["formula"])
    folder.rename(folder.with_name(f".{folder.name}.part"))
    assert answers.write_missing(answered) == (1, [])
    assert not folder.with_name(f".{folder.name}.part").exists()
    assert (folder / "accuse.html").exists()


def test_the_page_is_accessible_french_and_without_network(
    answered_once: Settings, night: Night
) -> None:
    outline = Outline(page_of(answered_once, night, "faulty workbook"))
    assert outline.all("html") == [{"lang": "fr"}]
    assert len(outline.all("h1")) == 1
    assert len(outline.all("main")) == 1
    assert all(header.get("scope") in ("col", "row") for header in outline.all("th"))
    assert outline.all("title")
    links = [a.get("href") or a.get("src") or "" for _, a in outline.tags]
    assert not [link for link in links if "//" in link]
    assert not outline.all("script")


def test_the_page_says_the_verdict_the_place_and_what_to_do(
    answered_once: Settings, night: Night
) -> None:
    page = page_of(answered_once, night, "faulty workbook")
    assert "Rapport accepté en partie" in page
    assert "Lignes retenues : 1 sur 2" in page
    assert "Feuille «&nbsp;Actions&nbsp;»<br>Ligne 3, colonne F" in page
    assert "n&#39;est pas compris entre 0 et 100\u00a0%" in page
    assert "Écrivez la part réalisée de l&#39;action" in page


def test_what_a_sender_wrote_is_shown_and_never_run(answered_once: Settings, night: Night) -> None:
    page = page_of(answered_once, night, "markup")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page


def test_the_remarks_open_in_a_french_spreadsheet_and_hold_no_formula(
    answered_once: Settings, night: Night
) -> None:
    path = folder_of(answered_once, night.last["formula"]) / "remarques.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream, delimiter=";")
    assert row["valeur"] == "'" + FORMULA
    assert (row["ligne"], row["colonne"], row["regle"]) == ("3", "G", "LIG-STATUT-INCONNU")
    assert row["consigne"].startswith("Choisissez l'un des statuts")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_looks_like_a_formula_is_quoted(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    assert harmless("12 €") == "12 €"


def test_the_workbook_comes_back_with_its_faulty_cells_coloured_and_commented(
    answered_once: Settings, night: Night
) -> None:
    book = load_workbook(
        folder_of(answered_once, night.last["faulty workbook"]) / "copie_annotee.xlsx"
    )
    bad, doubtful, good = (book["Actions"][cell] for cell in ("F3", "F2", "E2"))
    assert "n'est pas compris entre 0 et 100" in bad.comment.text
    assert "dite réalisée" in doubtful.comment.text
    assert bad.fill.fgColor.rgb != doubtful.fill.fgColor.rgb
    assert bad.font.b and bad.font.color.rgb == "001A1A1A", "white would not show"
    assert good.comment is None and good.fill.fill_type is None
    assert bad.value == "250", "the sender's own value stays"


def test_a_remark_on_a_merged_cell_is_told_on_the_one_that_shows(
    answered_once: Settings, night: Night
) -> None:
    book = load_workbook(
        folder_of(answered_once, night.last["merged workbook"]) / "copie_annotee.xlsx"
    )
    first, second = book["Actions"]["D2"].comment.text.splitlines()
    assert first.startswith("Thème inconnu : « Astrologie »")
    assert second == f"Ligne 3 : {first}"


@pytest.mark.parametrize(
    ("case", "title", "comes_back"),
    [
        ("FOR-CELLULES-FUSIONNEES", "<h2>À vérifier (1)</h2>", True),
        ("remarked workbook", "<h2>Remarques (1)</h2>", False),
    ],
)
def test_what_is_to_verify_stands_before_remarks_and_alone_brings_the_workbook_back(
    answered_once: Settings, night: Night, case: str, title: str, comes_back: bool
) -> None:
    folder = folder_of(answered_once, night.last[case])
    assert title in page_of(answered_once, night, case)
    assert (folder / "copie_annotee.xlsx").exists() == comes_back


def test_every_comment_of_the_returned_workbook_is_kept_in_a_box_that_shows_it_whole(
    answered_once: Settings, night: Night
) -> None:
    path = folder_of(answered_once, night.last["faulty workbook"]) / "copie_annotee.xlsx"
    sheet = load_workbook(path)["Actions"]
    told = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
    assert told.keys() == {"A1", "F2", "F3"}
    assert told["A1"] == OWN_COMMENT
    assert told["F3"].startswith("Le taux d'avancement « 250 »") and told["F3"].endswith(
        OWN_COMMENT
    )
    with zipfile.ZipFile(path) as archive:
        drawn = archive.read("xl/drawings/commentsDrawing1.vml").decode()
    boxes = re.findall(
        r"width:(\d+)px;height:(\d+)px.*?Row>(\d+)<.*?Column>(\d+)<", drawn, re.DOTALL
    )
    assert len(boxes) == len(told)
    for width, height, row, column in boxes:
        text = told[sheet.cell(int(row) + 1, int(column) + 1).coordinate]
        # A letter of a comment is about 7 pixels wide, its line 17 high.
        assert int(width) * int(height) > len(text) * 7 * 17


def test_a_file_that_was_not_opened_is_not_opened_to_be_annotated(
    answered_once: Settings, night: Night
) -> None:
    for case in ("FIC-BOMBE", "FIC-XML", "FIC-TRONQUE", "FIC-PROTEGE"):
        names = {path.name for path in folder_of(answered_once, night.last[case]).iterdir()}
        assert names == {"accuse.html", "remarques.csv", "reponse.json"}


def test_a_demonstration_answer_says_so(answered_once: Settings, night: Night) -> None:
    assert "DONNÉES FICTIVES" in page_of(answered_once, night, "fictitious")
    assert "DONNÉES FICTIVES" not in page_of(answered_once, night, "clean CSV")


def test_the_answer_shows_the_earlier_reports_and_gives_no_mark(
    answered_once: Settings, night: Night
) -> None:
    page = page_of(answered_once, night, "CMP-RENOMMEE")
    assert "novembre.csv" in page and "decembre.csv" in page
    assert "sur 100" not in page and "Qualité" not in page


def test_the_answer_names_the_actions_the_next_date_the_contact_and_the_template(
    answered_once: Settings, night: Night
) -> None:
    page = page_of(answered_once, night, "LIG-TAUX-BORNES")
    assert "Ligne 3, colonne" in page and "Seconde action" in page
    assert "situation au 31/01/2026, à remettre le 15/02/2026 au plus tard" in page
    assert "Région, suivi des feuilles de route numériques" in page
    assert 'href="../../modele.xlsx"' in page
    assert (answered_once.answers / "modele.xlsx").is_file()


def test_a_decision_of_the_region_changes_the_answer(answered: Settings, night: Night) -> None:
    waiting = night.last["CMP-BUDGET-TOTAL"]
    assert "en attente de validation" in page_of(answered, night, "CMP-BUDGET-TOTAL")
    review.decide(
        answered, waiting, "refuse", "Zéro de trop.", "Région, suivi", datetime(2026, 2, 2, 23, 30)
    )
    raw.load_records(answered.raw_path, "decisions", "decision_id", answered.landing / "decisions")
    assert answers.write_missing(answered) == (1, [])
    page = page_of(answered, night, "CMP-BUDGET-TOTAL")
    assert "Décision du 03/02/2026. Motif : Zéro de trop." in page
    assert "en attente de validation" not in page
    # The verdict, and its line in the history.
    assert page.count("<p>Rapport refusé par la Région</p>") == 1
    assert page.count("<td>Rapport refusé par la Région</td>") == 1
    assert answers.write_missing(answered) == (0, [])


def test_a_report_whose_bytes_were_purged_is_not_answered_again(
    answered: Settings, night: Night
) -> None:
    folder = folder_of(answered, night.last["formula"])
    sha256 = night.outcome(ANSWERED["formula"]).report["sha256"]
    landing.content_path(answered, sha256).unlink()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert answers.write_missing(answered) == (0, [])


def test_one_answer_that_fails_is_named_tried_again_and_stops_no_other(
    answered: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = {night.last[case] for case in ("formula", "faulty workbook")}
    for rapport_id in lost:
        shutil.rmtree(folder_of(answered, rapport_id))
    page = answer_page.page

    def broken(told: answer_page.Told, *names: str | None) -> str:
        if told.report["rapport_id"] == night.last["formula"]:
            raise RuntimeError("Marianne Exemple")
        return page(told, *names)

    monkeypatch.setattr(answer_page, "page", broken)
    written, (incident,) = answers.write_missing(answered)
    assert written == 1
    assert folder_of(answered, night.last["faulty workbook"])
    for told in ("RuntimeError", night.last["formula"], "nuit prochaine"):
        assert told in incident
    assert "Marianne" not in incident

    monkeypatch.setattr(answer_page, "page", page)
    assert answers.write_missing(answered) == (1, [])


def test_the_night_keeps_the_incidents_of_its_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "write_missing", lambda settings: (2, ["Une réponse manque."]))
    settings, moment = Settings(home=tmp_path), datetime(2026, 2, 1, 1)
    assert steps.answer(settings, moment)["incidents"] == ["Une réponse manque."]
    assert steps.summary(settings, moment)["incidents"] == ["Une réponse manque."]


def test_a_workbook_that_takes_any_memory_is_answered_without_its_copy(
    answered: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    rapport_id = night.last["faulty workbook"]
    content = landing.content_path(
        answered, night.outcome(ANSWERED["faulty workbook"]).report["sha256"]
    )
    shutil.rmtree(folder_of(answered, rapport_id))
    book = load_workbook(io.BytesIO(content.read_bytes()))
    # openpyxl makes each of the cells of a merged range: seventeen billion.
    book["Actions"].merged_cells.add("A10:XFD1048576")
    book.save(content)
    # Another workbook in the place of the one received: its bytes are not those of the receipt.
    monkeypatch.setattr(landing, "damage", lambda settings, receipt: "")
    monkeypatch.setattr(isolation.Apart.__init__, "__defaults__", (20.0, 1024**3))

    assert answers.write_missing(answered) == (1, [])
    folder = folder_of(answered, rapport_id)
    assert sorted(path.name for path in folder.iterdir()) == [
        "accuse.html",
        "remarques.csv",
        "reponse.json",
    ]


def test_a_formatted_cell_at_the_bottom_of_a_sheet_does_not_keep_the_copy_from_its_sender(
    answered: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    rapport_id = night.last["faulty workbook"]
    content = landing.content_path(
        answered, night.outcome(ANSWERED["faulty workbook"]).report["sha256"]
    )
    shutil.rmtree(folder_of(answered, rapport_id))
    book = load_workbook(io.BytesIO(content.read_bytes()))
    book["Actions"]["XFD1048576"].font = Font(bold=True)
    book.save(content)
    # Another workbook in the place of the one received: its bytes are not those of the receipt.
    monkeypatch.setattr(landing, "damage", lambda settings, receipt: "")

    assert answers.write_missing(answered) == (1, [])
    assert (folder_of(answered, rapport_id) / "copie_annotee.xlsx").exists()
