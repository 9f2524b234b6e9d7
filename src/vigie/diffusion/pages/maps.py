"""The map of the territories: hexagons by default, real contours when the installation has them."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vigie.diffusion.pages import french, labels, outlines, tiles
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.palette import sequence_role
from vigie.diffusion.pages.reading import Measures, Publication
from vigie.text import alias_key

_STEP = 66.0
_MARGIN = 40.0
_CONTOURS_WIDTH = 760.0
_LINE_LENGTH = 13
# On paper, letters are larger: eight points at the width of a sheet.
_PRINTED_LENGTH = 10
# A roadmap whose figure cannot be computed: not zero, and not the lack of a roadmap.
UNKNOWN = "non-renseigne"
_INITIALS = 4
_AFTER_TOWN = re.compile(r"-(sur|en|lès|les|le|la|de|du|sous|aux|à)-.*", re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """One way to colour the map. `value` gives a percentage or None; without it, coverage is shown. `bornes` are the
    upper ends of the classes, fitted to what the indicator takes as values."""

    titre: str
    champ: str
    value: Callable[[Measures], float | None] | None = None
    bornes: tuple[int, ...] = (20, 40, 60, 80, 100)

    @property
    def classes(self) -> list[tuple[str, str]]:
        """The role and the name of each class, for the legend."""
        low, named = 0, []
        for step, high in enumerate(self.bornes, start=1):
            told = f"{low} à {high}" if high > low else str(high)
            named.append((f"seq-{step}", f"{told}{french.NARROW_SPACE}%"))
            low = high + 1
        if self.bornes[-1] == 100:
            return named
        last = f"plus de {self.bornes[-1]}{french.NARROW_SPACE}%"
        return [*named, (f"seq-{len(self.bornes) + 1}", last)]


VIEWS = (
    View("Actions réalisées", "realisees", lambda m: m("taux_realisation")["valeur"]),
    View("Actions en retard", "retard", lambda m: m("taux_retard")["valeur"], (0, 5, 10, 20)),
    View("Avancement moyen", "avancement", lambda m: m("avancement")["valeur"]),
    View("Couverture", "couverture"),
)


def build(publication: Publication, contours_path: Path | None) -> Row:
    """What the map's template draws: shapes with a colour and a figure per view, legends, and the data."""
    measured = publication.of_every_territory()
    drawn, height = outlines.draw(contours_path, _CONTOURS_WIDTH) if contours_path else ({}, 0.0)
    places = tiles_of(publication.territories)
    towns = {t["siren_epci"]: t["commune_principale"] or t["nom"] for t in publication.territories}
    written = labels.place(drawn, {siren: short_town(town) for siren, town in towns.items()})
    shapes: list[Row] = []
    rows = []
    for territory in publication.territories:
        siren = territory["siren_epci"]
        row = _row(territory, measured.get(siren, Measures([])))
        rows.append(row)
        town = towns[siren]
        shape = {
            "siren_epci": siren,
            "nom": territory["nom"],
            "sans": not territory["a_feuille_de_route"],
            "style": _style(row),
            "role": _role(row, VIEWS[0]),
            "valeurs": _values(row),
        }
        if drawn:
            if siren not in drawn:
                continue
            label = written[siren]
            shape |= {"chemin": drawn[siren].path, "x": label.x, "y": label.y}
            shape["lignes"] = shape["lignes_pdf"] = [label.name] if label.name else []
        else:
            tile = places[siren]
            shape |= {
                "chemin": None,
                "x": round(tile.x * _STEP + _MARGIN, 1),
                "y": round(tile.y * _STEP + _MARGIN, 1),
                "lignes": label_lines(town),
                "lignes_pdf": label_lines(town, _PRINTED_LENGTH),
                "initiales": initials(town),
            }
        shapes.append(shape | {"infobulle": _tooltip(row, " ".join(shape["lignes"]))})
    if not drawn:
        height = max((s["y"] for s in shapes), default=0.0) + _MARGIN
    width = _CONTOURS_WIDTH if drawn else max((s["x"] for s in shapes), default=0.0) + _MARGIN
    covered = sum(bool(t["a_feuille_de_route"]) for t in publication.territories)
    return {
        "formes": shapes,
        "largeur": math.ceil(width),
        "hauteur": math.ceil(height),
        "hexagone": tiles.hexagon(_STEP / math.sqrt(3) * 0.985),
        "vues": [
            {
                "titre": view.titre,
                "bornes": view.bornes,
                "classes": view.classes,
                "mesuree": bool(view.value),
            }
            for view in VIEWS
        ],
        "reelle": bool(drawn),
        "resume": french.covered(covered, len(publication.territories)),
        "table": _table(rows),
    }


