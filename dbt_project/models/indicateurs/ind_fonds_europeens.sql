-- One row per mesh, territory, theme and month: European money that remains to be paid, and the region's envelope.
{{ config(materialized="view") }}
{% set actions = ref("int_mesures__actions") -%}
{#- The envelope is a figure of the whole region: elsewhere what remains is counted from what was programmed. -#}
{%- set disponible_eur =
    "case when maille_code = 'region' then " ~ seuil("enveloppe_feder_numerique_eur")
    ~ " when programme_nb > 0 then programme_eur end" -%}

{{ indicateur(
    actions, "cascade_europeenne", disponible_eur ~ " - paye_eur", "financees", "financees_nb",
    modalite="'reste_a_concretiser'", valeur=disponible_eur ~ " - paye_eur",
    observe="100 * paye / nullif(financees, 0)", filtre="financees > 0"
) }}
union all
{{ indicateur(
    actions, "cascade_europeenne", disponible_eur, "financees", "financees_nb",
    modalite="'enveloppe'", valeur=disponible_eur, filtre="maille_code = 'region' and financees > 0"
) }}
