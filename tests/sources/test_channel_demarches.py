import json
import re
from types import SimpleNamespace

import pytest
from channel_scene import RUN_AT, line
from fake_demarches import FakeDemarches, deletion, dossier, text, typed
from graphql import GraphQLError
from servers import reply

from vigie.arrival.sources import Visit, demarches, web
from vigie.errors import SourceBudgetExceeded, SourceRefused, SourceUnavailable


@pytest.fixture
def server(fake_web, monkeypatch) -> FakeDemarches:
    monkeypatch.setattr(demarches, "_PACE_SECONDS", 0.0)
    return FakeDemarches(fake_web)


@pytest.fixture
def source(server, connection):
    named = connection(password="jeton", extra={"instructeur_id": "SW5zdHJ1Y3RldXItMQ=="})
    return line("demarches", server.address, connexion=named)


def numbers(brought) -> list[int]:
    return [json.loads(fetched.contenu)["number"] for fetched in brought]


def test_a_dossier_is_landed_without_what_names_persons(server, source, visit):
    repeated = typed(
        "Actions",
        "RepetitionChamp",
        rows=[{"id": "1", "champs": [text("Intitulé", "Guichet au port")]}],
    )
    server.dossiers = [
        dossier(
            7,
            "2026-03-06T18:00:00+01:00",
            text("Civilité", "Madame Untel", kind="CiviliteChamp"),
            repeated,
        )
    ]
    [fetched] = visit(source)
    landed = json.loads(fetched.contenu)
    assert (landed["format"], landed["siret"]) == ("ds_json", "24620072900019")
    assert landed["champs"][0]["rows"][0]["champs"][0]["stringValue"] == "Guichet au port"
    assert b"personne@exemple.fr" not in fetched.contenu and b"Untel" not in fetched.contenu
    assert fetched.depose_le.isoformat() == "2026-03-04T08:12:00"
    assert (fetched.format, fetched.nom_fichier) == ("ds_json", "dossier-7.json")


def test_the_same_dossier_always_has_the_same_bytes(server, source, visit):
    one = dossier(7, "2026-03-06T18:00:00+01:00", text("Axe", "Port"))
    server.dossiers = [one]
    first = visit(source)[0].contenu
    server.dossiers = [dict(reversed(one.items()))]
    assert visit(source)[0].contenu == first


def test_a_dossier_whose_only_change_is_a_signed_address_is_the_same(server, source, visit):
    def signed(night: int) -> dict:
        key = f"https://fichiers.exemple/{{}}?temp_url_sig={night}&temp_url_expires={night}"
        files = [{"filename": "plan.pdf", "url": key.format("plan.pdf")}]
        proof = typed("Pièce", "PieceJustificativeChamp", columns=[{"id": "c", "value": files}])
        linked = text("Lien", f"https://s3.exemple/a.pdf?X-Amz-Date=1&X-Amz-Signature={night}")
        blob = text("Autre", f"https://ds.exemple/rails/active_storage/blobs/{night}/b.pdf")
        return dossier(1234, "2026-03-06T18:00:00+01:00", proof, linked, blob)

    state: dict = {}
    brought = []
    for night in range(3):
        server.dossiers = [signed(night)]
        brought.append(len(visit(source, state)))
    assert brought == [1, 0, 0]
    server.dossiers = [
        dossier(1234, "2026-03-06T18:00:00+01:00", text("Lien", "https://a.fr?id=2"))
    ]
    assert len(visit(source, state)) == 1


def test_a_second_night_asks_for_changes_only(server, source, visit):
    server.dossiers = [dossier(n, f"2026-03-0{n}T00:00:00Z", text("Axe", "a")) for n in (1, 2, 3)]
    state: dict = {}
    assert numbers(visit(source, state)) == [1, 2, 3]
    assert visit(source, state) == []
    assert server.asked[-3]["updatedSince"] == "2026-03-03T00:00:00Z"
    server.dossiers[0] = dossier(1, "2026-03-09T00:00:00Z", text("Axe", "b"))
    assert numbers(visit(source, state)) == [1]


def test_a_night_of_nothing_does_not_lose_the_date(server, source, visit):
    server.dossiers = [dossier(1, "2026-03-01T00:00:00Z")]
    state: dict = {}
    visit(source, state)
    server.dossiers = []
    visit(source, state)
    assert state["depuis"] == "2026-03-01T00:00:00Z"


def test_every_page_is_read_even_while_a_dossier_is_deleted(server, source, visit):
    server.page_size = 2
    server.dossiers = [dossier(n, f"2026-03-0{n}T00:00:00Z") for n in range(1, 6)]

    def delete_the_first_once() -> None:
        server.dossiers = [one for one in server.dossiers if one["number"] != 1]

    server.between_pages = delete_the_first_once
    assert numbers(visit(source)) == [1, 2, 3, 4, 5]


def test_a_dossier_changed_while_paging_is_brought_in_its_last_state(server, source, visit):
    server.page_size = 2
    server.dossiers = [dossier(n, f"2026-03-0{n}T00:00:00Z") for n in range(1, 5)]

    def change_the_first() -> None:
        server.dossiers[0] = dossier(1, "2026-03-08T00:00:00Z", text("Axe", "b"))

    server.between_pages = change_the_first
    assert numbers(visit(source)) == [1, 2, 3, 4, 1]


def test_a_page_without_a_cursor_does_not_start_all_over(server, source, visit):
    server.page_size = 2
    server.empty_pages = 1
    server.dossiers = [dossier(n, f"2026-03-0{n}T00:00:00Z") for n in (1, 2, 3)]
    assert numbers(visit(source)) == [1, 2, 3]
    pages = [asked["after"] for asked in server.asked if asked.get("includeDossiers")]
    assert pages[0] is None and pages[1] == pages[2] is not None


