"""The pages are made in whatever process Airflow runs a task: a daemon one under Celery, one that forgot how to
start again under the `airflow` script."""

import shutil
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

from steering_site import Site

from vigie.diffusion import pages as steering


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


def test_the_pages_are_made_under_a_program_that_cannot_be_run_twice(
    site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(site.folder, folder)
    program = tmp_path / "airflow"
    program.write_text(
        "import sys\n"
        "assert __name__ == '__main__'\n"
        "from pathlib import Path\n"
        "from vigie.diffusion import pages as steering\n"
        "steering.render(Path(sys.argv[1]), Path(sys.argv[2]), None)\n",
        encoding="utf-8",
    )
    subprocess.run([sys.executable, program, site.publication, folder], check=True)
