"""Files that hurt, by accident or on purpose: each ends in a sentence, in bounded time and memory."""

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import pytest
from report_files import (
    SETTINGS,
    csv_bytes,
    flat_rows,
    open_document,
    open_document_row,
    parse,
    receipt,
    workbook,
)

from vigie.errors import OperatorError, ReportUnreadable
from vigie.incidents import Incident
from vigie.reading.adapters import Unreadable, guard, isolation, read_all
from vigie.reading.adapters.codes import FILE_RULES, OBSERVATIONS
from vigie.records import ParsedReport

GOOD = csv_bytes(flat_rows(("A1", "Guichet", "En cours")))
SHEET = "xl/worksheets/sheet1.xml"


def _refusal(content: bytes, settings=SETTINGS) -> ReportUnreadable:
    with pytest.raises(ReportUnreadable) as refusal:
        parse(content, settings)
    assert refusal.value.advice
    return refusal.value


def _rewritten(content: bytes, changes: dict[str, bytes]) -> bytes:
    """A workbook where some members were replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, data in changes.items():
            new.writestr(name, data)
    return stream.getvalue()


def _sheet_with_cell(reference: str) -> bytes:
    book = workbook({"Actions": [("Code",)]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.read(SHEET)
    far = f'<c r="{reference}" t="n"><v>1</v></c></row></sheetData>'.encode()
    return _rewritten(book, {SHEET: sheet.replace(b"</row></sheetData>", far)})


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
FAULTY = {
    "empty": (b"", "FIC-VIDE"),
    "separators alone": (b";;;;\r\n;;;;\r\n", "FIC-VIDE"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "FIC-FORMAT"),
    "image": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "FIC-FORMAT"),
    "web page": (b"\xef\xbb\xbf<!DOCTYPE html><html><table>", "FIC-FORMAT"),
    "unknown binary": (b"\x01\x02\x00\x03" * 100, "FIC-FORMAT"),
    "truncated workbook": (workbook({"A": [("Code",)]})[:900], "FIC-TRONQUE"),
    "protected workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), "FIC-PROTEGE"),
    "broken old workbook": (OLE, "FIC-ILLISIBLE"),
    "document of another kind": (
        _rewritten(workbook({"A": [("x",)]}), {}).replace(b"xl/workbook.xml", b"xx/workbook.xml"),
        "FIC-FORMAT",
    ),
    "cell in the last column": (_sheet_with_cell("XFD2"), "FIC-COLONNES"),
    "cell in the last row": (_sheet_with_cell("A1048576"), "FIC-LIGNES"),
    "many repeated columns": (
        open_document(open_document_row("x", repeated=2_000)),
        "FIC-COLONNES",
    ),
    "a million columns": (b";".join([b"x"] * 1_000_000), "FIC-COLONNES"),
    "too many rows": (b"Code;Titre;Statut\n" + b"A;B;C\n" * 200_000, "FIC-LIGNES"),
    "open quote": (GOOD.replace(b"Guichet", b'"Guichet'), "FIC-GUILLEMETS"),
    "no table": (b"bonjour", "FIC-MODELE"),
    "xml entities": (
        _rewritten(
            workbook({"A": [("x",)]}), {SHEET: b'<!DOCTYPE x [<!ENTITY a "aa">]><worksheet/>'}
        ),
        "FIC-XML",
    ),
    "xml entities in utf-16": (
        _rewritten(workbook({"A": [("x",)]}), {SHEET: "<!DOCTYPE x>".encode("utf-16")}),
        "FIC-XML",
    ),
    "broken xml": (
        _rewritten(workbook({"A": [("x",)]}), {SHEET: b"<worksheet><sheetData>"}),
        "FIC-ILLISIBLE",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_file_is_refused_under_its_own_rule(name):
    content, code = FAULTY[name]
    assert _refusal(content).rule_code == code


def test_a_file_too_large_is_refused_even_when_it_was_left_unread():
    small = replace(SETTINGS, max_report_bytes=10)
    assert _refusal(GOOD, small).rule_code == "FIC-TAILLE"
    with pytest.raises(ReportUnreadable, match=r"30.0 Mo ; la limite est de 20.0 Mo"):
        guard.inspect(b"", receipt(size=30 * 1024**2), SETTINGS)


def test_a_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(guard, "MAX_INFLATED_BYTES", 1_000_000)
    bomb = _rewritten(workbook({"A": [("x",)]}), {"xl/media/a.bin": bytes(2_000_000)})
    assert _refusal(bomb).rule_code == "FIC-BOMBE"


def test_an_archive_of_too_many_members_is_refused():
    many = {f"xl/media/{i}.txt": b"x" for i in range(guard.MAX_ARCHIVE_MEMBERS)}
    assert _refusal(_rewritten(workbook({"A": [("x",)]}), many)).rule_code == "FIC-BOMBE"


def test_a_zip_bomb_that_lies_about_its_size_is_refused_on_what_it_holds(monkeypatch):
    monkeypatch.setattr(guard, "MAX_INFLATED_BYTES", 1_000_000)
    honest = _rewritten(workbook({"A": [("x",)]}), {"xl/media/a.bin": bytes(2_000_000)})
    size, crc = struct.pack("<L", 2_000_000), struct.pack("<L", zlib.crc32(bytes(2_000_000)))
    liar = honest.replace(size, struct.pack("<L", 10)).replace(
        crc, struct.pack("<L", zlib.crc32(bytes(10)))
    )
    assert liar != honest
    assert _refusal(liar).rule_code == "FIC-BOMBE"


def test_a_picture_that_declares_its_type_is_no_attack():
    content = workbook({"A": [("Code", "Titre", "Statut"), ("A1", "Guichet", "")]})
    with_logo = _rewritten(content, {"xl/media/logo.svg": b"<!DOCTYPE svg><svg/>"})
    assert len(parse(with_logo).lignes) == 1


def test_a_workbook_whose_formats_cannot_be_read_still_gives_its_values():
    rows = [("Code", "Titre", "Statut", "Avancement"), ("A1", "Guichet", "En cours", 0.5)]
    broken = _rewritten(workbook({"A": rows}), {"docProps/core.xml": b"<not xml"})
    assert parse(broken).lignes.to_pandas()["taux_avancement"].tolist() == ["0.5"]


def test_formulas_stay_text_and_paths_in_names_do_nothing(tmp_path):
    rows = flat_rows(("A1", '=HYPERLINK("http://x")', "En cours"))
    assert parse(csv_bytes(rows)).lignes.to_pandas()["intitule"].iloc[0].startswith("=HYPERLINK")
    odd = _rewritten(
        workbook({"A": [("Code", "Titre", "Statut"), ("A1", "x", "")]}), {"../../evil.txt": b"x"}
    )
    assert len(parse(odd).lignes) == 1


def test_codes_of_rules_are_all_told_once():
    assert set(FILE_RULES) & set(OBSERVATIONS) == set()
    for sentence, advice in FILE_RULES.values():
        assert sentence.endswith(".") and advice.endswith(".")


def _read_all(tmp_path, contents: dict[str, bytes], **limits):
    receipts = []
    for number, (name, content) in enumerate(contents.items()):
        path = tmp_path / f"{number:064d}"
        path.write_bytes(content)
        receipts.append(receipt(name, len(content), sha256=path.name))
    return list(read_all(receipts, lambda r: tmp_path / r.sha256, SETTINGS, **limits))


def test_files_are_read_apart_in_order_and_a_bad_one_stops_none(tmp_path):
    contents = {"a.csv": GOOD, "b.pdf": b"%PDF-1.7", "c.csv": GOOD}
    first, second, third = _read_all(tmp_path, contents)
    assert isinstance(first, ParsedReport) and isinstance(third, ParsedReport)
    assert first.lignes.to_pandas().equals(parse(GOOD).lignes.to_pandas())
    assert isinstance(second, Unreadable)
    assert (second.receipt.nom_fichier, second.error.rule_code) == ("b.pdf", "FIC-FORMAT")
    assert "PDF" in str(second.error)


def test_few_large_files_are_read_before_they_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(isolation, "_BYTES_AHEAD", 2 * len(GOOD))
    (tmp_path / "same").write_bytes(GOOD)
    opened: list[str] = []

    def open_bytes(asked):
        opened.append(asked.nom_fichier)
        return tmp_path / "same"

    names = [f"{n}.csv" for n in range(6)]
    outcomes = read_all([receipt(n, len(GOOD), sha256="same") for n in names], open_bytes, SETTINGS)
    assert next(outcomes).receipt.nom_fichier == "0.csv"
    assert opened == names[:2]
    assert [outcome.receipt.nom_fichier for outcome in outcomes] == names[1:]
    assert opened == names


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path):
    slow = csv_bytes(flat_rows(*((f"A{i}", "Guichet", "En cours") for i in range(49_000))))
    # Ragged, so that the careful road is taken.
    contents = {"slow.csv": slow.replace(b";En cours\r\n", b"\r\n", 1) * 1}
    (outcome,) = _read_all(tmp_path, contents, seconds=0.05)
    assert isinstance(outcome, Unreadable)
    assert outcome.error.rule_code == "FIC-RESSOURCES"


def test_a_file_that_needs_too_much_memory_is_given_up_and_the_next_is_read(tmp_path):
    # A small file that unfolds into 25 million cells.
    bomb = open_document(*[open_document_row("x", repeated=16_384)] * 1_500)
    outcomes = _read_all(tmp_path, {"bomb.ods": bomb, "next.csv": GOOD}, memory_bytes=900 * 1024**2)
    assert isinstance(outcomes[0], Unreadable)
    assert outcomes[0].error.rule_code == "FIC-RESSOURCES"
    assert isinstance(outcomes[1], ParsedReport)


def test_workers_that_cannot_start_are_the_operators_affair_and_refuse_no_file(
    tmp_path,
):
    written = tmp_path / "a.csv"
    written.write_bytes(GOOD)
    without_seeds = replace(SETTINGS, seeds=tmp_path / "absent")
    with pytest.raises(OperatorError, match=r"ne démarre pas : .*\.csv est absent"):
        list(read_all([receipt("a.csv", 1)], lambda r: written, without_seeds))


def test_bytes_missing_from_the_landing_are_the_operators_affair(tmp_path):
    with pytest.raises(OperatorError, match="manque"):
        list(read_all([receipt("a.csv", 1)], lambda r: tmp_path / "nowhere", SETTINGS))


def test_a_defect_of_vigie_is_an_incident_that_stops_no_other_file(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(GOOD)
    defective = replace(receipt("a", sha256="a"), taille_octets="large")
    first, second = read_all(
        [defective, receipt("b", sha256="b")], lambda r: tmp_path / r.sha256, SETTINGS
    )
    assert isinstance(first, Incident)
    assert first.receipt is defective
    assert first.defect.nature.startswith("TypeError, guard.py, ligne ")
    assert "guard.py" in first.defect.trace
    assert isinstance(second, ParsedReport)
