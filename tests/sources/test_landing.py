"""The landing area keeps every byte once and says when Vigie knew it."""

from datetime import datetime, timedelta

import pytest

from vigie.arrival import landing
from vigie.arrival.sources import Fetched
from vigie.errors import DamagedFile
from vigie.files import write_json
from vigie.records import Source
from vigie.settings import Settings
from vigie.warehouse import editions

RUN = datetime(2026, 11, 20, 1, 0)
SOURCE = Source("depot-246200729", "246200729", "CA du Boulonnais", "depot", "246200729")


@pytest.fixture
def settings(wherever: Settings) -> Settings:
    return wherever


def fetched(
    content: bytes, name: str = "rapport.csv", deposited: datetime | None = None
) -> Fetched:
    return Fetched(name, f"246200729/{name}", content, deposited, len(content), "auto", "246200729")


def land(settings: Settings, item: Fetched, last: datetime | None = None) -> bool:
    return landing.land(settings, SOURCE, item, RUN, last, synthetic=False)


def test_the_same_bytes_under_another_name_bring_nothing_new(settings: Settings) -> None:
    assert land(settings, fetched(b"a;b\n1;2\n"))
    assert not land(settings, fetched(b"a;b\n1;2\n", name="copie.csv"))
    assert [r.nom_fichier for r in landing.receipts(settings)] == ["rapport.csv"]


def test_the_bytes_are_found_again_under_their_digest(settings: Settings) -> None:
    land(settings, fetched(b"contenu"))
    (receipt,) = landing.receipts(settings)
    assert landing.content_path(settings, receipt.sha256).read_bytes() == b"contenu"


def test_a_receipt_read_again_is_the_receipt_written(settings: Settings) -> None:
    deposited = datetime(2026, 11, 3, 8, 30)
    land(settings, fetched(b"contenu", deposited=deposited))
    (receipt,) = landing.receipts(settings)
    assert (receipt.depose_le, receipt.collecte_le, receipt.siren_epci) == (
        deposited,
        RUN,
        "246200729",
    )


def test_two_oversize_files_are_two_reports(settings: Settings) -> None:
    for name in ("a.csv", "b.csv"):
        land(settings, Fetched(name, name, b"", None, 10**9, "auto", "246200729"))
    assert len(list(landing.receipts(settings))) == 2


@pytest.mark.parametrize(
    ("deposited", "last", "expected"),
    [
        (None, None, RUN),
        (datetime(2026, 3, 5), None, datetime(2026, 3, 5)),
        (datetime(2026, 3, 5), datetime(2026, 11, 19), datetime(2026, 11, 19)),
        (datetime(2026, 11, 19, 12), datetime(2026, 11, 19), datetime(2026, 11, 19, 12)),
        (datetime(2030, 1, 1), None, RUN),
    ],
    ids=[
        "a silent channel: the run",
        "first collection: the deposit",
        "a back-dated file: not before the last collection",
        "a file of the day: its deposit",
        "a deposit in the future: the run",
    ],
)
def test_the_moment_vigie_knew(
    deposited: datetime | None, last: datetime | None, expected: datetime
) -> None:
    assert landing.known_at(deposited, RUN, last) == expected


def test_what_comes_in_after_a_session_was_frozen_is_known_after_it(settings: Settings) -> None:
    before, frozen, later = datetime(2026, 11, 2), datetime(2026, 11, 20, 9), datetime(2026, 11, 22)
    assert landing.after_editions(settings, before) == before
    for code, known in (("un", datetime(2026, 10, 1)), ("deux", frozen)):
        record = {"seance_code": code, "connu_le": known.isoformat()}
        write_json(settings.landing / "seances" / f"{code}.json", record)
    assert landing.after_editions(settings, before) == frozen + timedelta(seconds=1)
    assert landing.after_editions(settings, later) == later
    land(settings, fetched(b"contenu", deposited=before))
    (receipt,) = landing.receipts(settings)
    assert (receipt.depose_le, receipt.connu_le) == (before, frozen + timedelta(seconds=1))


def test_what_comes_in_after_an_edition_was_made_was_not_known_to_it(settings: Settings) -> None:
    before, made = datetime(2026, 11, 2), datetime(2026, 11, 20, 1)
    editions.note(settings, made)
    # An older edition made again takes nothing back.
    editions.note(settings, before)
    assert landing.after_editions(settings, made + timedelta(hours=1)) == made + timedelta(hours=1)
    # A source that failed that night, or was added since, claims older deposits.
    land(settings, fetched(b"contenu", deposited=before))
    (receipt,) = landing.receipts(settings)
    assert (receipt.depose_le, receipt.connu_le) == (before, made + timedelta(seconds=1))


@pytest.mark.parametrize("kept", ["{", "[]", "{}", '{"connu_le": 12}', '{"connu_le": "hier"}'])
def test_the_clock_of_the_last_edition_is_named_when_damaged(kept: str, settings: Settings) -> None:
    editions.note(settings, RUN)
    (path,) = settings.landing.glob("*.json")
    path.write_bytes(kept.encode())
    with pytest.raises(DamagedFile, match="sans sauvegarde, y écrire"):
        land(settings, fetched(b"a;b"))
