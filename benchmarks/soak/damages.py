"""What a failing disk leaves: each damage is told with the file and its remedy, and the documented command mends it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from scene import NIGHT, Part, Region, Run, run

from vigie.settings import Settings


def flip(path: Path, rng: Random) -> None:
    """Changes one bit."""
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(content))


def cut(path: Path, rng: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: rng.randrange(len(content))])


def scribble(path: Path, rng: Random) -> None:
    """A block of zeros in the head, where a database says what it is made of."""
    content = bytearray(path.read_bytes())
    at = rng.randrange(0, 3) * 4096
    content[at : at + 4096] = bytes(4096)
    path.write_bytes(bytes(content))


@dataclass(frozen=True)
class Damage:
    """A kind of file, what befalls it, the command that tells it, what the guide says to do then."""

    name: str
    files: str
    befalls: Callable[[Path, Random], None]
    tells: tuple[str, ...]
    from_backup: bool
    mends: tuple[str, ...]


_REBUILD = ("rebuild",)
DAMAGES = (
    Damage("octet retourné dans landing/", "landing/objets/*/*", flip, _REBUILD, True, _REBUILD),
    Damage("contenu tronqué dans landing/", "landing/objets/*/*", cut, _REBUILD, True, _REBUILD),
    Damage("reçu tronqué", "landing/recus/*/*.json", cut, ("gate",), True, ("gate",)),
    Damage("état de source tronqué", "landing/etats/*.json", cut, NIGHT, True, NIGHT),
    Damage("raw.duckdb abîmé", "raw.duckdb", scribble, ("gate",), False, _REBUILD),
    Damage("raw.duckdb tronqué", "raw.duckdb", cut, ("gate",), False, _REBUILD),
    Damage("publication tronquée", "published/vigie.duckdb", cut, ("status",), False, ("publish",)),
)


def _is_told(said: Run, path: Path) -> bool:
    # The console may break a long path where a line ends.
    return (
        said.code != 0 and path.name in said.told.replace("\n", "") and "Traceback" not in said.told
    )


def damages(part: Part, region: Region, folder: Path) -> None:
    """Each damage in turn, on a file drawn at random."""
    while part.goes_on():
        damage = DAMAGES[part.done % len(DAMAGES)]
        home = folder / f"abimee-{part.done}"
        settings = region.after_its_night(home)
        path = part.rng.choice(sorted(home.glob(damage.files)))
        kept = path.read_bytes()
        if path.is_relative_to(settings.published):
            # The publications before are links to the same bytes.
            path.unlink()
            path.write_bytes(kept)
        damage.befalls(path, part.rng)
        part.done += 1
        part.counts[damage.name] += 1
        said = run(home, *damage.tells)
        part.measured(said.seconds, said.mib)
        part.expect(
            _is_told(said, path),
            f"{damage.name} ({path}) non dit : {said.code} {said.told[-1500:]}",
        )
        _mend(settings, damage, path, kept)
        mended = run(home, *damage.mends)
        part.measured(mended.seconds, mended.mib)
        part.expect(mended.code == 0, f"{damage.name} non réparé : {mended.told[-1500:]}")
        part.expect(region.same_tables(settings), f"{damage.name} : tables différentes ({home})")
        shutil.rmtree(home)


def _mend(settings: Settings, damage: Damage, path: Path, kept: bytes) -> None:
    """What the guide asks for before its command: the file put back from the backup, or set aside."""
    if damage.from_backup:
        path.write_bytes(kept)
    elif path == settings.publication_path:
        path.unlink()
