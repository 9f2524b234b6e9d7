"""In which encoding a text is read: a rule, and what is told when it had to be another."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_files import FLAT_HEADER, SIREN, codes, csv_bytes, flat_rows, parse

from vigie.reading.adapters.encoding import recognise

WORDS = (
    "À venir", "Réalisé", "45 000 €", "45\u00a0000\u00a0€", "PORTAIL DES ÉLUS", "QUALITÉ\u00a0:", "Équiper l’été",
    "cœur", "Œuvre", "« à côté »", "«\u00a0santé\u00a0»", "lancé\u00a0– suite", "forêt", "ça", "naïf", "Noël", "DÉJÀ",
    "CAFÉ»", "usagers·ères", "n° 12", "m²", "… etc.", "“avis”", "aiguë", "château", "dû", "où", "Guichet",
    "EMPLOYÉ·E·S", "É", "é", "œ", "’", "–", "€", "«", "»", "\u00a0",
)  # fmt: skip
# Not one of these encodings has more than them.
ACCENTED = (
    "Réalisé",
    "À venir",
    "déjà prêt",
    "être",
    "français",
    "où",
    "Élus",
    "hôtel",
    "maïs",
    "âgé",
    "reçu",
)
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map("\n".join)


@given(TEXTS, st.sampled_from(["cp1252", "utf-8", "utf-8-sig", "utf-16"]))
def test_a_french_text_is_read_as_written_and_nothing_is_told(text, encoding):
    found = recognise(text.encode(encoding))
    assert (found.decoded(), found.observations) == (text, [])


@given(TEXTS, st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf_16_without_its_mark_is_known_by_its_nuls(text, encoding):
    text = ";".join(FLAT_HEADER) + text
    assert recognise(text.encode(encoding)).decoded() == text


@given(
    st.lists(st.sampled_from(ACCENTED), min_size=3, max_size=40).map(" ; ".join),
    st.sampled_from([("mac_roman", "Macintosh"), ("cp850", "MS-DOS")]),
)
def test_an_encoding_of_old_machines_is_read_right_and_told(text, machine):
    encoding, name = machine
    found = recognise(f"Élèves, réalisé : {text}".encode(encoding))
    assert found.decoded() == f"Élèves, réalisé : {text}"
    ((told, value),) = [(o.regle_code, o.valeur) for o in found.observations]
    assert told == "FOR-ENCODAGE" and name in value


def test_the_euro_and_the_oe_of_iso_8859_15_are_read_and_told():
    found = recognise("cœur de ville, 45 000 €".encode("iso8859_15"))
    assert found.decoded() == "cœur de ville, 45 000 €"
    assert [o.valeur for o in found.observations] == ["ISO-8859-15"]


@pytest.mark.parametrize(
    "text", ["e-ServicesÉlus", "VilleÀ45€", "Škoda", "5\u00a0‰ ½journée", "Muñoz"]
)
def test_cp1252_stays_whatever_another_encoding_would_make_of_it(text):
    found = recognise(text.encode("cp1252"))
    assert (found.decoded(), found.observations) == (text, [])


@pytest.mark.parametrize("rows", [1, 2, 8, 30, 60_000])
def test_cp1252_is_cp1252_whatever_the_number_of_rows(rows):
    lines = flat_rows(*((f"A{n}", "PORTAIL DES ÉLUS, 45 000 €", "À venir") for n in range(rows)))
    found = recognise(csv_bytes(lines, encoding="cp1252"))
    assert (found.encoding, found.observations) == ("cp1252", [])


def test_a_report_of_an_old_macintosh_is_read_to_its_end_and_its_sender_told():
    rows = flat_rows(("A1", "Équiper l’été", "Réalisé"), ("A2", "Médiation", "À venir"))
    report = parse(csv_bytes(rows, encoding="mac_roman", end="\r"))
    assert report.lignes["intitule"].to_pylist() == ["Équiper l’été", "Médiation"]
    assert codes(report) == ["FOR-ENCODAGE"]


def test_a_report_in_utf_16_without_a_mark_is_read():
    report = parse(csv_bytes(flat_rows(("A1", "Équiper l’été", "Réalisé")), encoding="utf-16-le"))
    assert report.lignes["intitule"].to_pylist() == ["Équiper l’été"]
    assert codes(report) == []


def test_rows_in_utf_8_among_rows_in_cp1252_are_both_read():
    rows = [("A1", "Éclairé", "Réalisé"), *((f"B{n}", "Été « ÉLU »", "À venir") for n in range(9))]
    head, first, *others = csv_bytes(flat_rows(*rows)).splitlines(keepends=True)
    content = head + first + b"".join(line.decode().encode("cp1252") for line in others)
    report = parse(content)
    assert report.lignes["intitule"].to_pylist() == ["Éclairé", *["Été « ÉLU »"] * 9]
    assert codes(report) == []


@pytest.mark.parametrize(
    "content", ["Réalis\ufffd ici".encode(), "Été, déjà reçu : ".encode("cp1252") + b"r\x81el"]
)
def test_a_character_that_nothing_reads_is_told_with_its_line(content):
    found = recognise(b"SIREN\r\n" + content)
    assert [o.regle_code for o in found.observations] == ["FOR-CARACTERES-ILLISIBLES"]
    assert found.observations[0].valeur == "1, à partir de la ligne 2 du fichier"


def test_json_that_is_not_in_unicode_is_read_in_cp1252():
    place = {"type": "EPCI", "code": SIREN}
    project = {"externalId": "P1", "nom": "Équiper l’été, 5 €", "collectivites": [place]}
    document = json.dumps({"projets": [project]}, ensure_ascii=False)
    for encoding in ("cp1252", "utf-16", "utf-8"):
        report = parse(document.encode(encoding))
        assert report.lignes["intitule"].to_pylist() == ["Équiper l’été, 5 €"]
