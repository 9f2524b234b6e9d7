-- One row per mesh, territory, theme, month and part: median shift of end dates, share moved, share of vanished actions.
{{ config(materialized="view") }}
{% set mesures = ref("int_mesures__glissement") -%}
{%- set part_datee = "100 * datees / nullif(perimetre, 0)" -%}

{{ indicateur(
    mesures, "glissement", "null", "datees_nb", "datees_nb", valeur="mediane", observe=part_datee
) }}
union all
{{ indicateur(
    mesures, "glissement", "deplacees", "datees", "datees_nb", modalite="'deplacees'",
    observe=part_datee
) }}
union all
{{ indicateur(
    mesures, "glissement", "disparues", "toutes", "toutes_nb", modalite="'disparues'"
) }}
