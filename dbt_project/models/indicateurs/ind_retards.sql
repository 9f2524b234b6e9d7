-- One row per mesh, territory, theme and month: late actions among those with an end date, and those without one.
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
),

par_maille as (
    {{ sommes_par_maille("mesures", sommes) }}
)

{{ indicateur(
    "par_maille", "taux_retard", en_actions("en_retard"), en_actions("avec_echeance"), "avec_echeance_nb",
    base=en_actions("avec_echeance"), observe=en_actions("avec_echeance_obs"),
    numerateur_observe=en_actions("en_retard_obs")
) }}
union all
{{ indicateur(
    "par_maille", "taux_retard", en_actions("sans_echeance"), en_actions("perimetre"), "perimetre_nb",
    modalite="'sans_echeance'",
    observe="100 * " ~ en_actions("rapportees") ~ " / nullif(" ~ en_actions("perimetre") ~ ", 0)"
) }}
