"""A column of a report is defined once, in champs.csv: what is made from it, and what an installation may change."""

import csv
import shutil
from pathlib import Path

import pytest
import yaml

from vigie.errors import SettingsError
from vigie.reference.columns import ACTION, columns_of_level, report_columns, shared_limits
from vigie.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds"
MODELS = PROJECT_ROOT / "dbt_project" / "models"
# Under another name where they are published: a code, or the day of the state.
PUBLISHED_AS = {
    "base_montant": "base_montant_code",
    "date_adoption": "date_adoption_le",
    "date_situation": "situation_le",
    "silos_projet_territoire": "silo_code",
    "silos": "silo_code",
}


def own_seeds(folder: Path, **changes: dict[str, str]) -> Path:
    """The seeds of an installation, with other values in the lines of some fields."""
    shutil.copytree(SEEDS, folder, ignore=shutil.ignore_patterns("correspondances"))
    with (SEEDS / "champs.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (folder / "champs.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | changes.get(row["champ"], {}) for row in rows)
    return folder


def test_what_is_published_of_a_report_is_what_its_definition_says() -> None:
    published = {
        column["name"]
        for path in (*MODELS.glob("marts/*.yml"), *MODELS.glob("qualite/*.yml"))
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ())
        for column in model["columns"]
    }
    told = {
        field.champ: PUBLISHED_AS.get(field.champ, field.colonne or field.champ) in published
        for field in report_columns(SEEDS).values()
    }
    assert told == {field.champ: field.est_publie for field in report_columns(SEEDS).values()}


def test_every_column_of_an_action_leaves_raw() -> None:
    staged = (MODELS / "staging" / "stg_rapports__actions.sql").read_text(encoding="utf-8")
    columns = [field.colonne for field in columns_of_level(ACTION) if field.colonne]
    assert [column for column in columns if f"lignes.{column}" not in staged] == []


def test_an_installation_says_columns_in_its_own_words(tmp_path: Path) -> None:
    seeds = own_seeds(tmp_path / "seeds", freins={"libelle": "Difficultés"})
    field = report_columns(seeds)["freins"]
    assert (field.label(), field.type) == ("Difficultés", "texte_long")


def test_an_installation_does_not_change_what_a_column_is(tmp_path: Path) -> None:
    changes = {"type": "texte", "maximum": "50"}
    seeds = own_seeds(tmp_path / "seeds", taux_avancement=changes)
    assert report_columns(seeds)["taux_avancement"] == report_columns(SEEDS)["taux_avancement"]


def test_the_seeds_of_an_older_version_still_serve(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "champs.csv").write_text(
        "champ,libelle,description,exemple\nintitule,Nom de l'action,Son nom.,Un port\n",
        encoding="utf-8",
    )
    found = report_columns(seeds)
    assert list(found) == list(report_columns(SEEDS))
    assert (found["intitule"].label(), found["intitule"].est_obligatoire) == (
        "Nom de l'action",
        True,
    )


def test_a_column_that_this_version_does_not_know_is_named(tmp_path: Path) -> None:
    seeds = own_seeds(tmp_path / "seeds", freins={"champ": "risques"})
    with pytest.raises(SettingsError, match=r"champs\.csv, ligne \d+, colonne champ .*« risques »"):
        report_columns(seeds)


def test_one_rule_has_one_limit() -> None:
    fields = {field.champ: field for field in columns_of_level(ACTION)}
    assert shared_limits([fields["budget_prevu_eur"], fields["montant_paye_eur"]])[0] == 0
    with pytest.raises(SettingsError, match="budget_prevu_eur, taux_avancement"):
        shared_limits([fields["budget_prevu_eur"], fields["taux_avancement"]])
