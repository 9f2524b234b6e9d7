-- One row per mesh, territory, theme and month: the median shift of end dates.
{{ config(materialized="view") }}

{{ indicateur(
    ref("int_mesures__glissement"), "glissement", "null", "echeances_suivies_nb", "echeances_suivies_nb",
    valeur="mediane", observe="100 * echeances_suivies / nullif(perimetre, 0)"
) }}
