import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from channel_scene import RUN_AT, SIREN, drop, line

from vigie.arrival.sources import circuit, depot, fetch
from vigie.arrival.sources import folder as folder_module
from vigie.errors import SourceBudgetExceeded, SourcePartlyRead, SourceRefused, SourceSkipped
from vigie.records import Source
from vigie.settings import Settings

SOURCE = line("depot", SIREN)


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.drop_folder / SIREN


def test_a_dropped_file_is_brought_with_the_time_of_its_deposit(folder, visit):
    drop(folder / "rapport.csv")
    [fetched] = visit(SOURCE)
    assert fetched.contenu == b"siren_epci;246200729\n"
    assert fetched.depose_le == datetime(2026, 11, 18, 9, 30)
    assert (fetched.nom_fichier, fetched.adresse) == (
        "rapport.csv",
        "246200729/rapport.csv",
    )
    assert (fetched.siren_epci, fetched.format) == ("246200729", "auto")
    assert not fetched.est_synthetique and not fetched.is_oversize


def test_a_second_visit_reads_only_what_changed(folder, visit):
    drop(folder / "a.csv", b"a")
    changed = drop(folder / "b.csv", b"b")
    state: dict = {}
    assert len(visit(SOURCE, state)) == 2
    assert visit(SOURCE, state) == []
    assert state["trafic"] == {"requetes": 0, "octets": 0}
    drop(changed, b"bb")
    [fetched] = visit(SOURCE, state)
    assert fetched.contenu == b"bb"
    assert state["trafic"] == {"requetes": 1, "octets": 2}


def test_an_object_is_remembered_only_once_its_consumer_asked_for_the_next(settings, folder, visit):
    drop(folder / "a.csv", b"a")
    drop(folder / "b.csv", b"b")
    state: dict = {}
    interrupted = fetch(SOURCE, state, settings, RUN_AT)
    next(interrupted)
    interrupted.close()
    assert state["vus"] == {}
    assert len(visit(SOURCE, state)) == 2


@pytest.mark.parametrize(
    "name",
    [
        "a.csv.part",
        "~$rapport.xlsx",
        ".~lock.a.csv#",
        "a.csv.tmp",
        ".cache",
        ".git/a.csv",
        "a.xlsx~",
    ],
)
def test_what_an_upload_or_an_office_suite_leaves_is_not_a_report(settings, folder, name, visit):
    drop(folder / name)
    assert visit(SOURCE) == []


def test_a_file_whose_size_still_moves_waits(settings, folder, monkeypatch, visit):
    growing = drop(folder / "a.csv", b"half", at=RUN_AT)
    monkeypatch.setattr(
        folder_module.time, "sleep", lambda _: growing.write_bytes(b"half and more")
    )
    assert visit(SOURCE) == []


def test_a_file_dropped_just_before_the_run_and_still_is_read(folder, visit):
    drop(folder / "a.csv", at=RUN_AT)
    assert len(visit(SOURCE)) == 1


def test_a_file_that_changes_while_it_is_read_waits(settings, folder, monkeypatch, visit):
    path = drop(folder / "a.csv", b"half")
    settled = folder_module._settled

    def change_after_settling(*given):
        files = list(settled(*given))
        path.write_bytes(b"more")
        return files

    monkeypatch.setattr(folder_module, "_settled", change_after_settling)
    assert visit(SOURCE) == []


@pytest.mark.parametrize("trap", ["link", "pipe"])
def test_a_file_swapped_for_a_trap_is_not_read(visit, folder, tmp_path, monkeypatch, trap):
    path = drop(folder / "a.csv", b"half")
    secret = drop(tmp_path / "secret.csv", b"half")
    settled = folder_module._settled

    def swap_after_settling(*given):
        files = list(settled(*given))
        path.unlink()
        path.symlink_to(secret) if trap == "link" else os.mkfifo(path)
        return files

    monkeypatch.setattr(folder_module, "_settled", swap_after_settling)
    if trap == "link":
        with pytest.raises(SourcePartlyRead, match="fichiers illisibles : a.csv"):
            visit(SOURCE)
    else:
        assert visit(SOURCE) == []


def test_an_oversize_file_is_brought_without_its_bytes(folder, visit):
    drop(folder / "gros.csv", b"x" * 1001)
    [fetched] = visit(SOURCE)
    assert (fetched.contenu, fetched.taille_octets, fetched.is_oversize) == (
        b"",
        1001,
        True,
    )


def test_a_territory_without_a_folder_has_nothing_new(folder, visit):
    folder.rmdir()
    assert visit(SOURCE) == []


def test_a_missing_root_is_refused(settings, folder, visit):
    folder.rmdir()
    settings.drop_folder.rmdir()
    with pytest.raises(SourceRefused, match="dossier de dépôt .* n'existe pas"):
        visit(SOURCE)


