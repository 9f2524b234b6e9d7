"""What the font of the PDFs can show: a character that it lacks, an emoji in a title, would refuse the whole PDF."""

import unicodedata
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont

from vigie.diffusion.pages.charts import FONTS_FOLDER
from vigie.text import without_controls

_FONT = "SourceSans3_400Regular.ttf"
_MISSING = "□"
# They say how to show their neighbours, and show nothing.
_UNSEEN = frozenset(["Cf", "Mn", "Me"])


class _Shown(dict[int, str]):
    """What `str.translate` needs, learnt as characters are met."""

    def __init__(self) -> None:
        with TTFont(FONTS_FOLDER / _FONT, lazy=True) as font:
            self._known = font.getBestCmap().keys()

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if code in self._known or letter.isspace():
            self[code] = letter
        else:
            self[code] = "" if unicodedata.category(letter) in _UNSEEN else _MISSING
        return self[code]


_shown = cache(_Shown)


def drawable(content: Any) -> Any:
    """The content of a PDF with each character that its font lacks shown as a square."""
    if isinstance(content, str):
        return without_controls(content).translate(_shown())
    if isinstance(content, dict):
        return {key: drawable(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [drawable(value) for value in content]
    return content
