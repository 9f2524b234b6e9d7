"""A frozen session can be computed again years later, and says so when it cannot."""

from datetime import date, datetime

import duckdb
import pytest

from vigie import again, night, sessions
from vigie.errors import SettingsError
from vigie.settings import Settings
from vigie.warehouse import publication, raw
from vigie.warehouse.builder import Cutoff

NAME = "COPIL 2026-10"
CUTOFF = Cutoff(date(2026, 9, 30), datetime(2026, 10, 20, 23, 59, 59))


def test_a_session_is_verified_until_the_raw_rows_change(demo_copy: Settings) -> None:
    frozen = sessions.freeze(demo_copy, NAME, CUTOFF, "gel")
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
