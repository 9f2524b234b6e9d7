"""Real contours of the territories, when the installation names a TopoJSON keyed by SIREN."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigie.errors import SettingsError

Position = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """One territory on the drawing: an SVG path and the point where its figure is written."""

    path: str
    x: float
    y: float


def read(path: Path, width: float) -> tuple[dict[str, Outline], float]:
    """The outlines of a TopoJSON whose geometries carry a `siren` property, and the drawing's height.

    Positions are longitudes and latitudes; the drawing is `width` units wide. Raises SettingsError when the
    file is not such a TopoJSON.
    """
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
        arcs = [_decoded(arc, topology.get("transform")) for arc in topology["arcs"]]
        geometries = [
            geometry
            for layer in topology["objects"].values()
            for geometry in layer.get("geometries", [layer])
        ]
        shapes = {
            str(geometry["properties"]["siren"]): [
                [_ring(arcs, ring) for ring in polygon] for polygon in _polygons(geometry)
            ]
            for geometry in geometries
        }
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise SettingsError(
            f"VIGIE_CONTOURS : {path} n'est pas un TopoJSON dont chaque contour porte un « siren » "
            f"({error})."
        ) from error
    return _drawn(shapes, width)


def _decoded(arc: list[list[float]], transform: dict[str, Any] | None) -> list[Position]:
    if transform is None:
        return [(position[0], position[1]) for position in arc]
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    decoded, x, y = [], 0.0, 0.0
    for step in arc:
        x, y = x + step[0], y + step[1]
        decoded.append((x * scale_x + shift_x, y * scale_y + shift_y))
    return decoded


def _polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else []


def _ring(arcs: list[list[Position]], indexes: list[int]) -> list[Position]:
    ring: list[Position] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def _drawn(
    shapes: dict[str, list[list[list[Position]]]], width: float
) -> tuple[dict[str, Outline], float]:
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
        largest = max((polygon[0] for polygon in drawn), key=lambda ring: abs(_area(ring)))
        x, y = _centre(largest)
        outlines[siren] = Outline(path, round(x, 1), round(y, 1))
    return outlines, (north - min(latitudes)) * scale


def _path(ring: list[Position]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z"


def _area(ring: list[Position]) -> float:
    following = ring[1:] + ring[:1]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, following, strict=True)) / 2


def _centre(ring: list[Position]) -> Position:
    area = _area(ring)
    if area == 0:
        return ring[0]
    x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return x / (6 * area), y / (6 * area)
