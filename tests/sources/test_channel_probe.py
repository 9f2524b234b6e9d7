import csv
import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from channel_scene import RUN_AT, SIREN, drop, line

from vigie.arrival import landing
from vigie.arrival.sources import register
from vigie.arrival.sources.probe import probe
from vigie.errors import SettingsError, SourceRefused
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings

REPORT = """SIREN de l'intercommunalité;246200729
Date de situation;30/09/2026

Code de l'action;Intitulé de l'action;Statut;Taux d'avancemnt;Couleur
A1;Guichet;En cours;40;bleu
A2;Wifi;À venir;0;vert
""".encode()


@pytest.fixture
def settings(settings, tmp_path) -> Settings:
    """An installation with its own seeds, where sources.csv may be written."""
    seeds = copytree(PROJECT_ROOT / "seeds", tmp_path / "projet" / "seeds")
    (seeds / "sources.csv").write_text(
        "source_id,siren_epci,nom,canal,adresse,format,connexion,correspondance,est_active\n"
        f"depot-{SIREN},{SIREN},CA du Boulonnais,depot,{SIREN},auto,,,true\n"
        f"vieux-{SIREN},{SIREN},CA du Boulonnais,depot,ailleurs,auto,,,false"
    )
    return replace(settings, seeds=seeds, max_report_bytes=100_000)


@pytest.fixture
def reference(settings) -> Reference:
    return Reference.load(settings.seeds)


@pytest.fixture
def folder(settings) -> Path:
    return settings.drop_folder / SIREN


def test_a_probe_tells_what_a_night_would_read(settings, folder):
    drop(folder / "rapport.csv", REPORT)
    told = "\n".join(probe(line("depot", SIREN), settings, RUN_AT).lines())
    assert "1 objet(s) nouveau(x) (1 requêtes, " in told
    assert "rapport.csv : déposé le 18/11/2026 09:30 (UTC)" in told
    assert "vigie_csv (rapport_avancement) : 2 lignes, SIREN 246200729" in told
    assert "situation au 30/09/2026" in told
    assert "Statut → statut" in told
    assert "inconnue « Taux d'avancemnt » ; ressemble à « taux_avancement »" in told
    assert "inconnue « Couleur » :" in told


def test_a_probe_keeps_nothing(settings, folder):
    drop(folder / "rapport.csv", REPORT)
    state: dict = {"echecs_consecutifs": 9}
    before = json.dumps(state)
    assert probe(line("depot", SIREN), settings, RUN_AT, state).objects
    assert json.dumps(state) == before
    assert not settings.landing.exists()


def test_a_probe_shows_a_few_objects_only(settings, folder):
    for number in range(7):
        drop(folder / f"{number}.csv", b"vide")
    told = list(probe(line("depot", SIREN), settings, RUN_AT).lines())
    assert sum("illisible : " in said for said in told) == 5


def test_a_probe_tells_why_a_source_does_not_answer(settings):
    told = list(probe(line("http", "ftp://exemple.fr"), settings, RUN_AT).lines())
    assert told == [
        "Source http-246200729, CA du Boulonnais (246200729) : l'adresse ne commence pas par "
        "https://. À faire : corriger la ligne dans sources.csv."
    ]


def test_checking_visits_the_active_sources_of_a_territory(settings, reference, folder):
    drop(folder / "rapport.csv", REPORT)
    [result] = register.check(settings, reference, RUN_AT, SIREN)
    assert result.source.source_id == f"depot-{SIREN}" and len(result.objects) == 1
    assert list(register.check(settings, reference, RUN_AT, "200000172")) == []


def test_a_source_that_answers_again_is_put_back(settings, reference):
    failed = {"echecs_consecutifs": 7, "vus": {"a.csv": "1"}}
    landing.save_source_state(settings, f"depot-{SIREN}", failed)
    [result] = register.check(settings, reference, RUN_AT)
    assert list(result.lines()) == [
        f"Source depot-{SIREN}, CA du Boulonnais : rien de nouveau (0 requêtes, 0 octets)"
    ]
    assert landing.source_state(settings, f"depot-{SIREN}") == {"vus": {"a.csv": "1"}}


def test_a_source_is_added_once_it_has_answered(settings, reference, fake_web):
    url = fake_web.serve("/rapport.csv", REPORT)
    added = replace(line("http", url), nom="CA du Boulonnais, port", correspondance="exemple_grist")
    register.add_source(added, settings, reference, RUN_AT)
    rows = list(csv.DictReader((settings.seeds / "sources.csv").open(encoding="utf-8")))
    assert len(rows) == 3 and rows[2]["nom"] == "CA du Boulonnais, port"
    assert Reference.load(settings.seeds).sources()[2] == added


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"source_id": f"depot-{SIREN}"}, "déjà dans sources.csv"),
        ({"source_id": "../x"}, "minuscules"),
        ({"siren_epci": "123456789"}, "pas dans territoires.csv"),
        ({"siren_epci": "200018083"}, "est le rapport du SIREN 246200729"),
        ({"canal": "pigeon"}, "Canaux connus : demarches, depot"),
        ({"adresse": "http://127.0.0.1:9/x"}, "connexion impossible"),
    ],
)
def test_a_source_that_is_not_right_is_not_added(settings, reference, fake_web, changed, sentence):
    before = (settings.seeds / "sources.csv").read_bytes()
    source = replace(line("http", fake_web.serve("/rapport.csv", REPORT)), **changed)
    with pytest.raises(Exception, match=sentence) as caught:
        register.add_source(source, settings, reference, RUN_AT)
    assert isinstance(caught.value, SourceRefused) or changed.keys() == {"adresse"}
    assert (settings.seeds / "sources.csv").read_bytes() == before


def test_a_mapping_that_does_not_exist_is_named(settings, reference):
    source = replace(line("depot", SIREN, correspondance="absente"), source_id="nouvelle")
    with pytest.raises(SettingsError, match=r"absente\.csv"):
        register.add_source(source, settings, reference, RUN_AT)
