-- One row per mesh, territory, theme and month: the sums behind progress, its gap to the calendar and targets, in actions.
{% set sommes = [
    "perimetre", "perimetre_nb", "rapportees", "observees_nb", "observees", "estimees", "cumul",
    "datees", "datees_obs", "datees_obs_nb", "ecart_cumul", "sans_dates",
    "ciblees", "ciblees_obs", "ciblees_obs_nb", "atteinte_cumul", "sans_cible"
] -%}
with

etats as (
    select
        *,
        est_rapportee and taux_avancement_pct is not null as est_observee
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        sum(parts) as perimetre,
        count(*) as perimetre_nb,
        sum(case when est_rapportee then parts else 0 end) as rapportees,
        count(case when est_observee then 1 end) as observees_nb,
        sum(case when est_observee then parts else 0 end) as observees,
        sum(case when est_observee and est_taux_estime then parts else 0 end) as estimees,
        sum(case when est_observee then {{ parts_de("taux_avancement_pct") }} else 0 end) as cumul,
        sum(case when temps_ecoule_pct is not null then parts else 0 end) as datees,
        sum(case when temps_ecoule_pct is null then parts else 0 end) as sans_dates,
        sum(case when est_observee and temps_ecoule_pct is not null then parts else 0 end)
            as datees_obs,
        count(case when est_observee and temps_ecoule_pct is not null then 1 end) as datees_obs_nb,
        sum(
            case
                when est_observee and temps_ecoule_pct is not null
                    then {{ parts_de("taux_avancement_pct - temps_ecoule_pct") }}
                else 0
            end
        ) as ecart_cumul,
        sum(case when valeur_cible is not null then parts else 0 end) as ciblees,
        sum(case when valeur_cible is null then parts else 0 end) as sans_cible,
        sum(case when est_rapportee and atteinte_pct is not null then parts else 0 end)
            as ciblees_obs,
        count(case when est_rapportee and atteinte_pct is not null then 1 end) as ciblees_obs_nb,
        sum(
            case
                when est_rapportee and atteinte_pct is not null
                    then {{ parts_de("atteinte_pct") }}
                else 0
            end
        )
            as atteinte_cumul
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois
)

{{ mesures_par_maille("mesures", sommes) }}
