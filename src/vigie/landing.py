"""The landing area: immutable bytes under their sha256, and a receipt per source and content.

`landing/` is the truth: raw and the publication can be made again from it alone.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from vigie.files import read_json, write_atomically, write_json
from vigie.records import Receipt, Source
from vigie.settings import Settings
from vigie.sources import Fetched

_TIMESTAMPS = ("depose_le", "collecte_le", "connu_le")


def content_path(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this digest are kept."""
    return settings.landing / "objets" / sha256[:2] / sha256


def receipt_path(settings: Settings, source_id: str, sha256: str) -> Path:
    return settings.landing / "recus" / source_id / f"{sha256}.json"


def source_state(settings: Settings, source_id: str) -> dict[str, Any]:
    """What the visits to a source left: `collecte_le` (last complete one) and the channel's own memory."""
    return read_json(_state_path(settings, source_id), {})


def save_source_state(settings: Settings, source_id: str, state: dict[str, Any]) -> None:
    write_json(_state_path(settings, source_id), state)


def _state_path(settings: Settings, source_id: str) -> Path:
    return settings.landing / "etats" / f"{source_id}.json"


def session_records(settings: Settings) -> list[dict[str, str]]:
    """The records of the frozen sessions, the oldest first."""
    records = [read_json(path) for path in (settings.landing / "seances").glob("*.json")]
    return sorted(records, key=lambda record: (record["connu_le"], record["seance_code"]))


def note_edition(settings: Settings, connu_le: datetime) -> None:
    """Keeps the second clock of an edition about to be built: what comes in from now on was not known then."""
    last = _last_edition(settings)
    if last is None or connu_le > last:
        write_json(_edition_path(settings), {"connu_le": connu_le.isoformat()})


def after_editions(settings: Settings, moment: datetime) -> datetime:
    """When what comes in now counts as known: at `moment`, but after every edition made so far.

    The same two clocks then give the same figures for ever, whatever date a late file or decision claims.
    """
    frozen = [record["connu_le"] for record in session_records(settings)[-1:]]
    made = [datetime.fromisoformat(text) for text in frozen]
    if (last := _last_edition(settings)) is not None:
        made.append(last)
    return max([moment, *(known + timedelta(seconds=1) for known in made)])


def _last_edition(settings: Settings) -> datetime | None:
    kept = read_json(_edition_path(settings))
    return None if kept is None else datetime.fromisoformat(kept["connu_le"])


def _edition_path(settings: Settings) -> Path:
    return settings.landing / "derniere_edition.json"


def known_at(
    deposited_at: datetime | None, run_at: datetime, last_collection: datetime | None
) -> datetime:
    """The second clock of a report: when Vigie knew it.

    The first collection of a source takes its history at the deposit dates attested by the channel. After
    that nothing can have been known before the last collection that did not see it, whatever date a file
    claims; and nothing is known after the run that reads it.
    """
    if deposited_at is None:
        return run_at
    earliest = last_collection or datetime.min
    return min(max(deposited_at, earliest), run_at)


def land(
    settings: Settings,
    source: Source,
    fetched: Fetched,
    run_at: datetime,
    last_collection: datetime | None,
    synthetic: bool,
) -> bool:
    """Keeps one fetched object and its receipt; False when this source already sent these bytes."""
    digest = hashlib.sha256(fetched.contenu or _identity_of_unread(fetched)).hexdigest()
    receipt_file = receipt_path(settings, source.source_id, digest)
    if receipt_file.exists():
        return False
    path = content_path(settings, digest)
    if not path.exists():
        write_atomically(path, fetched.contenu)
    receipt = Receipt(
        source_id=source.source_id,
        siren_epci=fetched.siren_epci,
        canal=source.canal,
        format=fetched.format,
        nom_fichier=fetched.nom_fichier,
        adresse=fetched.adresse,
        sha256=digest,
        taille_octets=fetched.taille_octets,
        depose_le=fetched.depose_le,
        collecte_le=run_at,
        connu_le=after_editions(settings, known_at(fetched.depose_le, run_at, last_collection)),
        correspondance=source.correspondance,
        est_synthetique=synthetic or fetched.est_synthetique,
    )
    write_json(receipt_file, asdict(receipt))
    return True


def _identity_of_unread(fetched: Fetched) -> bytes:
    # Two oversize files left unread must not pass for the same empty content.
    return f"{fetched.adresse}/{fetched.taille_octets}".encode() if fetched.is_oversize else b""


def read_receipt(path: Path) -> Receipt:
    """The receipt kept in the JSON file `path`."""
    fields = read_json(path)
    for name in _TIMESTAMPS:
        if fields[name] is not None:
            fields[name] = datetime.fromisoformat(fields[name])
    return Receipt(**fields)


def receipts(settings: Settings) -> Iterator[Receipt]:
    """Every receipt, by source then digest."""
    for path in sorted((settings.landing / "recus").glob("*/*.json")):
        yield read_receipt(path)