def test_deletions_of_known_dossiers_are_landed_once(server, source, visit):
    server.dossiers = [dossier(n, f"2026-03-0{n}T00:00:00Z") for n in (1, 2)]
    state: dict = {}
    visit(source, state)
    server.dossiers = []
    server.deleted = [deletion(1, "2026-04-01T00:00:00Z"), deletion(99, "2026-04-01T00:00:00Z")]
    server.pending = [deletion(2, "2026-04-02T00:00:00Z", "expired")]
    gone = visit(source, state)
    assert numbers(gone) == [1, 2]
    assert json.loads(gone[1].contenu)["suppression"]["reason"] == "expired"
    assert visit(source, state) == []


@pytest.mark.parametrize(
    ("code", "error", "sentence"),
    [
        ("timeout", SourceUnavailable, "erreur .timeout."),
        ("internal_server_error", SourceUnavailable, "internal_server_error"),
        ("unauthorized", SourceRefused, "donner au jeton l'accès"),
        ("bad_request", SourceRefused, "bad_request"),
    ],
)
def test_a_root_error_is_fatal_even_with_partial_data(server, source, visit, code, error, sentence):
    server.dossiers = [dossier(1, "2026-03-01T00:00:00Z"), dossier(2, "2026-03-02T00:00:00Z")]
    server.failure = GraphQLError("...", extensions={"code": code})
    state: dict = {}
    with pytest.raises(error, match=sentence):
        visit(source, state)
    assert state["dossiers"] == {}
    assert len(server.asked) == (4 if error is SourceUnavailable else 1)


def test_a_timeout_that_heals_is_tried_again(server, source, visit):
    server.dossiers = [dossier(1, "2026-03-01T00:00:00Z")]
    server.failure = GraphQLError("...", extensions={"code": "timeout"})

    def heal() -> None:
        server.failure = None

    server.between_pages = heal
    assert numbers(visit(source)) == [1]


def test_an_unknown_form_is_named(server, source, visit):
    other = line("demarches", re.sub("123$", "456", source.adresse), connexion=source.connexion)
    with pytest.raises(SourceRefused, match="démarche 456.*vérifier le numéro"):
        visit(other)


@pytest.mark.parametrize("body", [b'{"data": null}', b"[]", b'{"data": {"demarche": {}}}'])
def test_an_answer_of_another_shape_is_refused(server, source, visit, fake_web, body):
    fake_web.routes["/api/v2/graphql"] = lambda handler: reply(handler, body)
    with pytest.raises(SourceRefused, match="Démarches simplifiées"):
        visit(source)


def test_an_expired_token_is_refused(server, source, visit, connection):
    connection(password="vieux")
    with pytest.raises(SourceRefused, match="renouveler le secret de la connexion"):
        visit(source)


def test_an_address_without_a_form_is_refused(server, visit, fake_web):
    with pytest.raises(SourceRefused, match="demarche=<numéro>"):
        visit(line("demarches", fake_web.url("/api/v2/graphql")))


def test_requests_keep_the_pace_of_the_api(server, source, visit, monkeypatch):
    slept: list[float] = []
    stopped = SimpleNamespace(monotonic=lambda: 100.0, sleep=slept.append)
    monkeypatch.setattr(demarches, "_PACE_SECONDS", 0.25)
    monkeypatch.setattr(web, "time", stopped)
    visit(source)
    assert len(server.asked) == 3 and slept == [0.0, 0.25, 0.25]


def test_many_new_dossiers_are_brought_over_several_nights(server, source, visit, monkeypatch):
    monkeypatch.setenv("VIGIE_SOURCE_OBJECTS", "2")
    server.dossiers = [dossier(n, f"2026-03-0{n}T00:00:00Z") for n in (1, 2, 3)]
    state: dict = {}
    with pytest.raises(SourceBudgetExceeded, match="prochaine nuit"):
        visit(source, state)
    assert numbers(visit(source, state)) == [3]


@pytest.fixture
def answered(server, source, visit, settings) -> Visit:
    server.dossiers = [dossier(7, "2026-03-06T18:00:00Z")]
    state: dict = {}
    visit(source, state)
    return Visit(source, state, settings, RUN_AT)


def test_a_message_is_not_sent_unless_asked(server, answered):
    assert "essai" in demarches.reply(answered, 7, "Merci.")
    assert server.messages == []


def test_a_message_is_sent_once_per_content(server, answered):
    assert demarches.reply(answered, 7, "Merci.", send=True).endswith("message envoyé.")
    assert "déjà envoyé" in demarches.reply(answered, 7, "Merci.", send=True)
    demarches.reply(answered, 7, "Une ligne est à corriger.", send=True)
    assert [message["body"] for message in server.messages] == [
        "Merci.",
        "Une ligne est à corriger.",
    ]
    assert server.messages[0]["instructeurId"] == "SW5zdHJ1Y3RldXItMQ=="


def test_a_refused_message_can_be_sent_again(server, answered):
    server.message_error = "Dossier introuvable"
    with pytest.raises(SourceRefused, match="Dossier introuvable"):
        demarches.reply(answered, 7, "Merci.", send=True)
    server.message_error = ""
    demarches.reply(answered, 7, "Merci.", send=True)
    assert len(server.messages) == 1


def test_a_message_whose_fate_is_unknown_is_not_sent_twice(server, answered, fake_web):
    fake_web.routes["/api/v2/graphql"] = lambda handler: reply(handler, b"", 503)
    with pytest.raises(SourceUnavailable):
        demarches.reply(answered, 7, "Merci.", send=True)
    assert len(fake_web.requests) == 4
    assert "déjà envoyé" in demarches.reply(answered, 7, "Merci.", send=True)
