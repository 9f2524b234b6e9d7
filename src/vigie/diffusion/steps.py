"""What follows a publication. A failure here never takes the publication back."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vigie.arrival import landing
from vigie.decisions import resolutions
from vigie.diffusion import exports, mirror, open_data
from vigie.errors import SettingsError
from vigie.night.steps import timed_step
from vigie.settings import Settings
from vigie.text import slug

if TYPE_CHECKING:
    from vigie.diffusion.pages import Session


def _contours() -> Path | None:
    """The TopoJSON of the territories that the installation has, if any."""
    given = os.environ.get("VIGIE_CONTOURS")
    return Path(given) if given else None


def _edition(settings: Settings, code: str) -> Path | None:
    """What a session was shown, if it is still here."""
    path = settings.published / "seances" / f"{code}.duckdb"
    return path if path.exists() else None


def export_files(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """Parquet, CSV, workbook, GeoJSON and Data Package of the current publication."""
    with timed_step(settings, run_at, "exports") as counts:
        folder = exports.export(settings, _contours())
        counts["fichiers"] = len(list(folder.iterdir()))
    return counts


def publish_open_data(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """The public edition, when `VIGIE_OPEN_DATA_URL` says where it is served."""
    with timed_step(settings, run_at, "donnees_ouvertes") as counts:
        folder = open_data.publish_open_data(settings)
        counts["fichiers"] = len(list(folder.iterdir())) if folder else 0
    return counts


def sessions(settings: Settings) -> "list[Session]":
    """The sessions frozen, the oldest first, each with what it was shown and what it decided. Raises DamagedFile."""
    from vigie.diffusion.pages import Session

    decided = resolutions.of_sessions(settings)
    return [
        Session(
            record["nom"],
            date.fromisoformat(record["date_situation"]),
            datetime.fromisoformat(record["connu_le"]),
            _edition(settings, record["seance_code"]),
            tuple(one for one in decided if one.seance_code == record["seance_code"]),
        )
        for record in landing.session_records(settings)
    ]


def measures(settings: Settings) -> dict[str, str]:
    """The lists and indicators that can tell whether a decision was held: their labels by code; none before a
    publication."""
    from vigie.diffusion.pages.content import followups
    from vigie.diffusion.pages.reading import Publication

    if not settings.publication_path.exists():
        return {}
    with Publication(settings.publication_path) as opened:
        return {code: label for code, (label, _) in sorted(followups.measures(opened).items())}


def require_measure(settings: Settings, code: str) -> None:
    """Raises SettingsError, which says those that can, when `code` cannot tell whether a decision was held."""
    known = measures(settings)
    if code not in known:
        raise SettingsError(
            f"« {code} » ne mesure rien ici. Possibles : {', '.join(known) or 'rien, tant que rien n’est publié'}."
        )


def follow_up(settings: Settings, session_code: str) -> dict[str, Any]:
    """What became of each decision of a session, by its identifier (see `followups.of_session`); none before a
    publication."""
    from vigie.diffusion.pages.content import followups
    from vigie.diffusion.pages.reading import Publication

    found = [one for one in sessions(settings) if slug(one.nom) == session_code]
    if not settings.publication_path.exists():
        return {}
    with Publication(settings.publication_path) as opened:
        rows = [row for one in found for row in followups.of_session(opened, one)["lignes"]]
    return {row["decision_id"]: row for row in rows}


def render_pages(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """The steering site and its PDFs, in `published/site/`; only what changed is made again."""
    from vigie.diffusion import pages as steering

    with timed_step(settings, run_at, "pages") as counts:
        frozen = sessions(settings)
        made = steering.render(
            settings.publication_path, settings.published / "site", _contours(), frozen
        )
        counts.update(pages=made.pages_nb, refaites=len(made.refaites), octets=made.octets)
        counts.update(pdf=made.pdf_nb, pdf_refaits=len(made.pdf_refaits))
    return counts


def mirror_to_postgresql(settings: Settings, run_at: datetime) -> dict[str, Any]:
    """The PostgreSQL copy, when `VIGIE_MIRROR_DSN` asks for one."""
    with timed_step(settings, run_at, "miroir") as counts:
        address = mirror.dsn()
        counts["lignes"] = sum(mirror.mirror(settings, address).values()) if address else 0
    return counts
