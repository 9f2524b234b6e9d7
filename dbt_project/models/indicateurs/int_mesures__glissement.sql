-- One row per mesh, territory, theme and month: the sums behind the shift of end dates, in actions, and its median in days.
with

etats as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        parts,
        est_rapportee,
        est_dans_perimetre,
        case when est_dans_perimetre then glissement_jours end as glissement_jours
    from {{ ref("int_actions__etat_pondere") }}
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as toutes_nb,
        count(glissement_jours) as datees_nb,
        sum(parts) as toutes,
        sum(case when est_dans_perimetre then parts else 0 end) as perimetre,
        sum(case when est_rapportee then 0 else parts end) as disparues,
        sum(case when glissement_jours is not null then parts else 0 end) as datees,
        sum(case when glissement_jours <> 0 then parts else 0 end) as deplacees
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

par_maille as (
    {{ mesures_par_maille("mesures", ["toutes_nb", "datees_nb", "toutes", "perimetre", "disparues", "datees", "deplacees"]) }}
),

datees as (
    select * from etats
    where glissement_jours is not null
),

decalages as (
    {{ par_maille("datees", ["glissement_jours"]) }}
),

medianes as (
    select
        maille_code,
        territoire_code,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as datees_nb,
        {{ quantile("glissement_jours", 0.5) }} as mediane
    from decalages
    group by maille_code, territoire_code, theme_code, mois_le, est_dernier_mois
    having count(*) >= {{ seuil("effectif_minimal_nb") }}
)

select
    par_maille.*,
    medianes.mediane
from par_maille
left join medianes
    on
        par_maille.maille_code = medianes.maille_code
        and par_maille.territoire_code = medianes.territoire_code
        and par_maille.theme_code = medianes.theme_code
        and par_maille.mois_le = medianes.mois_le
