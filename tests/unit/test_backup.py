"""A backup holds what cannot be made again, can be taken during a night, and is restored whole or not at all."""

import hashlib
import json
from pathlib import Path

import pytest

from vigie.errors import DamagedFile, SettingsError
from vigie.night import backup as copies
from vigie.settings import Settings

CONTENT = b"siren_epci;code_action\n"
SHA = hashlib.sha256(CONTENT).hexdigest()


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    put(home / "seeds" / "themes.csv", b"theme_code\n")
    put(home / "seeds" / "themes.yml", b"version: 2\n")
    put(home / "guichet" / "invitations.json", b"[]")
    put(home / "guichet" / "invitations.json.lock", b"")
    landing = home / "landing"
    put(landing / "etats" / "depot.json", b"{}")
    put(landing / "recus" / "depot" / f"{SHA}.json", b"{}")
    put(landing / "derniere_edition.json", b"{}")
    put(landing / "objets" / SHA[:2] / SHA, CONTENT)
    put(landing / "objets" / SHA[:2] / f".{SHA}.12.part", b"siren")
    return Settings(home=home, seeds=home / "seeds")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_what_was_copied_comes_back_the_same(settings: Settings, tmp_path: Path) -> None:
    done = copies.backup(settings, tmp_path / "copie", {})
    # Three files of landing hold the same two bytes.
    assert (done.fichiers, done.copies, done.abimes) == (8, 6, ())
    restored = Settings(home=tmp_path / "autre")
    seeds = copies.restore(restored, tmp_path / "copie")
    assert files(restored.landing) == files(settings.landing)
    assert files(seeds) == files(settings.seeds)
    assert files(restored.desk) == {"invitations.json": b"[]"}
    assert restored.landing.stat().st_mode & 0o077 == 0


def test_a_second_backup_copies_contents_once(settings: Settings, tmp_path: Path) -> None:
    copies.backup(settings, tmp_path / "copie", {})
    other = b"autre rapport"
    name = hashlib.sha256(other).hexdigest()
    put(settings.landing / "objets" / name[:2] / name, other)
    again = copies.backup(settings, tmp_path / "copie", {})
    assert (again.fichiers, again.copies) == (9, 1)


