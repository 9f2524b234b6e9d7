-- One row per EPCI, month and followed indicator (the part): median and quartiles of its peers.
{{ config(materialized="view") }}

select
    'comparaison_pairs' as indicateur_code,
    'epci' as maille_code,
    siren_epci as territoire_code,
    'tous' as theme_code,
    indicateur_code as modalite_code,
    mois_le,
    cast(null as double) as numerateur,
    cast(pairs_nb as double) as denominateur,
    mediane as valeur,
    cast(pairs_nb as bigint) as n_nb,
    cast(couverture_pct as double) as couverture_pct,
    cast(null as double) as borne_basse,
    cast(null as double) as borne_haute,
    cast(null as double) as intervalle_bas,
    cast(null as double) as intervalle_haut,
    premier_quartile as quartile_bas,
    troisieme_quartile as quartile_haut,
    est_dernier_mois
from {{ ref("int_comparaison_pairs") }}
