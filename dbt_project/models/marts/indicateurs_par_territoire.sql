-- One row per intercommunalité and month: the main indicators side by side.
with

large as (
    {{ indicateurs_larges("epci", {"territoire_code": "siren_epci", "mois_le": "mois_le"}) }}
)

select
    territoires.nom,
    territoires.nature_code,
    territoires.departement_code,
    territoires.est_dans_denominateur,
    large.*,
    mois.est_dernier_mois,
    mois.est_dernier_mois_plein,
    mois.est_mois_entame
from large
inner join {{ ref("dim_dates") }} as mois on large.mois_le = mois.mois_le
inner join {{ ref("dim_territoires") }} as territoires on large.siren_epci = territoires.siren_epci
