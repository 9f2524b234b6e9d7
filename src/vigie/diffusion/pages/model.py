"""What a page is made of: columns, tables, figures. Values stay raw until a template writes them."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from vigie.diffusion.pages import charts, french
from vigie.diffusion.pages.palette import for_screen

Row = dict[str, Any]
_FIGURES = frozenset({"pct", "nb", "jours", "eur", "indice", "points", "dec"})
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column of a table. `unite`: pct, points, nb, dec, jours, eur, indice, date, mois, oui_non, statut,
    territoire, theme, long (running text), court (never cut), liste (several texts) or texte. `vers` is the address,
    made with the row's fields, of what a value counts."""

    champ: str
    libelle: str
    unite: str = "texte"
    vers: str = ""

    @property
    def est_chiffre(self) -> bool:
        return self.unite in _FIGURES

    def adresse(self, row: Row) -> str:
        """Where the value of this row leads, from the root of the site; empty when it counts nothing."""
        return self.vers.format_map(row) if self.vers and row[self.champ] else ""


def written(value: Any, unit: str) -> str:
    """A raw value as French readers see it; an empty text stays empty."""
    if unit in ("pct", "nb", "jours", "eur", "indice"):
        return french.measure(value, unit)
    if unit == "points":
        return french.points(value)
    if unit == "dec":
        return french.number(value, 1)
    if unit == "date":
        return french.short_day(value)
    if unit == "mois":
        return french.month(value)
    if unit == "oui_non":
        return french.MISSING if value is None else ("oui" if value else "non")
    if unit == "liste":
        return " ; ".join(value)
    return "" if value is None else str(value)


def sort_key(value: Any, unit: str) -> str:
    """What a cell is sorted by: a figure as finely as needed, a day or a month; empty for nothing."""
    if value is None:
        return ""
    return str(value)[: 7 if unit == "mois" else 10] if unit in ("date", "mois") else f"{value:.9g}"


@dataclass(frozen=True)
class Table:
    """Rows under a caption; `code` is unique on its page."""

    code: str
    titre: str
    colonnes: list[Column]
    lignes: list[Row]

    @property
    def poids(self) -> str:
        """The size of its CSV file, in words."""
        return french.weight(len(self.as_csv()))

    def as_csv(self) -> bytes:
        """UTF-8 with a mark, semicolons and decimal commas, as French spreadsheets open it; a text that a
        spreadsheet would run as a formula is preceded by an apostrophe."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.libelle for column in self.colonnes])
        for row in self.lignes:
            writer.writerow([_csv_cell(row.get(c.champ), c.unite) for c in self.colonnes])
        return b"\xef\xbb\xbf" + text.getvalue().encode()


def _csv_cell(value: Any, unit: str) -> str:
    if value is None:
        return ""
    if unit == "mois":
        return f"{value:%Y-%m}"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return (
            f"{value:.6g}".replace(".", ",")
            if abs(value) < 1e5
            else f"{value:.2f}".replace(".", ",")
        )
    if isinstance(value, (int, date)):
        return str(value)
    text = str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


@dataclass
class Figure:
    """A chart with its data: `lignes` are what readers see, `points` what `genre` (a chart of `charts`) draws.

    `alternative` says what the chart shows, for those who cannot see it.
    """

    code: str
    titre: str
    colonnes: list[Column]
    lignes: list[Row]
    genre: Callable[[], Any]
    points: list[Row]
    alternative: str
    fictif: bool
    note: str = ""
    si_vide: str = "Aucune donnée à montrer pour l’instant."
    page: str = ""

    @property
    def fichier(self) -> str:
        """The name of its CSV file under `donnees/`."""
        return f"{self.page}-{self.code}.csv"

    @property
    def table(self) -> Table:
        return Table(f"donnees-{self.code}", f"Données : {self.titre}", self.colonnes, self.lignes)

    @cached_property
    def empreinte(self) -> str:
        """A digest of everything its drawing shows."""
        shown = [self.genre.__name__, self.points, self.alternative, self.fictif]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:20]

    @cached_property
    def svg(self) -> str:
        """The drawing in light colours, made once for the page and the PDF."""
        return charts.draw(self.genre, self.points, self.alternative, self.fictif)

    @property
    def place(self) -> Markup:
        """What holds the place of its drawing in a page: an escaped text never holds a comment."""
        return Markup(f"<!--dessin:{self.empreinte}-->")

    def a_l_ecran(self) -> str:
        """The drawing for a page, whose pattern and colours the page defines. Safe: made by Vega alone."""
        drawn = for_screen(charts.textured(self.svg))
        # The style sheet gives this ink to every letter that has no other.
        return re.sub(r'(<text[^>]*) fill="var\(--encre\)"', r"\1", drawn)

    def a_l_impression(self) -> str:
        """The drawing for a PDF, complete in itself."""
        return charts.with_textures(self.svg)
