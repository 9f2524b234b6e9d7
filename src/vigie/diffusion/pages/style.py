"""The style sheet of every page, its font within."""

import base64
from functools import cache
from pathlib import Path

from vigie.diffusion.pages.palette import as_css

ASSETS = Path(__file__).parent / "assets"


@cache
def style_sheet() -> bytes:
    """The font, the colours and the rules, as one file."""
    font = (ASSETS / "fonts" / "source-sans-3-latin-wght-normal.woff2").read_bytes()
    face = (
        '@font-face{font-family:"Source Sans 3";font-weight:200 900;font-display:swap;'
        f'src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format("woff2")}}\n'
    )
    return (face + as_css() + (ASSETS / "vigie.css").read_text(encoding="utf-8")).encode()
