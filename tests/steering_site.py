"""The steering site of the small demonstration night, made once for the tests that walk it."""

import pickle
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from shared_folder import shared_folder

from vigie.diffusion import pages as steering
from vigie.diffusion.pages import markup
from vigie.diffusion.pages.keys import page_of
from vigie.diffusion.pages.reading import Publication
from vigie.diffusion.pages.site import RenderSummary
from vigie.settings import Settings

BOULOGNE = "246200729"
HOSTILE = '<script>document.title="piege"</script><b>gras</b> & =SOMME(A1)'
LONG_WORD = "anticonstitutionnellement" * 12
REVERSED = "texte \u202eà l'envers\u202c ici"


PEERED = f"select max(siren_epci) from marts.fct_actions where siren_epci <> '{BOULOGNE}'"


@dataclass(frozen=True)
class Site:
    """A rendered site and the publication it was made from."""

    publication: Path
    folder: Path
    summary: RenderSummary

    def url(self, page: str) -> str:
        return (self.folder / page).as_uri()

    def beside(self, folder: Path) -> "Site":
        """The same site under another folder, where a test may write a page of its own."""
        for entry in self.folder.iterdir():
            (folder / entry.name).symlink_to(entry)
        return replace(self, folder=folder)

    def pages(self) -> list[Path]:
        return sorted(self.folder.rglob("*.html"))

    def text(self, page: str) -> str:
        return (self.folder / page).read_text(encoding="utf-8")

    def peered(self) -> str:
        """The SIREN of the territory that was given enough peers to be compared."""
        with duckdb.connect(str(self.publication), read_only=True) as connection:
            return str(connection.execute(PEERED).fetchall()[0][0])


def hostile_copy(published: Path, copy: Path) -> Path:
    """A publication in which three actions of Boulogne have titles meant to harm a page, and another territory
    has seven peers: the region of the tests is too small for any."""
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as connection:
        actions = connection.execute(
            "select action_id from marts.fct_actions where siren_epci = ? order by code_action limit 3",
            [BOULOGNE],
        ).fetchall()
        assert len(actions) == 3
        for (action,), title in zip(actions, (HOSTILE, LONG_WORD, REVERSED), strict=True):
            connection.execute(
                "update marts.fct_actions set intitule = ?, statut_code = 'bloque',"
                " statut_libelle = 'Bloqué', groupe_code = 'bloque' where action_id = ?",
                [title, action],
            )
        connection.execute(
            "update marts.comparaison_pairs set pairs_nb = 7, premier_quartile = 21, mediane = 34,"
            f" troisieme_quartile = 55 where siren_epci = ({PEERED}) and valeur is not null"
        )
    return copy


@pytest.fixture(scope="session")
def site(demo_night: Settings, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Made once for all workers, never written to."""
    folder = shared_folder(tmp_path_factory) / "steering"
    publication, summary = folder / "vigie.duckdb", folder / "summary.pickle"
    with FileLock(folder.with_suffix(".lock")):
        if not summary.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            hostile_copy(demo_night.publication_path, publication)
            done = steering.render(publication, folder / "site", None)
            summary.write_bytes(pickle.dumps(done))
    return Site(publication, folder / "site", pickle.loads(summary.read_bytes()))


def made_alone(
    publication: Path,
    name: str,
    contours: Path | None = None,
    editions: Sequence[steering.Session] = (),
) -> str:
    """One page made on its own, as the site would."""
    key = {"index": "region"}.get(name.removesuffix(".html"), name.removesuffix(".html"))
    key = key.replace("territoires/", "territoire/").replace("themes/", "theme/")
    with Publication(publication, editions) as opened:
        page = page_of(opened, contours, key)
        drawn = {figure.empreinte: figure for figure in page.figures()}
        return markup.filled(
            markup.skeleton(page, opened),
            markup.dated(opened.identity),
            lambda digest: drawn[digest].a_l_ecran(),
        )
