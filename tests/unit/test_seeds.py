"""The seeds as files: whole, described, consistent with each other and with the checked reference."""

import csv
import os
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from stdnum.fr import siren

from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT
from vigie.text import alias_key

SEEDS = PROJECT_ROOT / "seeds"
NAMES = sorted(path.stem for path in SEEDS.glob("*.csv"))
CHECKED = Path(os.environ.get("VIGIE_SHARED", PROJECT_ROOT.parent / "shared")) / "reference"

FOREIGN_KEYS = [
    ("territoires", "departement_code", "departements", "departement_code"),
    ("communes", "siren_epci", "territoires", "siren_epci"),
    ("communes", "departement_code", "departements", "departement_code"),
    ("themes_alias", "theme_code", "themes", "theme_code"),
    ("statuts_alias", "statut_code", "statuts", "statut_code"),
    ("meteos_alias", "meteo_code", "meteos", "meteo_code"),
    ("freins_alias", "frein_code", "freins", "frein_code"),
    ("territoires_historique", "millesime", "millesimes", "millesime"),
    ("sources", "siren_epci", "territoires", "siren_epci"),
    ("indicateurs_declares", "numerateur_indic", "indicateurs_declares", "identifiant_indic"),
    ("indicateurs_declares", "denominateur_indic", "indicateurs_declares", "identifiant_indic"),
]


def lines_of(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def column(name: str, field: str) -> list[str]:
    return [line[field] for line in lines_of(name)]


def checked(name: str) -> list[dict[str, str]]:
    path = CHECKED / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"checked reference absent: {path} (VIGIE_SHARED)")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_expected_seeds_are_there() -> None:
    assert {
        *("territoires", "communes", "departements", "millesimes"),
        *("territoires_historique", "territoires_alias", "themes", "themes_alias"),
        *("statuts", "statuts_alias", "meteos", "meteos_alias"),
        *("indicateurs", "sources", "seuils", "campagnes"),
    } <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_a_seed_is_described_beside_it(name: str) -> None:
    (seed,) = yaml.safe_load((SEEDS / f"{name}.yml").read_text(encoding="utf-8"))["seeds"]
    described = {c["name"]: c["description"].strip() for c in seed["columns"]}
    assert seed["name"] == name
    assert "Source" in seed["description"]
    assert list(described) == list(lines_of(name)[0])
    assert all(described.values())
    (filled,) = [test["renseignee"] for test in seed["data_tests"] if "renseignee" in test]
    assert filled["arguments"]["remplies"]


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_is_tidy_text(name: str) -> None:
    content = (SEEDS / f"{name}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf") and b"\r" not in content
    for number, line in enumerate(lines_of(name), start=2):
        assert None not in line and None not in line.values(), f"line {number}: number of values"
        assert all(v == v.strip() for v in line.values()), f"line {number}: blanks around a value"


@pytest.mark.parametrize(("name", "field", "target", "key"), FOREIGN_KEYS)
def test_a_code_used_by_a_seed_exists(name: str, field: str, target: str, key: str) -> None:
    assert set(column(name, field)) - {""} <= set(column(target, key))


@pytest.mark.parametrize(
    ("name", "owner", "code"),
    [
        ("themes_alias", "themes", "theme_code"),
        ("statuts_alias", "statuts", "statut_code"),
        ("meteos_alias", "meteos", "meteo_code"),
    ],
)
def test_no_alias_is_written_twice_nor_repeats_a_code_or_a_label(
    name: str, owner: str, code: str
) -> None:
    own = {alias_key(label) for label in [*column(owner, code), *column(owner, "libelle")]}
    written = Counter(alias_key(alias) for alias in column(name, "alias"))
    assert {key for key, times in written.items() if times > 1 or key in own or not key} == set()


def test_every_part_of_a_theme_label_leads_to_that_theme() -> None:
    """A sender's tool may cut `Données, SIG et open data` at its comma: both parts must still say the theme."""
    known = Reference.load(SEEDS).theme_aliases
    for line in lines_of("themes"):
        for part in line["libelle"].split(","):
            assert known.get(alias_key(part)) == line["theme_code"], part


def test_the_expected_synonyms_of_each_theme_are_aliases() -> None:
    known = Reference.load(SEEDS).theme_aliases
    for line in checked("themes"):
        for synonym in line["synonymes_attendus"].split("|"):
            assert known.get(alias_key(synonym)) == line["code"], synonym


def test_there_are_seventeen_themes_three_of_them_core_and_one_place_to_classify() -> None:
    themes = lines_of("themes")
    assert len(themes) == 18
    assert themes[-1]["theme_code"] == "a_classer"
    assert [t["theme_code"] for t in themes if t["est_socle"] == "true"] == [
        "inclusion_numerique",
        "e_administration",
        "numerique_entreprises",
    ]


