"""Writes the site page by page, by rename; draws only what changed; removes what is no longer there."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vigie.diffusion.pages import committee_book, french, markup, pack, pdf, processes
from vigie.diffusion.pages.content import communes, lists
from vigie.diffusion.pages.keys import groups, page_of
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication, Session
from vigie.diffusion.pages.style import ASSETS, style_sheet
from vigie.errors import DamagedFile
from vigie.files import read_json, write_json

_HERE = Path(__file__).parent
_MANIFEST = ".manifeste.json"
_CODE = {".py", ".j2", ".typ", ".css", ".js", ".woff2"}
_DRAWN_BY = ("altair", "vl-convert-python", "typst")
Manifest = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class RenderSummary:
    """What a rendering did: pages, those that show something else than before, PDFs, those made again, charts
    drawn again, files removed, weights in bytes."""

    pages_nb: int
    refaites: tuple[str, ...]
    pdf_nb: int
    pdf_refaits: tuple[str, ...]
    dessins_refaits_nb: int
    retires_nb: int
    octets: int
    page_la_plus_lourde: str
    octets_page_la_plus_lourde: int


@dataclass(frozen=True)
class _Made:
    """One page of the site: what the manifest keeps of it, and what was made this time."""

    key: str
    kept: dict[str, Any]
    is_new: bool
    new_pdf: str | None
    drawings_nb: int


def _manifest(output: Path) -> dict[str, Any]:
    """What the pages in place were made of; empty, so that all are made again, when that is damaged."""
    try:
        return dict(read_json(output / _MANIFEST, {}))
    except DamagedFile:
        return {}


def render_site(
    publication: Path, output: Path, contours: Path | None, editions: Sequence[Session] = ()
) -> RenderSummary:
    """Makes the site of `publication` in `output`; `contours` names a TopoJSON keyed by SIREN, or None; `editions`
    are the sessions frozen, with what each was shown.

    Every file is replaced by rename. A chart whose data did not change is taken from the page that held it; a PDF
    is made again when what it shows changed. The lines that name the publication are written every time.
    Raises SettingsError when the contours cannot be read.
    """
    output.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(output)
    with _held(publication, output) as held:
        with Publication(held, editions) as opened:
            grouped = groups(opened)
            assets = _write_assets(output, opened)
        code = _code()
        jobs = [(held, output, contours, group, code, manifest, editions) for group in grouped]
        made = [page for group in processes.each(_make_group, jobs) for page in group]
    kept = {name for page in made for name in page.kept["fichiers"]} | assets | {_MANIFEST}
    removed = _remove_others(output, kept)
    write_json(output / _MANIFEST, {page.key: page.kept for page in made})
    pages = {name: (output / name).stat().st_size for name in kept if name.endswith(".html")}
    heaviest = max(pages, key=lambda name: (pages[name], name))
    return RenderSummary(
        pages_nb=len(made),
        refaites=tuple(page.key for page in made if page.is_new),
        pdf_nb=sum("pdf" in page.kept for page in made),
        pdf_refaits=tuple(page.new_pdf for page in made if page.new_pdf),
        dessins_refaits_nb=sum(page.drawings_nb for page in made),
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


def _code() -> str:
    """A digest of the program: another one may draw the same data otherwise."""
    digest = hashlib.sha256(repr([version(name) for name in _DRAWN_BY]).encode())
    for path in sorted(_HERE.parent.rglob("*")):
        if path.suffix in _CODE:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _make_group(
    publication: Path,
    output: Path,
    contours: Path | None,
    keys: list[str],
    code: str,
    manifest: Manifest,
    editions: Sequence[Session],
) -> list[_Made]:
    with Publication(publication, editions) as opened:
        pages = {key: page_of(opened, contours, key) for key in keys}
        return [
            _make(
                opened, output, key, page, _sheet(opened, key, pages), code, manifest.get(key, {})
            )
            for key, page in pages.items()
        ]


def _sheet(publication: Publication, key: str, pages: dict[str, Page]) -> pdf.Sheet | None:
    if pages[key].fiche is None:
        return None
    return (
        pack.committee(publication, pages)
        if key == "region"
        else pdf.sheet(pages[key], publication)
    )


def _make(
    publication: Publication,
    output: Path,
    key: str,
    page: Page,
    sheet: pdf.Sheet | None,
    code: str,
    before: dict[str, Any],
) -> _Made:
    for name, table in page.csv.items():
        _write(output / "donnees" / name, table.as_csv())
    now = markup.dated(publication.identity)
    new_pdf, more = None, {}
    if key == "region":
        now["classeur"], more["classeur"] = _book(
            publication, output, page, code, before.get("classeur", {})
        )
    if page.fiche and sheet:
        made = before.get("pdf", {})
        wanted = sheet.fingerprint(code)
        # The manifest is written last: after a run that was killed, a file may be another than the one it tells of.
        if made.get("empreinte") != wanted or made.get("sha256") != _digest(output / page.fiche):
            content = sheet.typeset()
            _write(output / page.fiche, content)
            new_pdf = page.fiche
            made = {"empreinte": wanted, "sha256": hashlib.sha256(content).hexdigest()}
            made |= {name: now[name] for name in ("publication", "situation")}
        more["pdf"] = made
        now["pdf"] = _age(made, now)
    bare = markup.skeleton(page, publication)
    fingerprint = hashlib.sha256(bare.encode()).hexdigest()[:20]
    path = output / page.chemin
    is_same_code = before.get("code") == code and path.exists()
    drawn = markup.drawings(path.read_text(encoding="utf-8")) if is_same_code else {}
    figures = {figure.empreinte: figure for figure in page.figures() if figure.lignes}
    missing = figures.keys() - drawn.keys()
    drawn |= {digest: figures[digest].a_l_ecran() for digest in missing}
    _write(path, markup.filled(bare, now, drawn.__getitem__).encode())
    files = [page.chemin, *(f"donnees/{name}" for name in page.csv)]
    files += [page.fiche] if page.fiche else []
    files += [committee_book.PATH] if key == "region" else []
    kept = {"empreinte": fingerprint, "code": code, "fichiers": files} | more
    return _Made(key, kept, before.get("empreinte") != fingerprint, new_pdf, len(missing))


def _book(
    publication: Publication, output: Path, page: Page, code: str, before: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """Makes the committee's workbook again when what it holds changed; returns its weight in words, and what the
    manifest keeps of it."""
    path = output / committee_book.PATH
    sheets = committee_book.tables(publication, page)
    shown = repr([code, [(table.titre, table.lignes) for table in sheets]])
    wanted = hashlib.sha256(shown.encode()).hexdigest()[:20]
    made = before
    if made.get("empreinte") != wanted or made.get("sha256") != _digest(path):
        content = committee_book.written(sheets, publication.is_fictitious)
        _write(path, content)
        made = {"empreinte": wanted, "sha256": hashlib.sha256(content).hexdigest()}
    return french.weight(path.stat().st_size), made


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _age(made: dict[str, str], now: dict[str, str]) -> str:
    """What the page says of a PDF made from an earlier publication."""
    if made["publication"] == now["publication"]:
        return ""
    return (
        f'<span class="detail">, fait sur la publication {made["publication"]} (situation au'
        f" {made['situation']}) : rien de ce qu’il montre n’a changé depuis</span>"
    )


def _write_assets(output: Path, publication: Publication) -> set[str]:
    contents = {
        "assets/vigie.css": style_sheet() + lists.as_css().encode(),
        "assets/communes.js": communes.as_script(publication),
    }
    for name in ("vigie.js", "sortable.min.js"):
        contents[f"assets/{name}"] = (ASSETS / name).read_bytes()
    for name, content in contents.items():
        _write(output / name, content)
    return set(contents)


def _write(path: Path, content: bytes) -> None:
    """By rename, when it changed; without waiting for the disk: a page lost in a power cut is made again."""
    if path.exists() and path.read_bytes() == content:
        return
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
