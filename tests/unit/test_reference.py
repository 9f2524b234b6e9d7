"""The reference data as the library reads it."""

import pickle
import shutil
from datetime import date
from pathlib import Path

import pytest

from vigie.errors import SettingsError
from vigie.reading.fields import Fields
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(SEEDS)


@pytest.fixture
def own_seeds(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def test_ninety_territories_count_and_two_neighbours_are_followed(reference: Reference) -> None:
    assert len(reference.territories) == 92
    assert len(reference.denominator) == 90
    outside = set(reference.territories) - {t.siren_epci for t in reference.denominator}
    assert outside == {"247600588", "200069722"}


def test_a_territory_carries_its_seat_and_all_its_departments(reference: Reference) -> None:
    ternois = reference.territories["200069672"]
    assert (ternois.nom, ternois.departement_code) == ("CC du Ternois", "62")
    assert ternois.departements == ("62", "80")


@pytest.mark.parametrize("old", ["245900410", "245901061"])
def test_a_retired_siren_leads_to_its_successor(reference: Reference, old: str) -> None:
    assert reference.resolve_siren(old, date(2026, 3, 31)) == "200093201"


@pytest.mark.parametrize("old", ["245900410", "245901061"])
def test_until_its_last_day_a_retired_siren_is_itself(reference: Reference, old: str) -> None:
    assert reference.resolve_siren(old, date(2020, 12, 31)) == old
    assert reference.resolve_siren(old, date(2021, 1, 1)) == "200093201"
    assert reference.territory_of(old) == reference.territories["200093201"]
    assert old in reference.known_sirens


def test_a_source_answers_for_what_it_bore_and_for_what_it_replaced(reference: Reference) -> None:
    old, other, heir = "245900410", "245901061", "200093201"
    before, after = date(2020, 12, 31), date(2021, 1, 1)
    assert reference.may_send_for(old, old, before) and reference.may_send_for(old, heir, after)
    assert reference.may_send_for(heir, old, before)
    assert not reference.may_send_for(other, old, before)
    assert not reference.may_send_for("246200729", old, before)


def test_a_siren_of_today_is_itself_and_an_unknown_one_is_nobody(reference: Reference) -> None:
    assert reference.resolve_siren("246200729", date(2026, 3, 31)) == "246200729"
    assert reference.resolve_siren("999999999", date(2026, 3, 31)) is None


def test_a_change_recorded_ahead_of_time_takes_effect_on_its_day(own_seeds: Path) -> None:
    _append(
        own_seeds, "territoires_alias.csv", "246200729,200093201,CA du Boulonnais,2026-12-31,essai"
    )
    ahead = Reference.load(own_seeds)
    assert ahead.resolve_siren("246200729", date(2026, 12, 31)) == "246200729"
    assert ahead.resolve_siren("246200729", date(2027, 1, 1)) == "200093201"


def test_successive_changes_are_followed_and_a_circle_ends(own_seeds: Path) -> None:
    _append(
        own_seeds,
        "territoires_alias.csv",
        "111111111,245901061,Première,2010-12-31,essai",
        "222222222,333333333,Cercle,2010-12-31,essai",
        "333333333,222222222,Cercle,2010-12-31,essai",
    )
    chained = Reference.load(own_seeds)
    assert chained.resolve_siren("111111111", date(2026, 1, 1)) == "200093201"
    assert chained.resolve_siren("111111111", date(2015, 1, 1)) == "245901061"
    assert chained.resolve_siren("222222222", date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Réalisé", ("realise", False)),
        ("  TERMINÉE ", ("realise", False)),
        ("Fini", ("realise", False)),
        ("Clos", ("realise", False)),
        ("Bloqué ", ("bloque", False)),
        ("À discuter", ("a_discuter", False)),
        ("Planifié", ("a_venir", False)),
        ("En attente", ("en_pause", False)),
        ("En retard", ("en_cours", True)),
        ("Étude - En retard", ("a_venir", True)),
        ("Opération / Terminé", ("realise", False)),
        ("NR", ("non_renseigne", False)),
        ("Oui", None),
        ("Finissons", None),
    ],
)
def test_a_status_is_read_exactly_or_not_at_all(
    reference: Reference, label: str, expected: tuple[str, bool] | None
) -> None:
    assert reference.status(label) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("E-administration, GRU et dématérialisation", "e_administration"),
        ("e\u2011services", "e_administration"),
        ("e-services", "e_administration"),
        ("Économie circulaire et déchets", "dechets"),
        ("culture, identité collective, sport", "culture"),
        ("RGPD", "cybersecurite"),
        # Two themes could be meant: a person decides.
        ("Solidarité et lien social", None),
        ("Développement économique", None),
    ],
)
def test_a_theme_is_read_exactly_or_left_to_be_classified(
    reference: Reference, label: str, expected: str | None
) -> None:
    assert reference.theme(label) == expected


