-- One row per mesh, territory, theme and followed indicator (the part): tendance since the last session, and revision.
with

par_date as (
    select
        *,
        row_number() over (
            partition by indicateur_code, maille_code, territoire_code, theme_code, mois_le
            order by seance_connu_le desc, seance_code desc
        ) = 1 as est_derniere_seance
    from {{ ref("int_revisions") }}
    where indicateur_code in {{ indicateurs_suivis() }} and modalite_code = 'total'
)

select
    'tendance' as indicateur_code,
    maille_code,
    territoire_code,
    theme_code,
    indicateur_code as modalite_code,
    mois_le,
    maintenant_pct as numerateur,
    cast(null as double) as denominateur,
    tendance as valeur,
    comparees_nb as n_nb,
    couverture_pct,
    cast(null as double) as borne_basse,
    cast(null as double) as borne_haute,
    cast(null as double) as intervalle_bas,
    cast(null as double) as intervalle_haut,
    cast(null as double) as quartile_bas,
    cast(null as double) as quartile_haut,
    true as est_dernier_mois
from {{ ref("int_tendances") }}
union all
select
    'revision' as indicateur_code,
    maille_code,
    territoire_code,
    theme_code,
    indicateur_code as modalite_code,
    mois_le,
    valeur_connue as numerateur,
    cast(null as double) as denominateur,
    revision as valeur,
    connue_n_nb as n_nb,
    connue_couverture_pct as couverture_pct,
    cast(null as double) as borne_basse,
    cast(null as double) as borne_haute,
    cast(null as double) as intervalle_bas,
    cast(null as double) as intervalle_haut,
    cast(null as double) as quartile_bas,
    cast(null as double) as quartile_haut,
    est_precedente as est_dernier_mois
from par_date
where est_derniere_seance and connue_n_nb is not null
