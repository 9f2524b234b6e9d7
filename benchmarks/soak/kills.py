"""SIGKILL at random instants of a night, sent to its whole process group, or to one process of the real Airflow."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from killing import vigie
from scene import NIGHT, PATIENCE_S, Part, Region, run, stopped_in

from vigie.airflow_night.processes import recorded, stop_recorded
from vigie.settings import Settings

# Kills on one home before a night is let go to its end.
IN_A_ROW = 12


def _kill_after(settings: Settings, seconds: float) -> bool:
    """Starts a night and kills its whole group after `seconds`; False when it had ended by itself."""
    process = vigie(settings.home, *NIGHT)
    try:
        process.communicate(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True


def kills(part: Part, region: Region, folder: Path) -> None:
    """Kills night after night on one home, then lets one end: its tables are those of an undisturbed night."""
    while part.goes_on():
        home = folder / f"coupee-{part.done}"
        settings = region.before_its_night(home)
        for _ in range(part.rng.randint(2, IN_A_ROW)):
            if not part.goes_on():
                break
            for mark in settings.nights.glob("*/*.en_cours"):
                mark.unlink()
            # Half of the kills before the build, which takes most of a night.
            longest = region.seconds * part.rng.choice((0.4, 1.0))
            if _kill_after(settings, part.rng.uniform(0.05, longest)):
                part.done += 1
                part.counts[f"pendant {stopped_in(settings)}"] += 1
            else:
                part.counts["la nuit était finie avant"] += 1
        ended = run(home, *NIGHT)
        part.measured(ended.seconds, ended.mib)
        part.counts["nuits finies ensuite"] += 1
        part.expect(ended.code == 0, f"la nuit d'après finit en {ended.code} : {ended.told[-800:]}")
        part.expect(region.same_tables(settings), f"tables différentes après coupures ({home})")
        if not part.wrong:
            shutil.rmtree(home)


def airflow_kills(part: Part, region: Region, folder: Path) -> None:
    """Kills one process of Airflow, or the command that follows the night, then runs the night again."""
    while part.goes_on():
        home = folder / f"airflow-{part.done}"
        settings = region.before_its_night(home)
        process = vigie(home, "night")
        began = time.monotonic()
        while not recorded(home / "airflow") and process.poll() is None:
            time.sleep(0.05)
            if time.monotonic() - began > PATIENCE_S:
                break
        time.sleep(part.rng.uniform(5, 5 + region.seconds * 2))
        components = {one.name: one.pid for one in recorded(home / "airflow") if one.is_alive()}
        victim = part.rng.choice([*sorted(components), "vigie"])
        if victim == "vigie":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(components[victim], signal.SIGKILL)
        told = process.communicate(timeout=PATIENCE_S)[0].decode()
        part.done += 1
        part.counts[f"{victim} tué"] += 1
        if process.returncode not in (0, -signal.SIGKILL):
            part.expect("Traceback" not in told, f"{victim} tué : {told[-800:]}")
        again = run(home, "night")
        part.measured(again.seconds, again.mib)
        part.expect(
            again.code == 0,
            f"après {victim} tué, la nuit finit en {again.code} : {again.told[-800:]}",
        )
        part.expect(region.same_tables(settings), f"tables différentes après {victim} tué ({home})")
        stop_recorded(home / "airflow")
