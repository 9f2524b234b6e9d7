import json
from dataclasses import replace

import pytest
from channel_scene import RUN_AT, line
from fake_grist import FakeGrist
from servers import reply

from vigie.arrival import landing
from vigie.arrival.sources import Visit, grist
from vigie.errors import SettingsError, SourceRefused, SourceUnavailable
from vigie.night import intake
from vigie.night import steps as night

COLUMNS = {
    "SIREN": "Text",
    "Action": {"type": "Text", "label": "Intitulé de l'action"},
    "Avancement": {"type": "Numeric", "widgetOptions": '{"numMode": "percent"}'},
    "Porteur": {"type": "Ref:Services", "visibleCol": 7},
    "Associes": {"type": "RefList:Services", "visibleCol": 7},
}


def row(siren: str = "246200729", **cells) -> dict:
    return {"SIREN": siren, "Action": "Guichet", "Avancement": 0.4, "Porteur": 0, **cells}


@pytest.fixture
def server(fake_web) -> FakeGrist:
    found = FakeGrist(fake_web)
    found.address = found.add("Actions", COLUMNS, {1: row(), 2: row(Porteur=3)})
    services = {3: {"Sigle": "DP", "Nom": "Direction du port"}, 4: {"Nom": "Agent secret"}}
    found.add("Services", {"Sigle": "Text", "Nom": "Text"}, services)
    return found


@pytest.fixture
def source(server, connection):
    return line("grist", server.address, connexion=connection(password="jeton"))


def landed(brought) -> dict:
    [fetched] = brought
    return json.loads(fetched.contenu)


def test_a_table_is_landed_with_what_its_references_show(server, source, visit):
    [fetched] = visit(source)
    table = json.loads(fetched.contenu)
    assert (fetched.format, fetched.nom_fichier) == ("grist_json", "Actions.json")
    assert fetched.depose_le is None
    assert table["releve_le"] == "2026-11-20"
    assert [line["id"] for line in table["lignes"]] == [1, 2]
    assert table["colonnes"]["Action"]["libelle"] == "Intitulé de l'action"
    assert table["colonnes"]["Avancement"]["pourcentage"] is True
    assert table["references"] == {"Porteur": {"3": "Direction du port"}}
    assert "Agent secret" not in fetched.contenu.decode()


def test_references_to_many_rows_are_asked_for_whole(server, source, visit):
    server.rows["Services"] = {n: {"Nom": f"Service {n}"} for n in range(1, 151)}
    server.rows["Actions"] = {1: row(Associes=["L", *range(1, 121)])}
    assert len(landed(visit(source))["references"]["Associes"]) == 120


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        (3, [3]),
        (0, []),
        (True, []),
        (None, []),
        ("à définir", []),
        (["L", 1, 2], [1, 2]),
        (["R", "Services", 5], [5]),
        (["r", "Services", [5, 6]], [5, 6]),
        (["E", "ValueError"], []),
    ],
)
def test_every_way_of_pointing_to_rows_is_known(cell, rows):
    assert grist.rows_of(cell) == rows


def test_a_table_that_did_not_change_is_not_landed_again(server, source, visit):
    state: dict = {}
    first = landed(visit(source, state))
    assert visit(source, state) == []
    server.rows["Actions"][1]["Avancement"] = 0.5
    assert landed(visit(source, state)) != first


def test_a_table_put_back_as_it_was_is_a_new_state(server, source, visit, settings):
    from vigie.arrival.sources import fetch

    state: dict = {}
    first = visit(source, state)[0].contenu
    server.rows["Actions"][1]["Avancement"] = 0.5
    visit(source, state)
    server.rows["Actions"][1]["Avancement"] = 0.4
    later = RUN_AT.replace(month=12)
    [again] = fetch(source, state, settings, later)
    assert again.contenu != first
    assert json.loads(again.contenu)["lignes"] == json.loads(first)["lignes"]


