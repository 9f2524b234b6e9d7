"""The Région decides about an action that the reports no longer tell."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from vigie.cli import review as cli
from vigie.cli.summary import print_status
from vigie.decisions import vanished
from vigie.errors import OperatorError
from vigie.files import read_json
from vigie.night import intake
from vigie.settings import Settings
from vigie.warehouse import publication, raw

SIREN = "246200729"
NOON = datetime(2026, 2, 3, 12)
WHY = ("Vu avec le territoire.", "chargée de mission", NOON)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A publication of one territory: A and D vanished, B and C are told; A and C were once told together."""
    settings = Settings(home=tmp_path)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    intake.load_decisions(settings)
    with raw.writer(settings.raw_path) as connection:
        connection.execute(
            "insert into rapports by name select 'r1' as rapport_id, '' as source_id, 'rapport_avancement' as jeu,"
            f" '{SIREN}' as siren_epci, '' as canal, '' as format, 'janvier.csv' as nom_fichier, '' as adresse,"
            " '' as sha256, 1 as taille_octets, now()::timestamp as collecte_le, now()::timestamp as connu_le,"
            " 'accepte' as verdict, 2 as recues_nb, 2 as acceptees_nb, 0 as ecartees_nb, 0 as remarques_nb,"
            " '1' as version_regles, true as est_synthetique"
        )
        for line, code in enumerate("AC"):
            connection.execute(
                "insert into lignes by name select 'r1' as rapport_id, 'f' as feuille, ? as ligne, ? as code_action,"
                " false as est_code_derive, '' as intitule, 'en_cours' as statut_code, false as retard_declare,"
                " false as est_confidentielle",
                [line, code],
            )
    settings.publication_path.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.dim_territoires as select '{SIREN}' as siren_epci, 'CA du Boulonnais' as nom"
        )
        connection.execute(
            f"create table marts.fct_actions as select '{SIREN}-' || code as action_id, '{SIREN}' as siren_epci,"
            " code as code_action, 'Action ' || code as intitule, date '2026-01-31' as situation_le,"
            " code in ('A', 'D') as est_disparue from (values ('A'), ('B'), ('C'), ('D')) as codes (code)"
        )
    return settings


def test_a_vanished_action_waits_until_it_is_decided(settings: Settings) -> None:
    assert [a.code_action for a in vanished.pending(settings)] == ["A", "D"]
    kept = vanished.decide(settings, f"{SIREN}-A", "renommee", *WHY, into="B")
    path = settings.landing / "decisions_actions" / f"{kept['decision_id']}.json"
    assert read_json(path) == {
        "decision_id": kept["decision_id"], "siren_epci": SIREN, "code_action": "A", "decision": "renommee",
        "nouveau_code": "B", "motif": "Vu avec le territoire.", "decide_par": "chargée de mission",
        "decide_le": "2026-02-03T12:00:00",
    }  # fmt: skip
    assert [a.code_action for a in vanished.pending(settings)] == ["D"]
    assert vanished.decide(settings, f"{SIREN}-A", "renommee", *WHY, into="B") == kept
    # Taken back.
    vanished.decide(settings, f"{SIREN}-A", "oubliee", *WHY)
    for _ in range(2):
        intake.load_decisions(settings)
    with raw.reader(settings.raw_path) as connection:
        loaded = connection.execute(
            "select decision, nouveau_code, decide_le from decisions_actions order by decision"
        ).fetchall()
    assert loaded == [("oubliee", None, NOON), ("renommee", "B", NOON)]


@pytest.mark.parametrize(
    ("action", "decision", "into", "told"),
    [
        ("B", "abandonnee", None, "Aucune action disparue"),
        ("Z", "oubliee", None, "Aucune action disparue"),
        ("A", "renommee", None, "--into"),
        ("A", "abandonnee", "B", "--into"),
        ("A", "renommee", "A", "ne peut pas porter"),
        ("A", "renommee", "D", "ne peut pas porter"),
        ("A", "renommee", "Z", "ne peut pas porter"),
        ("A", "renommee", "C", "janvier.csv"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(
    settings: Settings, action: str, decision: vanished.Decision, into: str | None, told: str
) -> None:
    with pytest.raises(vanished.UnknownAction, match=told):
        vanished.decide(settings, f"{SIREN}-{action}", decision, *WHY, into=into)
    assert vanished.decisions(settings) == []


def test_two_actions_do_not_become_one(settings: Settings) -> None:
    vanished.decide(settings, f"{SIREN}-A", "renommee", *WHY, into="B")
    with pytest.raises(vanished.UnknownAction, match="« A » porte déjà le code « B »"):
        vanished.decide(settings, f"{SIREN}-D", "renommee", *WHY, into="B")
    # Once taken back, the code is free.
    later = WHY[2].replace(hour=13)
    vanished.decide(settings, f"{SIREN}-A", "oubliee", *WHY[:2], later)
    vanished.decide(settings, f"{SIREN}-D", "renommee", *WHY[:2], later, into="B")


def test_the_status_counts_what_waits_territory_by_territory(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The publication of these tests has no figures.
    monkeypatch.setattr(publication, "figures", lambda _: {})
    waiting = "Actions disparues qui attendent une décision : 2 (CA du Boulonnais 2)"
    assert waiting in told(settings, capsys)
    for code in "AD":
        vanished.decide(settings, f"{SIREN}-{code}", "oubliee", *WHY)
    assert "disparues" not in told(settings, capsys)


def test_a_publication_of_an_earlier_version_tells_no_vanished_action(settings: Settings) -> None:
    with duckdb.connect(str(settings.publication_path)) as connection:
        connection.execute("alter table marts.fct_actions drop est_disparue")
    assert vanished.pending(settings) == []


def told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    print_status(settings, NOON)
    return capsys.readouterr().out


def test_a_decision_needs_a_reason_and_a_role(settings: Settings) -> None:
    for reason, role in ((" ", "Région"), ("Vu.", "")):
        with pytest.raises(OperatorError, match="motif"):
            vanished.decide(settings, f"{SIREN}-A", "oubliee", reason, role, NOON)


def test_the_verbs_say_what_waits_and_what_was_decided(settings: Settings) -> None:
    run = CliRunner()
    assert "Action A" in run.invoke(cli.app, ["vanished"]).output
    said = ["--reason", "Vu.", "--role", "Région", "--date", "2026-02-03"]
    for verb, action, more, told in (
        ("abandon", "A", [], "abandonnée"),
        ("rename", "A", ["--into", "B"], "renommée"),
        ("forget", "D", [], "oubliée"),
    ):
        result = run.invoke(cli.app, [verb, f"{SIREN}-{action}", *more, *said])
        assert f"action {told}, dès la prochaine nuit" in result.output, result.output
    assert "n'attend de décision" in run.invoke(cli.app, ["vanished"]).output
