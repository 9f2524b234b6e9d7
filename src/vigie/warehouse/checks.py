"""What a build must prove before readers see it: nothing lost, nothing invented, nothing moved without a reason."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from vigie.errors import BuildFailed
from vigie.gate.controls import french
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import conservation, damaged, variation
from vigie.warehouse import mart_rules as build_checks

TERRITORIES_TOLD = 5
HOW_TO_ACCEPT = (
    "À faire : chercher ce qui a changé depuis la dernière publication (mise à jour, données de référence, rapports) ;"
    " si l'écart est voulu : vigie publish --accept-variation"
)
_WENT_BACK = """
    select avant.date_situation_le, apres.date_situation_le
    from publie.marts.publication as avant cross join construit.marts.publication as apres
    where apres.date_situation_le < avant.date_situation_le
"""
_SET_ASIDE = """
    select territoires.nom, rapports.nom_fichier, rapports.ecartees_nb, rapports.recues_nb
    from construit.marts.dim_territoires as territoires
    inner join brut.rapports as rapports on territoires.dernier_rapport_id = rapports.rapport_id
    order by rapports.ecartees_nb desc, territoires.nom
"""


def check(
    settings: Settings,
    build_path: Path,
    run_at: datetime,
    data_docs: Path,
    accept_variation: bool = False,
) -> dict[str, Any]:
    """Asks the rules on the marts, then compares a build with raw (conservation) and with the publication in
    place (variation).

    Returns `actions`, `series_comparees` (regional figures held against the publication in place) and `signalements`,
    a sentence for each thing that a person should look at; `data_docs` is where Great Expectations tells what it saw.
    Raises BuildFailed with every reason; `accept_variation` lets an expected jump through, never a loss of rows.
    """
    reference = Reference.load(settings.seeds)
    reasons = build_checks.check(build_path, settings.raw_path, data_docs, run_at)
    moved, back = variation.Variation((), (), 0), list[str]()
    with duckdb.connect() as connection:
        _attach(connection, "brut", settings.raw_path)
        _attach(connection, "construit", build_path)
        reasons += conservation.broken(connection, reference)
        told = list(set_aside(connection, reference.thresholds["publication_lignes_ecartees_pct"]))
        if settings.publication_path.exists():
            with damaged.named(settings.publication_path, damaged.PUBLICATION_REMEDY):
                _attach(connection, "publie", settings.publication_path)
                moved = variation.compare(connection, reference.thresholds)
                back = list(went_back(connection))
        ((actions,),) = connection.execute(
            "select actions_nb from construit.marts.publication"
        ).fetchall()
    if moved.refused and not accept_variation:
        reasons += [*back, *moved.refused, HOW_TO_ACCEPT]
    if reasons:
        raise BuildFailed(
            "Construction refusée, la publication précédente reste :\n" + "\n".join(reasons)
        )
    told += [*back, *moved.refused, *moved.told]
    return {"actions": actions, "series_comparees": moved.compared, "signalements": told}


def _attach(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    escaped = str(path).replace("'", "''")
    connection.execute(f"attach '{escaped}' as {name} (read_only)")


def went_back(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What to say of a build of an earlier day than the publication in place: it lacks what arrived since."""
    for shown, built in connection.execute(_WENT_BACK).fetchall():
        yield (
            f"La construction est du {french(built)}, la publication en place du {french(shown)} : ce qui est arrivé"
            " entre les deux n'y compte pas. À faire : relancer la nuit sans lui donner de date, ou à une date"
            f" postérieure ; pour lire un état passé sans le publier : vigie build --known-on {built}."
        )


def set_aside(connection: duckdb.DuckDBPyConnection, limit: float) -> Iterator[str]:
    """What is set aside of the last report of each territory: told, as no publication can mend it."""
    reports = connection.execute(_SET_ASIDE).fetchall()
    aside, received = sum(r[2] for r in reports), sum(r[3] for r in reports)
    if received and 100 * aside / received > limit:
        worst = [f"{name} ({file}, {a} sur {r})" for name, file, a, r in reports if a]
        yield (
            f"{aside} des {received} lignes reçues dans les derniers rapports sont écartées"
            f" ({french(100 * aside / received, 1)} %, seuil : {french(limit)} %), surtout :"
            f" {', '.join(worst[:TERRITORIES_TOLD])}. À faire : voir avec eux les réponses qui leur ont été envoyées."
        )
