"""Nothing moved without a reason: a build against the publication in place, at the same full months.

A new report may move the figures, by the share that it weighs in them; anything more is a change of a definition, of
a reference table or of the code, that a person must have wanted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from vigie.gate.controls import french

# Territories with a report received, corrected or decided on since the publication in place, and the date of the
# earliest: what is said of a month does not depend on reports about later ones. A first roadmap counts as one. A report
# that the Région approved since was looked at by a person: whatever it moves is wanted.
_MOVED_TERRITORIES = """
    create or replace temp table mouvements as
    with avant as (
        select siren_epci, rapport_id, date_situation, est_retenu, est_en_vigueur
        from publie.qualite.rapports where jeu = 'rapport_avancement'
    ),
    apres as (
        select siren_epci, rapport_id, date_situation, est_retenu, est_en_vigueur
        from construit.qualite.rapports where jeu = 'rapport_avancement'
    ),
    dates as (
        select siren_epci, date_situation as depuis_le from (from avant except from apres)
        union all
        select siren_epci, date_situation from (from apres except from avant)
        union all
        select apres.siren_epci, apres.date_adoption_le
        from construit.marts.dim_territoires as apres
        left join publie.marts.dim_territoires as avant using (siren_epci)
        where avant.date_adoption_le is null
    ),
    approuves as (
        select siren_epci from construit.qualite.rapports
        where decision = 'approuve' and rapport_id not in (
            select rapport_id from publie.qualite.rapports where decision = 'approuve'
        )
    )
    select siren_epci, min(depuis_le) as depuis_le, siren_epci in (from approuves) as est_approuve from dates
    where depuis_le is not null group by siren_epci
"""
# Each series at its own last month that is over in both: some wait for the end of a campaign.
_SERIES = """
    with bornes as (
        select least(avant.date_situation_le, apres.date_situation_le) as jour
        from publie.marts.publication as avant cross join construit.marts.publication as apres
    ),
    series as (
        select
            indicateur_code, indicateurs.libelle, indicateurs.unite, theme_code, modalite_code, mois_le,
            territoire_code, valeur as avant
        from publie.marts.fct_indicateurs
        inner join publie.marts.dim_indicateurs as indicateurs using (indicateur_code)
        where maille_code = 'region' and indicateurs.unite in ('pct', 'eur') and valeur is not null
            and mois_le = last_day(mois_le) and mois_le <= (select jour from bornes)
        qualify mois_le = max(mois_le) over (partition by indicateur_code, theme_code, modalite_code)
    ),
    toutes as (
        select 'avant' as publication, fct.*, territoires.est_dans_denominateur
        from publie.marts.fct_indicateurs as fct
        inner join publie.marts.dim_territoires as territoires on fct.territoire_code = territoires.siren_epci
        where fct.maille_code = 'epci'
        union all by name
        select 'apres' as publication, fct.*, territoires.est_dans_denominateur
        from construit.marts.fct_indicateurs as fct
        inner join construit.marts.dim_territoires as territoires on fct.territoire_code = territoires.siren_epci
        where fct.maille_code = 'epci'
    ),
    des_epci as (
        select
            publication, toutes.territoire_code as siren_epci, indicateur_code, theme_code, modalite_code, mois_le,
            denominateur, valeur
        from toutes
        inner join series using (indicateur_code, theme_code, modalite_code, mois_le)
        where est_dans_denominateur
    ),
    poids as (
        select
            indicateur_code, theme_code, modalite_code, mois_le, publication,
            sum(denominateur) filter (depuis_le <= mois_le) / nullif(sum(denominateur), 0) as part
        from des_epci left join mouvements using (siren_epci)
        group by all
    ),
    parts as (
        select indicateur_code, theme_code, modalite_code, mois_le, max(part) as part
        from poids group by all
    ),
    apports as (
        select
            indicateur_code, theme_code, modalite_code, mois_le,
            count(distinct siren_epci) filter (publication = 'avant') as avant_nb,
            count(distinct siren_epci) filter (depuis_le <= mois_le) as nouveaux_nb,
            coalesce(bool_or(est_approuve and depuis_le <= mois_le), false) as est_approuve
        from des_epci left join mouvements using (siren_epci)
        where valeur <> 0
        group by all
    ),
    apres as (
        from construit.marts.fct_indicateurs where maille_code = 'region'
    )
    select
        series.libelle, series.modalite_code, series.unite, series.mois_le, series.avant, apres.valeur,
        case series.unite
            when 'pct' then 100 * coalesce(parts.part, 0)
            else 100.0 * coalesce(apports.nouveaux_nb / greatest(apports.avant_nb, 1), 0)
        end,
        coalesce(apports.est_approuve, false)
    from series
    left join apres
        using (indicateur_code, theme_code, modalite_code, mois_le, territoire_code)
    left join parts using (indicateur_code, theme_code, modalite_code, mois_le)
    left join apports using (indicateur_code, theme_code, modalite_code, mois_le)
    order by series.indicateur_code, series.theme_code, series.modalite_code
