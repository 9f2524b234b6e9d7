"""From a page to HTML: the templates, their filters, what every page shares."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vigie.steering import french
from vigie.steering.model import Row, written
from vigie.steering.page import Page
from vigie.steering.palette import LIGHT
from vigie.steering.reading import Publication

MENU = (
    ("index.html", "La région"),
    ("nouveautes.html", "Ce qui a changé"),
    ("qualite.html", "Qualité des rapports"),
    ("methode.html", "Méthode"),
)
TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vigie.steering"),
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
        "effectif": french.sample,
        "ecrit": written,
    }
    environment.globals |= {"menu": MENU, "manquant": french.MISSING}
    return environment


def html(page: Page, publication: Publication) -> str:
    """The page as HTML, opening from a file without server nor network."""
    shared: dict[str, Any] = {
        "page": page.chemin,
        "racine": "../" * page.chemin.count("/"),
        "publication": publication.identity,
        "annuaire": publication.territories,
    }
    return _environment().get_template(page.modele).render(shared | page.contenu)


def map_svg(drawn: Row, fictitious: bool) -> str:
    """The tile map on its own, coverage only, in light colours: for a PDF."""
    template = _environment().get_template("carte.svg.j2")
    return template.render(c=drawn, couleurs=LIGHT, fictif=fictitious)
