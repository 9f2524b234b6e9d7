-- One row per published month.
select
    mois_le,
    mois_num,
    cast(extract(year from mois_le) as integer) as annee,
    cast(extract(quarter from mois_le) as integer) as trimestre,
    cast(extract(month from mois_le) as integer) as mois,
    campagne_code,
    echeance_le,
    est_complet,
    est_dernier_mois,
    est_complet and mois_num = max(case when est_complet then mois_num end) over () as est_dernier_mois_plein,
    not est_complet as est_mois_entame
from {{ ref("int_calendrier__mois") }}
