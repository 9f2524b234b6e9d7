"""Whole nights, from the drop folder to the publication: what territories send, correct and withdraw, and what becomes
of it when they merge, are renumbered or split."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.gate.reports import action, csv_report
from vigie.decisions import review
from vigie.errors import BuildFailed
from vigie.night import rebuild as again
from vigie.night import steps as night
from vigie.settings import PROJECT_ROOT, Settings
from vigie.warehouse import publication

pytestmark = [pytest.mark.timeout(2400), pytest.mark.usefixtures("replayed_builds")]

BRAY, PICARDIE_VERTE = "246000913", "246000848"
DESVRES, DESVRES_RENUMBERED = "200018083", "200099992"
CAUDRESIS, EAST, WEST = "200030633", "200099984", "200099976"
BOULONNAIS = "246200729"
# What three actions with dates and budgets in HT give each month: no silo, no European funds, no proof of correction.
SERIES_COMPARED = 28
SENDERS = (BRAY, PICARDIE_VERTE, DESVRES, CAUDRESIS, BOULONNAIS)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("nuits")
    shutil.copytree(PROJECT_ROOT / "seeds", home / "seeds")
    settings = Settings(home=home, seeds=home / "seeds")
    register(settings, SENDERS, datetime(2026, 7, 1))
    return settings


def register(settings: Settings, sirens: tuple[str, ...], day: datetime) -> None:
    lines = "".join(f"{siren};EPCI;2024-01-15;2027\n" for siren in sirens)
    content = f"siren_epci;nom;date_adoption;horizon\n{lines}".encode()
    deposit(settings, "region", "feuilles_de_route.csv", content, day)


def deposit(settings: Settings, folder: str, name: str, content: bytes, moment: datetime) -> None:
    path = settings.drop_folder / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    stamp = moment.replace(tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))


def send(
    settings: Settings, siren: str, situation: str, codes: str, day: datetime, **titles: str
) -> None:
    """Deposits a report: one letter per action, `titles` for the actions that bear another one."""
    rows = [action(code_action=c, intitule=titles.get(c, f"Action {c} de {siren}")) for c in codes]
    content = csv_report(siren, rows, date_situation=situation)
    deposit(settings, siren, f"{situation.replace('/', '-')} {day:%d-%m %Hh}.csv", content, day)


def at_night(settings: Settings, day: int) -> dict[str, object]:
    """The night of that day of September 2026; returns what its check counted."""
    done = night.run_without_airflow(settings, datetime(2026, 9, day, 1), lambda *_: None)
    assert done["publie"] and not done["echecs"] and not done["incidents"]
    return dict(done["etapes"]["verification"])


def shown(settings: Settings) -> dict[str, str]:
    """The codes of the actions of each territory; `*` follows those that the report in force no longer says."""
    with duckdb.connect(str(settings.publication_path), read_only=True) as connection:
        rows = connection.execute(
            "select siren_epci, string_agg(code_action || if(est_non_rapportee, '*', ''), ' ' order by code_action)"
            " from marts.fct_actions group by 1"
        ).fetchall()
        (counted,) = connection.execute("select actions_nb from marts.publication").fetchall()[0]
    assert sum(len(codes.split()) for _, codes in rows) == counted
    return dict(rows)


def edit(settings: Settings, name: str, *changes: tuple[str, str]) -> None:
    path = settings.seeds / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def succeed(settings: Settings, old: str, heir: str) -> None:
    path = settings.seeds / "territoires_alias.csv"
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"{old},{heir},Ancien nom,2026-08-31,arrêté préfectoral\n")


def split(settings: Settings, old: str, heirs: tuple[str, str]) -> None:
    """The seeds once a territory has given way to two others, its communes shared between them."""
    for name in ("territoires", "sources", "communes"):
        path = settings.seeds / f"{name}.csv"
        lines = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(keepends=True)):
            if old not in line:
                lines.append(line)
            elif name == "communes":
                lines.append(line.replace(old, heirs[number % 2]))
            else:
                lines += [line.replace(old, heir) for heir in heirs]
        path.write_text("".join(lines), encoding="utf-8")


def last_report(settings: Settings, siren: str) -> str:
    with duckdb.connect(str(settings.publication_path), read_only=True) as connection:
        row = connection.execute(
            "select dernier_rapport_id from marts.dim_territoires where siren_epci = ?", [siren]
        ).fetchone()
    assert row is not None
    return str(row[0])


def test_every_honest_event_is_published_and_landing_gives_the_same_again(
    settings: Settings, tmp_path: Path
) -> None:
    # The first publication: nothing to be compared with.
    for siren in SENDERS:
        send(settings, siren, "31/07/2026", "ABC", datetime(2026, 8, 10))
    assert at_night(settings, 1)["series_comparees"] == 0
    assert shown(settings) == dict.fromkeys(SENDERS, "A B C")

    # A merger whose two used the same codes, and a new number. Reports after the end of the month: one adds D and E and
    # drops C, which is carried forward.
    succeed(settings, BRAY, PICARDIE_VERTE)
    succeed(settings, DESVRES, DESVRES_RENUMBERED)
    for name in ("territoires", "communes", "sources"):
        edit(settings, name, (DESVRES, DESVRES_RENUMBERED))
    send(settings, BOULONNAIS, "31/08/2026", "ABDE", datetime(2026, 9, 1, 9))
    send(settings, PICARDIE_VERTE, "31/08/2026", "ABCF", datetime(2026, 9, 1, 9))
    assert at_night(settings, 2)["series_comparees"] == SERIES_COMPARED
    merged = f"{BRAY}-A* {BRAY}-B* {BRAY}-C*"
    kept = {DESVRES_RENUMBERED: "A B C", CAUDRESIS: "A B C"}
    assert shown(settings) == kept | {
        PICARDIE_VERTE: f"{merged} A B C F",
        BOULONNAIS: "A B C* D E",
    }

    # The same date corrected: E, first seen there, is dropped and D is renamed; then July is corrected, after August:
    # C, which no other report says, is dropped.
    send(settings, BOULONNAIS, "31/08/2026", "ABD", datetime(2026, 9, 2, 9), D="Un autre titre")
    send(settings, BOULONNAIS, "31/07/2026", "AB", datetime(2026, 9, 2, 10))
    # July said C, August no longer does: a correction of August alone carries it forward.
    send(settings, PICARDIE_VERTE, "31/08/2026", "ABF", datetime(2026, 9, 2, 9))
    at_night(settings, 3)
    assert shown(settings) == kept | {
        BOULONNAIS: "A B D",
        PICARDIE_VERTE: f"{merged} A B C* F",
    }

    # The Région withdraws a report that it had accepted: the one before is in force again. A territory that gives way
    # to two others leaves nobody to answer for its actions: a person must say so, once.
    withdrawn = last_report(settings, PICARDIE_VERTE)
    review.decide(settings, withdrawn, "refuse", "Doublon.", "Région", datetime(2026, 9, 3, 8))
    split(settings, CAUDRESIS, (EAST, WEST))
    run_at = datetime(2026, 9, 4, 1)
    night.gate_and_load(settings, run_at)
    built = night.build(settings, run_at)
    with pytest.raises(BuildFailed) as refused:
        night.check(settings, run_at, built)
    _, territory, remedy = str(refused.value).splitlines()
    assert f"({CAUDRESIS})" in territory and "territoires_alias.csv" in territory
    assert "--accept-variation" in remedy and PICARDIE_VERTE not in str(refused.value)
    accepted = night.check(settings, run_at, built, accept_variation=True)
    assert territory in accepted["signalements"]
    night.publish(settings, run_at, built)
    assert CAUDRESIS not in shown(settings)
    assert shown(settings)[PICARDIE_VERTE] == f"{merged} A B C F"

    register(settings, (BOULONNAIS, PICARDIE_VERTE, EAST, WEST), datetime(2026, 9, 4, 8))
    send(settings, EAST, "31/08/2026", "AB", datetime(2026, 9, 4, 9))
    at_night(settings, 5)
    assert shown(settings)[EAST] == "A B"

    fresh = Settings(home=tmp_path, seeds=settings.seeds)
    shutil.copytree(settings.landing, fresh.landing)
    again.rebuild(fresh, datetime(2026, 9, 5, 1))
    assert shown(fresh) == shown(settings)
    # Nobody answers any more for the territory that is gone: read again, what it sent is refused as that of a stranger.
    # That apart, and the identity that hangs on it, merger, new number and corrections give the same again.
    assert different_tables(fresh, settings) == {
        "marts.publication",
        "qualite.rapports",
        "qualite.controles",
        "qualite.lignes_ecartees",
    }


def different_tables(one: Settings, other: Settings) -> set[str]:
    first, second = (publication.table_checksums(s.publication_path) for s in (one, other))
    assert first.keys() == second.keys()
    return {table for table in first if first[table] != second[table]}
