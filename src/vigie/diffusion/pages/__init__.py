"""The steering pages: a static site and PDFs made from a published file, read-only."""

from vigie.diffusion.pages.reading import Session
from vigie.diffusion.pages.site import RenderSummary
from vigie.diffusion.pages.site import render_site as render

__all__ = ["RenderSummary", "Session", "render"]
