"""One night at a time in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from vigie.errors import NightUnderWay
from vigie.settings import Settings


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keeps any other `vigie night`, `make up` or `make down` of this folder out.

    Raises NightUnderWay when one is under way.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.home / "night.lock", timeout=0):
            yield
    except Timeout as error:
        raise NightUnderWay(
            f"Une nuit (ou un démarrage d'Airflow) est déjà en cours dans {settings.home} : attendre sa fin, puis "
            "relancer. Rien n'est perdu : ce qui arrive entre-temps est pris par la suivante."
        ) from error
