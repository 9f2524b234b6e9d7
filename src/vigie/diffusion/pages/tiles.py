"""The hexagon tile map: one equal tile per territory, near its place, so that small ones are seen too."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

_SPARE_CELLS = 1.04
_NEAR = 0.9


@dataclass(frozen=True)
class Tile:
    """A hexagon's centre, in units of the distance between two neighbouring centres; y grows southwards."""

    x: float
    y: float


def place(points: list[tuple[str, float, float]]) -> dict[str, Tile]:
    """Assigns each (key, longitude, latitude) to its own cell of a hexagonal grid.

    The grid is the coarsest that has a few more cells near the points than there are points; the assignment
    minimises the sum of squared displacements. Same points, whatever their order, same tiles.
    """
    if not points:
        return {}
    ordered = sorted(points)
    latitudes = [latitude for _, _, latitude in ordered]
    shrink = math.cos(math.radians(sum(latitudes) / len(latitudes)))
    places = np.array([(longitude * shrink, -latitude) for _, longitude, latitude in ordered])
    step, cells = _coarsest_grid(places)
    distances = ((places[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(distances)
    chosen = cells[columns] / step
    chosen -= chosen.min(axis=0)
    return {
        ordered[row][0]: Tile(round(float(x), 4), round(float(y), 4))
        for row, (x, y) in zip(rows, chosen, strict=True)
    }


def in_order(keys: list[str]) -> dict[str, Tile]:
    """Gives each key its own cell of a hexagonal grid about as wide as high, line after line in the order given: for
    territories whose place is not known."""
    wide = math.ceil(math.sqrt(len(keys)))
    return {
        key: Tile(
            round(rank % wide + (rank // wide % 2) / 2, 4),
            round(rank // wide * math.sqrt(3) / 2, 4),
        )
        for rank, key in enumerate(keys)
    }


def _coarsest_grid(places: np.ndarray) -> tuple[float, np.ndarray]:
    wanted = math.ceil(len(places) * _SPARE_CELLS)
    extent = float(max(np.ptp(places, axis=0).max(), 0.01))
    for step in np.geomspace(extent, extent / 100, 300):
        cells = _cells_near(places, float(step))
        if len(cells) >= wanted:
            return float(step), cells
    raise AssertionError("a grid this fine always has enough cells")


def _cells_near(places: np.ndarray, step: float) -> np.ndarray:
    low, high = places.min(axis=0) - 2 * step, places.max(axis=0) + 2 * step
    height = step * math.sqrt(3) / 2
    columns = np.arange(math.ceil((high[0] - low[0]) / step) + 1)
    lines = np.arange(math.ceil((high[1] - low[1]) / height) + 1)
    cells = np.array(
        [(low[0] + (i + (j % 2) / 2) * step, low[1] + j * height) for j in lines for i in columns]
    )
    nearest = ((places[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2).min(axis=0)
    return cells[np.sqrt(nearest) < _NEAR * step]


def hexagon(radius: float) -> str:
    """The `points` of a pointy-topped hexagon centred on the origin, for an SVG polygon."""
    corners = (
        (radius * math.sin(math.radians(angle)), -radius * math.cos(math.radians(angle)))
        for angle in range(0, 360, 60)
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
