"""Writes the site page by page, by rename, and only what changed; removes what is no longer there."""

import base64
import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from vigie.files import read_json, write_json
from vigie.steering import markup, pdf
from vigie.steering.page import Page
from vigie.steering.pages import changes, method, quality, region, territory, theme
from vigie.steering.palette import as_css
from vigie.steering.reading import Publication

_HERE = Path(__file__).parent
_ASSETS = _HERE / "assets"
_MANIFEST = ".manifeste.json"
_CODE = {".py", ".j2", ".typ", ".css", ".js", ".woff2"}
_WORKERS = 2
Manifest = dict[str, dict[str, Any]]
_GROUP_SIZE = 9


@dataclass(frozen=True)
class RenderSummary:
    """What a rendering did: pages and PDFs of the site, those made again, files removed, weights in bytes."""

    pages_nb: int
    refaites_nb: int
    retires_nb: int
    octets: int
    page_la_plus_lourde: str
    octets_page_la_plus_lourde: int


@dataclass(frozen=True)
class _Made:
    """One page of the site: its fingerprint, its files, and whether they were written this time."""

    key: str
    fingerprint: str
    files: list[str]
    written: bool


def render_site(publication: Path, output: Path, contours: Path | None) -> RenderSummary:
    """Makes the site of `publication` in `output`; `contours` names a TopoJSON keyed by SIREN, or None.

    Every file is replaced by rename. A page whose content, templates and code did not change is left alone.
    Raises SettingsError when the contours cannot be read.
    """
    output.mkdir(parents=True, exist_ok=True)
    manifest = read_json(output / _MANIFEST, {})
    with _held(publication, output) as held:
        with Publication(held) as opened:
            groups = _groups(opened)
            shared = _shared(opened, contours)
        made = list(_make_all(held, output, contours, groups, shared, manifest))
    assets = _write_assets(output)
    kept = {name for page in made for name in page.files} | assets | {_MANIFEST}
    removed = _remove_others(output, kept)
    write_json(
        output / _MANIFEST,
        {page.key: {"empreinte": page.fingerprint, "fichiers": page.files} for page in made},
    )
    pages = {name: (output / name).stat().st_size for name in kept if name.endswith(".html")}
    heaviest = max(pages, key=lambda name: (pages[name], name))
    return RenderSummary(
        pages_nb=len(made),
        refaites_nb=sum(page.written for page in made),
        retires_nb=removed,
        octets=sum((output / name).stat().st_size for name in kept),
        page_la_plus_lourde=heaviest,
        octets_page_la_plus_lourde=pages[heaviest],
    )


@contextmanager
def _held(publication: Path, output: Path) -> Iterator[Path]:
    """The very file published now, under a name of its own: a publication meanwhile changes nothing here."""
    held = output / f".publication.{os.getpid()}.duckdb"
    held.unlink(missing_ok=True)
    try:
        os.link(publication, held)
    except OSError:
        shutil.copyfile(publication, held)
    try:
        yield held
    finally:
        held.unlink()


def _groups(publication: Publication) -> list[list[str]]:
    """The keys of the pages, in groups that a process makes together; the committee's pack, made from the
    pages of the region and the themes, ends their group."""
    territories = [f"territoire/{row['siren_epci']}" for row in publication.territories]
    themes = [f"theme/{row['theme_code']}" for row in publication.themes]
    shared = ["region", *themes, "qualite", "methode", "nouveautes", "comite"]
    return [
        shared,
        *(territories[n : n + _GROUP_SIZE] for n in range(0, len(territories), _GROUP_SIZE)),
    ]


def _shared(publication: Publication, contours: Path | None) -> str:
    """What every page depends on: the code, the publication's identity, the names in the menu."""
    digest = hashlib.sha256()
    for path in sorted(_HERE.rglob("*")):
        if path.suffix in _CODE:
            digest.update(path.read_bytes())
    if contours:
        digest.update(contours.read_bytes())
    return digest.hexdigest() + repr((publication.identity, publication.names))


def _make_all(
    publication: Path,
    output: Path,
    contours: Path | None,
    groups: list[list[str]],
    shared: str,
    manifest: Manifest,
) -> Iterator[_Made]:
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(_make_group, publication, output, contours, group, shared, manifest)
            for group in groups
        ]
        for job in jobs:
            yield from job.result()


def _make_group(
    publication: Path,
    output: Path,
    contours: Path | None,
    keys: list[str],
    shared: str,
    manifest: Manifest,
) -> list[_Made]:
    pages: dict[str, Page] = {}
    made = []
    with Publication(publication) as opened:
        for key in keys:
            if key == "comite":
                pages[key] = pdf.committee_content(opened, pages)
            else:
                pages[key] = page_of(opened, contours, key)
            made.append(_make(opened, output, key, pages[key], shared, manifest.get(key, {})))
    return made


def _make(
    publication: Publication,
    output: Path,
    key: str,
    page: Page,
    shared: str,
    before: dict[str, Any],
) -> _Made:
    fingerprint = page.fingerprint(shared)
    files = [f"donnees/{name}" for name in page.csv]
    files += [name for name in (page.fiche, page.chemin) if name]
    if before.get("empreinte") == fingerprint and all((output / name).exists() for name in files):
        return _Made(key, fingerprint, files, written=False)
    for name, table in page.csv.items():
        _write(output / "donnees" / name, table.as_csv())
    if page.fiche:
        _write(output / page.fiche, pdf.sheet(page, publication))
    if key == "comite":
        _write(output / page.chemin, pdf.committee(page, publication))
    else:
        _write(output / page.chemin, markup.html(page, publication).encode())
    return _Made(key, fingerprint, files, written=True)


def page_of(publication: Publication, contours: Path | None, key: str) -> Page:
    """The page named by its key: `region`, `territoire/<siren>`, `theme/<code>`, `qualite`..."""
    kind, _, code = key.partition("/")
    if kind == "territoire":
        found = next(row for row in publication.territories if row["siren_epci"] == code)
        return territory.build(publication, found)
    if kind == "theme":
        found = next(row for row in publication.themes if row["theme_code"] == code)
        return theme.build(publication, found)
    if kind == "region":
        return region.build(publication, contours)
    return {"qualite": quality, "methode": method, "nouveautes": changes}[kind].build(publication)


@cache
def _style_sheet() -> bytes:
    font = (_ASSETS / "fonts" / "source-sans-3-latin-wght-normal.woff2").read_bytes()
    face = (
        '@font-face{font-family:"Source Sans 3";font-weight:200 900;font-display:swap;'
        f'src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format("woff2")}}\n'
    )
    return (face + as_css() + (_ASSETS / "vigie.css").read_text(encoding="utf-8")).encode()


def _write_assets(output: Path) -> set[str]:
    contents = {"assets/vigie.css": _style_sheet()}
    for name in ("vigie.js", "sortable.min.js"):
        contents[f"assets/{name}"] = (_ASSETS / name).read_bytes()
    for name, content in contents.items():
        path = output / name
        if not path.exists() or path.read_bytes() != content:
            _write(path, content)
    return set(contents)


def _write(path: Path, content: bytes) -> None:
    """By rename, without waiting for the disk: a page lost in a power cut is made again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    os.replace(part, path)


def _remove_others(output: Path, kept: set[str]) -> int:
    removed = 0
    for path in sorted(output.rglob("*")):
        if path.is_file() and str(path.relative_to(output)) not in kept:
            path.unlink()
            removed += 1
    return removed
