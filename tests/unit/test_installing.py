"""Another Région in a day: its reference data, its settings, and what a person must still write."""

import subprocess
from pathlib import Path

import pytest
from territory_package import from_vintages

from vigie.errors import SettingsError
from vigie.reference.installing import Installation, install
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The seeds of the project, whose vintages are those of the invented package."""
    folder = tmp_path / "projet"
    folder.mkdir()
    for path in (PROJECT_ROOT / "seeds").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "millesimes.csv").write_text(
        "millesime,version_npm\n2024,2.0.0\n2025,3.0.0\n", encoding="utf-8"
    )
    return folder


def made(folder: Path, seeds: Path, region: str = "99") -> Installation:
    return install(folder, region, seeds, from_vintages)


def test_a_region_is_ready_in_a_folder_of_its_own(tmp_path: Path, seeds: Path) -> None:
    home = tmp_path / "région d'essai"
    done = made(home, seeds)
    known = Reference.load(home / "seeds")
    assert [t.nom for t in known.denominator] == ["CU de la Plaine", "CA Port et Cap"]
    assert (home / "depot").is_dir()
    assert "3 territoires" in done.a_faire["territoires.csv"]
    funders = (home / "seeds" / "financeurs_region.csv").read_text(encoding="utf-8").splitlines()
    assert {
        "La Région",
        "Fonds régional",
        "Région Rivages",
        "Conseil régional Rivages",
    } < {*funders}
    assert [one for one in funders if "Hauts-de-France" in one or "HDF" in one] == []
    script = 'set -a; . ./vigie.env; printf "%s\\n" "$VIGIE_REGION" "$VIGIE_HOME" "$VIGIE_SEEDS"'
    read = subprocess.run(
        ["/bin/sh", "-c", script], cwd=home, capture_output=True, text=True, check=True
    )
    assert read.stdout.splitlines() == ["99", str(home), str(home / "seeds")]


def test_what_a_person_wrote_stays_when_it_is_made_again(tmp_path: Path, seeds: Path) -> None:
    home = tmp_path / "region"
    made(home, seeds)
    settings = home / "vigie.env"
    settings.write_text(settings.read_text(encoding="utf-8") + "VIGIE_PUBLICATIONS_KEPT=9\n")
    with (home / "seeds" / "campagnes.csv").open("a", encoding="utf-8") as stream:
        stream.write("2030-01,Janvier 2030,2030-01-31,2030-02-15\n")
    again = made(home, seeds)
    assert again.reference.fichiers_modifies == ()
    assert "VIGIE_PUBLICATIONS_KEPT=9" in settings.read_text(encoding="utf-8")
    assert "2030-01" in (home / "seeds" / "campagnes.csv").read_text(encoding="utf-8")


def test_a_folder_never_serves_two_regions(tmp_path: Path, seeds: Path) -> None:
    home = tmp_path / "region"
    made(home, seeds)
    before = (home / "seeds" / "territoires.csv").read_bytes()
    with pytest.raises(SettingsError, match="autre région"):
        made(home, seeds, "88")
    assert (home / "seeds" / "territoires.csv").read_bytes() == before


def test_an_unknown_region_is_named_and_has_no_settings(tmp_path: Path, seeds: Path) -> None:
    with pytest.raises(SettingsError, match="VIGIE_REGION=77"):
        made(tmp_path / "region", seeds, "77")
    assert not (tmp_path / "region" / "vigie.env").exists()
