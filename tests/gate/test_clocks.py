"""A verdict depends on what was known when the report arrived, never on the night that loads it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from tests.gate.reports import RUN_DATE, action, actions, csv_report, read, receipt
from vigie.gate import judge
from vigie.reference.seeds import Reference
from vigie.warehouse import raw

SIREN = "200018083"
STORY = [
    ("octobre.csv", datetime(2025, 11, 3), "31/10/2025", actions(5)),
    ("novembre.csv", datetime(2025, 12, 3), "30/11/2025", actions(5, taux_avancement="5")),
    (
        "décembre.csv",
        datetime(2026, 1, 4),
        "31/12/2025",
        [action(taux_avancement="300"), *actions(3)],
    ),
    ("novembre bis.csv", datetime(2026, 1, 5), "30/11/2025", actions(4, taux_avancement="60")),
    ("janvier.csv", datetime(2026, 1, 31), "31/01/2026", actions(5, budget_prevu_eur="500000")),
]


@pytest.fixture(scope="module")
def files(reference: Reference) -> list:
    parsed = []
    for name, deposited, situation, rows in STORY:
        content = csv_report(SIREN, rows, date_situation=situation)
        parsed.append(read(receipt(SIREN, content, name, deposited), content, reference))
    return parsed


def loaded(path: Path, nights: list[list], reference: Reference) -> dict[str, pd.DataFrame]:
    for night in nights:
        previous = path if path.exists() else None
        raw.load(path, judge(night, reference, RUN_DATE, previous, None).tables)
    with raw.reader(path) as connection:
        return {
            table: connection.sql(f"from {table} order by all").df()
            for table in ("rapports", "lignes", "controles", "lignes_ecartees", "lignes_themes")
        }


def test_five_nights_and_one_night_give_the_same_tables(
    files: list, reference: Reference, tmp_path: Path
) -> None:
    one = loaded(tmp_path / "one.duckdb", [files], reference)
    assert one["rapports"].set_index("nom_fichier")["verdict"].to_dict() == {
        "octobre.csv": "accepte",
        "novembre.csv": "a_valider",
        "décembre.csv": "lignes_ecartees",
        "novembre bis.csv": "accepte_avec_remarques",
        "janvier.csv": "a_valider",
    }
    five = loaded(tmp_path / "five.duckdb", [[file] for file in files], reference)
    for table, frame in one.items():
        pd.testing.assert_frame_equal(frame, five[table])


def test_a_rebuild_on_a_later_day_judges_a_future_date_as_on_its_own_night(
    reference: Reference,
) -> None:
    content = csv_report(SIREN, [action()], date_situation="15/02/2026")
    file = read(receipt(SIREN, content), content, reference)
    later = RUN_DATE.replace(year=2027)
    told = judge([file], reference, later, None, None).tables["controles"]
    assert told["regle_code"].to_pylist() == ["ENT-SITUATION-FUTURE"]


def test_a_report_of_the_day_is_not_in_the_future_of_a_night_begun_at_midnight_in_paris(
    reference: Reference,
) -> None:
    content = csv_report(SIREN, [action()], date_situation=f"{RUN_DATE:%d/%m/%Y}")
    midnight = datetime(2026, 1, 31, 23, 30)
    file = replace(receipt(SIREN, content), collecte_le=midnight, connu_le=midnight)
    tables = judge([read(file, content, reference)], reference, RUN_DATE, None, None).tables
    assert tables["rapports"]["verdict"].to_pylist() == ["accepte"]


def test_a_night_of_unreadable_files_has_verdicts(reference: Reference) -> None:
    tables = judge(
        [read(receipt(SIREN, b""), b"", reference)], reference, RUN_DATE, None, None
    ).tables
    assert tables["rapports"]["verdict"].to_pylist() == ["rejete"]
    assert tables["controles"]["regle_code"].to_pylist() == ["FIC-VIDE"]
