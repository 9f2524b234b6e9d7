"""The desk as a process: uvicorn on one address, until it is stopped."""

import logging

import uvicorn

from vigie.desk.app import create_app
from vigie.desk.sign_on import SignOn
from vigie.settings import Settings

HOST, PORT = "127.0.0.1", 8090
# Someone whose file is being read gets their answer before the process ends.
_LAST_ANSWERS_SECONDS = 20


def serve(settings: Settings, host: str = HOST, port: int = PORT) -> None:
    """Serves the desk until a signal. Raises SettingsError when the seeds or the sign-on are wrong."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    uvicorn.run(
        create_app(settings, sign_on=SignOn.from_environment()),
        host=host,
        port=port,
        # Its own lines would hold the secrets of links.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
    )
