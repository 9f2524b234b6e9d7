"""The steering pages: a static site and PDFs made from a published file, read-only."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vigie.diffusion.pages.reading import Session

if TYPE_CHECKING:
    from vigie.diffusion.pages.site import RenderSummary

__all__ = ["Session", "render"]


def render(
    publication: Path, output: Path, contours: Path | None, editions: Sequence[Session] = ()
) -> "RenderSummary":
    """See `vigie.diffusion.pages.site.render_site`."""
    # The desk takes the look of the pages, not the seconds and the memory of what draws them.
    from vigie.diffusion.pages.site import render_site

    return render_site(publication, output, contours, editions)
