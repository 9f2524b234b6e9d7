-- One row per alert at the cut-off: a fact to look at, never a score.
select
    alerte_code,
    siren_epci,
    cast(null as string) as action_id,
    cast(null as string) as indicateur_code,
    rapport_id,
    cast(mesure as double) as mesure,
    message
from {{ ref("int_alertes__rapports") }}
union all
select
    alerte_code,
    siren_epci,
    action_id,
    cast(null as string) as indicateur_code,
    rapport_id,
    cast(mesure as double) as mesure,
    message
from {{ ref("int_alertes__actions") }}
union all
select
    alerte_code,
    siren_epci,
    cast(null as string) as action_id,
    indicateur_code,
    cast(null as string) as rapport_id,
    cast(mesure as double) as mesure,
    message
from {{ ref("int_alertes__indicateurs") }}