def test_a_shared_table_is_filtered_by_the_address(server, source, visit):
    server.rows["Actions"][5] = row(siren="200000172")
    filtered = server.address + '/records?filter={"SIREN":["200000172"]}'
    table = landed(visit(line("grist", filtered, connexion=source.connexion)))
    assert [one["id"] for one in table["lignes"]] == [5]


def test_an_expired_token_is_refused(server, source, visit, connection):
    connection(password="vieux")
    with pytest.raises(SourceRefused, match="renouveler le secret"):
        visit(source)


@pytest.mark.parametrize(
    ("body", "error", "sentence"),
    [
        (b"<!DOCTYPE html><html>", SourceRefused, "page web"),
        (b'{"records": [{"id": 1', SourceUnavailable, "tronqué"),
        (b"[" * 100_000, SourceUnavailable, "illisible"),
        (b'{"error": "x"}', SourceRefused, "pas celle de Grist"),
        (b'"texte"', SourceRefused, "pas celle de Grist"),
        (b'{"columns": [{"nom": "x"}]}', SourceRefused, "pas celle de Grist"),
    ],
)
def test_an_answer_of_another_shape_is_named(
    server, source, visit, fake_web, body, error, sentence
):
    for path in list(fake_web.routes):
        fake_web.routes[path] = lambda handler: reply(handler, body)
    with pytest.raises(error, match=sentence):
        visit(source)


def test_an_address_that_is_not_a_table_is_refused(visit):
    with pytest.raises(SourceRefused, match="/api/docs/<document>/tables/<table>"):
        visit(line("grist", "https://grist.example.fr/doc/abc"))


def test_an_answer_too_big_for_the_budget_is_said(server, source, visit, monkeypatch):
    from vigie.errors import SourceBudgetExceeded

    monkeypatch.setenv("VIGIE_SOURCE_BYTES", "100")
    with pytest.raises(SourceBudgetExceeded):
        visit(source)


def test_answers_are_written_once_and_create_no_row(server, source, settings):
    visit = Visit(source, {}, settings, RUN_AT)
    answers = {1: "Lue.", 2: "Statut inconnu.", 99: "Ligne supprimée entre-temps."}
    assert grist.write_answers(visit, "Retour_Vigie", answers, send=True) == 2
    assert server.rows["Actions"][2]["Retour_Vigie"] == "Statut inconnu."
    assert set(server.rows["Actions"]) == {1, 2}
    assert grist.write_answers(visit, "Retour_Vigie", answers, send=True) == 0
    assert len(server.puts) == 1


def test_what_the_gate_said_of_each_row_is_written_beside_it(server, source, settings):
    columns = dict.fromkeys(("SIREN", "Intitulé", "Statut", "Date de situation"), "Text")
    rows = {
        1: {"SIREN": "246200729", "Intitulé": "Guichet", "Statut": "En cours"},
        2: {"SIREN": "246200729", "Intitulé": "Fibre", "Statut": "Presque fini"},
    }
    for cells in rows.values():
        cells["Date de situation"] = "31/10/2026"
    source = replace(source, adresse=server.add("Suivi", columns, rows))
    visit = Visit(source, {}, settings, RUN_AT)
    with pytest.raises(SettingsError, match="Aucun rapport"):
        intake.load_decisions(settings)
        grist.answers(settings, source.source_id)
    for fetched in grist.fetch(visit):
        landing.land(settings, source, fetched, RUN_AT, None, False)
    night.gate_and_load(settings, RUN_AT)

    told = grist.answers(settings, source.source_id)
    assert "« Presque fini »" in told[2]
    assert "Presque fini" not in told[1]

    assert grist.write_answers(visit, "Retour_Vigie", told, send=False) == 2
    assert server.puts == []
    assert grist.write_answers(visit, "Retour_Vigie", told, send=True) == 2
    assert server.rows["Suivi"][2]["Retour_Vigie"] == told[2]
