-- One row per mesh, territory, theme, month and part: avancement, ecart_calendrier and atteinte_cibles.
{{ config(materialized="view") }}
{% set mesures, budgets = ref("int_mesures__avancement"), ref("int_mesures__budgets") -%}

{{ indicateur(
    mesures, "avancement", "cumul", "observees", "observees_nb",
    facteur=1, plafond=100, base="perimetre", observe="observees"
) }}
union all
{{ indicateur(
    mesures, "avancement", "estimees", "observees", "observees_nb",
    modalite="'estime_statut'",
    observe="100 * observees / nullif(perimetre, 0)"
) }}
union all
{{ indicateur(
    budgets, "avancement", "avancement_cumul", "observe_eur", "observes_nb",
    modalite="'budget_' || base_montant_code", facteur=1, plafond=100,
    base="prevu_eur", observe="observe_eur", filtre="prevu_eur > 0"
) }}
union all
{{ indicateur(
    mesures, "ecart_calendrier", "ecart_cumul", "datees_obs", "datees_obs_nb",
    facteur=1, plancher=-100, plafond=100, base="datees", observe="datees_obs"
) }}
union all
{{ indicateur(
    mesures, "ecart_calendrier", "sans_dates", "perimetre", "perimetre_nb",
    modalite="'sans_dates'",
    observe="100 * rapportees / nullif(perimetre, 0)"
) }}
union all
{{ indicateur(
    mesures, "atteinte_cibles", "atteinte_cumul", "ciblees_obs", "ciblees_obs_nb",
    facteur=1, plafond=100, base="ciblees", observe="ciblees_obs"
) }}
union all
{{ indicateur(
    mesures, "atteinte_cibles", "sans_cible", "perimetre", "perimetre_nb",
    modalite="'sans_cible'",
    observe="100 * rapportees / nullif(perimetre, 0)"
) }}
