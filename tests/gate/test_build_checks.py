"""The rules on a build: silent on a sound one, and each of them seen red."""

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from expectations import RULES
from vigie.warehouse import mart_rules as build_checks
from vigie.warehouse import raw

WAREHOUSE_RULES = {code for code, rule in RULES.items() if rule.layer == "entrepôt"}
SOUND = """
    create schema marts;
    create table marts.dim_territoires as
        select '200018083' as siren_epci, 'CC connue' as nom, 'CC' as nature_code, '62' as departement_code,
            'coeur' as perimetre_code, 7115576 as population_nb;
    create table marts.dim_themes as select 'mobilite' as theme_code, 'Mobilité' as libelle;
    create table marts.dim_indicateurs as select 'avancement' as indicateur_code;
    create table marts.publication as
        select 'abc' as publication_id, date '2026-01-15' as date_situation_le,
            timestamp '2026-01-15 23:59:59' as connu_le, true as donnees_fictives, 3 as rapports_nb,
            2 as rapports_en_vigueur_nb;
    create table marts.fct_indicateurs as
        select 'avancement' as indicateur_code, 'region' as maille_code, '32' as territoire_code,
            'tous' as theme_code, 'total' as modalite_code, date '2026-01-31' as mois_le,
            90.0::double as numerateur,
            2.0::double as denominateur, 45.0::double as valeur, 2 as n_nb,
            100.0::double as couverture_pct, 40.0::double as borne_basse,
            50.0::double as borne_haute, true as est_dernier_mois;
    create table marts.fct_actions as
        select 'x/A1' as action_id, 'r1' as rapport_id, 'Actions' as feuille, 2 as ligne, 'Titre' as intitule,
            null::varchar as descriptif, 'Commentaire' as commentaire;
"""
WRONG_FIGURES = (
    "'ailleurs' as maille_code",
    "date '2026-06-30' as mois_le",
    "0.0 as denominateur",
    "145.0 as valeur, 145.0 as borne_haute",
    "101.0 as couverture_pct",
    "-1 as n_nb",
    "60.0 as valeur",
    "null::double as borne_haute",
    "30.0 as borne_haute",
    "'comparaison_pairs' as indicateur_code, 4 as n_nb",
)


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A raw file with one confidential row of a demonstration report."""
    path = tmp_path / "raw.duckdb"
    with raw.writer(path) as connection:
        connection.execute(
            "insert into lignes (rapport_id, feuille, ligne, code_action, est_code_derive, "
            "intitule, statut_code,"
            " retard_declare, est_confidentielle) values ('r2', 'Actions', 2, 'A2', false, "
            "'Secret', 'en_cours',"
            " false, true)"
        )
        connection.execute(
            "insert into rapports by name select 'r1' as rapport_id, 'rapport_avancement' as jeu, "
            "'s' as source_id,"
            " 'depot' as canal, 'x' as format, 'f' as nom_fichier, 'f' as adresse, 'h' as sha256,"
            " 1 as taille_octets, timestamp '2026-01-02' as collecte_le, timestamp '2026-01-02' as "
            "connu_le,"
            " 'accepte' as verdict, 1 as recues_nb, 1 as acceptees_nb, 0 as ecartees_nb, 0 as "
            "remarques_nb,"
            " 'v' as version_regles, true as est_synthetique"
        )
    return path


def built(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_a_sound_build_breaks_no_rule_and_has_its_data_docs(held: Path, tmp_path: Path) -> None:
    build = built(tmp_path / "vigie.duckdb", SOUND)
    docs = tmp_path / "docs" / "construction"
    assert build_checks.check(build, held, docs, datetime(2026, 1, 16)) == []
    index = (docs / "index.html").read_text(encoding="utf-8")
    # A suite that holds tells of how many rows it does.
    assert re.findall(r'">(\w+)</a></td><td>(\d+)</td>', index) == [
        ("referentiels_territoires", "1"),
        ("referentiels_themes", "1"),
        ("marts_indicateurs", "1"),
        ("publication_identite", "1"),
        ("publication_textes", "1"),
    ]


def test_every_rule_of_the_warehouse_is_seen_red(held: Path, tmp_path: Path) -> None:
    figures = [
        "insert into marts.fct_indicateurs select * replace"
        f" ({change}, 't{n}' as territoire_code) from marts.fct_indicateurs where territoire_code "
        f"= '32' limit 1"
        for n, change in enumerate(WRONG_FIGURES)
    ]
    build = built(
        tmp_path / "vigie.duckdb",
        SOUND,
        *figures,
        "insert into marts.fct_indicateurs from marts.fct_indicateurs where territoire_code = '32'",
        "insert into marts.dim_territoires values ('200018083', 'CC bis', 'CC', '62', 'coeur', "
        "20000),"
        " ('12', null, 'XX', '62', 'ailleurs', 3)",
        "insert into marts.dim_themes values ('mobilite', null)",
        "insert into marts.publication values (null, date '2026-01-15', timestamp '2026-01-15', "
        "false, 1, 2)",
        "insert into marts.fct_actions values"
        " ('x/A2', 'r2', 'Actions', 2, 'Écrire à a@exemple.invalid', null, null)",
    )
    told = build_checks.check(build, held)
    assert {sentence.partition(" : ")[0] for sentence in told} == WAREHOUSE_RULES
    assert not [sentence for sentence in told if "{" in sentence]
    assert (
        "MAR-PART : avancement, region t3, tous, total, 31/01/2026 : 145 n'est pas entre 0 et 100."
        in told
    )