def test_every_territory_has_a_drop_folder_and_so_has_the_region(reference: Reference) -> None:
    sources = reference.sources()
    assert {s.siren_epci for s in sources} == {"", *reference.territories}
    shared = [s for s in sources if not s.siren_epci]
    assert [(s.source_id, s.canal, s.adresse) for s in shared] == [
        ("depot-region", "depot", "region")
    ]


def test_the_reference_travels_to_a_worker_process(reference: Reference) -> None:
    assert pickle.loads(pickle.dumps(reference)) == reference


def _append(seeds: Path, name: str, *lines: str) -> None:
    with (seeds / name).open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _replace(seeds: Path, name: str, old: str, new: str) -> None:
    path = seeds / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "statuts.csv",
            "realise,Réalisé,4",
            "realise,Réalisé,quatre",
            "statuts.csv, ligne 5, colonne ordre",
        ),
        ("statuts.csv", "a_venir,À venir", "a_discuter,À venir", "ligne 3, colonne statut_code"),
        (
            "themes.csv",
            "est_socle",
            "socle",
            "themes.csv, ligne 2, colonne est_socle : cette colonne manque",
        ),
        (
            "campagnes.csv",
            "2024-01-31",
            "31/01/2024",
            "campagnes.csv, ligne 2, colonne periode_fin_le",
        ),
        (
            "statuts_alias.csv",
            "discuter,a_discuter",
            "discuter,inconnu",
            "colonne statut_code : code inconnu",
        ),
        (
            "meteos_alias.csv",
            "beau,soleil",
            "orage,soleil",
            "colonne alias : cet alias mène déjà",
        ),
        (
            "seuils.csv",
            "alerte_ecart_pairs_points,-10,",
            "alerte_ecart_pairs_points,",
            "4 valeurs sont attendues",
        ),
        (
            "territoires.csv",
            ",false,",
            ",non,",
            "colonne est_littorale_geometrique : true ou false",
        ),
    ],
)
def test_a_broken_seed_is_named_by_file_line_and_column(
    own_seeds: Path, name: str, old: str, new: str, message: str
) -> None:
    _replace(own_seeds, name, old, new)
    with pytest.raises(SettingsError, match="(?s)" + message.replace(".", r"\.")):
        Reference.load(own_seeds)


def test_a_missing_seed_is_named(own_seeds: Path) -> None:
    (own_seeds / "seuils.csv").unlink()
    with pytest.raises(SettingsError, match=r"seuils\.csv est absent de"):
        Reference.load(own_seeds)


@pytest.mark.parametrize(
    ("name", "code"),
    [("seuils.csv", "publication_montant_variation_pct"), ("statuts.csv", "bloque")],
)
def test_a_line_that_a_new_version_reads_is_asked_of_seeds_kept_elsewhere(
    name: str, code: str, own_seeds: Path
) -> None:
    for path in (
        own_seeds / name,
        *own_seeds.glob("*_alias.csv"),
        own_seeds / "champs_valeurs.csv",
    ):
        kept = [line for line in path.read_text("utf-8").splitlines(True) if code not in line]
        path.write_text("".join(kept), "utf-8")
    with pytest.raises(SettingsError, match=rf"n'a pas .*{code}.*À faire : reprendre"):
        Fields.load(own_seeds)
        Reference.load(own_seeds)


def test_a_seed_saved_in_another_encoding_is_named(own_seeds: Path) -> None:
    path = own_seeds / "themes.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("’", "'").encode("cp1252", "replace"))
    with pytest.raises(SettingsError, match=r"themes\.csv n'est pas un CSV en UTF-8"):
        Reference.load(own_seeds)


def test_a_source_of_an_unknown_territory_is_refused(own_seeds: Path) -> None:
    _append(own_seeds, "sources.csv", "tet-x,123456789,X,http,http://localhost/x.csv,auto,,,true")
    with pytest.raises(SettingsError, match=r"sources\.csv, ligne 95, colonne siren_epci"):
        Reference.load(own_seeds).sources()
