-- One row per name of place of an intercommunalité: its communes and its own name.
select distinct
    siren_epci,
    nom,
    'commune' as nature_lieu
from {{ ref("communes") }}
union all
select
    siren_epci,
    nom,
    'epci' as nature_lieu
from {{ ref("territoires") }}
