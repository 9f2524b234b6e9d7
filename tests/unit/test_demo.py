"""The demonstration region: the same for ever, marked as fictitious, dirty in every known way."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from vigie.demo import DemoSummary, generate
from vigie.demo.deposits import month_ends, night_of
from vigie.demo.faults import FAULTS
from vigie.demo.generate import _share_faults
from vigie.demo.habits import DECKS, SHOWN, deal
from vigie.demo.others import GRANTS, INDICATORS
from vigie.demo.region import places
from vigie.demo.words import FICTITIOUS
from vigie.errors import ReportUnreadable, SettingsError
from vigie.reading.adapters import read
from vigie.records import REPORT, ROADMAP_REGISTER, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings

SEEDS = PROJECT_ROOT / "seeds"
UNTIL = date(2026, 10, 31)
SEED = 32


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(SEEDS)


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoSummary]:
    """A region large enough for every format, over two months."""
    folder = tmp_path_factory.mktemp("demo") / "depot"
    return folder, generate(folder, SEEDS, territories=40, months=2)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def fingerprint(folder: Path) -> dict[str, tuple[str, float]]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime if path.name != "DEMO.json" else 0.0,
        )
        for path in files(folder)
    }


def faulty(folder: Path) -> set[str]:
    return set(json.loads((folder / "DEMO.json").read_text(encoding="utf-8"))["pieges"])


def of_region(path: Path) -> str:
    """The data set of a file of the Région."""
    return {GRANTS: "subventions", INDICATORS: "indicateurs_longs"}.get(path.name, ROADMAP_REGISTER)


def receipt(path: Path, folder: Path) -> Receipt:
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    siren = path.parent.name if path.parent.name.isdigit() else ""
    name = str(path.relative_to(folder))
    size = path.stat().st_size
    return Receipt("s", siren, "depot", "auto", path.name, name, "0" * 64, size, at, at, at)


def test_the_same_arguments_give_the_same_bytes_and_dates_in_another_process(
    tmp_path: Path,
) -> None:
    generate(tmp_path / "here", SEEDS, territories=8, months=2)
    code = (
        "import sys; from pathlib import Path; from vigie.demo import generate; "
        "generate(Path(sys.argv[1]), Path(sys.argv[2]), territories=8, months=2)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "there"), str(SEEDS)],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        check=True,
    )
    assert fingerprint(tmp_path / "here") == fingerprint(tmp_path / "there")


def test_another_seed_tells_another_story(tmp_path: Path) -> None:
    generate(tmp_path / "a", SEEDS, territories=2, months=1)
    generate(tmp_path / "b", SEEDS, territories=2, months=1, seed=59)
    assert fingerprint(tmp_path / "a") != fingerprint(tmp_path / "b")


def test_the_drop_folder_says_that_everything_in_it_is_made_up(
    dropped: tuple[Path, DemoSummary],
) -> None:
    folder, summary = dropped
    marker = json.loads((folder / "DEMO.json").read_text(encoding="utf-8"))
    assert marker["synthetique"] is True
    assert datetime.fromisoformat(marker["date_nuit"]) == summary.date_nuit == night_of(UNTIL)
    assert (marker["until"], marker["seed"]) == ("2026-10-31", SEED)


def test_each_readable_file_says_that_it_is_made_up(dropped: tuple[Path, DemoSummary]) -> None:
    folder, _ = dropped
    silent = []
    for path in files(folder):
        if str(path.relative_to(folder)) in faulty(folder) or path.name == "DEMO.json":
            continue
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                told = archive.read("docProps/core.xml").decode()
        else:
            content = path.read_bytes()
            told = content.decode("utf-8", errors="ignore") + content.decode("cp1252", "ignore")
        if FICTITIOUS not in told:
            silent.append(path.name)
    assert silent == []


def test_nothing_is_dropped_after_the_night(dropped: tuple[Path, DemoSummary]) -> None:
    folder, summary = dropped
    night = summary.date_nuit.replace(tzinfo=UTC).timestamp()
    late = [p.name for p in files(folder) if p.name != "DEMO.json" and p.stat().st_mtime >= night]
    assert late == []


def test_67_of_90_territories_have_a_roadmap_and_some_adopt_it_on_the_way(
    reference: Reference,
) -> None:
    region = places(reference, 90, UNTIL, 12, SEED)
    adopted = [place.adoption for place in region if place.adoption]
    assert (len(region), len(adopted)) == (90, 67)
    first = month_ends(UNTIL, 12)[0]
    assert sum(day > first for day in adopted) == 5
    assert min(adopted).year >= 2021


def test_a_region_of_normal_size_shows_every_habit(reference: Reference) -> None:
    region = [p for p in places(reference, 90, UNTIL, 12, SEED) if p.adoption]
    dealt = [deal(place.rank, SEED) for place in region]
    missing = {
        (dimension, card)
        for dimension, deck in DECKS.items()
        for card in deck
        if card not in {str(getattr(habits, dimension)) for habits in dealt}
    }
    assert missing == set()


def test_a_region_of_normal_size_shows_every_bad_report_and_spares_the_best_known(
    reference: Reference,
) -> None:
    region = places(reference, 90, UNTIL, 12, SEED)
    shared = _share_faults(region, SEED)
    assert {fault.code for fault in shared.values()} == {fault.code for fault in FAULTS}
    assert not shared.keys() & {place.siren for place in region[:SHOWN]}


def test_even_a_small_region_brings_refused_set_aside_and_suspicious_reports(
    tmp_path: Path,
) -> None:
    summary = generate(tmp_path / "depot", SEEDS, territories=6, months=3)
    verdicts = {verdict for _, verdict in summary.pieges.values()}
    assert {"rejete", "lignes_ecartees", "a_valider"} <= verdicts


def test_each_announced_bad_report_is_a_file_of_the_folder(
    dropped: tuple[Path, DemoSummary],
) -> None:
    folder, summary = dropped
    assert faulty(folder) == set(summary.pieges)
    assert {path for path in summary.pieges if not (folder / path).is_file()} == set()
    assert summary.fichiers == len(files(folder)) - 1


def test_good_reports_are_read_whatever_the_habits_and_only_the_announced_files_are_not(
    dropped: tuple[Path, DemoSummary], reference: Reference
) -> None:
    folder, summary = dropped
    settings = Settings(home=folder)
    seen: Counter[str] = Counter()
    unread = set()
    for path in files(folder):
        if path.name == "DEMO.json":
            continue
        name = str(path.relative_to(folder))
        try:
            report = read(receipt(path, folder), path.read_bytes(), reference, settings)
        except ReportUnreadable:
            unread.add(name)
            continue
        seen[report.format] += 1
        assert report.jeu == (of_region(path) if path.parent.name == "region" else REPORT)
        if name not in summary.pieges and report.jeu == REPORT:
            assert len(report.lignes) >= 14, name
    assert unread <= {path for path, (_, verdict) in summary.pieges.items() if verdict == "rejete"}
    assert {"vigie_xlsx", "vigie_csv", "tet_xlsx"} <= seen.keys()


def test_the_metropolis_that_merged_writes_once_more_the_siren_it_bore_before(
    dropped: tuple[Path, DemoSummary], reference: Reference
) -> None:
    folder, _ = dropped
    metropolis, before = "200093201", "245900410"
    written = []
    sent = sorted((folder / metropolis).iterdir(), key=lambda path: path.stat().st_mtime)
    for path in sent:
        report = read(receipt(path, folder), path.read_bytes(), reference, Settings(home=folder))
        written.append("".join(report.entete["siren_epci"].valeur.split())[:9])
    assert written[0] == before
    assert set(written[1:]) == {metropolis}
    # Its last day was that of a merger: another territory has the same successor.
    retired = [one for one in reference.retired_sirens.values() if one.siren_epci == metropolis]
    assert len(retired) > 1 and before in {one.siren_ancien for one in retired}


def test_the_register_lists_a_roadmap_before_its_first_report(
    dropped: tuple[Path, DemoSummary],
) -> None:
    folder, _ = dropped
    listed: dict[str, float] = {}
    registers = (folder / "region").glob("feuilles_de_route*")
    for path in sorted(registers, key=lambda p: p.stat().st_mtime):
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        for line in lines:
            listed.setdefault(line.split(";")[0], path.stat().st_mtime)
    strays = {name.split("/")[0] for name in faulty(folder)} - listed.keys()
    for path in files(folder):
        siren = path.parent.name
        if siren.isdigit() and siren not in strays:
            assert listed[siren] <= path.stat().st_mtime, path.name
    assert len(strays) == 1


def test_a_folder_that_holds_real_reports_is_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "200093201" / "rapport.csv"
    real.parent.mkdir()
    real.write_text("un vrai rapport", encoding="utf-8")
    with pytest.raises(SettingsError, match="dossier vide"):
        generate(tmp_path, SEEDS, territories=2, months=1)
    assert files(tmp_path) == [real]


def test_a_new_demonstration_replaces_the_old_one(tmp_path: Path) -> None:
    generate(tmp_path, SEEDS, territories=4, months=2)
    generate(tmp_path, SEEDS, territories=2, months=1)
    fresh = tmp_path.parent / f"{tmp_path.name}_fresh"
    generate(fresh, SEEDS, territories=2, months=1)
    assert fingerprint(tmp_path) == fingerprint(fresh)


@pytest.mark.parametrize("count", [0, 91])
def test_more_territories_than_the_reference_data_know_are_refused_with_a_sentence(
    count: int, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="de 1 à 90 territoires"):
        generate(tmp_path / "depot", SEEDS, territories=count, months=1)
    assert not (tmp_path / "depot").exists()
