"""What a territory sends at the desk: bytes in landing, under a receipt of the channel `guichet`."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from vigie.arrival import landing
from vigie.arrival.sources import Fetched
from vigie.desk.refusals import Refused
from vigie.files import listed, read_each
from vigie.records import Receipt, Source
from vigie.reference.seeds import DESK_SOURCE, Territory
from vigie.settings import Settings
from vigie.text import without_controls

CHANNEL = "guichet"
_LONGEST_NAME = 150


@dataclass(frozen=True)
class Deposit:
    """What was received, and whether these very bytes were not already there."""

    receipt: Receipt
    is_new: bool


def deposit(
    settings: Settings, territory: Territory, name: str, content: bytes, moment: datetime
) -> Deposit:
    """Keeps one file as sent by `territory` at `moment` (naive UTC); the next night judges it.

    The same bytes sent again are the same deposit. Raises Refused for an empty file.
    """
    if not content:
        raise Refused(400, "Ce fichier est vide : choisissez-en un autre.")
    source_id = DESK_SOURCE.format(territory.siren_epci)
    source = Source(source_id, territory.siren_epci, territory.nom, CHANNEL, CHANNEL)
    fetched = Fetched(
        nom_fichier=name,
        adresse=f"{CHANNEL}/{name}",
        contenu=content,
        depose_le=moment,
        taille_octets=len(content),
        format=source.format,
        siren_epci=territory.siren_epci,
    )
    synthetic = settings.demo_marker.exists()
    is_new = landing.land(settings, source, fetched, moment, None, synthetic)
    path = landing.receipt_path(settings, source_id, sha256(content).hexdigest())
    return Deposit(landing.read_receipt(path), is_new)


def received(settings: Settings, siren: str) -> list[Receipt]:
    """The receipts of what this territory sent at the desk, the last first. Raises DamagedFile."""
    folder = landing.receipt_path(settings, DESK_SOURCE.format(siren), "").parent
    found = read_each(listed(folder, "*.json"), landing.read_receipt)
    return sorted(found, key=lambda receipt: (receipt.connu_le, receipt.rapport_id), reverse=True)


def shown_name(written: str) -> str:
    """The name of a file as its sender sees it: never a path."""
    name = written.replace("\\", "/").rpartition("/")[2]
    return without_controls(name).strip()[:_LONGEST_NAME] or "fichier"
