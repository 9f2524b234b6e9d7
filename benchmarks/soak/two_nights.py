"""Two nights in one folder, started together or a moment apart: one passes, the other says in a sentence why not."""

import shutil
import time
from pathlib import Path

from killing import vigie
from scene import NIGHT, PATIENCE_S, Part, Region


def two_nights(part: Part, region: Region, folder: Path) -> None:
    while part.goes_on():
        home = folder / f"deux-{part.done}"
        settings = region.before_its_night(home)
        start = time.perf_counter()
        first = vigie(home, *NIGHT)
        time.sleep(part.rng.choice((0.0, part.rng.uniform(0, region.seconds / 2))))
        second = vigie(home, *NIGHT)
        told = [one.communicate(timeout=PATIENCE_S)[0].decode() for one in (first, second)]
        part.measured(time.perf_counter() - start)
        part.done += 1
        codes = sorted((first.returncode, second.returncode))
        part.counts[f"codes {codes[0]} et {codes[1]}"] += 1
        part.expect(codes in ([0, 1], [0, 0]), f"codes {codes} : {told[0][-600:]} {told[1][-600:]}")
        if codes == [0, 1]:
            part.expect(
                any("est déjà en cours" in one for one in told), f"sans phrase : {told[1][-600:]}"
            )
        part.expect("Traceback" not in "".join(told), f"trace : {told}")
        part.expect(region.same_tables(settings), f"tables différentes ({home})")
        shutil.rmtree(home)
