"""Committee sessions: an edition frozen for ever, and the proof that it can be computed again.

A session is three files in `landing/seances/`: a JSON one (its two dates, the digest of its content), a Parquet one
(the values it showed) and its edition. Readers open the edition in `published/seances/`.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from vigie.arrival import landing
from vigie.errors import DamagedFile, OperatorError, SettingsError
from vigie.files import FROM_BACKUP, copy_atomically, listed, read_each, write_json
from vigie.night import intake
from vigie.objects import Kept
from vigie.settings import Settings
from vigie.text import slug
from vigie.warehouse import builder, publication
from vigie.warehouse.builder import Cutoff

# Their content speaks of the build or of other sessions, not of the territories.
_NOT_CONTENT = {"marts.publication", "marts.dim_seances", "marts.revisions"}
_RECORD_FIELDS = {"nom", "date_situation", "connu_le", "empreinte"}
_VALUE_COLUMNS = (
    "indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le,"
    " numerateur, denominateur, valeur"
)
# What a committee is shown: the figures, and of the declared indicators what was said (`mesures_declarees`, in dbt).
SHOWN = f"""
    select {_VALUE_COLUMNS} from marts.fct_indicateurs
    union all by name
    select identifiant_indic as indicateur_code, maille_code, territoire_code, 'tous' as theme_code,
        modalite_code, mois_le, montree as valeur
    from (unpivot marts.fct_indicateurs_declares on valeur, cible_finale, progression_annuelle_pct,
        progression_finale_pct into name modalite_code value montree)
"""


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
    edition = settings.build_folder / f"{run_id}_{code}" / "seance.duckdb"
    identity = _edition(settings, cutoff, f"{run_id}_{code}", edition)
    values = edition.with_suffix(".parquet")
    with duckdb.connect(str(edition), read_only=True) as connection:
        connection.sql(f"select {_VALUE_COLUMNS} from ({SHOWN}) order by all").write_parquet(
            str(values)
        )
    record = {
        "seance_code": code,
        "nom": name,
        "date_situation": cutoff.date_situation.isoformat(),
        "connu_le": cutoff.connu_le.isoformat(),
        "publication_id": identity,
        "empreinte": content_digest(edition),
        "definitions": builder.definitions_digest(settings),
    }
    for file in (edition, values):
        copy_atomically(file, record_path.with_suffix(file.suffix))
    copy_atomically(edition, _shown(settings, code))
    # Killed before, the session was not frozen, and can be.
    write_json(record_path, record)
    # The next publication compares with it at once; killed before, the next gate takes it in.
    intake.load_decisions(settings)
    return record


def verify(settings: Settings, name: str, run_id: str) -> dict[str, str]:
    """Computes a frozen session again from raw; returns its record.

    Raises SessionDiffers naming the tables whose content changed, SettingsError when it does not exist.
    """
    path = settings.landing / "seances" / f"{slug(name)}.json"
    if not path.exists():
        raise SettingsError(f"Aucune séance « {name} » n'est figée.")
    record = _whole_record(path)
    _computed_again(settings, record, run_id)
    return record


def restore_editions(settings: Settings, run_id: str) -> list[str]:
    """Puts back in `published/seances/` the editions of the sessions that `landing/` keeps.

    A session frozen before editions were kept there is computed again. Returns a sentence for each that does not
    come back as it was shown.
    """
    told: list[str] = []
    paths = listed(settings.landing / "seances", "*.json")
    for record in read_each(paths, _whole_record, lambda error: told.append(str(error))):
        try:
            _restore(settings, record, run_id)
        except OperatorError as error:
            told.append(str(error))
    return told


def _restore(settings: Settings, record: dict[str, str], run_id: str) -> None:
    kept = settings.landing / "seances" / f"{record['seance_code']}.duckdb"
    shown = _shown(settings, record["seance_code"])
    if not kept.exists():
        # Frozen before editions were kept in landing: the one in place is what the committee saw.
        again = shown if shown.exists() else _computed_again(settings, record, run_id)
        copy_atomically(again, kept)
    with _at_hand(settings, kept) as edition:
        if _digest_or_nothing(edition) != record["empreinte"]:
            raise DamagedFile(kept, FROM_BACKUP)
        if not shown.exists():
            copy_atomically(edition, shown)


@contextmanager
def _at_hand(settings: Settings, kept: Kept) -> Iterator[Path]:
    """The file of this machine where DuckDB opens what landing keeps: a copy, for a time, of what is in a bucket."""
    if isinstance(kept, Path):
        yield kept
        return
    copy = settings.copies / f"{os.getpid()}.{kept.name}"
    try:
        copy_atomically(kept, copy)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _whole_record(path: Kept) -> dict[str, str]:
    record = landing.session_record(path)
    if not record.keys() >= _RECORD_FIELDS:
        raise DamagedFile(path, FROM_BACKUP)
    return record


def _digest_or_nothing(edition: Path) -> str:
    try:
        return content_digest(edition)
    except (duckdb.IOException, duckdb.FatalException, duckdb.InternalException):
        return ""


def _shown(settings: Settings, code: str) -> Path:
    return settings.published / "seances" / f"{code}.duckdb"


def _computed_again(settings: Settings, record: dict[str, str], run_id: str) -> Path:
    """The edition of a session computed again; raises SessionDiffers when its content is not what was shown."""
    code = record["seance_code"]
    cutoff = Cutoff(
        datetime.fromisoformat(record["date_situation"]).date(),
        datetime.fromisoformat(record["connu_le"]),
    )
    again = settings.build_folder / f"{run_id}_{code}" / "verification.duckdb"
    _edition(settings, cutoff, f"{run_id}_{code}", again)
    if content_digest(again) != record["empreinte"]:
        frozen = _shown(settings, code)
        tables, kept = "son édition manque", f"landing/seances/{code}.parquet"
        if frozen.exists():
            tables, kept = ", ".join(_differences(frozen, again)), f"{frozen} et {kept}"
        raise SessionDiffers(
            f"La séance « {record['nom']} » ne se recalcule plus à l'identique : {tables}. "
            f"{_cause(settings, record)} Les chiffres montrés restent dans {kept}."
        )
    return again


def _cause(settings: Settings, record: dict[str, str]) -> str:
    then = record.get("definitions")
    if then is None:
        return "Les définitions (modèles, référentiel) ou les données ont changé depuis."
    if then == builder.definitions_digest(settings):
        return "Les définitions sont celles d'alors : ce sont les données chargées qui ont changé."
    return "Les définitions (modèles, référentiel) ont changé depuis : la version de Vigie d'alors la recalcule."


def _take_what_is_known(settings: Settings, cutoff: Cutoff) -> None:
    """Whatever is known at the cut-off must be in raw: taken in later, it would change what was frozen."""
    intake.load_decisions(settings)
    waiting = [r.nom_fichier for r in intake.unjudged(settings) if r.connu_le <= cutoff.connu_le]
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
