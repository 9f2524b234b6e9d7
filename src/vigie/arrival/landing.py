"""The landing area: immutable bytes under their sha256, and a receipt per source and content.

`landing/` is the truth: raw and the publication can be made again from it alone.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from vigie.arrival.sources import Fetched
from vigie.errors import DamagedFile, SourceRefused
from vigie.files import (
    FROM_BACKUP,
    OnDamage,
    make_private,
    read_each,
    read_json,
    refuse,
    write_atomically,
    write_json,
)
from vigie.records import Receipt, Source
from vigie.settings import Settings
from vigie.warehouse import editions

_TIMESTAMPS = ("depose_le", "collecte_le", "connu_le")
_RECEIPT_REMEDY = (
    "le remettre depuis la sauvegarde de landing/ ; sans sauvegarde, l'écarter, ainsi que l'état de sa source dans "
    "landing/etats/ : la prochaine collecte reprend ce que la source garde encore."
)
_STATE_REMEDY = (
    "le remettre depuis la sauvegarde de landing/ ; sans sauvegarde, l'écarter : la prochaine collecte relit toute la "
    "source et ne prend rien deux fois."
)


def content_path(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this digest are kept."""
    return settings.landing / "objets" / sha256[:2] / sha256


def content(settings: Settings, sha256: str) -> bytes:
    """The bytes with this digest. Raises DamagedFile when they are not those that were received."""
    path = content_path(settings, sha256)
    kept = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(kept).hexdigest() != sha256:
        raise DamagedFile(path, FROM_BACKUP)
    return kept


def damage(settings: Settings, receipt: Receipt) -> str:
    """Why the bytes of a receipt cannot be read as they were received, and what to do; empty when they can."""
    path = content_path(settings, receipt.sha256)
    if not path.is_file():
        told = f"le contenu reçu manque ({path})"
    elif _digest_of(path, receipt) != receipt.sha256:
        told = f"le contenu gardé n'est plus celui qui a été reçu, son empreinte diffère ({path})"
    else:
        return ""
    return (
        f"« {receipt.nom_fichier} » ({receipt.rapport_id}) : {told}. À faire : le remettre depuis la sauvegarde de "
        f"landing/, puis lancer « vigie gate » ; sans sauvegarde, écarter son reçu ({receipt.sha256}.json) et l'état "
        f"de sa source (landing/etats/{receipt.source_id}.json) : la prochaine collecte le reprend à la source."
    )


def _digest_of(path: Path, receipt: Receipt) -> str:
    with path.open("rb") as stream:
        if path.stat().st_size:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return _digest(b"", receipt.adresse, receipt.taille_octets)


def receipt_path(settings: Settings, source_id: str, sha256: str) -> Path:
    return settings.landing / "recus" / source_id / f"{sha256}.json"


def source_state(settings: Settings, source_id: str) -> dict[str, Any]:
    """What the visits to a source left: `collecte_le` (last complete one) and the channel's own memory.

    Raises SourceRefused, which names the source and the file, when that file is damaged.
    """
    path = _state_path(settings, source_id)
    try:
        state: dict[str, Any] = read_json(path, {}, _STATE_REMEDY)
        datetime.fromisoformat(state.get("collecte_le") or datetime.min.isoformat())
    except (DamagedFile, TypeError, ValueError) as error:
        told = DamagedFile(path, _STATE_REMEDY)
        raise SourceRefused(f"Source {source_id} : {told}") from error
    return state


def save_source_state(settings: Settings, source_id: str, state: dict[str, Any]) -> None:
    write_json(_state_path(settings, source_id), state)


def _state_path(settings: Settings, source_id: str) -> Path:
    return settings.landing / "etats" / f"{source_id}.json"


def session_records(settings: Settings) -> list[dict[str, str]]:
    """The records of the frozen sessions, the oldest first."""
    records = [session_record(path) for path in (settings.landing / "seances").glob("*.json")]
    return sorted(records, key=lambda record: (record["connu_le"], record["seance_code"]))


def session_record(path: Path) -> dict[str, str]:
    """The record of the frozen session kept in `path`. Raises DamagedFile."""
    record = read_json(path, {}, FROM_BACKUP)
    try:
        datetime.fromisoformat(record["connu_le"])
        return record | {"seance_code": str(record["seance_code"])}
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFile(path, FROM_BACKUP) from error


def after_editions(settings: Settings, moment: datetime) -> datetime:
    """When what comes in now counts as known: at `moment`, but after every edition made so far.

    The same two clocks then give the same figures for ever, whatever date a late file or decision claims.
    """
    frozen = [record["connu_le"] for record in session_records(settings)[-1:]]
    made = [datetime.fromisoformat(text) for text in frozen]
    if (last := editions.last(settings)) is not None:
        made.append(last)
    return max([moment, *(known + timedelta(seconds=1) for known in made)])


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
    make_private(settings.landing)
    digest = _digest(fetched.contenu, fetched.adresse, fetched.taille_octets)
    receipt_file = receipt_path(settings, source.source_id, digest)
    if receipt_file.exists():
        return False
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
    # Bytes that another source sent may have been altered since.
    if damage(settings, receipt):
        write_atomically(content_path(settings, digest), fetched.contenu)
    write_json(receipt_file, asdict(receipt))
    return True


def _digest(content: bytes, address: str, size: int) -> str:
    # Two oversize files left unread must not pass for the same empty content.
    unread = f"{address}/{size}".encode() if size and not content else b""
    return hashlib.sha256(content or unread).hexdigest()


def read_receipt(path: Path) -> Receipt:
    """The receipt kept in the JSON file `path`. Raises DamagedFile when it is not whole, or not of that name."""
    fields = read_json(path, {}, _RECEIPT_REMEDY)
    try:
        for name in _TIMESTAMPS:
            if fields[name] is not None:
                fields[name] = datetime.fromisoformat(fields[name])
        receipt = Receipt(**fields)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFile(path, _RECEIPT_REMEDY) from error
    if (receipt.source_id, receipt.sha256) != (path.parent.name, path.stem):
        raise DamagedFile(path, _RECEIPT_REMEDY)
    return receipt


def receipts(settings: Settings, on_damage: OnDamage = refuse) -> Iterator[Receipt]:
    """Every receipt, by source then digest; a damaged one is handed to `on_damage`."""
    paths = sorted((settings.landing / "recus").glob("*/*.json"))
    return read_each(paths, read_receipt, on_damage)
