"""Where the names of the territories are written on their contours, so that none covers another."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vigie.diffusion.pages.outlines import Outline
from vigie.reference.contours import Ring, area

# As the style sheet writes them, in units of the drawing: a name above a figure.
_LETTER, _FIGURE = 5.3, 42.0
_ABOVE, _BELOW, _FIGURE_ABOVE = 14.0, 14.0, 6.0
_STEP = 3.0


@dataclass(frozen=True)
class Label:
    """The point around which a territory's name and figure are written; `name` is empty when there is no room."""

    x: float
    y: float
    name: str


@dataclass(frozen=True)
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def place(outlines: Mapping[str, Outline], names: Mapping[str, str]) -> dict[str, Label]:
    """The label of each territory of `names` that has an outline.

    The smallest choose first, the others have room to move; each stays inside its own contour.
    """
    taken: list[_Box] = []
    placed = {}
    drawn = [siren for siren in names if siren in outlines]
    for siren in sorted(drawn, key=lambda s: (abs(area(outlines[s].largest)), s)):
        label, box = _placed(outlines[siren], names[siren], taken)
        placed[siren] = label
        taken.append(box)
    return placed


def _placed(outline: Outline, name: str, taken: list[_Box]) -> tuple[Label, _Box]:
    for written in (name, ""):
        for x, y in _candidates(outline):
            box = _box(x, y, written)
            if not any(box.meets(other) for other in taken):
                return Label(x, y, written), box
    return Label(outline.x, outline.y, ""), _box(outline.x, outline.y, "")


def _box(x: float, y: float, name: str) -> _Box:
    half = max(_LETTER * len(name), _FIGURE) / 2
    return _Box(x - half, x + half, y - (_ABOVE if name else _FIGURE_ABOVE), y + _BELOW)


def _candidates(outline: Outline) -> Iterable[tuple[float, float]]:
    """The middle of the territory, then the points inside it around, nearest first."""
    reach = int(math.sqrt(abs(area(outline.largest))) / 2 // _STEP)
    steps = [(i, j) for i in range(-reach, reach + 1) for j in range(-reach, reach + 1) if i or j]
    yield outline.x, outline.y
    for i, j in sorted(steps, key=lambda step: (step[0] ** 2 + step[1] ** 2, step)):
        x, y = outline.x + i * _STEP, outline.y + j * _STEP
        if _is_inside(x, y, outline.largest):
            yield round(x, 1), round(y, 1)


def _is_inside(x: float, y: float, ring: Ring) -> bool:
    crossed = [
        (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0)
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True)
    ]
    return sum(crossed) % 2 == 1
