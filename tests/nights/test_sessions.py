"""A frozen session can be computed again years later, and says so when it cannot."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import openpyxl
import pytest
from commands import run_vigie

from vigie.arrival import collection, landing
from vigie.arrival.sources import Fetched
from vigie.decisions import sessions
from vigie.errors import SettingsError
from vigie.night import intake
from vigie.night import rebuild as again
from vigie.night import steps as night
from vigie.records import Source
from vigie.settings import Settings
from vigie.warehouse import builder, publication, raw
from vigie.warehouse.builder import Cutoff

pytestmark = pytest.mark.usefixtures("replayed_builds")

NAME = "COPIL 2026-10"
SOURCE = Source("depot-nouveau", "246200729", "CA du Boulonnais", "depot", "nouveau")
CUTOFF = Cutoff(date(2026, 9, 30), datetime(2026, 10, 20, 23, 59, 59))


def test_a_session_is_verified_until_the_raw_rows_change(demo_copy: Settings) -> None:
    run_at = night.run_moment(demo_copy, None, CUTOFF.connu_le)
    tonight = builder.cutoff_of_night(demo_copy, run_at)
    assert builder.publication_id(demo_copy, tonight) == publication.current_id(demo_copy)
    frozen = sessions.freeze(demo_copy, NAME, CUTOFF, "gel")
    # « vigie publish » compares with it at once.
    assert builder.publication_id(demo_copy, tonight) != publication.current_id(demo_copy)
    assert sessions.verify(demo_copy, NAME, "verification") == frozen

    edition = demo_copy.published / "seances" / "copil_2026_10.duckdb"
    with duckdb.connect(str(edition), read_only=True) as connection:
        months = connection.execute("select max(mois_le) from marts.fct_indicateurs").fetchone()
        known = connection.execute("select max(connu_le) from qualite.rapports").fetchone()
    assert months == (date(2026, 9, 30),)
    assert known is not None and known[0] <= CUTOFF.connu_le

    with pytest.raises(SettingsError, match="déjà figée"):
        sessions.freeze(demo_copy, NAME, CUTOFF, "gel")
    earlier = Cutoff(date(2026, 8, 31), datetime(2026, 9, 20, 23, 59, 59))
    with pytest.raises(SettingsError, match="dans l'ordre"):
        sessions.freeze(demo_copy, "COPIL oublié", earlier, "gel")

    with raw.writer(demo_copy.raw_path) as connection:
        connection.execute("update lignes set statut_code = 'bloque' where statut_code = 'realise'")
    with pytest.raises(sessions.SessionDiffers, match=r"marts\.fct_indicateurs"):
        sessions.verify(demo_copy, NAME, "verification")


def test_a_session_that_was_never_frozen_is_named(demo_copy: Settings) -> None:
    with pytest.raises(SettingsError, match="Aucune séance « COPIL 1999 »"):
        sessions.verify(demo_copy, "COPIL 1999", "verification")


def test_the_publication_is_what_the_command_builds_as_of_today_known_today(
    demo_copy: Settings,
) -> None:
    with duckdb.connect(str(demo_copy.publication_path), read_only=True) as connection:
        (known,) = connection.execute("select connu_le from marts.publication").fetchone()
    today = known.date().isoformat()
    run_at = night.run_moment(demo_copy, None, known)
    path = again.build_as_known(demo_copy, run_at, today, today)
    edition = demo_copy.home / "edition.duckdb"
    publication.assemble(path, demo_copy.home / "dbt" / "manifest.json", edition)
    now = publication.table_checksums(demo_copy.publication_path)
    then = publication.table_checksums(edition)
    assert then == now
    assert int(now["marts.fct_indicateurs"].partition(":")[0]) > 1000


def test_a_past_date_known_at_a_past_date_shows_nothing_learnt_since(demo_copy: Settings) -> None:
    run_at = night.run_moment(demo_copy, None, datetime(2026, 11, 20))
    path = again.build_as_known(demo_copy, run_at, "2026-08-31", "2026-09-20")
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute(f"attach '{demo_copy.raw_path}' as raw (read_only)")
        months = connection.execute("select max(mois_le) from marts.fct_indicateurs").fetchone()
        shown, situation = connection.execute(
            "select max(connu_le), max(date_situation) filter (where est_retenu) from qualite.rapports"
        ).fetchone()
        learnt = connection.execute("select max(connu_le) from raw.main.rapports").fetchone()
    assert months == (date(2026, 8, 31),)
    assert shown < datetime(2026, 9, 21) < learnt[0]
    assert situation <= date(2026, 8, 31)


def deposit_again(settings: Settings, moment: datetime) -> None:
    """A territory sends a report again, one action now blocked, `moment` being the date of the file."""
    report, book = next(
        (path, book)
        for path in sorted(settings.drop_folder.glob("*/*.xlsx"))
        if "Actions" in (book := openpyxl.load_workbook(path)).sheetnames
    )
    header, first = list(book["Actions"].iter_rows(max_row=2))
    first[[cell.value for cell in header].index("Statut")].value = "Bloqué"
    sent = report.with_name("corrige.xlsx")
    book.save(sent)
    stamp = moment.replace(tzinfo=UTC).timestamp()
    os.utime(sent, (stamp, stamp))


def test_a_report_deposited_on_the_afternoon_of_a_session_leaves_it_as_frozen(
    demo_copy: Settings,
) -> None:
    run_vigie(demo_copy.home, "session", "freeze", NAME)
    (record,) = landing.session_records(demo_copy)
    frozen_at = datetime.fromisoformat(record["connu_le"])
    deposit_again(demo_copy, frozen_at + timedelta(hours=2))
    # A source never read before: its history is known at the dates of its files, all earlier.
    old = Fetched("ancien.csv", "ancien.csv", b"a;b", datetime(2025, 1, 1), 3, "auto", "246200729")
    next_night = frozen_at + timedelta(days=1)
    landing.land(demo_copy, SOURCE, old, next_night, None, synthetic=True)
    collection.collect_all(demo_copy, collection.active_sources(demo_copy), next_night)
    assert len(intake.unjudged(demo_copy)) == 2
    night.gate_and_load(demo_copy, next_night)

    assert sessions.verify(demo_copy, NAME, "verification") == record
    with raw.reader(demo_copy.raw_path) as connection:
        learnt = connection.execute(
            "select nom_fichier, connu_le > $1 and connu_le <= $2 from rapports"
            " where collecte_le = $2 order by nom_fichier", [frozen_at, next_night]
        ).fetchall()  # fmt: skip
    assert learnt == [("ancien.csv", True), ("corrige.xlsx", True)]


def test_two_sessions_frozen_before_any_night_know_each_other(demo_copy: Settings) -> None:
    sessions.freeze(demo_copy, NAME, CUTOFF, "gel")
    following = Cutoff(CUTOFF.date_situation, CUTOFF.connu_le + timedelta(days=20))
    sessions.freeze(demo_copy, "COPIL suivant", following, "gel")
    intake.load_decisions(demo_copy)
    assert sessions.verify(demo_copy, "COPIL suivant", "verification")["nom"] == "COPIL suivant"


def test_a_session_is_not_frozen_while_a_collected_report_waits_for_its_verdict(
    demo_copy: Settings,
) -> None:
    run_at = CUTOFF.connu_le - timedelta(days=1)
    fetched = Fetched("octobre.csv", "octobre.csv", b"a;b", run_at, 3, "auto", "246200729")
    landing.land(demo_copy, SOURCE, fetched, run_at, None, synthetic=True)
    # What comes in after an edition is known after it.
    later = replace(CUTOFF, connu_le=landing.after_editions(demo_copy, CUTOFF.connu_le))
    with pytest.raises(SettingsError, match=r"« octobre\.csv » : lancer « vigie gate »"):
        sessions.freeze(demo_copy, NAME, later, "gel")


def test_a_session_needs_a_name(demo_copy: Settings) -> None:
    with pytest.raises(SettingsError, match="« … » ne peut pas nommer une séance"):
        sessions.freeze(demo_copy, "…", CUTOFF, "gel")
    assert list((demo_copy.landing / "seances").glob("*")) == []


def test_the_edition_of_a_session_comes_back_from_landing(demo_copy: Settings) -> None:
    record = sessions.freeze(demo_copy, NAME, CUTOFF, "gel")
    edition = demo_copy.published / "seances" / f"{record['seance_code']}.duckdb"
    shown = edition.read_bytes()
    edition.unlink()
    assert sessions.restore_editions(demo_copy, "restauration") == []
    assert edition.read_bytes() == shown

    # Frozen before editions were kept in landing, and computed again.
    kept = demo_copy.landing / "seances" / edition.name
    for lost in (edition, kept):
        lost.unlink()
    assert sessions.restore_editions(demo_copy, "restauration") == []
    assert sessions.content_digest(edition) == sessions.content_digest(kept) == record["empreinte"]

    edition.unlink()
    kept.write_bytes(kept.read_bytes()[:4096])
    (told,) = sessions.restore_editions(demo_copy, "restauration")
    assert str(kept) in told and "sauvegarde" in told

    # Definitions that changed since, and nothing but the record left.
    kept.unlink()
    with raw.writer(demo_copy.raw_path) as connection:
        connection.execute("update lignes set statut_code = 'bloque' where statut_code = 'realise'")
    (told,) = sessions.restore_editions(demo_copy, "restauration")
    assert "ne se recalcule plus à l'identique : son édition manque" in told
    assert "ce sont les données chargées qui ont changé" in told
    assert not edition.exists()
