"""The mapping file of a source: what its columns are, when their names alone do not tell.

`seeds/correspondances/<name>.csv`, two columns: `colonne` (a header, the identifier of a Grist column
or of a field of Démarches simplifiées) and `champ` (of champs.csv, or `_ignore`, `_personne`).
"""

import csv
from dataclasses import replace
from pathlib import Path

from vigie.errors import SettingsError
from vigie.reading.adapters.flat import SHAPES
from vigie.reading.fields import IGNORED, PERSON, Fields
from vigie.text import alias_key

FOLDER = "correspondances"


def load_mapping(seeds: Path, name: str) -> dict[str, str]:
    """Column -> field of the mapping `name`, empty without a name.

    Raises SettingsError when the file is missing, or leads to a field that does not exist.
    """
    if not name:
        return {}
    path = seeds / FOLDER / f"{Path(name).name.removesuffix('.csv')}.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = {row["colonne"].strip(): row["champ"].strip() for row in csv.DictReader(stream)}
    except (OSError, KeyError, AttributeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"La correspondance {path.name} est absente de seeds/{FOLDER}, "
            "n'est pas en UTF-8 ou n'a pas les colonnes « colonne » et « champ »."
        ) from error
    flat = {champ for shape in SHAPES for champ in shape.columns.values()}
    known = {*Fields.load(seeds).by_name, *flat, IGNORED, PERSON}
    unknown = sorted(set(rows.values()) - known)
    if unknown:
        raise SettingsError(f"{path.name} : champ(s) inconnu(s) : {', '.join(unknown)}.")
    return rows


def with_aliases(fields: Fields, mapping: dict[str, str]) -> Fields:
    """The fields, found under the headers of the mapping too: it wins over the common aliases."""
    if not mapping:
        return fields
    added = {alias_key(column): champ for column, champ in mapping.items()}
    return replace(
        fields, aliases={context: {**known, **added} for context, known in fields.aliases.items()}
    )
