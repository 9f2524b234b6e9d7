-- One row per mesh, territory, theme and month: Kaplan-Meier median of days from start to completion, 95 % interval.
with

durees as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        duree_jours,
        case when est_realisee then 1 else 0 end as realisee
    from {{ ref("int_actions__etat_pondere") }}
    where est_demarree
),

effectifs as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as toutes_nb,
        count(duree_jours) as demarrees_nb,
        sum(case when duree_jours is not null then realisee else 0 end) as realisees_nb
    from durees
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

groupes as (
    {{ par_maille("effectifs", [], ["toutes_nb", "demarrees_nb", "realisees_nb"]) }}
),

-- Too small a group publishes no median; one without a completion has none. A number stands for the four keys.
publies as (
    select
        maille_code,
        territoire_code,
        theme_code,
        mois_le,
        demarrees_nb,
        row_number() over (order by maille_code, territoire_code, theme_code, mois_le) as groupe_num
    from groupes
    where demarrees_nb >= {{ seuil("effectif_minimal_nb") }} and realisees_nb > 0
),

lignes as (
    {{ par_maille("durees", ["duree_jours", "realisee"]) }}
),

-- Exposed at a duration: all the actions of the group but those that left before.
exposees as (
    select
        publies.groupe_num,
        lignes.duree_jours,
        lignes.realisee,
        publies.demarrees_nb + 1
        - rank() over (partition by publies.groupe_num order by lignes.duree_jours) as exposes_nb
    from lignes
    inner join publies
        on
            lignes.maille_code = publies.maille_code
            and lignes.territoire_code = publies.territoire_code
            and lignes.theme_code = publies.theme_code
            and lignes.mois_le = publies.mois_le
    where lignes.duree_jours is not null
),

-- The curve steps down at completions only.
paliers as (
    select
        groupe_num,
        duree_jours,
        exposes_nb,
        count(*) as realisees_nb
    from exposees
    where realisee = 1
    group by groupe_num, duree_jours, exposes_nb
),

cumuls as (
    select
        groupe_num,
        duree_jours,
        min(exposes_nb - realisees_nb) over jusque_la as restants_min,
        sum(
            case
                when exposes_nb = realisees_nb then 0
                else ln((exposes_nb - realisees_nb) / cast(exposes_nb as double))
            end
        ) over jusque_la as log_survie,
        sum(
            case
                when exposes_nb = realisees_nb then 0
                else realisees_nb / (cast(exposes_nb as double) * (exposes_nb - realisees_nb))
            end
        ) over jusque_la as variance
    from paliers
    window jusque_la as (
        partition by groupe_num
        order by duree_jours
        rows between unbounded preceding and current row
    )
),

-- Exponential Greenwood interval: bounds of the survival curve, whose own crossings of one half bound the median.
courbes as (
    select
        groupe_num,
        duree_jours,
        case when restants_min = 0 then 0.0 else exp(log_survie) end as survie,
        case
            when restants_min = 0 then 0.0
            when log_survie = 0 then 1.0
            else exp(-exp(ln(-log_survie) - 1.959963984540054 * sqrt(variance) / log_survie))
        end as survie_basse,
        case
            when restants_min = 0 then 0.0
            when log_survie = 0 then 1.0
            else exp(-exp(ln(-log_survie) + 1.959963984540054 * sqrt(variance) / log_survie))
        end as survie_haute
    from cumuls
),

medianes as (
    select
        groupe_num,
        -- The product of fractions may miss one half by a rounding of the logarithms.
        min(case when survie <= 0.5 + 1e-12 then duree_jours end) as mediane,
        min(case when survie_basse <= 0.5 + 1e-12 then duree_jours end) as borne_basse,
        min(case when survie_haute <= 0.5 + 1e-12 then duree_jours end) as borne_haute
    from courbes
    group by groupe_num
)

select
    'delai_realisation' as indicateur_code,
    groupes.maille_code,
    groupes.territoire_code,
    groupes.theme_code,
    'total' as modalite_code,
    groupes.mois_le,
    cast(groupes.realisees_nb as double) as numerateur,
    cast(groupes.demarrees_nb as double) as denominateur,
    cast(medianes.mediane as double) as valeur,
    cast(groupes.demarrees_nb as bigint) as n_nb,
    cast(groupes.demarrees_nb as double) * 100 / groupes.toutes_nb as couverture_pct,
    cast(medianes.borne_basse as double) as borne_basse,
    cast(medianes.borne_haute as double) as borne_haute,
    groupes.est_dernier_mois
from groupes
left join publies
    on
        groupes.maille_code = publies.maille_code
        and groupes.territoire_code = publies.territoire_code
        and groupes.theme_code = publies.theme_code
        and groupes.mois_le = publies.mois_le
left join medianes on publies.groupe_num = medianes.groupe_num