"""
_COUNTS = """
    select avant.actions_nb, apres.actions_nb, avant.territoires_nb, (select count(*) from mouvements)
    from publie.marts.publication as avant cross join construit.marts.publication as apres
"""
# A report that the Région withdrew explains that nothing is left of its sender.
_LOST_TERRITORIES = """
    select avant.nom, avant.siren_epci
    from publie.marts.dim_territoires as avant
    where avant.dernier_rapport_id is not null and not exists (
        select 1 from construit.qualite.rapports as rapports
        where rapports.rapport_id = avant.dernier_rapport_id
            and (rapports.est_retenu or rapports.decision = 'refuse')
    )
    order by all
"""


@dataclass(frozen=True)
class Variation:
    """What moved: `refused` without a reason, `told` because reports explain it; `compared` series in all."""

    refused: tuple[str, ...]
    told: tuple[str, ...]
    compared: int


@dataclass(frozen=True)
class _Series:
    """A regional figure in both publications; `explained` is the move, in the unit of the threshold, that the reports
    received since may explain; `is_approved`, whether the Région approved one of them."""

    libelle: str
    modalite: str
    unit: str
    month: date
    before: float
    after: float | None
    explained: float
    is_approved: bool

    @property
    def gap(self) -> float | None:
        """Points for a percentage, per cent for an amount; None when no ratio tells it."""
        if self.after is None or (self.unit == "eur" and not self.before):
            return 0.0 if self.after == self.before else None
        gap = abs(self.after - self.before)
        return gap if self.unit == "pct" else 100 * gap / abs(self.before)

    def told(self, limit: float) -> str:
        part = "" if self.modalite == "total" else f" ({self.modalite})"
        mark = "%" if self.unit == "pct" else "€"
        after = (
            "n'est plus calculé" if self.after is None else f"devient {_written(self.after, mark)}"
        )
        measure = "points" if self.unit == "pct" else "%"
        return (
            f"« {self.libelle} »{part}, région, {french(self.month)} : {_written(self.before, mark)} {after}"
            f" (seuil : {french(limit)} {measure} ; les rapports reçus depuis en expliquent"
            f" {french(self.explained, 1) or '0'})."
        )


def _written(value: float, mark: str) -> str:
    return f"{french(value, 1) or '0'} {mark}"


def compare(connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, float]) -> Variation:
    """Compares a build (catalogue `construit`) with the publication in place (`publie`).

    A figure that did not exist before is new and has nothing to be compared with.
    """
    connection.execute(_MOVED_TERRITORIES)
    series = [_Series(*row) for row in connection.execute(_SERIES).fetchall()]
    limits = {
        "pct": thresholds["publication_indicateur_variation_points"],
        "eur": thresholds["publication_montant_variation_pct"],
    }
    refused: list[str] = list(_lost_territories(connection, thresholds))
    told: list[str] = []
    for one in series:
        limit, gap = limits[one.unit], one.gap
        if gap is not None and gap <= limit:
            continue
        is_explained = one.explained > 0 if gap is None else gap <= limit + one.explained
        is_explained = is_explained or one.is_approved
        (told if is_explained else refused).append(one.told(limit))
    actions = _actions(connection, thresholds["publication_actions_variation_pct"])
    return Variation((*refused, *actions), tuple(told), len(series))


def _lost_territories(
    connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, float]
) -> Iterator[str]:
    lost = [f"{name} ({siren})" for name, siren in connection.execute(_LOST_TERRITORIES).fetchall()]
    limit = thresholds["publication_epci_perdus_nb"]
    if len(lost) > limit:
        yield (
            f"Territoires publiés hier et dont le rapport ne compte plus ({len(lost)}, seuil : {french(limit)}) :"
            f" {', '.join(lost)}. À faire : si un territoire a fusionné ou changé de numéro, écrire celui qui lui a"
            " succédé dans territoires_alias.csv ; s'il s'est scindé sans successeur, l'accepter comme dit plus bas."
        )


def _actions(connection: duckdb.DuckDBPyConnection, limit: float) -> Iterator[str]:
    before, after, territories, moved = connection.execute(_COUNTS).fetchall()[0]
    explained = 100 * moved / max(territories, 1)
    if before and 100 * abs(after - before) / before > limit + explained:
        yield (
            f"Le nombre d'actions de la région passe de {before} à {after} (seuil : {french(limit)} % ;"
            f" les rapports reçus depuis en expliquent {french(explained, 1) or '0'})."
        )
