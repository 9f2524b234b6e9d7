"""Committee sessions: an edition frozen for ever, and the proof that it can be computed again.

A session is a JSON file and a Parquet file in `landing/seances/`: its two dates, the digest of its content and
the values it showed. Its edition is kept in `published/seances/`.
"""

import hashlib
from datetime import datetime
from pathlib import Path

import duckdb

from vigie import landing, night
from vigie.errors import OperatorError, SettingsError
from vigie.files import read_json, write_json
from vigie.settings import Settings
from vigie.text import slug
from vigie.warehouse import builder, publication
from vigie.warehouse.builder import Cutoff

# Their content speaks of the build or of other sessions, not of the territories.
_NOT_CONTENT = {"marts.publication", "marts.dim_seances", "marts.revisions"}
_VALUE_COLUMNS = (
    "indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le,"
    " numerateur, denominateur, valeur"
)


class SessionDiffers(OperatorError):
    """A frozen session can no longer be computed to the same content."""


def freeze(settings: Settings, name: str, cutoff: Cutoff, run_id: str) -> dict[str, str]:
    """Builds the edition of the session `name` at `cutoff` and keeps it for ever; returns its record.

    Raises SettingsError for a name without letter nor digit, when a session of that name exists (a frozen session
    never changes), when a later one is frozen already (trends compare a session with the one before it, so they
    are frozen in order) or when a collected file still waits for its verdict.
    """
    code = slug(name)
    if not code:
        raise SettingsError(
            f"« {name} » ne peut pas nommer une séance : écrire des lettres ou des chiffres, « COPIL 2026-11 »."
        )
    record_path = settings.landing / "seances" / f"{code}.json"
    if record_path.exists():
        raise SettingsError(f"La séance « {name} » est déjà figée : choisir un autre nom.")
    later = [
        s["nom"]
        for s in landing.session_records(settings)
        if s["connu_le"] > cutoff.connu_le.isoformat()
    ]
    if later:
        raise SettingsError(
            f"La séance « {later[-1]} » est figée à une date postérieure : "
            "les séances se figent dans l'ordre de ce qui était connu."
        )
    _take_what_is_known(settings, cutoff)
    edition = settings.published / "seances" / f"{code}.duckdb"
    identity = _edition(settings, cutoff, f"{run_id}_{code}", edition)
    values = record_path.with_suffix(".parquet")
    values.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(edition), read_only=True) as connection:
        connection.sql(
            f"select {_VALUE_COLUMNS} from marts.fct_indicateurs order by all"
        ).write_parquet(str(values))
    record = {
        "seance_code": code,
        "nom": name,
        "date_situation": cutoff.date_situation.isoformat(),
        "connu_le": cutoff.connu_le.isoformat(),
        "publication_id": identity,
        "empreinte": content_digest(edition),
    }
    write_json(record_path, record)
    return record


def verify(settings: Settings, name: str, run_id: str) -> dict[str, str]:
    """Computes a frozen session again from raw; returns its record.

    Raises SessionDiffers naming the tables whose content changed, SettingsError when it does not exist.
    """
    record = read_json(settings.landing / "seances" / f"{slug(name)}.json")
    if record is None:
        raise SettingsError(f"Aucune séance « {name} » n'est figée.")
    cutoff = Cutoff(
        datetime.fromisoformat(record["date_situation"]).date(),
        datetime.fromisoformat(record["connu_le"]),
    )
    again = settings.build_folder / f"{run_id}_{record['seance_code']}" / "verification.duckdb"
    _edition(settings, cutoff, f"{run_id}_{record['seance_code']}", again)
    if content_digest(again) != record["empreinte"]:
        frozen = settings.published / "seances" / f"{record['seance_code']}.duckdb"
        raise SessionDiffers(
            f"La séance « {name} » ne se recalcule plus à l'identique : "
            + ", ".join(_differences(frozen, again))
        )
    return record


def _take_what_is_known(settings: Settings, cutoff: Cutoff) -> None:
    """Whatever is known at the cut-off must be in raw: taken in later, it would change what was frozen."""
    night.load_decisions(settings)
    waiting = [r.nom_fichier for r in night.unjudged(settings) if r.connu_le <= cutoff.connu_le]
    if waiting:
        raise SettingsError(
            f"{len(waiting)} fichier(s) collecté(s) attendent leur contrôle, dont « {waiting[0]} » : lancer"
            " « vigie gate » avant de figer, ou figer ce qui était connu un autre jour (--known-on)."
        )


def content_digest(path: Path) -> str:
    """The SHA-256 of the content of an edition: what it says of the territories, not how it was built."""
    sums = publication.table_checksums(path)
    text = "\n".join(f"{name} {sums[name]}" for name in sorted(sums) if name not in _NOT_CONTENT)
    return hashlib.sha256(text.encode()).hexdigest()


def _edition(settings: Settings, cutoff: Cutoff, folder: str, output: Path) -> str:
    identity = builder.publication_id(settings, cutoff)
    built = builder.build(settings, folder, cutoff, identity)
    publication.assemble(built, settings.home / "dbt" / "manifest.json", output)
    return identity


def _differences(frozen: Path, again: Path) -> list[str]:
    before, after = publication.table_checksums(frozen), publication.table_checksums(again)
    return sorted(
        name
        for name in before.keys() | after.keys()
        if name not in _NOT_CONTENT and before.get(name) != after.get(name)
    )