def tiles_of(territories: list[Row]) -> dict[str, tiles.Tile]:
    """A tile near the place of each territory; when one has none, tiles by department, then by name."""
    if any(None in (t["longitude"], t["latitude"]) for t in territories):
        ordered = sorted(
            territories, key=lambda t: (alias_key(t["departement_libelle"]), alias_key(t["nom"]))
        )
        return tiles.in_order([t["siren_epci"] for t in ordered])
    return tiles.place([(t["siren_epci"], t["longitude"], t["latitude"]) for t in territories])


def _row(territory: Row, measures: Measures) -> Row:
    values = {view.champ: view.value(measures) for view in VIEWS if view.value}
    return (
        territory
        | {
            "adoptee": territory["a_feuille_de_route"],
            "n_nb": measures.followed()["n_nb"],
        }
        | values
    )


def _style(row: Row) -> str:
    parts = []
    for place, view in enumerate(VIEWS):
        role = _role(row, view)
        ground, ink = ("fond-2", "encre") if role is None else (role, _ink(role))
        parts.append(f"--c{place}:var(--{ground});--t{place}:var(--{ink})")
    return ";".join(parts)


def _role(row: Row, view: View) -> str | None:
    if not row["adoptee"]:
        return None
    if view.value is None:
        return "seq-5"
    return sequence_role(row[view.champ], view.bornes) or UNKNOWN


def _ink(role: str) -> str:
    return "sur-fonce" if role in ("seq-4", "seq-5") else "sur-clair"


def _values(row: Row) -> list[str]:
    return [_value(row, view) for view in VIEWS]


def _value(row: Row, view: View) -> str:
    if not row["adoptee"]:
        return "sans"
    if view.value is None:
        return ""
    return french.percent(row[view.champ]) if row[view.champ] is not None else "?"


def _tooltip(row: Row, label: str) -> str:
    """What the tile says aloud; it starts with what is written on it, so that it can be called by it."""
    shown = f"{label}, {row['nom']}" if label else row["nom"]
    if not row["adoptee"]:
        sans = f"{label} sans feuille de route" if label else "Sans feuille de route"
        return f"{sans}, {row['nom']}"
    return (
        f"{shown} : {french.counted(row['n_nb'] or 0, 'action suivie', 'actions suivies')},"
        f" réalisées {french.percent(row['realisees'])}, avancement {french.percent(row['avancement'])},"
        f" en retard {french.percent(row['retard'])}"
    )


def _table(rows: list[Row]) -> Table:
    return Table(
        "donnees-carte",
        "Données de la carte",
        [
            Column("nom", "Territoire", "territoire"),
            Column("departement_libelle", "Département"),
            Column("adoptee", "Feuille de route adoptée", "oui_non"),
            Column("n_nb", "Actions suivies", "nb", "actions/{siren_epci}.html#suivies"),
            *(Column(view.champ, view.titre, "pct") for view in VIEWS if view.value),
        ],
        rows,
    )


def label_lines(town: str, length: int = _LINE_LENGTH) -> list[str]:
    """At most two lines of `length` for a tile: `Villers-Cotterêts` -> `Villers-`, `Cotterêts`."""
    name = short_town(town)
    if len(name) <= length:
        return [name]
    cut = next((i for i in range(length, 2, -1) if name[i - 1] in "- "), None)
    lines = [name[:cut].strip(), name[cut:].strip()] if cut else [name]
    return [line if len(line) <= length else line[: length - 2] + "." for line in lines]


def short_town(town: str) -> str:
    """The town without its river or its land: `Boulogne-sur-Mer` -> `Boulogne`."""
    return _AFTER_TOWN.sub("", town) or town


def initials(town: str) -> str:
    """What a tile says on a narrow screen: `Boulogne-sur-Mer` -> `Boul`, `Saint-Omer` -> `St-O`."""
    return town.replace("Saint-", "St-").replace("Sainte-", "St-")[:_INITIALS].rstrip("- ")
