"""The disk fills up inside each step of a night: the step says so, and the night after gives the same tables.

A small disk in memory is mounted in the namespace that `run.py` opened, so that nobody need be root.
"""

import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from killing import vigie
from scene import NIGHT, PATIENCE_S, Part, Region, run

from vigie.night.steps import MARK
from vigie.settings import Settings

STEPS = ("collecte", "controle", "reponses", "construction", "verification", "publication")
SIZE_MIB = 512
BALLAST = "ballast"


def _fill(disk: Path) -> None:
    """Takes what is left, to the last block."""
    with (disk / BALLAST).open("wb", buffering=0) as ballast:
        free = os.statvfs(disk)
        with suppress(OSError):
            os.posix_fallocate(ballast.fileno(), 0, free.f_bavail * free.f_frsize)
            ballast.seek(0, os.SEEK_END)
            while ballast.write(b"\0" * 4096):
                pass


def _night_filled_in(
    settings: Settings, disk: Path, step: str, wait: float
) -> tuple[int, str, bool]:
    """A night whose disk fills up `wait` seconds after `step` began; its exit code, its words, and whether it did."""
    process = vigie(settings.home, *NIGHT)
    deadline, is_filled = time.monotonic() + PATIENCE_S, False
    while process.poll() is None and time.monotonic() < deadline:
        if any(settings.nights.glob(f"*/{step}{MARK}")):
            time.sleep(wait)
            _fill(disk)
            is_filled = True
            break
        time.sleep(0.002)
    told = process.communicate(timeout=PATIENCE_S)[0].decode()
    return process.returncode, told, is_filled


def full_disk(part: Part, region: Region, folder: Path) -> None:
    """A night after the other, each step in turn."""
    disk = folder / "disque"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={SIZE_MIB}m"]
    subprocess.run(["mount", *options, "tmpfs", str(disk)], check=True)
    try:
        while part.goes_on():
            _fill_one(part, region, disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _fill_one(part: Part, region: Region, disk: Path) -> None:
    step = STEPS[part.done % len(STEPS)]
    home = disk / "home"
    settings = region.before_its_night(home)
    wait = part.rng.uniform(0, 0.5) if step in ("controle", "construction") else 0.0
    code, told, is_filled = _night_filled_in(settings, disk, step, wait)
    part.done += 1
    (disk / BALLAST).unlink(missing_ok=True)
    if not is_filled:
        part.counts[f"{step} : passée trop vite pour être vue"] += 1
    elif code == 0:
        part.counts[f"{step} : finie sans avoir eu besoin de place"] += 1
    else:
        is_told = "No space left" in told or "est plein" in told
        part.counts[f"{step} : dit plein" if is_told else f"{step} : autre phrase"] += 1
        part.expect(is_told and "Traceback" not in told, f"{step} plein : {told[-1200:]}")
    ended = run(home, *NIGHT)
    part.measured(ended.seconds, ended.mib)
    part.expect(ended.code == 0, f"après {step} plein, nuit en {ended.code} : {ended.told[-800:]}")
    part.expect(region.same_tables(settings), f"tables différentes après {step} plein")
    shutil.rmtree(home)
