"""From a page to HTML: the templates, their filters, what every page shares."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vigie.clock import day_in_paris
from vigie.diffusion.pages import charts, french
from vigie.diffusion.pages.model import Row, sort_key, written
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.palette import LIGHT
from vigie.diffusion.pages.reading import Publication

MENU = (
    ("index.html", "La région"),
    ("nouveautes.html", "Depuis la dernière fois"),
    ("freins.html", "Ce qui freine"),
    ("fonds.html", "L’argent européen"),
    ("qualite.html", "Qualité des rapports"),
    ("methode.html", "Méthode"),
)
TEMPLATES = Path(__file__).parent / "templates"
# What changes every night, written last: an escaped text never holds a comment, so never one of these.
_DATED = {
    code: Markup(f"<!--{code}-->")
    for code in ("publication", "situation", "connue", "pdf", "classeur")
}
_PLACE = re.compile(r"<!--(\w+)(?::(\w+))?-->")
_DRAWING = re.compile(
    r'<div class="dessin" data-dessin="(\w+)"[^>]*>(<svg .*?</svg>)</div>', re.DOTALL
)

# HTML ends these by itself before what follows.
_IMPLIED_END = re.compile(
    r"</li>(?=\s*(?:<li\b|</[uo]l>))|</t[dh]>(?=\s*(?:<t[dh]\b|</tr>))|</tr>(?=\s*(?:<tr\b|</t(?:body|head)>))"
    r"|</dt>(?=\s*<d[td]\b)|</dd>(?=\s*(?:<d[td]\b|</d(?:iv|l)>))"
)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vigie.diffusion.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "jour": french.day,
        "mois": french.month,
        "nombre": french.number,
        "pct": french.percent,
        "points": french.points,
        "euros": french.euros,
        "compte": french.counted,
        "ecrit": written,
        "cle": sort_key,
        "coupe": french.cut,
    }
    textures = Markup(charts.patterns(lambda role: f"var(--{role})"))
    environment.globals |= {"menu": MENU, "manquant": french.MISSING, "textures": textures}
    return environment


def skeleton(page: Page, publication: Publication) -> str:
    """The page as HTML but for its drawings and for what names the publication: it changes only when the
    page shows something else."""
    shared: dict[str, Any] = {
        "page": page.chemin,
        "racine": "../" * page.chemin.count("/"),
        "dite": _DATED,
        "fictif": publication.is_fictitious,
        "est_dessinee": bool(page.figures()),
    }
    return _lighter(
        _environment().get_template(page.modele).render(shared | page.contenu), page.chemin
    )


def _lighter(whole: str, path: str) -> str:
    """The page without what HTML understands unsaid: the end of a cell or of an item, which the next one ends; the way
    to its own folder; an apostrophe, written as such where values stand between double quotes. A tenth of the site."""
    folder = path.rpartition("/")[0]
    if folder:
        whole = whole.replace(f'href="../{folder}/', 'href="')
    return _IMPLIED_END.sub("", whole.replace("&#39;", "'"))


def days_since(start: date) -> Markup:
    """How long since a day, written with the date of the publication: it passes without the page being another."""
    return Markup(f"<!--age:{start:%Y%m%d}-->")


def filled(bare: str, dated: Mapping[str, str], drawing: Callable[[str], str]) -> str:
    """The whole page from its skeleton: `dated` says the publication, `drawing` gives the SVG of a digest."""

    def written_now(found: re.Match[str]) -> str:
        kind, what = found.groups()
        if kind == "age":
            days = date.fromisoformat(dated["jour"]) - date.fromisoformat(what)
            return f"depuis {french.counted(days.days, 'jour', 'jours')}"
        return drawing(what) if what else dated[kind]

    return _PLACE.sub(written_now, bare)


def drawings(whole: str) -> dict[str, str]:
    """The drawings that a page holds, by digest."""
    return dict(_DRAWING.findall(whole))


def dated(identity: Row, pdf: str = "") -> dict[str, str]:
    """What a page says of its publication, and `pdf`, of its PDF."""
    return {
        "publication": identity["publication_id"][:12],
        "situation": french.day(identity["date_situation_le"]),
        "connue": french.day(day_in_paris(identity["connu_le"])),
        "jour": identity["date_situation_le"].isoformat(),
        "pdf": pdf,
        "classeur": "",
    }


def map_svg(drawn: Row, fictitious: bool) -> str:
    """The tile map on its own, coverage only, in light colours: for a PDF."""
    template = _environment().get_template("carte.svg.j2")
    return template.render(c=drawn, couleurs=LIGHT, fictif=fictitious)
