-- One row per departement and month: the main indicators side by side.
with

large as (
    {{ indicateurs_larges("departement", {"territoire_code": "departement_code", "mois_le": "mois_le"}) }}
)

select
    departements.libelle as departement_libelle,
    large.*,
    mois.est_dernier_mois,
    mois.est_dernier_mois_plein,
    mois.est_mois_entame
from large
inner join {{ ref("dim_dates") }} as mois on large.mois_le = mois.mois_le
inner join {{ ref("departements") }} as departements on large.departement_code = departements.departement_code
