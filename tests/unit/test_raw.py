"""raw.duckdb is append-only and loads a report once."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from threading import Timer

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from vigie.files import write_json
from vigie.warehouse import raw


def table(columns: dict[str, object]) -> pa.Table:
    return pa.Table.from_pandas(pd.DataFrame(columns), preserve_index=False)


def judged(*rapport_ids: str) -> pa.Table:
    moment = pd.Timestamp("2026-11-20 01:00")
    return table(
        {
            "rapport_id": list(rapport_ids),
            "jeu": "rapport_avancement",
            "source_id": "depot-246200729",
            "siren_epci": "246200729",
            "canal": "depot",
            "format": "vigie_csv",
            "nom_fichier": "r.csv",
            "adresse": "r.csv",
            "sha256": "0" * 64,
            "taille_octets": 10,
            "depose_le": moment,
            "collecte_le": moment,
            "connu_le": moment,
            "date_situation": moment.date(),
            "verdict": "accepte",
            "recues_nb": 1,
            "acceptees_nb": 1,
            "ecartees_nb": 0,
            "remarques_nb": 0,
            "version_regles": "1",
            "est_synthetique": True,
        }
    )


def themes(*rapport_ids: str) -> pa.Table:
    return table(
        {
            "rapport_id": list(rapport_ids),
            "feuille": "Actions",
            "ligne": 2,
            "theme_code": "mobilite",
            "theme_brut": "Mobilité",
        }
    )


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with raw.reader(path) as connection:
        return connection.execute(query).fetchall()


def test_loading_the_same_night_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "raw.duckdb"
    tables = {"rapports": judged("a", "b"), "lignes_themes": themes("a", "b")}
    assert raw.load(path, tables) == 2
    assert raw.load(path, tables) == 0
    assert rows(path, "select count(*) from lignes_themes") == [(2,)]


def test_only_the_rows_of_new_reports_are_added(tmp_path: Path) -> None:
    path = tmp_path / "raw.duckdb"
    raw.load(path, {"rapports": judged("a"), "lignes_themes": themes("a")})
    raw.load(path, {"rapports": judged("a", "b"), "lignes_themes": themes("a", "b")})
    assert rows(path, "select rapport_id from lignes_themes order by 1") == [("a",), ("b",)]
    assert raw.known_reports(path) == {"a", "b"}


def test_rows_keep_their_order_however_many_reports_come_with_them(tmp_path: Path) -> None:
    path = tmp_path / "raw.duckdb"
    night = [f"r{number:03d}" for number in range(200)]
    some = [night[number * 37 % 200] for number in range(60)]
    raw.load(path, {"rapports": judged(*night), "lignes_themes": themes(*some)})
    assert [row[0] for row in rows(path, "select rapport_id from lignes_themes")] == some


def test_a_load_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "raw.duckdb"
    broken = table(themes("a").to_pandas().assign(ligne="pas un nombre"))
    with pytest.raises(duckdb.ConversionException):
        raw.load(path, {"rapports": judged("a"), "lignes_themes": broken})
    assert raw.known_reports(path) == set()


def test_a_decision_file_is_loaded_once(tmp_path: Path) -> None:
    path, folder = tmp_path / "raw.duckdb", tmp_path / "decisions"
    decision = {
        "decision_id": "d1",
        "rapport_id": "a",
        "decision": "approuve",
        "motif": "vérifié",
        "decide_par": "chargée de mission",
        "decide_le": datetime(2026, 11, 20, 9).isoformat(),
    }
    write_json(folder / "d1.json", decision)
    assert raw.load_records(path, "decisions", "decision_id", folder) == 1
    assert raw.load_records(path, "decisions", "decision_id", folder) == 0


HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("other", ["read", "write"])
def test_a_writer_waits_for_another_process_that_holds_the_file(tmp_path: Path, other: str) -> None:
    path = tmp_path / "raw.duckdb"
    raw.load(path, {"rapports": judged("a")})
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), other],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdin and holder.stdout
        assert holder.stdout.readline() == "held\n"
        release = Timer(0.5, holder.stdin.close)
        release.start()
        assert raw.load(path, {"rapports": judged("b")}) == 1
        release.join()
