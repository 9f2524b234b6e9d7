"""Archives and messages that hold a report, and files that are none: read, or told what to send instead."""

import io
import zipfile
from email.message import EmailMessage

import pytest
from ole_files import SHORTEST, ole_file
from report_files import codes, csv_bytes, flat_rows, parse, workbook
from word_files import HEADER, word

from vigie.errors import ReportUnreadable
from vigie.reading.adapters import containers, guard

REPORT = csv_bytes(flat_rows(("A1", "Guichet", "En cours")))
BOOK = workbook({"Actions": flat_rows(("A1", "Guichet", "En cours"))})
WORD = word([HEADER, ["A1", "Guichet", "En cours", "", ""]])
IMAGE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def archive(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", 8) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()


def mail(**files: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "agent@exemple.invalid", "Rapport"
    message.set_content("Bonjour,\nci-joint le rapport : Intitulé ; Statut ; Fin.")
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="x", filename=name)
    return message.as_bytes()


def outlook(**files: bytes) -> bytes:
    streams = {"__properties_version1.0": b"\x00" * 32}
    for number, (name, content) in enumerate(files.items()):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_37010102"] = content.ljust(SHORTEST, b"\n")
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
    return ole_file(streams)


HOLDERS = [archive, mail, outlook]


def refusal(content: bytes) -> ReportUnreadable:
    with pytest.raises(ReportUnreadable) as caught:
        parse(content)
    return caught.value


@pytest.mark.parametrize("holds", HOLDERS)
@pytest.mark.parametrize("content", [REPORT, BOOK, WORD], ids=["csv", "xlsx", "docx"])
def test_one_report_inside_is_read_and_the_rest_is_told(holds, content) -> None:
    report = parse(holds(**{"logo.png": IMAGE, "Plan numérique.xlsx": content}))
    assert report.lignes["intitule"].to_pylist() == ["Guichet"]
    (told,) = [o.valeur for o in report.observations if o.regle_code == "FOR-ARCHIVE"]
    assert told == "« Plan numérique.xlsx » (« logo.png » n'est pas lu)"


@pytest.mark.parametrize("holds", HOLDERS)
def test_two_reports_inside_are_refused_by_their_names(holds) -> None:
    error = refusal(holds(**{"a.csv": REPORT, "b.xlsx": BOOK}))
    assert error.rule_code == "FIC-ARCHIVE"
    assert "2 rapports s'y trouvent (« a.csv », « b.xlsx »)" in str(error)


@pytest.mark.parametrize("holds", HOLDERS)
def test_no_report_inside_is_refused_with_what_was_found(holds) -> None:
    error = refusal(holds(**{"logo.png": IMAGE, "plan.pdf": b"%PDF-1.7"}))
    assert error.rule_code == "FIC-ARCHIVE"
    assert "« logo.png », « plan.pdf »" in str(error)
    assert "aucun fichier" in str(refusal(holds()))


@pytest.mark.parametrize("holds", HOLDERS)
def test_the_only_table_inside_is_refused_for_what_is_wrong_in_it(holds) -> None:
    wrong = csv_bytes([["Besogne", "Acteur"], ["Ouvrir", "DSI"]])
    assert refusal(holds(**{"plan.csv": wrong, "logo.png": IMAGE})).rule_code == "FIC-MODELE"
    assert refusal(holds(**{"plan.pdf": b"%PDF-1.7"})).rule_code == "FIC-FORMAT"


def test_what_an_archive_of_macos_or_windows_adds_is_no_file_of_it() -> None:
    content = archive(**{"d/": b"", "d/plan.csv": REPORT, "__MACOSX/d/._plan.csv": REPORT})
    assert codes(parse(content)).count("FOR-ARCHIVE") == 1
    assert (
        len(parse(archive(**{"plan.csv": REPORT, "Thumbs.db": b"x", "~$plan.xlsx": BOOK})).lignes)
        == 1
    )


def test_the_path_of_a_file_inside_is_never_used_nor_shown() -> None:
    report = parse(archive(**{"../../etc/plan.csv": REPORT}))
    assert [o.valeur for o in report.observations if o.regle_code == "FOR-ARCHIVE"] == [
        "« plan.csv »"
    ]


def test_an_archive_joined_to_a_message_is_opened_and_no_deeper_one() -> None:
    inner = archive(**{"plan.csv": REPORT})
    assert len(parse(mail(**{"plan.zip": inner})).lignes) == 1
    deeper = refusal(mail(**{"plan.zip": archive(**{"plan.zip": inner})}))
    assert (deeper.rule_code, "archive dans une archive" in str(deeper)) == ("FIC-FORMAT", True)


def test_an_encrypted_archive_is_told_as_protected() -> None:
    content = bytearray(archive(**{"plan.csv": REPORT}))
    # The flag of encryption, in the header of the file and in the directory.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content)).rule_code == "FIC-PROTEGE"


def test_an_archive_is_bounded_in_size_and_number(monkeypatch) -> None:
    monkeypatch.setattr(guard, "MAX_INFLATED_BYTES", 1_000_000)
    assert refusal(archive(**{"plan.csv": bytes(2_000_000)})).rule_code == "FIC-BOMBE"
    many = {f"{n}.csv": REPORT for n in range(containers.MAX_FILES + 1)}
    for holds in HOLDERS:
        assert f"plus de {containers.MAX_FILES} fichiers" in str(refusal(holds(**many)))


def test_a_broken_message_is_refused_with_a_sentence() -> None:
    broken = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
    assert refusal(broken + b"--a\r\n" * 3_000).rule_code in ("FIC-ARCHIVE", "FIC-TRONQUE")
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    )
    assert refusal(b"MIME-Version: 1.0\n" + deep).rule_code == "FIC-TRONQUE"


