"""The landing area: immutable bytes under their sha256, and a receipt per source and content.

`landing/` is the truth: raw and the publication can be made again from it alone.
"""

import hashlib
import os
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
    json_bytes,
    listed,
    make_private,
    read_each,
    read_json,
    refuse,
    settle_json,
    write_atomically,
    write_once,
)
from vigie.objects import Kept
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


def content_path(settings: Settings, sha256: str) -> Kept:
    """Where the bytes with this digest are kept."""
    return settings.landing / "objets" / sha256[:2] / sha256


def content(settings: Settings, sha256: str) -> bytes:
    """The bytes with this digest. Raises DamagedFile when they are not those that were received."""
    path = content_path(settings, sha256)
    kept = _bytes(path) or b""
    if hashlib.sha256(kept).hexdigest() != sha256:
        raise DamagedFile(path, FROM_BACKUP)
    return kept


def local_copy(settings: Settings, receipt: Receipt) -> Path:
    """The file of this machine where a process apart reads the bytes of a receipt: that of landing or, from a bucket, a
    copy made whole for this process, to be given to `drop_copy`.

    Raises DamagedFile when the bytes are not those that were received.
    """
    path = content_path(settings, receipt.sha256)
    if isinstance(path, Path):
        return path
    kept = _bytes(path)
    if kept is None or _digest(kept, receipt.adresse, receipt.taille_octets) != receipt.sha256:
        raise DamagedFile(path, FROM_BACKUP)
    make_private(settings.copies)
    copy = _copy_path(settings, receipt)
    write_atomically(copy, kept)
    return copy


def drop_copy(settings: Settings, receipt: Receipt) -> None:
    """Removes what `local_copy` made, if it made something."""
    _copy_path(settings, receipt).unlink(missing_ok=True)


def _copy_path(settings: Settings, receipt: Receipt) -> Path:
    # By process: none removes what another reads.
    return settings.copies / f"{receipt.sha256}.{os.getpid()}"


def _bytes(path: Kept) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def damage(settings: Settings, receipt: Receipt) -> str:
    """Why the bytes of a receipt cannot be read as they were received, and what to do; empty when they can."""
    path = content_path(settings, receipt.sha256)
    digest = _digest_of(path, receipt)
    if digest is None:
        told = f"le contenu reçu manque ({path})"
    elif digest != receipt.sha256:
        told = f"le contenu gardé n'est plus celui qui a été reçu, son empreinte diffère ({path})"
    else:
        return ""
    return (
        f"« {receipt.nom_fichier} » ({receipt.rapport_id}) : {told}. À faire : le remettre depuis la sauvegarde de "
        f"landing/, puis lancer « vigie gate » ; sans sauvegarde, écarter son reçu ({receipt.sha256}.json) et l'état "
        f"de sa source (landing/etats/{receipt.source_id}.json) : la prochaine collecte le reprend à la source."
    )


def _digest_of(path: Kept, receipt: Receipt) -> str | None:
    kept = _bytes(path)
    return None if kept is None else _digest(kept, receipt.adresse, receipt.taille_octets)


def receipt_path(settings: Settings, source_id: str, sha256: str) -> Kept:
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
    """Keeps what a visit leaves. When a later one ended meanwhile, in another process, its state stands: what it knows
    not of, this visit's memory, is added to it; an older memory is only read again."""

    def stands(kept: dict[str, Any] | None) -> dict[str, Any]:
        if not kept or str(kept.get("collecte_le") or "") <= str(state.get("collecte_le") or ""):
            return state
        memories = {name: memory for name, memory in state.items() if isinstance(memory, dict)}
        return kept | {name: kept.get(name, {}) | memory for name, memory in memories.items()}

    settle_json(_state_path(settings, source_id), stands, _STATE_REMEDY)


def _state_path(settings: Settings, source_id: str) -> Kept:
    return settings.landing / "etats" / f"{source_id}.json"


def session_records(settings: Settings) -> list[dict[str, str]]:
    """The records of the frozen sessions, the oldest first."""
    records = read_each(listed(settings.landing / "seances", "*.json"), session_record)
    return sorted(records, key=lambda record: (record["connu_le"], record["seance_code"]))


def session_record(path: Kept) -> dict[str, str]:
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
    return write_once(receipt_file, json_bytes(asdict(receipt)))


def _digest(content: bytes, address: str, size: int) -> str:
    # Two oversize files left unread must not pass for the same empty content.
    unread = f"{address}/{size}".encode() if size and not content else b""
    return hashlib.sha256(content or unread).hexdigest()


def read_receipt(path: Kept) -> Receipt:
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
    return read_each(listed(settings.landing / "recus", "*/*.json"), read_receipt, on_damage)
