"""The letter of the week says what SQL says of the week, once, and only when an address asks for it."""

from datetime import datetime, timedelta

import duckdb
import pytest

from tests.mail_server import Mailbox
from vigie.errors import NotTold
from vigie.settings import Settings
from vigie.supervision.digest import digest, send_digest

MANAGER = "suivi@region.invalid"
# A Monday in Paris begins the evening before in UTC.
MONDAY = datetime(2026, 11, 22, 23)
MORNING = datetime(2026, 11, 23, 6, 30)


@pytest.fixture
def asked(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    monkeypatch.setenv("VIGIE_MANAGER", MANAGER)
    return mailbox


def test_nothing_leaves_without_an_address(demo_copy: Settings, mailbox: Mailbox) -> None:
    assert send_digest(demo_copy, MORNING) is False
    assert mailbox.received == []


def test_a_week_is_told_once_to_who_follows_the_roadmaps(
    demo_copy: Settings, asked: Mailbox
) -> None:
    days = (timedelta(0), timedelta(days=2), timedelta(days=7))
    assert [send_digest(demo_copy, MORNING + later) for later in days] == [True, False, True]
    assert {message["To"] for message in asked.received} == {MANAGER}
    assert [message["Subject"] for message in asked.received] == [
        "Vigie : la semaine du 16/11/2026",
        "Vigie : la semaine du 23/11/2026",
    ]
    assert "Du 16/11/2026 au 22/11/2026." in str(asked.received[0].get_content())


def test_what_did_not_leave_leaves_the_next_time(
    demo_copy: Settings, asked: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("VIGIE_SMTP_URL", "smtp://127.0.0.1:9?tls=non")
        with pytest.raises(NotTold) as refused:
            send_digest(demo_copy, MORNING)
    assert MANAGER not in str(refused.value)
    assert send_digest(demo_copy, MORNING)


def test_the_letter_says_what_arrived_who_is_late_and_what_changed(demo_copy: Settings) -> None:
    with duckdb.connect(str(demo_copy.publication_path)) as connection:
        arrived = dict(
            connection.execute(
                "select verdict, count(*) from qualite.rapports where jeu = 'rapport_avancement'"
                " and collecte_le between ? and ? group by all",
                [MONDAY - timedelta(days=7), MONDAY],
            ).fetchall()
        )
        now = (
            "update marts.fct_etats_mensuels set est_realisee = {}, groupe_code = {}, est_en_retard = {}"
            " where action_id = (select min(action_id) from marts.fct_etats_mensuels) and {} est_dernier_mois"
        )
        connection.execute(now.format("true", "'bloque'", "true", ""))
        connection.execute(now.format("false", "'en_cours'", "false", "not"))
        connection.execute(
            "update marts.dim_territoires set nom = 'CC Muette', dernier_rapport_le = null, est_a_relancer = true"
            " where siren_epci = (select min(siren_epci) from marts.dim_territoires where not a_feuille_de_route)"
        )
        ((title,),) = connection.execute(
            "select intitule from marts.fct_actions order by action_id limit 1"
        ).fetchall()
    assert sum(arrived.values()) > 10 and len(arrived) > 1
    _, text = digest(demo_copy, MONDAY)
    assert f"RAPPORTS REÇUS : {sum(arrived.values())}\n" in text
    assert f"- Acceptés : {arrived['accepte']} (" in text
    assert "- CC Muette : aucun rapport reçu" in text
    for label in ("RÉALISÉES", "BLOQUÉES", "EN RETARD"):
        part = text.partition(f"ACTIONS NOUVELLEMENT {label} : ")[2].partition("\n\n")[0]
        assert title in part and int(part.splitlines()[0]) >= 1
    assert "DONNÉES FICTIVES" in text
    _, empty = digest(demo_copy, MONDAY + timedelta(days=7))
    assert "RAPPORTS REÇUS : 0" in empty