def test_statuses_say_what_the_indicators_need() -> None:
    by = {line["statut_code"]: line for line in lines_of("statuts")}
    assert [c for c, s in by.items() if s["est_demarree"] == "true"] == [
        "en_cours",
        "realise",
        "en_pause",
        "bloque",
    ]
    assert [c for c, s in by.items() if s["est_realisee"] == "true"] == ["realise"]
    assert [c for c, s in by.items() if s["est_dans_perimetre"] == "false"] == ["abandonne"]
    assert [c for c, s in by.items() if not s["taux_estime_pct"]] == ["abandonne", "non_renseigne"]


def test_campaigns_cover_every_month_and_are_due_fifteen_days_later() -> None:
    ends = [date.fromisoformat(d) for d in column("campagnes", "periode_fin_le")]
    dues = [date.fromisoformat(d) for d in column("campagnes", "echeance_le")]
    assert (ends[0], ends[-1], len(ends)) == (date(2024, 1, 31), date(2028, 12, 31), 60)
    assert all((end + timedelta(1)).day == 1 for end in ends)
    assert all(due - end == timedelta(15) for end, due in zip(ends, dues, strict=True))
    assert column("campagnes", "campagne_code") == [f"{end:%Y-%m}" for end in ends]


def test_every_siren_passes_its_own_check_digit() -> None:
    current = column("territoires", "siren_epci")
    retired = column("territoires_alias", "siren_ancien")
    assert [s for s in [*current, *retired] if not siren.is_valid(s)] == []


def test_the_region_has_its_ninety_territories_and_their_communes() -> None:
    core = [line for line in lines_of("territoires") if line["perimetre_code"] == "coeur"]
    assert Counter(line["nature_code"] for line in core) == {"CC": 62, "CA": 25, "CU": 2, "ME": 1}
    assert sum(int(line["communes_nb"]) for line in core) == 3759
    assert sum(int(line["population_nb"]) for line in core) == 5_980_885
    members = Counter(column("communes", "siren_epci"))
    assert {
        line["siren_epci"]: int(line["communes_nb"]) for line in lines_of("territoires")
    } == members


def test_straddling_territories_are_the_known_three() -> None:
    core = [line for line in lines_of("territoires") if line["perimetre_code"] == "coeur"]
    straddling = {line["nom"] for line in core if "|" in line["departements"]}
    assert straddling == {"CC Flandre Lys", "CC du Ternois", "CC de l'Est de la Somme"}


def test_territories_equal_the_checked_reference() -> None:
    expected = [
        {
            "siren_epci": line["siren"],
            "nom": line["nom"],
            "nature_code": line["nature"],
            "departements": line["departements"],
            "perimetre_code": line["perimetre"].split()[0],
            "population_nb": line["population_municipale"],
            "communes_nb": line["nb_communes"],
            "superficie_km2": line["superficie_km2"],
            "typologie_densite": line["typologie_densite"],
            "est_littorale_geometrique": "true" if line["littoral_geometrique"] == "1" else "false",
            "commune_principale": line["commune_principale"],
            "longitude": line["lon"],
            "latitude": line["lat"],
            "crte_code": line["crte"],
        }
        for line in sorted(checked("territoires"), key=lambda line: line["siren"])
    ]
    kept = [{key: line[key] for key in expected[0]} for line in lines_of("territoires")]
    assert kept == expected


def test_communes_equal_the_checked_reference() -> None:
    expected = sorted(
        (c["insee"], c["nom"], c["siren_epci"], c["population_municipale"], c["codes_postaux"])
        for c in checked("communes")
    )
    ours = ("commune_code", "nom", "siren_epci", "population_nb", "codes_postaux")
    assert [tuple(line[field] for field in ours) for line in lines_of("communes")] == expected


def test_the_history_equals_the_checked_reference() -> None:
    theirs = (
        *("millesime", "siren", "nom", "nature", "perimetre"),
        *("nb_communes", "population_municipale"),
    )
    expected = sorted(tuple(line[f] for f in theirs) for line in checked("territoires_historique"))
    assert sorted(tuple(line.values()) for line in lines_of("territoires_historique")) == expected


def test_changes_of_siren_are_those_of_the_checked_events() -> None:
    expected = {
        (line["siren"], line["apres"], f"{int(line['millesime']) - 1}-12-31")
        for line in checked("territoires_evenements")
        if line["type"] == "disparition"
    }
    fields = ("siren_ancien", "siren_epci", "fin_le")
    assert {tuple(x[f] for f in fields) for x in lines_of("territoires_alias")} == expected


def test_dbt_reads_the_seeds_by_a_relative_path() -> None:
    """With an absolute seed path dbt writes its run SQL over the seed itself (os.path.join drops the target)."""
    project = (PROJECT_ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(project)["seed-paths"] == ["../seeds"]


def test_every_threshold_is_read_somewhere() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("src", "dbt_project/models", "expectations")
        for pattern in ("*.py", "*.sql")
        for path in sorted((PROJECT_ROOT / folder).rglob(pattern))
    )
    thresholds = column("seuils", "seuil_code")
    assert len(thresholds) > 20
    # Between quotes in Python and in a macro, after a dollar in SQL.
    assert [t for t in thresholds if not re.search(rf"[\"'$]{t}\b", code)] == []
