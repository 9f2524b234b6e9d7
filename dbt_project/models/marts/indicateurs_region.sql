-- One row per region and month: the main indicators side by side.
with

large as (
    {{ indicateurs_larges("region", {"territoire_code": "region_code", "mois_le": "mois_le"}) }}
)

select
    large.*,
    mois.est_dernier_mois,
    mois.est_dernier_mois_plein,
    mois.est_mois_entame
from large
inner join {{ ref("dim_dates") }} as mois on large.mois_le = mois.mois_le
