"""Real contours of the territories as a drawing."""

import math
from dataclasses import dataclass
from pathlib import Path

from vigie.reference import contours
from vigie.reference.contours import Position, Ring, Shape, area


@dataclass(frozen=True)
class Outline:
    """One territory on the drawing: an SVG path, its largest ring and the middle of it."""

    path: str
    largest: Ring
    x: float
    y: float


def draw(path: Path, width: float) -> tuple[dict[str, Outline], float]:
    """The outlines of the territories of a TopoJSON, and the drawing's height; it is `width` units wide.

    Raises SettingsError when the file cannot be read.
    """
    return _drawn(contours.read(path), width)


def _drawn(shapes: dict[str, Shape], width: float) -> tuple[dict[str, Outline], float]:
    rings = [ring for polygons in shapes.values() for polygon in polygons for ring in polygon]
    longitudes = [longitude for ring in rings for longitude, _ in ring]
    latitudes = [latitude for ring in rings for _, latitude in ring]
    west, north = min(longitudes), max(latitudes)
    shrink = math.cos(math.radians((north + min(latitudes)) / 2))
    scale = width / ((max(longitudes) - west) * shrink)

    def project(position: Position) -> Position:
        return (position[0] - west) * shrink * scale, (north - position[1]) * scale

    outlines = {}
    for siren, polygons in shapes.items():
        drawn = [[[project(p) for p in ring] for ring in polygon] for polygon in polygons]
        path = "".join(_path(ring) for polygon in drawn for ring in polygon)
        largest = max((polygon[0] for polygon in drawn), key=lambda ring: abs(area(ring)))
        x, y = _centre(largest)
        outlines[siren] = Outline(path, largest, round(x, 1), round(y, 1))
    return outlines, (north - min(latitudes)) * scale


def _path(ring: Ring) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z"


def _centre(ring: Ring) -> Position:
    inside = area(ring)
    if inside == 0:
        return ring[0]
    x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return x / (6 * inside), y / (6 * inside)
