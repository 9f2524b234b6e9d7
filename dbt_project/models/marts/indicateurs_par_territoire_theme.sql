-- One row per intercommunalité, theme and month: the main indicators side by side.
{{ config(materialized="view") }}
with

large as (
    {{ indicateurs_larges("epci_theme", {"territoire_code": "siren_epci", "theme_code": "theme_code", "mois_le": "mois_le"}) }}
)

select
    territoires.nom,
    themes.libelle as theme_libelle,
    themes.est_socle,
    large.*,
    mois.est_dernier_mois,
    mois.est_dernier_mois_plein,
    mois.est_mois_entame
from large
inner join {{ ref("dim_dates") }} as mois on large.mois_le = mois.mois_le
inner join {{ ref("dim_themes") }} as themes on large.theme_code = themes.theme_code
inner join {{ ref("dim_territoires") }} as territoires on large.siren_epci = territoires.siren_epci
