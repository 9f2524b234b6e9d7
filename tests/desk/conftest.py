"""An installation with nothing in it yet, its desk, and visitors of each role."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.gate.reports import action, csv_report
from vigie.desk import invitations
from vigie.desk.app import create_app
from vigie.desk.checks import Checks
from vigie.desk.invitations import OPERATION, REGION, TERRITORY
from vigie.files import write_json
from vigie.night import steps
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings

BOULOGNE, ARRAS, DESVRES = "246200729", "200033579", "200018083"
START = datetime(2026, 11, 30, 9, 0)


@dataclass
class Clock:
    """A clock that the test moves."""

    moment: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)


@dataclass
class Guichet:
    """A desk and its installation."""

    settings: Settings
    reference: Reference
    clock: Clock
    client: TestClient

    def link(self, role: str = TERRITORY, siren: str = "") -> str:
        """The path of a new link."""
        _, address = invitations.invite(self.settings, self.reference, role, siren, self.clock())
        return address.removeprefix(self.settings.desk_url)

    def visitor(self, role: str, siren: str = "") -> "Visitor":
        """Someone of this role, come in by a link of their own."""
        client = TestClient(self.client.app, follow_redirects=False, raise_server_exceptions=True)
        assert client.get(self.link(role, siren)).status_code == 303
        return Visitor(client)

    def territory(self, siren: str = BOULOGNE) -> "Visitor":
        return self.visitor(TERRITORY, siren)


class Visitor:
    """A browser with its cookie, which brings back the token of the pages."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        app = client.app
        self.desk = app.state.desk  # type: ignore[attr-defined]

    @property
    def token(self) -> str:
        found = re.search(r'name="jeton" value="(\w+)"', self.client.get("/").text)
        return found[1] if found else ""

    def get(self, path: str):
        return self.client.get(path)

    def post(self, path: str, files=None, **fields: str):
        return self.client.post(path, data={"jeton": self.token, **fields}, files=files)

    def follow(self, response):
        """The page that an answer sends to."""
        assert response.status_code == 303, response.text
        return self.client.get(response.headers["location"])


def opened(settings: Settings, clock: Clock | None = None) -> Guichet:
    """The desk of an installation, without its checking processes until a file is checked."""
    clock = clock or Clock()
    client = TestClient(create_app(settings, clock), follow_redirects=False)
    return Guichet(settings, Reference.load(settings.seeds), clock, client)


SESSION = "/region/seances/copil_2026_11"


def frozen_session(settings: Settings) -> None:
    """A session as `vigie session freeze` keeps it, without its edition."""
    record = {
        "seance_code": "copil_2026_11",
        "nom": "COPIL 2026-11",
        "date_situation": "2026-11-12",
        "connu_le": "2026-11-12T10:00:00",
        "publication_id": "0",
        "empreinte": "0" * 64,
    }
    write_json(settings.landing / "seances" / "copil_2026_11.json", record)


@pytest.fixture
def guichet(tmp_path: Path) -> Guichet:
    return opened(Settings(home=tmp_path, seeds=PROJECT_ROOT / "seeds"))


VISITORS: dict[str, Callable[[Guichet], Visitor | None]] = {
    "anyone": lambda g: Visitor(TestClient(g.client.app, follow_redirects=False)),
    TERRITORY: lambda g: g.territory(),
    REGION: lambda g: g.visitor(REGION),
    OPERATION: lambda g: g.visitor(OPERATION),
}


@pytest.fixture(scope="session")
def checking() -> Iterator[Checks]:
    """A checking process for all the tests: it takes seconds to be ready."""
    shared = Checks(Settings(home=Path("/nonexistent")))
    # The last one idle is the only one that files checked one after the other ever meet.
    assert shared._idle[-1].ask("ready") is True
    yield shared
    shared.close()


@pytest.fixture
def checks(guichet: Guichet, checking: Checks) -> Checks:
    """What checks the files of the desk of this test."""
    guichet.client.app.state.desk.checks = checking  # type: ignore[attr-defined]
    return checking


PLAN = [
    action(
        code_action=f"A{n}",
        intitule=f"Action numéro {n}",
        confidentiel="Oui" if n == 3 else "",
        freins='Un "guillemet" ; un point-virgule' if n == 1 else "",
        financeur_1="FEDER",
        programme_eur_1="1 234,50",
    )
    for n in range(1, 5)
]


FORTY = [
    action(code_action=f"D{n}", intitule=f"Chantier {n} : {'déployer ' * (n % 5 + 1)}un service")
    for n in range(1, 41)
]


def send(visitor: Visitor, content: bytes, name: str = "plan.csv"):
    return visitor.post("/verifier", files={"fichier": (name, content)}, geste="envoyer")


def night(guichet: Guichet) -> None:
    """What a night does of what was sent, as far as the answers."""
    steps.gate_and_load(guichet.settings, guichet.clock())
    steps.answer(guichet.settings, guichet.clock())


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where three territories sent a plan at the desk, and a night judged them."""
    home = tmp_path_factory.mktemp("judged")
    guichet = opened(Settings(home=home, seeds=PROJECT_ROOT / "seeds"))
    send(guichet.territory(BOULOGNE), csv_report(BOULOGNE, PLAN, date_situation="31/10/2026"))
    send(guichet.territory(ARRAS), csv_report(BOULOGNE, PLAN, date_situation="31/10/2026"))
    send(guichet.territory(DESVRES), csv_report(DESVRES, FORTY, date_situation="31/10/2026"))
    night(guichet)
    return home


@pytest.fixture
def morning(judged: Path, tmp_path: Path) -> Guichet:
    """The desk on the morning after."""
    home = tmp_path / "home"
    shutil.copytree(judged, home)
    clock = Clock(START)
    clock.pass_(days=1)
    return opened(Settings(home=home, seeds=PROJECT_ROOT / "seeds"), clock)
