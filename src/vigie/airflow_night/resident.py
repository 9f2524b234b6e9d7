"""`make up` and `make down`: an Airflow that stays, with its pages on the loopback."""

import signal
import time
from types import FrameType

from rich.console import Console

from vigie.airflow_night import local
from vigie.airflow_night.api import Api
from vigie.airflow_night.environment import USER, LocalAirflow, airflow_home, password_file
from vigie.airflow_night.processes import Processes, is_up, recorded_port, stop_recorded
from vigie.errors import NightUnderWay
from vigie.night.alone import alone
from vigie.settings import Settings

PORT = 8080
_WATCH_SECONDS = 5


def up(settings: Settings, port: int = PORT, foreground: bool = False) -> None:
    """Starts Airflow on the loopback and leaves it running; says where its pages are and who may enter.

    In the `foreground` it returns once told to end, having ended Airflow. Raises OperatorError when one of its
    processes died, the others being ended too: whoever supervises this process starts it again.
    """
    console = Console()
    home = airflow_home(settings)
    with alone(settings):
        airflow = LocalAirflow(settings, recorded_port(home) if is_up(home) else port)
        if not is_up(home):
            with console.status("Démarrage d'Airflow..."):
                _start(airflow)
    console.print(f"Airflow : {airflow.url}", soft_wrap=True)
    console.print(f"Utilisateur : {USER} · mot de passe dans {password_file(home)}", soft_wrap=True)
    if foreground:
        watch(Processes(airflow))


def _start(airflow: LocalAirflow) -> None:
    processes = Processes(airflow)
    with Api(airflow) as api:
        try:
            local.start(processes, api, outlive=True)
            for dag_id in local.DAG_IDS:
                api.unpause(dag_id)
        except BaseException:
            processes.stop()
            raise


def watch(processes: Processes) -> None:
    """Waits beside a running Airflow for the signal that ends it, or for the death of one of its processes."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        while True:
            time.sleep(_WATCH_SECONDS)
            processes.require_alive()
    except KeyboardInterrupt:
        pass
    finally:
        processes.stop()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def require_down(settings: Settings) -> None:
    """Raises NightUnderWay when an Airflow is up in this folder: it may start a night at any moment."""
    if is_up(airflow_home(settings)):
        raise NightUnderWay(
            "Airflow est en marche dans ce dossier et peut y commencer une nuit : lancer « vigie night », qui passe "
            "par lui, ou l'arrêter d'abord (« vigie down »)."
        )


def down(settings: Settings) -> None:
    """Ends the Airflow that `up` started, and everything it started."""
    home = airflow_home(settings)
    with alone(settings):
        ended = stop_recorded(home)
    Console().print(
        f"Airflow arrêté ({ended} processus)." if ended else "Airflow n'était pas démarré."
    )