def _package(*names: str, mimetype: str = "") -> bytes:
    files = {"mimetype": mimetype.encode()} if mimetype else {}
    return archive(**files, **dict.fromkeys(names, b"<x/>"))


NATURES = {
    "un document PDF": b"\xef\xbb\xbf\n%PDF-1.4 x",
    "une image": b"II*\x00" + b"\x00" * 90,
    "un document au format .rtf": b"{\\rtf1 texte}",
    "un ancien document Word (.doc)": ole_file({"WordDocument": b"x" * 90}),
    "une ancienne présentation (.ppt)": ole_file({"PowerPoint Document": b"x" * 90}),
    "une présentation (.pptx)": _package("[Content_Types].xml", "ppt/presentation.xml"),
    "un document d'Apple (Numbers, Pages ou Keynote)": _package("Index/Document.iwa", "Data/x.jpg"),
    "un document texte LibreOffice (.odt)": _package(
        "content.xml", mimetype="application/vnd.oasis.opendocument.text"
    ),
    "un classeur binaire .xlsb": _package("[Content_Types].xml", "xl/workbook.bin"),
    "une archive compressée": b"7z\xbc\xaf\x27\x1c" + b"\x00" * 90,
}


@pytest.mark.parametrize("nature", NATURES)
def test_a_file_that_is_no_report_is_told_by_its_content_with_what_to_send(nature) -> None:
    error = refusal(NATURES[nature])
    assert error.rule_code == "FIC-FORMAT"
    assert f"Le fichier est {nature} :" in str(error)
    words = {"PDF": "d'où il vient", "Apple": "Exporter vers", "Word": "Document Word (.docx)"}
    for mark, word_of_advice in words.items():
        if mark in nature:
            assert word_of_advice in error.advice


def test_a_photograph_of_a_telephone_is_an_image_and_a_table_that_begins_alike_is_not() -> None:
    assert "une image" in str(refusal(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 90))
    assert len(parse(REPORT.replace(b"SIREN", b"BM", 1)).lignes) == 1
