-- One row per mesh, territory, theme and month: the median shift of the end dates moved.
{{ config(materialized="view") }}

{{ indicateur(
    ref("int_mesures__glissement"), "glissement", "null", "echeances_deplacees_nb", "echeances_deplacees_nb",
    valeur="mediane", couverture=["echeances_suivies_fraiches", "perimetre"]
) }}
