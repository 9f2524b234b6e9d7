-- One row per mesh, territory, theme and month: late actions among those with an end date, and those without one.
{{ config(materialized="view") }}
{% set mesures = ref("int_mesures__retards") -%}

{{ indicateur(
    mesures, "taux_retard", "en_retard", "avec_echeance", "avec_echeance_nb",
    base="avec_echeance", observe="avec_echeance_obs",
    numerateur_observe="en_retard_obs"
) }}
union all
{{ indicateur(
    mesures, "taux_retard", "sans_echeance", "perimetre", "perimetre_nb",
    modalite="'sans_echeance'",
    observe="100 * rapportees / nullif(perimetre, 0)"
) }}
