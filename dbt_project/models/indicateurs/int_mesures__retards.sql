-- One row per mesh, territory, theme and month: the sums behind lateness, in actions.
{% set sommes = [
    "perimetre_nb", "avec_echeance_nb", "perimetre", "rapportees", "avec_echeance", "sans_echeance", "en_retard",
    "avec_echeance_obs", "en_retard_obs"
] -%}
with

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as perimetre_nb,
        count(case when est_avec_echeance then 1 end) as avec_echeance_nb,
        sum(parts) as perimetre,
        sum(case when est_rapportee then parts else 0 end) as rapportees,
        sum(case when est_avec_echeance then parts else 0 end) as avec_echeance,
        sum(case when est_avec_echeance then 0 else parts end) as sans_echeance,
        sum(case when est_en_retard then parts else 0 end) as en_retard,
        sum(case when est_avec_echeance and est_rapportee then parts else 0 end)
            as avec_echeance_obs,
        sum(case when est_en_retard and est_rapportee then parts else 0 end) as en_retard_obs
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre
    group by siren_epci, theme_code, mois_le, est_dernier_mois
)

{{ mesures_par_maille("mesures", sommes) }}
