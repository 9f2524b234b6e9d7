"""Freezing a session beside the pages: the work of a command, followed."""

import os
import subprocess
import sys
from dataclasses import dataclass
from threading import Lock, Thread

from vigie.desk.refusals import Refused
from vigie.settings import Settings

_SILENT = "La commande s'est arrêtée sans rien dire."


@dataclass(frozen=True)
class Freezing:
    """A session being frozen: its name, and the sentence of the command once it ended."""

    nom: str
    phrase: str = ""
    a_reussi: bool = False


class Freezer:
    """Freezes sessions by `vigie session freeze`, one at a time: the desk never builds a warehouse itself."""

    def __init__(self) -> None:
        self.last: Freezing | None = None
        self._lock = Lock()

    def start(self, settings: Settings, name: str) -> None:
        """Begins; raises Refused when another session is being frozen."""
        with self._lock:
            if self.last is not None and not self.last.phrase:
                raise Refused(409, f"La séance « {self.last.nom} » est en train d'être figée.")
            self.last = Freezing(name)
        Thread(target=self._freeze, args=(settings, name), daemon=True).start()

    def _freeze(self, settings: Settings, name: str) -> None:
        installation = {"VIGIE_HOME": str(settings.home), "VIGIE_SEEDS": str(settings.seeds)}
        done = subprocess.run(
            [sys.executable, "-m", "vigie", "session", "freeze", "--", name],
            env={**os.environ, **installation},
            capture_output=True,
            text=True,
            check=False,
        )
        told = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
        # A build refused tells at length what dbt said: the cause comes first, what to do last.
        sentence = " ".join(dict.fromkeys([told[0], told[-1]])) if told else _SILENT
        self.last = Freezing(name, sentence, done.returncode == 0)
