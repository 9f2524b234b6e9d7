"""Two territories merge: what each sent before stays its own, on the night it came as when raw is made again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from tests.gate.reports import RUN_DATE, action, actions, csv_report, read, receipt
from vigie.gate import judge
from vigie.reference.seeds import Reference
from vigie.reference.succession import RetiredSiren
from vigie.warehouse import raw

EAST, WEST, HEIR = "200018083", "246200729", "200093201"
MERGED_AFTER = date(2025, 12, 31)
# Who sends, the SIREN written inside, the file, the day it is deposited, its date of situation, its actions.
BEFORE = [
    (EAST, EAST, "est novembre.csv", datetime(2025, 12, 3), "30/11/2025", actions(4)),
    (WEST, WEST, "ouest novembre.csv", datetime(2025, 12, 4), "30/11/2025", [action()]),
    (EAST, EAST, "est décembre.csv", datetime(2026, 1, 3), "31/12/2025", actions(5)),
    (WEST, WEST, "ouest décembre.csv", datetime(2026, 1, 4), "31/12/2025", [action()]),
    (EAST, WEST, "égaré.csv", datetime(2026, 1, 5), "31/12/2025", [action(intitule="Égaré")]),
]
AFTER = [
    (HEIR, HEIR, "janvier.csv", datetime(2026, 1, 31), "31/01/2026", actions(3)),
    (HEIR, WEST, "ouest corrigé.csv", datetime(2026, 1, 31), "31/12/2025", actions(2)),
    (EAST, WEST, "ancien modèle.csv", datetime(2026, 1, 31), "31/01/2026", actions(2)),
]
# The Région's register, before the merger and after: the day it is deposited, whom it names.
REGISTERS = [
    (datetime(2025, 12, 1), (EAST, WEST, HEIR)),
    (datetime(2026, 1, 20), (HEIR,)),
]
Sent = list[tuple]


@pytest.fixture(scope="module")
def merged(reference: Reference) -> Reference:
    """The reference once refreshed: the two are gone, their heir answers for them."""
    kept = {s: t for s, t in reference.territories.items() if s not in (EAST, WEST)}
    gone = {s: RetiredSiren(s, HEIR, f"CC {s}", MERGED_AFTER) for s in (EAST, WEST)}
    return replace(reference, territories=kept, retired_sirens={**reference.retired_sirens, **gone})


def register(deposited: datetime, sirens: tuple[str, ...], reference: Reference):
    lines = [f"{siren};EPCI {siren};2024-01-15;2024-2027" for siren in sirens]
    content = "\n".join(["siren_epci;nom;date_adoption;horizon", *lines]).encode()
    name = f"registre {deposited:%m-%Y}.csv"
    return read(receipt("", content, name, deposited), content, reference)


def loaded(path: Path, nights: list[tuple[list, Sent, Reference]]) -> Mapping[str, pd.DataFrame]:
    for registers, sent, reference in nights:
        files = [register(*known, reference) for known in registers]
        for sender, siren, name, deposited, situation, rows in sent:
            content = csv_report(siren, rows, date_situation=situation)
            files.append(read(receipt(sender, content, name, deposited), content, reference))
        previous = path if path.exists() else None
        raw.load(path, judge(files, reference, RUN_DATE, previous, None).tables)
    with raw.reader(path) as connection:
        return {
            table: connection.sql(f"from {table} order by all").df()
            for table in ("rapports", "lignes", "controles", "lignes_ecartees", "feuilles_de_route")
        }


def test_the_first_report_under_a_new_number_is_compared_with_the_last_under_the_old(
    reference: Reference, tmp_path: Path
) -> None:
    kept = {siren: t for siren, t in reference.territories.items() if siren != EAST}
    gone = {EAST: RetiredSiren(EAST, HEIR, "CC renumérotée", MERGED_AFTER)}
    renumbered = replace(reference, territories=kept, retired_sirens=gone)
    first = (HEIR, HEIR, "janvier.csv", datetime(2026, 1, 31), "31/01/2026", actions(3))
    second = (HEIR, HEIR, "février.csv", datetime(2026, 2, 1), "01/02/2026", actions(3))
    for name, nights in (
        ("nuits", [([], BEFORE[:3], reference), ([], [first, second], renumbered)]),
        ("ensemble", [([], [*BEFORE[:3], first, second], renumbered)]),
    ):
        tables = loaded(tmp_path / f"{name}.duckdb", nights)
        names = tables["rapports"].set_index("rapport_id")["nom_fichier"]
        told = tables["controles"].set_index("regle_code").loc[["CMP-DISPARUES", "CMP-IDENTIQUE"]]
        assert dict(zip(told["rapport_id"].map(names), told["message"], strict=True)) == {
            "janvier.csv": "2 action(s) du rapport du 31/12/2025 ne figurent plus : A4, A5.",
            "février.csv": "Le rapport est identique à celui du 31/01/2026, date mise à part.",
        }


def test_raw_made_again_after_a_merger_is_what_the_nights_had_made(
    reference: Reference, merged: Reference, tmp_path: Path
) -> None:
    nights = loaded(
        tmp_path / "nights.duckdb",
        [(REGISTERS[:1], BEFORE, reference), (REGISTERS[1:], AFTER, merged)],
    )
    told = nights["rapports"].set_index("nom_fichier")
    assert told["siren_epci"].dropna().to_dict() == {
        "est novembre.csv": EAST,
        "ouest novembre.csv": WEST,
        "est décembre.csv": EAST,
        "ouest décembre.csv": WEST,
        "égaré.csv": WEST,
        "janvier.csv": HEIR,
        "ouest corrigé.csv": WEST,
        "ancien modèle.csv": HEIR,
    }
    assert told.index[told["verdict"] == "rejete"].tolist() == ["égaré.csv"]
    assert "a_valider" not in set(told["verdict"]), "the register knows a roadmap for each"
    heirs = told.index[told["siren_epci"] == HEIR]
    about = nights["controles"]["rapport_id"].isin(told.loc[heirs, "rapport_id"])
    compared = set(nights["controles"].loc[about, "regle_code"]) - {"CMP-REMPLACE"}
    assert not [code for code in compared if code.startswith("CMP-")], "the past of both is not one"
    again = loaded(tmp_path / "again.duckdb", [(REGISTERS, BEFORE + AFTER, merged)])
    for table, frame in nights.items():
        pd.testing.assert_frame_equal(frame, again[table])
