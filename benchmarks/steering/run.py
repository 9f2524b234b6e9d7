"""Measures the rendering of the steering site: from nothing, again with nothing changed, then opening each page."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from playwright.sync_api import sync_playwright

from vigie.diffusion import pages as steering


def main(publication: Path) -> None:
    """Prints elapsed and processor seconds, weights and counts for both renderings, then the slowest page."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        for label in ("from nothing", "nothing changed"):
            before, start = os.times(), perf_counter()
            made = steering.render(publication, site, None)
            after = os.times()
            print(
                f"{label}: {perf_counter() - start:.1f} s elapsed,"
                f" {sum(after[:4]) - sum(before[:4]):.1f} s of processor,"
                f" {len(made.refaites)} pages, {len(made.pdf_refaits)} PDFs and"
                f" {made.dessins_refaits_nb} charts made; {made.octets / 1e6:.1f} MB,"
                f" heaviest {made.page_la_plus_lourde} {made.octets_page_la_plus_lourde / 1e3:.0f} kB"
            )
        open_pages(site)


def open_pages(site: Path) -> None:
    """Prints how long the slowest page takes to be whole, opened from disk in Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        times = {}
        for path in sorted(site.rglob("*.html")):
            page = browser.new_page()
            start = perf_counter()
            page.goto(path.as_uri())
            times[path.name] = 1000 * (perf_counter() - start)
            page.close()
        slowest = max(times, key=lambda name: times[name])
        print(f"slowest of {len(times)} pages to load: {slowest}, {times[slowest]:.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
