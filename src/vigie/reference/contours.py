"""Real contours of the territories, when the installation names a TopoJSON keyed by SIREN (`VIGIE_CONTOURS`)."""

import json
from pathlib import Path
from typing import Any

from vigie.errors import SettingsError

# Longitude and latitude in a file; whatever unit once drawn.
Position = tuple[float, float]
Ring = list[Position]
# Polygons, each its outer ring then those of its holes.
Shape = list[list[Ring]]


def read(path: Path) -> dict[str, Shape]:
    """The shape of each territory of a TopoJSON whose geometries carry a `siren` property.

    Rings are closed. Raises SettingsError when the file is not such a TopoJSON.
    """
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
        arcs = [_decoded(arc, topology.get("transform")) for arc in topology["arcs"]]
        geometries = [
            geometry
            for layer in topology["objects"].values()
            for geometry in layer.get("geometries", [layer])
        ]
        return {
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


def area(ring: Ring) -> float:
    """The area inside a ring, negative when it turns clockwise (the second axis going up)."""
    following = ring[1:] + ring[:1]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, following, strict=True)) / 2


def _decoded(arc: list[list[float]], transform: dict[str, Any] | None) -> Ring:
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


def _ring(arcs: list[Ring], indexes: list[int]) -> Ring:
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring
