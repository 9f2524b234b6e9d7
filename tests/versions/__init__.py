"""The installations kept of each version released."""

import tarfile
from pathlib import Path

from vigie.settings import Settings

_FOLDER = Path(__file__).parent
RELEASED = sorted(path.name.removesuffix(".tar.xz") for path in _FOLDER.glob("*.tar.xz"))


def install(version: str, home: Path) -> Settings:
    """The installation that this version left, in `home`."""
    with tarfile.open(_FOLDER / f"{version}.tar.xz") as archive:
        archive.extractall(home, filter="data")
    settings = Settings(home=home)
    # Never empty where files were read before: that would be a share that is no longer mounted.
    (settings.drop_folder / "region").mkdir(parents=True)
    return settings
