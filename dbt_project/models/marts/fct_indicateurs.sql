-- One row per indicator, mesh, territory, theme, part of the indicator and month.
{{ config(materialized="view") }}
{{ reunir(["int_indicateurs", "ind_comparaison_pairs", "ind_seances"]) }}
