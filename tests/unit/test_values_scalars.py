"""Reading of one value as people write it: what is read, what is said, what is not guessed."""

from datetime import date

import pytest

from vigie.reading.values.redaction import EMAIL_REMOVED, PHONE_REMOVED, redact
from vigie.reading.values.scalars import read_amount, read_date, read_percent, read_siren


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("2026-03-31 14:30:00", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("31-03-2026", date(2026, 3, 31)),
        ("1/9/2025", date(2025, 9, 1)),
        ("31.03.2026", date(2026, 3, 31)),
        ("31 décembre 2026", date(2026, 12, 31)),
        ("1er Février 2024", date(2024, 2, 1)),
        ("mardi 12 mars 2024", date(2024, 3, 12)),
        ("mar. 12/03/2024", date(2024, 3, 12)),
        ("Lundi 1er septembre 2025", date(2025, 9, 1)),
        ("le 5 août 2026", date(2026, 8, 5)),
        ("JEUDI 04 SEPT. 2025", date(2025, 9, 4)),
        ("12-mars-2024", date(2024, 3, 12)),
        ("12.juil.2026", date(2026, 7, 12)),
        ("5-Aug-2026", date(2026, 8, 5)),
        ("12 mars 2024 à 14h30", date(2024, 3, 12)),
        ("March 12, 2024", date(2024, 3, 12)),
        ("Mar 12, 2024 3:00 PM", date(2024, 3, 12)),
        ("12\u201003\u20112024", date(2024, 3, 12)),
        ("12\u201303\u22122024", date(2024, 3, 12)),
    ],
)
def test_a_full_day_is_read_without_remark(text: str, day: date) -> None:
    assert read_date(text, is_end=False) == (day, "")


@pytest.mark.parametrize(
    "text", ["2023-06-31", "31/06/2023", "12/14/2020", "12/14/20", "0/1/2024", "13/2024", "bientôt",
             "T5 2026", "S3 2026", "été 2026", "12345678", "99999", "12 mars", "mardi", "31 sept. 2025", "2026-00-10",
             "début 2026", "mi-2026", "fin juin", "fin 31/12/2026", "fin 06/2026 ou 2027"],
)  # fmt: skip
def test_a_day_that_does_not_exist_or_cannot_be_told_is_not_read(text: str) -> None:
    assert read_date(text, is_end=True) == (None, "")


