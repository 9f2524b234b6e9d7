"""What a build must prove before readers see it: nothing lost, nothing invented, nothing moved without a reason."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from vigie.errors import BuildFailed
from vigie.gate import build_checks
from vigie.reference import Reference
from vigie.settings import Settings

_REPORTS_THAT_LOST_ROWS = """
    with chargees as (
        select rapport_id, count(*) as nb from brut.lignes group by rapport_id
    ),
    ecartees as (
        select rapport_id, count(distinct (feuille, ligne)) as nb
        from brut.lignes_ecartees group by rapport_id
    )
    select rapports.nom_fichier, rapports.rapport_id
    from brut.rapports as rapports
    left join chargees using (rapport_id)
    left join ecartees using (rapport_id)
    where rapports.jeu = 'rapport_avancement' and rapports.verdict <> 'rejete'
        and (
            rapports.recues_nb <> rapports.acceptees_nb + rapports.ecartees_nb
            or coalesce(chargees.nb, 0) <> rapports.acceptees_nb
            or coalesce(ecartees.nb, 0) <> rapports.ecartees_nb
        )
    order by all
"""
_ACTIONS = """
    select
        (select count(distinct (qualite.siren_epci, lignes.code_action))
         from brut.lignes as lignes
         inner join construit.qualite.rapports as qualite using (rapport_id)
         where qualite.est_retenu),
        (select actions_nb from construit.marts.publication)
"""
_VARIATIONS = """
    with regional as (
        select avant.indicateur_code, avant.modalite_code, avant.valeur as avant, apres.valeur as apres
        from publie.marts.fct_indicateurs as avant
        inner join construit.marts.fct_indicateurs as apres
            using (indicateur_code, maille_code, territoire_code, theme_code, modalite_code, mois_le)
        inner join construit.marts.dim_indicateurs as indicateurs
            on avant.indicateur_code = indicateurs.indicateur_code and indicateurs.unite = 'pct'
        where avant.maille_code = 'region' and avant.est_dernier_mois
    )
    select indicateur_code, modalite_code, avant, apres from regional
    where abs(apres - avant) > $points
    order by all
"""
_LOST_TERRITORIES = """
    select nom from publie.marts.dim_territoires as avant
    where dernier_rapport_id is not null and not exists (
        select 1 from construit.marts.dim_territoires as apres
        where apres.siren_epci = avant.siren_epci and apres.dernier_rapport_id is not null
    )
    order by nom
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

    Returns what was counted; `data_docs` is where Great Expectations tells what it saw. Raises BuildFailed with
    every reason; `accept_variation` lets an expected jump through, never a loss of rows.
    """
    reasons = build_checks.check(build_path, settings.raw_path, data_docs, run_at)
    with duckdb.connect() as connection:
        _attach(connection, "brut", settings.raw_path)
        _attach(connection, "construit", build_path)
        reasons += _conservation(connection)
        variations: list[str] = []
        if settings.publication_path.exists():
            _attach(connection, "publie", settings.publication_path)
            variations = list(_variation(connection, Reference.load(settings.seeds).thresholds))
        (actions,) = connection.execute(
            "select actions_nb from construit.marts.publication"
        ).fetchall()[0]
    if variations and not accept_variation:
        reasons += variations
        reasons.append("Si c'est voulu : vigie publish --accept-variation")
    if reasons:
        raise BuildFailed(
            "Construction refusée, la publication précédente reste :\n" + "\n".join(reasons)
        )
    return {"actions": actions, "variations": variations}


def _attach(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    escaped = str(path).replace("'", "''")
    connection.execute(f"attach '{escaped}' as {name} (read_only)")


def _conservation(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for file_name, rapport_id in connection.execute(_REPORTS_THAT_LOST_ROWS).fetchall():
        yield (
            f"Le rapport {rapport_id} ({file_name}) n'a pas autant de lignes chargées et écartées que reçues."
        )
    expected, published = connection.execute(_ACTIONS).fetchall()[0]
    if expected != published:
        yield f"{expected} actions acceptées, {published} comptées dans les tables publiées."


def _variation(
    connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, float]
) -> Iterator[str]:
    before, after = connection.execute(
        "select (select actions_nb from publie.marts.publication),"
        " (select actions_nb from construit.marts.publication)"
    ).fetchall()[0]
    limit = thresholds["publication_actions_variation_pct"]
    if before and abs(after - before) / before * 100 > limit:
        yield f"Le nombre d'actions passe de {before} à {after} (plus de {limit:g} %)."
    lost = [name for (name,) in connection.execute(_LOST_TERRITORIES).fetchall()]
    if len(lost) > thresholds["publication_epci_perdus_nb"]:
        yield f"Territoires publiés hier et disparus : {', '.join(lost)}."
    points = thresholds["publication_indicateur_variation_points"]
    for code, category, old, new in connection.execute(_VARIATIONS, {"points": points}).fetchall():
        yield f"{code} ({category}), région : {old:.1f} devient {new:.1f} (plus de {points:g} points)."
