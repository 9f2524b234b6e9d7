"""Refreshing the territories from the public package, on three invented vintages of an invented region."""

import csv
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import run_vigie
from territory_package import PLAIN, PORT, VINTAGES, archive, from_vintages

from vigie.errors import SettingsError, SourceRefused, SourceUnavailable
from vigie.reference import package as reference_package
from vigie.reference.package import FRANCE, npm_pack
from vigie.reference.refresh import Refresh, refresh
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT

Fetch = Callable[[str, Path], Path]


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "millesimes.csv").write_text(
        "millesime,version_npm\n2023,1.0.0\n2024,2.0.0\n2025,3.0.0\n", encoding="utf-8"
    )
    return folder


def table(seeds: Path, name: str) -> list[dict[str, str]]:
    with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def edit(seeds: Path, name: str, key: str, **values: str) -> None:
    lines = table(seeds, name)
    for line in lines:
        if key in line.values():
            line.update(values)
    with (seeds / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def test_another_region_installs_with_the_same_command(seeds: Path) -> None:
    done = refresh(seeds, "99", fetch=from_vintages)
    assert (done.coeur_nb, done.limitrophes_nb, done.communes_nb) == (2, 1, 7)
    assert [
        (t["nom"], t["perimetre_code"], t["departement_code"]) for t in table(seeds, "territoires")
    ] == [
        ("CU de la Plaine", "coeur", "02"),
        ("CC de la Lisière", "limitrophe", "03"),
        ("CA Port et Cap", "coeur", "01"),
    ]
    assert done.a_completer == ("333333333", "444444444", "666666666")
    assert [s["nom"] for s in table(seeds, "sources")][-1] == "Région Rivages"


def test_the_whole_country_is_refreshed_as_one_region_where_every_territory_counts(
    seeds: Path,
) -> None:
    done = refresh(seeds, FRANCE, fetch=from_vintages)
    assert (done.coeur_nb, done.limitrophes_nb, done.communes_nb) == (4, 0, 8)
    assert [(t["nom"], t["region_code"]) for t in table(seeds, "territoires")] == [
        ("CU de la Plaine", "99"),
        ("CC de la Lisière", "88"),
        ("CC du Lointain", "88"),
        ("CA Port et Cap", "99"),
    ]
    assert {h["perimetre_code"] for h in table(seeds, "territoires_historique")} == {"coeur"}
    assert [s["nom"] for s in table(seeds, "sources")][-1] == "France"


def test_the_seeds_of_another_region_are_read_by_the_library(seeds: Path) -> None:
    for path in (PROJECT_ROOT / "seeds").glob("*.csv"):
        if not (seeds / path.name).exists():
            shutil.copy(path, seeds)
    done = refresh(seeds, "99", fetch=from_vintages)
    reference = Reference.load(seeds)
    assert [t.nom for t in reference.denominator] == ["CU de la Plaine", "CA Port et Cap"]
    assert {s.siren_epci for s in reference.sources()} == {"", *reference.territories}
    assert len(reference.communes) == 7
    assert len(done.territoires_disparus) == 92


def test_refreshing_twice_changes_nothing(seeds: Path) -> None:
    first = refresh(seeds, "99", fetch=from_vintages)
    content = {path.name: path.read_bytes() for path in seeds.iterdir()}
    second = refresh(seeds, "99", fetch=from_vintages)
    assert len(first.fichiers_modifies) == 6
    assert second.fichiers_modifies == ()
    assert {path.name: path.read_bytes() for path in seeds.iterdir()} == content


def test_the_history_keeps_the_name_and_nature_of_the_time(seeds: Path) -> None:
    refresh(seeds, "99", fetch=from_vintages)
    plain = [h for h in table(seeds, "territoires_historique") if h["siren_epci"] == "333333333"]
    assert [(h["millesime"], h["nature_code"]) for h in plain] == [
        ("2023", "CA"),
        ("2024", "CA"),
        ("2025", "CU"),
    ]


def test_an_earlier_version_gives_the_territories_of_its_vintage(seeds: Path) -> None:
    done = refresh(seeds, "99", "1.0.0", fetch=from_vintages)
    assert done.millesime == 2023
    assert len(table(seeds, "territoires")) == 4
    assert table(seeds, "territoires_alias") == []


def test_a_merger_gives_each_old_siren_its_successor(seeds: Path) -> None:
    refresh(seeds, "99", fetch=from_vintages)
    aliases = table(seeds, "territoires_alias")
    assert [(a["siren_ancien"], a["siren_epci"], a["fin_le"]) for a in aliases] == [
        ("111111111", "666666666", "2023-12-31"),
        ("222222222", "666666666", "2023-12-31"),
    ]


def test_a_split_is_left_to_a_person_whose_line_is_then_kept(seeds: Path) -> None:
    split = {
        "1.0.0": [PORT, PLAIN],
        "2.0.0": [
            ("666666666", "CC Nord", "CC", {"01001": 500}),
            ("777777777", "CC Sud", "CC", {"01002": 300}),
            PLAIN,
        ],
    }

    def fetch(version: str, folder: Path) -> Path:
        return archive(folder / f"{version}.tgz", split[version])

    assert refresh(seeds, "99", "2.0.0", fetch).successions_a_decider == ("111111111",)
    with (seeds / "territoires_alias.csv").open("a", encoding="utf-8") as stream:
        stream.write("111111111,777777777,CC du Port,2023-06-30,arrêté\n")
    assert refresh(seeds, "99", "2.0.0", fetch).successions_a_decider == ()
    assert table(seeds, "territoires_alias")[0]["fin_le"] == "2023-06-30"


def test_what_the_package_lacks_is_kept_by_siren(seeds: Path) -> None:
    refresh(seeds, "99", "2.0.0", fetch=from_vintages)
    facts = {
        "superficie_km2": "10",
        "typologie_densite": "rural",
        "longitude": "2.5",
        "latitude": "50.1",
    }
    edit(
        seeds,
        "territoires",
        "666666666",
        **facts,
        crte_code="crte-1",
        est_littorale_geometrique="true",
    )
    done = refresh(seeds, "99", fetch=from_vintages)
    kept = next(t for t in table(seeds, "territoires") if t["siren_epci"] == "666666666")
    assert {key: kept[key] for key in facts} == facts
    assert (kept["densite_hab_km2"], kept["crte_code"]) == ("93.0", "crte-1")
    assert "666666666" not in done.a_completer


def test_a_seat_written_by_a_person_decides_who_counts(seeds: Path) -> None:
    refresh(seeds, "99", fetch=from_vintages)
    edit(seeds, "territoires", "444444444", departement_code="02")
    assert refresh(seeds, "99", fetch=from_vintages).coeur_nb == 3
    edit(seeds, "territoires", "444444444", departement_code="75")
    assert refresh(seeds, "99", fetch=from_vintages).coeur_nb == 2


def test_default_sources_follow_their_territories_and_written_ones_stay(seeds: Path) -> None:
    refresh(seeds, "99", "1.0.0", fetch=from_vintages)
    edit(
        seeds,
        "sources",
        "depot-333333333",
        source_id="grist-plaine",
        canal="grist",
        adresse="doc/1",
    )
    edit(seeds, "sources", "depot-222222222", source_id="tet-cap", canal="http", adresse="x.csv")
    edit(seeds, "sources", "depot-111111111", canal="http", adresse="port.csv")
    done = refresh(seeds, "99", fetch=from_vintages)
    ids = [s["source_id"] for s in table(seeds, "sources")]
    assert sorted(ids) == ["depot-444444444", "depot-666666666", "depot-region", "grist-plaine"]
    assert done.sources_orphelines == ("depot-111111111", "tet-cap")


def refused_without_writing(
    seeds: Path, error: type[Exception], message: str, fetch: Fetch
) -> None:
    with pytest.raises(error, match=message):
        refresh(seeds, "99", fetch=fetch)
    assert [path.name for path in seeds.iterdir()] == ["millesimes.csv"]


def test_an_unreadable_archive_writes_nothing(seeds: Path) -> None:
    def fetch(version: str, folder: Path) -> Path:
        path = folder / f"{version}.tgz"
        path.write_bytes(b"not an archive")
        return path

    refused_without_writing(seeds, SourceRefused, "archive illisible", fetch)


def test_an_unknown_nature_writes_nothing(seeds: Path) -> None:
    def fetch(version: str, folder: Path) -> Path:
        return archive(folder / f"{version}.tgz", [("111111111", "X", "SAN", {"01001": 1})])

    refused_without_writing(seeds, SourceRefused, "nature d'EPCI inconnue « SAN »", fetch)


def test_an_unknown_region_or_version_is_a_setting_to_mend(seeds: Path) -> None:
    with pytest.raises(SettingsError, match="VIGIE_REGION=77"):
        refresh(seeds, "77", fetch=from_vintages)
    with pytest.raises(SettingsError, match=r"millesimes\.csv n'a pas la version 9\.9\.9"):
        refresh(seeds, "99", "9.9.9", fetch=from_vintages)


def test_npm_absent_or_failing_is_told_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_package.shutil, "which", lambda _: None)
    with pytest.raises(SettingsError, match="npm est nécessaire"):
        npm_pack("1.0.0", tmp_path)

    def failing(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command, stderr="404 not found")

    monkeypatch.setattr(reference_package.shutil, "which", lambda _: "npm")
    monkeypatch.setattr(reference_package.subprocess, "run", failing)
    with pytest.raises(SourceUnavailable, match="404 not found"):
        npm_pack("1.0.0", tmp_path)


def test_a_refresh_tells_what_changed(seeds: Path) -> None:
    refresh(seeds, "99", "1.0.0", fetch=from_vintages)
    done: Refresh = refresh(seeds, "99", fetch=from_vintages)
    assert done.territoires_nouveaux == ("666666666",)
    assert done.territoires_disparus == ("111111111", "222222222")


def test_the_command_makes_the_folder_of_the_whole_country_from_the_seeds_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = archive(tmp_path / "packed.tgz", VINTAGES["3.0.0"])
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f'#!/bin/sh\ncp "{packed}" "$5/packed.tgz"\necho packed.tgz\n')
    npm.chmod(0o700)
    france = tmp_path / "france"
    monkeypatch.setenv("PATH", f"{npm.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("VIGIE_SEEDS", str(france))
    monkeypatch.setenv("VIGIE_REGION", FRANCE)
    assert "coeur_nb=4" in run_vigie(tmp_path / "home", "reference", "refresh")
    assert [t.nom for t in Reference.load(france).denominator] == [
        "CU de la Plaine",
        "CC de la Lisière",
        "CC du Lointain",
        "CA Port et Cap",
    ]