def test_a_root_left_empty_by_a_share_that_is_gone_is_refused_and_nothing_is_forgotten(
    settings, folder, visit
):
    dropped = drop(folder / "rapport.csv")
    state: dict = {}
    assert len(visit(SOURCE, state)) == 1
    away = settings.drop_folder.rename(settings.drop_folder.with_name("ailleurs"))
    settings.drop_folder.mkdir()
    with pytest.raises(SourceRefused, match="est vide alors que des fichiers y ont été lus"):
        visit(SOURCE, state)
    assert visit(SOURCE, {}) == []
    settings.drop_folder.rmdir()
    away.rename(settings.drop_folder)
    assert dropped.is_file()
    assert visit(SOURCE, state) == []


@pytest.mark.parametrize("adresse", ["../ailleurs", "/etc", "246200729/../../.."])
def test_an_address_outside_the_root_is_refused(settings, folder, adresse, visit):
    source = Source("depot-x", "246200729", "CA du Boulonnais", "depot", adresse)
    with pytest.raises(SourceRefused, match="sort du dossier de dépôt"):
        visit(source)


def test_a_link_leaving_the_folder_is_refused_and_the_rest_is_read(
    settings, folder, tmp_path, visit
):
    secret = drop(tmp_path / "secret.csv", b"secret")
    (folder / "lien.csv").symlink_to(secret)
    (folder / "ailleurs").symlink_to(tmp_path)
    drop(folder / "rapport.csv", b"ok")
    visited = fetch(SOURCE, {}, settings, RUN_AT)
    assert next(visited).contenu == b"ok"
    with pytest.raises(SourceRefused, match="ailleurs, lien.csv"):
        next(visited)


def test_a_crowded_folder_is_read_by_parts_and_said(settings, folder, monkeypatch, visit):
    monkeypatch.setenv("VIGIE_SOURCE_OBJECTS", "2")
    for number in range(5):
        drop(folder / f"{number}.csv", str(number).encode())
    state: dict = {}
    brought = []
    for _ in range(2):
        with pytest.raises(SourceBudgetExceeded, match="CA du Boulonnais .* lus par nuit"):
            for fetched in fetch(SOURCE, state, settings, RUN_AT):
                brought.append(fetched.contenu)
    brought += [fetched.contenu for fetched in visit(SOURCE, state)]
    assert brought == [b"0", b"1", b"2", b"3", b"4"]


def test_a_folder_of_ten_thousand_files_is_not_even_listed(visit, folder, monkeypatch):
    monkeypatch.setenv("VIGIE_SOURCE_LISTED", "20")
    for number in range(21):
        drop(folder / f"{number}.csv")
    with pytest.raises(SourceBudgetExceeded, match="ranger le dossier"):
        visit(SOURCE)


def test_names_that_are_not_text_are_made_showable_and_still_remembered(folder, visit):
    name = os.fsdecode(b"rapport\xe9\x1b[31m.csv")
    drop(folder / name)
    state: dict = {}
    [fetched] = visit(SOURCE, state)
    assert fetched.nom_fichier.isprintable()
    assert visit(SOURCE, state) == []


def test_files_of_the_demo_are_marked_synthetic(settings, folder, visit):
    drop(settings.drop_folder / "DEMO.json", b"{}")
    drop(folder / "rapport.csv")
    [fetched] = visit(SOURCE)
    assert fetched.est_synthetique


def test_what_no_source_reads_is_named(settings, folder):
    root = settings.drop_folder
    drop(folder / "rapport.csv")
    drop(root / SIREN[:-1] / "rapport.csv")
    drop(root / "rapport perdu.xlsx")
    drop(root / "DEMO.json")
    (root / "dossier vide").mkdir()
    assert depot.unread(root, [SOURCE]) == [SIREN[:-1], "rapport perdu.xlsx"]
    retired = replace(SOURCE, est_active=False)
    assert depot.unread(root, [retired]) == [SIREN[:-1], SIREN, "rapport perdu.xlsx"]
    assert depot.unread(root / "absent", [SOURCE]) == []


def test_files_gone_from_the_folder_are_forgotten(folder, visit):
    path = drop(folder / "a.csv")
    state: dict = {}
    visit(SOURCE, state)
    path.unlink()
    visit(SOURCE, state)
    assert state["vus"] == {}


def test_an_unknown_channel_is_refused_with_the_known_ones(settings, visit):
    source = Source("pigeon-1", "246200729", "CA du Boulonnais", "pigeon", "toit")
    with pytest.raises(SourceRefused, match="pigeon.*depot"):
        visit(source)


def test_a_source_failing_too_many_nights_is_skipped_then_tried_again(folder, visit):
    state: dict = {}
    for _ in range(5):
        circuit.record_failure(state)
    drop(folder / "a.csv")
    for _ in range(circuit.NIGHTS_BEFORE_NEW_TRY):
        with pytest.raises(SourceSkipped, match="5 nuits d'échec"):
            visit(SOURCE, state)
    assert len(visit(SOURCE, state)) == 1
    circuit.record_success(state)
    assert "echecs_consecutifs" not in state
