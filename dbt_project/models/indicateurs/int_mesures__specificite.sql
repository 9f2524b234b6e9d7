-- One row per mesh, territory, theme and month: the sums behind specificity and anchoring, in actions, and the fifth of an EPCI.
{% set sommes = [
    "actions", "decrites_nb", "decrites", "ancrees", "comparees_nb", "comparees", "mutualisees", "propres_nb", "propres",
    "cumul", "decrites_fraiches", "comparees_fraiches"
] -%}
with

etats as (
    select
        etats.siren_epci,
        etats.theme_code,
        etats.mois_le,
        etats.est_dernier_mois,
        etats.parts,
        etats.est_fraiche,
        jumeaux.est_comparee,
        jumeaux.est_ancree,
        coalesce(jumeaux.est_mutualisee, false) as est_mutualisee,
        -- Its last digits depend on the order of sums inside the comparison.
        cast(1 - coalesce(jumeaux.ressemblance, 0) as decimal(13, 10)) as specificite
    from {{ ref("int_actions__etat_pondere") }} as etats
    inner join {{ ref("int_actions__jumeaux") }} as jumeaux
        on
            etats.action_id = jumeaux.action_id
            and {{ mois_num("etats.mois_le") }} between jumeaux.debut_num and jumeaux.fin_num
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        sum(parts) as actions,
        -- Without a description, whether it names a place is not known.
        count(est_ancree) as decrites_nb,
        sum(case when est_ancree is not null then parts else 0 end) as decrites,
        sum(case when est_ancree then parts else 0 end) as ancrees,
        {{ nombre("est_comparee") }} as comparees_nb,
        sum(case when est_comparee then parts else 0 end) as comparees,
        sum(case when est_mutualisee then parts else 0 end) as mutualisees,
        {{ nombre("est_comparee and not est_mutualisee") }} as propres_nb,
        sum(case when est_comparee and not est_mutualisee then parts else 0 end) as propres,
        sum(
            case
                when est_comparee and not est_mutualisee then {{ parts_de("specificite") }} else 0
            end
        ) as cumul,
        sum(case when est_ancree is not null and est_fraiche then parts else 0 end) as decrites_fraiches,
        sum(case when est_comparee and est_fraiche then parts else 0 end) as comparees_fraiches
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

par_maille as (
    {{ par_maille("mesures", [], sommes) }}
),

-- Fifths of the region, 5 for the least alike, never ranks: equal values share theirs.
quintiles as (
    select
        par_maille.maille_code,
        par_maille.territoire_code,
        par_maille.theme_code,
        par_maille.mois_le,
        count(*) over region as region_nb,
        1 + floor(
            5
            * (
                rank() over (
                    partition by territoires.region_code, par_maille.mois_le
                    order by cast(par_maille.cumul as double) / par_maille.propres
                )
                - 1
            )
            / cast(count(*) over region as double)
        ) as quintile
    from par_maille
    inner join {{ ref("int_territoires") }} as territoires on par_maille.territoire_code = territoires.siren_epci
    where par_maille.maille_code = 'epci' and par_maille.propres > 0 and territoires.est_dans_denominateur
    window region as (partition by territoires.region_code, par_maille.mois_le)
),

ensemble as (
    select
        par_maille.*,
        case when quintiles.region_nb >= {{ seuil("effectif_minimal_nb") }} then quintiles.quintile end as quintile
    from par_maille
    left join quintiles
        on
            par_maille.maille_code = quintiles.maille_code
            and par_maille.territoire_code = quintiles.territoire_code
            and par_maille.theme_code = quintiles.theme_code
            and par_maille.mois_le = quintiles.mois_le
)

select
    maille_code,
    territoire_code,
    theme_code,
    mois_le,
    est_dernier_mois,
    quintile,
    {{ mesures_en_actions(sommes) }}
from ensemble