def test_a_backup_cut_short_leaves_the_one_before_whole(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.backup(settings, tmp_path / "copie", {})
    put(settings.landing / "etats" / "depot.json", b'{"etat": 2}')
    put(settings.seeds / "themes.csv", b"theme_code,libelle\n")

    def cut(path: Path, value: object) -> None:
        raise OSError("cut")

    monkeypatch.setattr(copies, "write_json", cut)
    with pytest.raises(OSError, match="cut"):
        copies.backup(settings, tmp_path / "copie", {})
    restored = Settings(home=tmp_path / "autre")
    seeds = copies.restore(restored, tmp_path / "copie")
    assert (seeds / "themes.csv").read_bytes() == b"theme_code\n"
    assert (restored.landing / "etats" / "depot.json").read_bytes() == b"{}"


def test_settings_are_kept_without_their_secrets(settings: Settings, tmp_path: Path) -> None:
    told = {
        "VIGIE_REGION": "32",
        "VIGIE_SMTP_URL": "smtps://vigie:motdepasse@courriel",
        "VIGIE_MIRROR_DSN": "postgresql://vigie:motdepasse@base",
        "VIGIE_TEMPLATE_URL": "https://region/modele.xlsx",
        "PATH": "/bin",
    }
    copies.backup(settings, tmp_path / "copie", told)
    copies.restore(Settings(home=tmp_path / "autre"), tmp_path / "copie")
    written = (tmp_path / "autre" / "reglages.env").read_text(encoding="utf-8")
    assert "VIGIE_REGION=32\n" in written
    assert "VIGIE_TEMPLATE_URL=https://region/modele.xlsx\n" in written
    assert "# VIGIE_SMTP_URL= (à remettre)" in written
    assert "motdepasse" not in written
    assert "PATH=/bin" not in written


def test_a_damaged_content_is_told_and_never_restored(settings: Settings, tmp_path: Path) -> None:
    put(settings.landing / "objets" / SHA[:2] / SHA, b"Siren_epci;code_action\n")
    done = copies.backup(settings, tmp_path / "copie", {})
    assert done.abimes == (f"landing/objets/{SHA[:2]}/{SHA}",)
    kept = json.loads((tmp_path / "copie" / copies.MANIFEST).read_text(encoding="utf-8"))
    assert done.abimes[0] not in kept["empreintes"]


def test_a_flipped_byte_of_the_copy_is_named_before_anything_is_written(
    settings: Settings, tmp_path: Path
) -> None:
    copies.backup(settings, tmp_path / "copie", {})
    kept = hashlib.sha256(b"theme_code\n").hexdigest()
    put(tmp_path / "copie" / "objets" / kept[:2] / kept, b"theme_cade\n")
    with pytest.raises(DamagedFile, match=r"themes\.csv"):
        copies.restore(Settings(home=tmp_path / "autre"), tmp_path / "copie")
    assert not (tmp_path / "autre").exists()


def test_a_home_that_is_in_use_is_never_replaced(settings: Settings, tmp_path: Path) -> None:
    copies.backup(settings, tmp_path / "copie", {})
    with pytest.raises(SettingsError, match="existe déjà"):
        copies.restore(settings, tmp_path / "copie")
    assert files(settings.landing)


@pytest.mark.parametrize("inside", ["landing/copie", "seeds"])
def test_a_backup_inside_what_it_copies_is_refused(settings: Settings, inside: str) -> None:
    with pytest.raises(SettingsError, match="autre dossier"):
        copies.backup(settings, settings.home / inside, {})


def test_a_folder_without_a_manifest_is_no_backup(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "copie").mkdir()
    with pytest.raises(SettingsError, match=r"sauvegarde\.json"):
        copies.restore(Settings(home=tmp_path / "autre"), tmp_path / "copie")
    with pytest.raises(SettingsError, match="Rien à sauvegarder"):
        copies.backup(Settings(home=tmp_path / "vide"), tmp_path / "copie", {})


def test_a_receipt_of_the_copy_always_finds_its_content(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collection lands a report, content first, each time a file is copied."""
    real, landed = copies.write_atomically, []

    def keep_and_collect(path: Path, content: bytes) -> None:
        report = f"rapport {len(landed)}".encode()
        name = hashlib.sha256(report).hexdigest()
        put(settings.landing / "objets" / name[:2] / name, report)
        put(settings.landing / "recus" / "depot" / f"{name}.json", f"[{len(landed)}]".encode())
        landed.append(name)
        real(path, content)

    monkeypatch.setattr(copies, "write_atomically", keep_and_collect)
    copies.backup(settings, tmp_path / "copie", {})
    monkeypatch.undo()
    restored = Settings(home=tmp_path / "autre")
    copies.restore(restored, tmp_path / "copie")
    copied = files(restored.landing)
    contents = {Path(name).name for name in copied if name.startswith("objets/")}
    receipts = {Path(name).stem for name in copied if name.startswith("recus/")}
    assert len(landed) > 3 and len(receipts) > 1
    assert receipts <= contents


@pytest.mark.parametrize("name", ["../ailleurs.csv", "seeds/../../ailleurs.csv", "/etc/ailleurs"])
def test_a_manifest_never_leads_out_of_the_home(
    name: str, settings: Settings, tmp_path: Path
) -> None:
    copies.backup(settings, tmp_path / "copie", {})
    manifest = tmp_path / "copie" / copies.MANIFEST
    manifest.write_text(json.dumps({"empreintes": {name: "0" * 64}}), encoding="utf-8")
    with pytest.raises(SettingsError, match="ailleurs"):
        copies.restore(Settings(home=tmp_path / "autre"), tmp_path / "copie")
    assert not (tmp_path / "autre").exists()
