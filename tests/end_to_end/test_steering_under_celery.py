"""A Celery worker runs its tasks in a daemon process, which may not have children."""

import shutil
from multiprocessing import get_context
from pathlib import Path

from steering_site import Site

from vigie import steering


def render_again(publication: Path, folder: Path) -> None:
    steering.render(publication, folder, None)


def test_the_pages_are_made_in_a_daemon_process(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(site.folder, folder)
    removed = folder / "territoires" / "ancien.html"
    removed.write_text("a territory gone", encoding="utf-8")

    worker = get_context("spawn").Process(
        target=render_again, args=(site.publication, folder), daemon=True
    )
    worker.start()
    worker.join()

    assert worker.exitcode == 0
    assert not removed.exists()
