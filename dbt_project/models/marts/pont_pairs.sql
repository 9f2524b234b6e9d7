-- One row per followed indicator, intercommunalité, month and peer: whom the median of comparaison_pairs is taken among.
{{ config(materialized="view") }}

select
    retenus.indicateur_code,
    retenus.siren_epci,
    retenus.mois_le,
    retenus.est_dernier_mois,
    retenus.siren_pair
from {{ ref("int_pairs__retenus") }} as retenus
inner join {{ ref("int_comparaison_pairs") }} as comparaisons
    on
        retenus.indicateur_code = comparaisons.indicateur_code
        and retenus.siren_epci = comparaisons.siren_epci
        and retenus.mois_le = comparaisons.mois_le
-- Under five, nothing is compared.
where retenus.valeur is not null and comparaisons.mediane is not null
