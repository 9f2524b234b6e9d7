-- One row per followed indicator, intercommunalité and month: its value beside those of its peers.
select
    indicateur_code,
    siren_epci,
    mois_le,
    est_dernier_mois,
    groupe_pairs,
    cast(pairs_nb as integer) as pairs_nb,
    valeur,
    intervalle_bas,
    intervalle_haut,
    premier_quartile,
    mediane,
    troisieme_quartile,
    ecart_mediane
from {{ ref("int_comparaison_pairs") }}
