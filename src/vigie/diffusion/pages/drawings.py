"""A drawing without what shows nothing: a third of what Vega writes."""

import re

# Before its opacity is dropped, a label hidden because it would be written over another.
_UNUSED = re.compile(
    r'<text[^>]* opacity="0"[^>]*>[^<]*</text>'
    r'| (?:class|role|aria-[a-z]+|pointer-events|opacity)="(?:[^"]*)"| font-family="[^"]*"'
    r'| (?:xmlns:xlink|version)="[^"]*"| font-weight="normal"| text-anchor="start"| stroke-width="1"'
)
# What is then left and shows nothing: a text without letters, a bar without width, a shape without colour.
_UNSEEN = re.compile(
    r'<text[^>]*/>|<path[^>]* d="M[^"hv]*h0v[^"hv]*h0Z"[^>]*/>|<path d="[^"]*"(?: display="none")?/>|<g/>'
)
# The width of a line that has no colour.
_NO_STROKE = re.compile(r'(<\w+(?![^>]* stroke=")[^>]*?) stroke-width="[^"]*"')
_DISC = re.compile(r'<path( [^>]*)? d="M([\d.]+),0A\2,\2,0,1,1,-\2,0A\2,\2,0,1,1,\2,0"')
_EMPTY_GROUP = re.compile(r"<g[^>]*></g>")


def lightened(svg: str) -> str:
    """The same drawing, seen alike: positions to a tenth, nothing that is empty, unseen or said by default."""
    svg = _UNUSED.sub("", re.sub(r"(\.\d)\d+", r"\1", svg))
    svg = _DISC.sub(r'<circle\1 r="\2"', _UNSEEN.sub("", _NO_STROKE.sub(r"\1", svg)))
    left = 1
    while left:
        svg, left = _EMPTY_GROUP.subn("", svg)
    return svg
