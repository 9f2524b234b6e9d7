"""Where things are and what the installation decided, read once from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from vigie.objects import Kept, object_path

PROJECT_ROOT = Path(os.environ.get("VIGIE_PROJECT", Path(__file__).resolve().parents[2]))


@dataclass(frozen=True)
class Settings:
    """Paths and limits of one installation. Every path is absolute; everything written is under `home`, but for landing
    when it has an address of its own."""

    home: Path
    # Where landing is kept, `s3://bucket/prefix`; by default `landing/` under home.
    landing_address: str = ""
    region: str = "32"
    seeds: Path = PROJECT_ROOT / "seeds"
    raw_name: str = "raw.duckdb"
    publications_kept: int = 7
    max_report_bytes: int = 20 * 1024 * 1024
    max_report_rows: int = 50_000
    # Whom a sender may ask, in the words of the Région, and where the template is published.
    contact: str = ""
    template_url: str = ""
    # Where the desk is seen from: what an access link begins with; in https, its cookie is for https alone.
    desk_url: str = "http://127.0.0.1:8090"
    # Where the public edition is served from, and who publishes it; without an address there is none.
    open_data_url: str = ""
    open_data_publisher: str = ""
    # Whether the steering pages are read at the desk without an access link.
    site_is_public: bool = False
    # The nights that this run works for (names of `nights/`), the last its own; none: the one of its moment.
    nights_served: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls) -> "Settings":
        """Reads VIGIE_HOME (default `var/` beside the project), VIGIE_LANDING, VIGIE_REGION, VIGIE_SEEDS (default
        the seeds of the project), VIGIE_PUBLICATIONS_KEPT, VIGIE_MAX_REPORT_BYTES, VIGIE_MAX_REPORT_ROWS,
        VIGIE_CONTACT, VIGIE_TEMPLATE_URL, VIGIE_DESK_URL, VIGIE_OPEN_DATA_URL, VIGIE_OPEN_DATA_PUBLISHER and
        VIGIE_SITE_PUBLIC (« oui »)."""
        env = os.environ
        return cls(
            home=Path(env.get("VIGIE_HOME", PROJECT_ROOT / "var")).resolve(),
            landing_address=env.get("VIGIE_LANDING", ""),
            region=env.get("VIGIE_REGION", cls.region),
            seeds=Path(env.get("VIGIE_SEEDS", cls.seeds)).resolve(),
            publications_kept=int(env.get("VIGIE_PUBLICATIONS_KEPT", cls.publications_kept)),
            max_report_bytes=int(env.get("VIGIE_MAX_REPORT_BYTES", cls.max_report_bytes)),
            max_report_rows=int(env.get("VIGIE_MAX_REPORT_ROWS", cls.max_report_rows)),
            contact=env.get("VIGIE_CONTACT", cls.contact),
            template_url=env.get("VIGIE_TEMPLATE_URL", cls.template_url),
            desk_url=env.get("VIGIE_DESK_URL", cls.desk_url).rstrip("/"),
            open_data_url=env.get("VIGIE_OPEN_DATA_URL", cls.open_data_url).rstrip("/"),
            open_data_publisher=env.get("VIGIE_OPEN_DATA_PUBLISHER", cls.open_data_publisher),
            site_is_public=env.get("VIGIE_SITE_PUBLIC", "").lower() == "oui",
        )

    @property
    def drop_folder(self) -> Path:
        """Default local drop folder: `depot/<siren>/` per territory, `depot/region/` for the Région."""
        return self.home / "depot"

    @property
    def demo_marker(self) -> Path:
        """The file that a demonstration leaves in the drop folder."""
        return self.drop_folder / "DEMO.json"

    @property
    def landing(self) -> Kept:
        """Raises SettingsError when its address is of another shape."""
        return object_path(self.landing_address) if self.landing_address else self.home / "landing"

    @property
    def copies(self) -> Path:
        """Copies of what landing keeps elsewhere, each for the time that a process apart reads it."""
        return self.home / "copies"

    @property
    def raw_path(self) -> Path:
        return self.home / self.raw_name

    @property
    def build_folder(self) -> Path:
        return self.home / "build"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def publication_path(self) -> Path:
        return self.published / "vigie.duckdb"

    @property
    def answers(self) -> Path:
        return self.home / "retours"

    @property
    def desk(self) -> Path:
        """What the desk keeps: access links (their digests), drafts, who decided what."""
        return self.home / "guichet"

    @property
    def nights(self) -> Path:
        return self.home / "nights"

    @property
    def logs(self) -> Path:
        """Where a source that broke leaves its trace, one file per source."""
        return self.home / "journaux"

    @property
    def data_docs(self) -> Path:
        return self.home / "data_docs"
