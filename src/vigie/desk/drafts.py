"""The draft of a territory: its actions being updated, kept until they are sent, for one writer at a time."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from filelock import FileLock

from vigie.desk.known import Known, Row
from vigie.errors import DamagedFile
from vigie.files import make_private, read_json, write_json
from vigie.settings import Settings
from vigie.text import slug

_REMEDY = "l'écarter : la page repart du dernier rapport accepté."
MOST_ADDED = 200
_FRESH = "neuf/"


@dataclass(frozen=True)
class Action:
    """One action: `origine` as last accepted (empty: added here), `champs` as it stands, `rien` when its people said
    that nothing happened."""

    cle: str
    origine: Row
    champs: Row
    rien: bool = False

    @property
    def est_ajoutee(self) -> bool:
        return not self.origine

    @property
    def est_modifiee(self) -> bool:
        return self.champs != self.origine

    @property
    def est_vue(self) -> bool:
        """Whether somebody said something of it: it is then reported."""
        return self.est_modifiee or self.rien


@dataclass(frozen=True)
class Draft:
    """What is being updated. `version` changes at each writing, `rapport_id` is the report that it comes from,
    `envoi` the one that it was sent as (empty: not yet), `numero` how many actions were added."""

    rapport_id: str
    situation: str
    entete: Row
    actions: tuple[Action, ...]
    version: str
    envoi: str = ""
    numero: int = 0

    @property
    def est_neuf(self) -> bool:
        """Whether it was never written."""
        return self.version.startswith(_FRESH)

    @property
    def vues(self) -> list[Action]:
        return [action for action in self.actions if action.est_vue]

    @property
    def non_vues(self) -> list[Action]:
        return [action for action in self.actions if not action.est_vue]


class Overtaken(Exception):
    """Someone else wrote the draft meanwhile; `current` is what they wrote."""

    def __init__(self, current: Draft) -> None:
        super().__init__("draft overtaken")
        self.current = current


def fresh(known: Known, today: date) -> Draft:
    """The draft of a territory that has none: everything as last accepted, nothing seen yet."""
    actions: dict[str, Action] = {}
    for row in known.actions:
        # By its code: a page left open while another report came in still speaks of the same action.
        key = f"c_{slug(row['code_action'])}"
        while key in actions:
            key += "_"
        actions[key] = Action(key, dict(row), dict(row))
    return Draft(
        known.rapport_id,
        today.isoformat(),
        known.header,
        tuple(actions.values()),
        version=f"{_FRESH}{known.rapport_id}",
    )


def load(settings: Settings, siren: str, known: Known, today: date) -> Draft:
    """The draft in progress, else a fresh one. One that was sent and accepted since is over. Raises DamagedFile."""
    kept = _kept(settings, siren)
    if kept is None or (kept.envoi and kept.envoi == known.rapport_id):
        return fresh(known, today)
    return kept


def save(settings: Settings, siren: str, draft: Draft, known: Known, today: date) -> Draft:
    """Keeps a draft made from the version it bears; returns it with its new one.

    Raises Overtaken, nothing being written, when another version was kept since.
    """
    with _alone(settings, siren):
        current = load(settings, siren, known, today)
        if current.version != draft.version:
            raise Overtaken(current)
        written = replace(draft, version=secrets.token_hex(8))
        write_json(_path(settings, siren), asdict(written))
    return written


def restart(settings: Settings, siren: str) -> None:
    """Forgets the draft."""
    with _alone(settings, siren):
        _path(settings, siren).unlink(missing_ok=True)


def _kept(settings: Settings, siren: str) -> Draft | None:
    path = _path(settings, siren)
    value = read_json(path, None, _REMEDY)
    if value is None:
        return None
    try:
        actions = tuple(Action(**action) for action in value.pop("actions"))
        return Draft(**value, actions=actions)
    except (AttributeError, KeyError, TypeError) as error:
        raise DamagedFile(path, _REMEDY) from error


@contextmanager
def _alone(settings: Settings, siren: str) -> Iterator[None]:
    make_private(settings.desk)
    path = _path(settings, siren)
    make_private(path.parent)
    with FileLock(f"{path}.lock"):
        yield


def _path(settings: Settings, siren: str) -> Path:
    return settings.desk / "brouillons" / f"{siren}.json"
