-- One row per money indicator, mesh, territory, theme, month and base (ht, ttc, non_precise): never two bases together.
{{ config(materialized="view") }}
{% set mesures = ref("int_mesures__budgets") -%}

{{ indicateur(
    mesures, "budget_prevu", "prevu_eur", "prevus", "prevus_nb",
    modalite="base_montant_code", valeur="prevu_eur",
    observe="100 * prevus / nullif(perimetre, 0)",
    filtre="prevus_nb > 0"
) }}
union all
{{ indicateur(
    mesures, "taux_engagement", "engage_eur", "engageable_eur", "engageables_nb",
    modalite="base_montant_code",
    observe="100 * engageables / nullif(perimetre, 0)",
    filtre="engageables_nb > 0"
) }}
union all
{{ indicateur(
    mesures, "taux_paiement", "paye_eur", "payable_eur", "payables_nb",
    modalite="base_montant_code",
    observe="100 * payables / nullif(perimetre, 0)",
    filtre="payables_nb > 0"
) }}