@pytest.mark.parametrize(
    ("text", "start", "end", "code"),
    [
        ("02/2024", date(2024, 2, 1), date(2024, 2, 29), "LEC-DATE-MOIS"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "LEC-DATE-MOIS"),
        ("déc. 2026", date(2026, 12, 1), date(2026, 12, 31), "LEC-DATE-MOIS"),
        ("déc-26", date(2026, 12, 1), date(2026, 12, 31), "LEC-DATE-MOIS"),
        ("mars 26", date(2026, 3, 1), date(2026, 3, 31), "LEC-DATE-MOIS"),
        ("T4 2026", date(2026, 10, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("1er trimestre 2026", date(2026, 1, 1), date(2026, 3, 31), "LEC-DATE-PERIODE"),
        ("2ème semestre 2027", date(2027, 7, 1), date(2027, 12, 31), "LEC-DATE-PERIODE"),
        ("second semestre de 2027", date(2027, 7, 1), date(2027, 12, 31), "LEC-DATE-PERIODE"),
        ("troisième trimestre 2027", date(2027, 7, 1), date(2027, 9, 30), "LEC-DATE-PERIODE"),
        ("S1 2026", date(2026, 1, 1), date(2026, 6, 30), "LEC-DATE-PERIODE"),
        ("Q4 2026", date(2026, 10, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("2026 T4", date(2026, 10, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("2026 (S2)", date(2026, 7, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("Trimestre 4 2026", date(2026, 10, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("Semestre 2 - 2026", date(2026, 7, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("T4 26", date(2026, 10, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("3T2026", date(2026, 7, 1), date(2026, 9, 30), "LEC-DATE-PERIODE"),
        ("courant 2026", date(2026, 1, 1), date(2026, 12, 31), "LEC-DATE-PERIODE"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "LEC-DATE-ANNEE"),
        ("05/03/25", date(2025, 3, 5), date(2025, 3, 5), "LEC-ANNEE-COURTE"),
        ("05/03/25 14:30", date(2025, 3, 5), date(2025, 3, 5), "LEC-ANNEE-COURTE"),
        ("12-mars-24", date(2024, 3, 12), date(2024, 3, 12), "LEC-ANNEE-COURTE"),
        ("31-déc.-26", date(2026, 12, 31), date(2026, 12, 31), "LEC-ANNEE-COURTE"),
        ("1 mai 26", date(2026, 5, 1), date(2026, 5, 1), "LEC-ANNEE-COURTE"),
        ("vendredi 31 juillet 26", date(2026, 7, 31), date(2026, 7, 31), "LEC-ANNEE-COURTE"),
        ("Dec-26", date(2026, 12, 1), date(2026, 12, 31), "LEC-DATE-MOIS"),
        ("47727", date(2030, 9, 1), date(2030, 9, 1), "LEC-DATE-SERIE"),
    ],
)
def test_an_incomplete_day_is_read_by_its_role_and_said(
    text: str, start: date, end: date, code: str
) -> None:
    assert read_date(text, is_end=False) == (start, code)
    assert read_date(text, is_end=True) == (end, code)


@pytest.mark.parametrize(
    ("text", "is_end", "day", "code"),
    [
        ("fin 2025", True, date(2025, 12, 31), "LEC-DATE-PERIODE"),
        ("Fin de l'année 2025", True, date(2025, 12, 31), "LEC-DATE-PERIODE"),
        ("fin T4 2025", True, date(2025, 12, 31), "LEC-DATE-PERIODE"),
        ("Fin d'année 2025", True, date(2025, 12, 31), "LEC-DATE-PERIODE"),
        ("fin juin 2026", True, date(2026, 6, 30), "LEC-DATE-MOIS"),
        ("début 2026", False, date(2026, 1, 1), "LEC-DATE-PERIODE"),
    ],
)
def test_the_end_of_a_period_is_an_end_and_its_beginning_a_start_never_the_other(
    text: str, is_end: bool, day: date, code: str
) -> None:
    assert read_date(text, is_end) == (day, code)
    assert read_date(text, not is_end) == (None, "")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,56 €", 1234.56),
        ("1234.5", 1234.5),
        ("12,5", 12.5),
        ("4040.202", 4040.202),
        ("13467,34", 13467.34),
        ("15 156", 15156),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("€1,234.56", 1234.56),
        ("€ 45 000", 45000),
        ("EUR 45000", 45000),
        ("1.234.567", 1234567),
        ("200 000 euros", 200000),
        ("0,125", 0.125),
        ("-500", -500),
    ],
)
def test_an_amount_is_read_whatever_its_marks(text: str, amount: float) -> None:
    assert read_amount(text) == (amount, "")


@pytest.mark.parametrize(
    ("text", "amount", "code"),
    [
        ("45 k€", 45_000, "LEC-MONTANT-ECHELLE"),
        ("1,2 M€", 1_200_000, "LEC-MONTANT-ECHELLE"),
        ("1.234", 1234, "LEC-MONTANT-AMBIGU"),
        ("-30.000 €", -30_000, "LEC-MONTANT-AMBIGU"),
        ("1.500 k€", 1500, "LEC-MONTANT-AMBIGU"),
        ("2,588 k€", 2588, "LEC-MONTANT-ECHELLE"),
        ("12,345 €", 12.345, "LEC-MONTANT-AMBIGU"),
        ("3 000 € TTC", 3000, "LEC-MONTANT-BASE"),
    ],
)
def test_an_amount_read_with_a_doubt_says_it(text: str, amount: float, code: str) -> None:
    assert read_amount(text) == (amount, code)


@pytest.mark.parametrize(
    ("text", "measure", "code"),
    [("12.125", 12.125, "LEC-MONTANT-AMBIGU"), ("12,125", 12.125, ""), ("12.5", 12.5, "")],
)
def test_a_measure_may_have_three_decimals(text: str, measure: float, code: str) -> None:
    assert read_amount(text, in_euros=False) == (measure, code)


@pytest.mark.parametrize(
    "text", ["Entre 200 et 500", "200-500", "200 à 500", "~500", "env. 500", "2 5", "1 234 5", "1e5",
             "nan", "inf", "500 $", "1..2", "€", "12 34,5", "quarante"],
)  # fmt: skip
def test_a_range_or_an_estimate_is_not_an_amount(text: str) -> None:
    assert read_amount(text) == (None, "")


def test_a_percentage_is_given_as_written_with_its_sign() -> None:
    assert read_percent("45 %") == (45, True)
    assert read_percent("0,45") == (0.45, False)
    assert read_percent("250 %") == (250, True)
    assert read_percent("presque fini") == (None, False)


@pytest.mark.parametrize(
    ("text", "percent"),
    [("50/100", 50), ("3/4", 75), ("1/3", 33.33), ("0/5", 0), ("~50%", 50), ("≈ 50 %", 50), ("env. 50 %", 50),
     ("environ 50,5 %", 50.5), ("50 pour cent", 50), ("50 pourcent", 50), ("50 %*", 50), ("50%.", 50), ("à 50 %", 50)],
)  # fmt: skip
def test_a_share_or_an_estimate_of_progress_is_a_percentage(text: str, percent: float) -> None:
    assert read_percent(text) == (percent, True)


@pytest.mark.parametrize("text", ["4/3", "1/0", "50-60 %", "> 50 %", "~50", "entre 40 et 50 %", "100 % (livré)",
                                  "12/03/2026", "1/2/3"])  # fmt: skip
def test_a_range_of_progress_or_what_is_no_share_is_not_read(text: str) -> None:
    assert read_percent(text) == (None, False)


def test_a_siren_is_read_with_blanks_or_from_a_siret_and_its_key_is_checked() -> None:
    assert read_siren("246 200 729") == ("246200729", "")
    assert read_siren("246200729.0") == ("246200729", "")
    assert read_siren("24620072900019") == ("246200729", "LEC-SIRET")
    assert read_siren("246200730") == (None, "LEC-SIREN-CLE")
    assert read_siren("24620072") == (None, "")
    assert read_siren("²46200729") == (None, "")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("écrire à a.b-c@mairie.exemple.fr !", f"écrire à {EMAIL_REMOVED} !"),
        ("Tél. 03 21 10 36 36", f"Tél. {PHONE_REMOVED}"),
        ("+33 (0)6 12 34 56 78 ou 06.12.34.56.78", f"{PHONE_REMOVED} ou {PHONE_REMOVED}"),
        ("0033612345678", PHONE_REMOVED),
        ("0612345678", PHONE_REMOVED),
    ],
)
def test_addresses_and_phone_numbers_are_removed(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text", ["SIRET 24620072900019", "10 12 34 56 78 90", "budget 1 200 000,00", "@", "31/03/2026",
             "convention 2024-0612345"],
)  # fmt: skip
def test_what_only_resembles_them_stays(text: str) -> None:
    assert redact(text) == text


def test_the_end_of_a_period_is_no_start() -> None:
    assert read_date("fin du 1er semestre 2027", is_end=True) == (
        date(2027, 6, 30),
        "LEC-DATE-PERIODE",
    )
    assert read_date("fin du 1er semestre 2027", is_end=False) == (None, "")
