-- One row per indicator of the reports themselves, mesh, territory, theme, part and month: the families together.
{{ config(materialized="view") }}
{% set familles = [
    "ind_couverture", "ind_remises", "ind_qualite_rapports", "ind_ratios", "ind_glissement", "ind_delai_realisation",
    "ind_fonds_europeens", "ind_projet_territoire", "ind_melange_thematique", "ind_specificite"
] %}

{{ reunir(familles) }}
