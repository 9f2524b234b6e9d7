"""A night too large for the memory is judged slice after slice; the verdicts are those of one judgement."""

from datetime import datetime
from functools import partial

import duckdb

from vigie.night import loading
from vigie.night import steps as night
from vigie.settings import Settings

ROWS = 150


def content_of(settings: Settings) -> dict[str, list[tuple]]:
    with duckdb.connect(str(settings.raw_path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("show tables").fetchall()]
        return {name: connection.execute(f"from {name} order by all").fetchall() for name in tables}


def test_slices_change_no_verdict(demo_copy: Settings, demo_night: Settings, monkeypatch) -> None:
    demo_copy.raw_path.unlink()
    judged: list[int] = []

    def counted(*arguments):
        judged.append(len(arguments[0]))
        return judge(*arguments)

    judge = loading.judge
    monkeypatch.setattr(loading, "judge", counted)
    monkeypatch.setattr(loading, "slices", partial(loading.slices, rows=ROWS))
    run_at = night.run_moment(demo_copy, None, datetime(2026, 1, 1))

    night.gate_and_load(demo_copy, run_at)

    assert len(judged) > 2
    assert content_of(demo_copy) == content_of(demo_night)
