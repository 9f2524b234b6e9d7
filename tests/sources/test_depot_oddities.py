"""A drop folder holds what people leave in it: links, pipes, files nobody may read."""

import os
import socket
from contextlib import chdir
from pathlib import Path
from types import SimpleNamespace

import pytest
from channel_scene import RUN_AT, SIREN, drop, line

from vigie.arrival.sources import depot, fetch
from vigie.arrival.sources.folder import moment_of
from vigie.errors import SourcePartlyRead, SourceRefused
from vigie.settings import Settings

SOURCE = line("depot", SIREN)


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.drop_folder / SIREN


def test_what_is_no_file_is_told_never_opened_and_the_rest_is_read(settings, folder, visit):
    os.mkfifo(folder / "tube.csv")
    with socket.socket(socket.AF_UNIX) as unix, chdir(folder):
        unix.bind("prise.csv")
    (folder / "boucle").symlink_to(folder)
    (folder / "lien.csv").symlink_to("lien.csv")
    (folder / ".cache").symlink_to(folder)
    drop(folder / "sous" / "rapport.csv", b"ok")
    state: dict = {}
    visited = fetch(SOURCE, state, settings, RUN_AT)
    assert next(visited).contenu == b"ok"
    with pytest.raises(SourcePartlyRead) as caught:
        next(visited)
    for told in (
        "liens, non suivis : boucle, lien.csv",
        "tubes nommés, non ouverts : tube.csv",
        "prises de communication, non ouvertes : prise.csv",
    ):
        assert told in str(caught.value) and told in caught.value.to_territory
    assert ".cache" not in str(caught.value)
    assert list(state["vus"]) == ["sous/rapport.csv"]


def test_a_file_dated_out_of_any_calendar_is_read_as_the_others(settings, folder, monkeypatch):
    drop(folder / "ancien.csv", b"a")
    drop(folder / "rapport.csv", b"b")
    real = Path.lstat

    def dated(path):
        info = real(path)
        odd = {"st_mtime": 1e12} if path.name == "ancien.csv" else {}
        told = {name: getattr(info, name) for name in dir(info) if name.startswith("st_")}
        return SimpleNamespace(**told | odd)

    monkeypatch.setattr(Path, "lstat", dated)
    brought = {f.contenu: f.depose_le is None for f in fetch(SOURCE, {}, settings, RUN_AT)}
    assert brought == {b"a": True, b"b": False}


@pytest.mark.parametrize("seconds", [None, 0, 1e12, -1e12, 9e17, float("inf")])
def test_what_is_no_date_is_none(seconds):
    assert moment_of(seconds) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_told_and_the_rest_is_read(settings, folder):
    drop(folder / "a.csv").chmod(0)
    drop(folder / "fermé" / "b.csv")
    (folder / "fermé").chmod(0)
    drop(folder / "z.csv", b"ok")
    visited = fetch(SOURCE, {}, settings, RUN_AT)
    assert next(visited).contenu == b"ok"
    with pytest.raises(
        SourcePartlyRead, match="illisibles : a.csv ; sous-dossiers illisibles : fermé"
    ):
        next(visited)
    (folder / "fermé").chmod(0o700)


def test_what_the_disk_refuses_is_told_and_the_rest_is_read(settings, folder, monkeypatch):
    real = os.open

    def failing(path, *given):
        if Path(path).name == "a.csv":
            raise PermissionError(path)
        return real(path, *given)

    for name in ("a.csv", "z.csv"):
        drop(folder / name)
    monkeypatch.setattr(depot.os, "open", failing)
    visited = fetch(SOURCE, {}, settings, RUN_AT)
    assert next(visited).nom_fichier == "z.csv"
    with pytest.raises(SourcePartlyRead, match="fichiers illisibles : a.csv"):
        next(visited)


@pytest.mark.parametrize("trap", ["link to a neighbour", "loop", "pipe", "file"])
def test_a_territory_whose_folder_is_no_folder_is_refused(settings, folder, visit, trap):
    drop(settings.drop_folder / "200018083" / "rapport.csv")
    folder.rmdir()
    match trap:
        case "link to a neighbour":
            folder.symlink_to(settings.drop_folder / "200018083")
        case "loop":
            folder.symlink_to(folder)
        case "pipe":
            os.mkfifo(folder)
        case "file":
            folder.touch()
    with pytest.raises(SourceRefused, match="est un lien|n'est pas un dossier"):
        visit(SOURCE)


def test_what_no_source_reads_at_the_root_is_told_whatever_it_is(settings, folder):
    root = settings.drop_folder
    os.mkfifo(root / "tube")
    (root / "boucle").symlink_to(root / "boucle")
    (root / "vide").mkdir()
    drop(root / "autre" / "rapport.csv")
    assert depot.unread(root, [SOURCE]) == ["autre", "boucle", "tube"]
