"""Pages whose making is killed are read whole at any moment, and the next run ends as if nothing had happened."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from killing import finish, kill_at, kill_when, vigie, wait_for_the_processes_it_started

from vigie.diffusion import pages as steering
from vigie.settings import Settings

SITE = "vigie.diffusion.pages.site"
Contents = dict[str, str]


@dataclass(frozen=True)
class Edition:
    """A publication, the site that follows it when nothing disturbs, and a digest of each file of that site."""

    publication: Path
    site: Path
    contents: Contents


def contents(folder: Path) -> Contents:
    """A digest of every file that may be read now."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture(scope="module")
def editions(
    demo_night: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Edition, Edition]:
    """The few territories that have actions; then the same, one of them having corrected a title."""
    folder = tmp_path_factory.mktemp("editions")
    first, second = folder / "premiere.duckdb", folder / "seconde.duckdb"
    shutil.copyfile(demo_night.publication_path, first)
    with duckdb.connect(str(first)) as connection:
        connection.execute(
            "delete from marts.dim_territoires where siren_epci not in (select siren_epci from marts.fct_actions)"
        )
    shutil.copyfile(first, second)
    with duckdb.connect(str(second)) as connection:
        connection.execute("update marts.publication set publication_id = 'seconde'")
        connection.execute(
            "update marts.fct_actions set intitule = 'Titre corrigé', statut_code = 'bloque',"
            " statut_libelle = 'Bloqué', groupe_code = 'bloque'"
            " where action_id = (select min(action_id) from marts.fct_actions)"
        )
    made, site = [], folder / "site"
    for publication in (first, second):
        steering.render(publication, site, None)
        kept = shutil.copytree(site, folder / f"site-{publication.stem}")
        made.append(Edition(publication, kept, contents(kept)))
    return made[0], made[1]


def publish(settings: Settings, edition: Edition) -> None:
    part = settings.published / "copie.part"
    settings.published.mkdir(exist_ok=True)
    shutil.copyfile(edition.publication, part)
    os.replace(part, settings.publication_path)


def test_pages_killed_at_any_moment_are_read_whole_and_end_as_if_nothing_had_happened(
    editions: tuple[Edition, Edition], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    site = settings.published / "site"
    before: Contents = {}
    for edition, share in zip(editions, (0, 0.5), strict=True):
        publish(settings, edition)
        changed = {name: d for name, d in edition.contents.items() if before.get(name) != d}
        assert len(changed) > 20
        least = len(edition.contents) - len(changed) + share * len(changed)

        def done(before: Contents = before, edition: Edition = edition) -> int:
            """How many files say what they shall; what the others show is whole, and of before."""
            now = contents(site)
            old = {name: digest for name, digest in now.items() if edition.contents[name] != digest}
            assert old.items() <= before.items()
            return len(now) - len(old)

        process = vigie(tmp_path, "site")
        kill_when(process, lambda least=least: done() > least, every_s=0.05)  # type: ignore[misc]
        wait_for_the_processes_it_started(process)
        assert least < done()
        finish(vigie(tmp_path, "site"))
        assert contents(site) == edition.contents
        assert not [path for path in site.rglob(".*") if path.name != ".manifeste.json"]
        before = edition.contents


def test_a_sheet_made_by_a_run_that_was_killed_never_outlives_a_publication_taken_back(
    editions: tuple[Edition, Edition], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    first, second = editions
    publish(settings, second)
    site = shutil.copytree(first.site, settings.published / "site")
    kill_at(tmp_path, SITE, "write_json", 1, "site")
    assert contents(site) == second.contents
    publish(settings, first)
    finish(vigie(tmp_path, "site"))
    assert contents(site) == first.contents
