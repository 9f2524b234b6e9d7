-- One row per retired SIREN: the one that answers for it today, through up to three changes.
with

successions as (
    select
        siren_ancien,
        max(siren_epci) as siren_epci,
        max(fin_le) as fin_le
    from {{ ref("territoires_alias") }}
    group by siren_ancien
)

select
    premiers.siren_ancien,
    coalesce(troisiemes.siren_epci, deuxiemes.siren_epci, premiers.siren_epci) as siren_epci,
    premiers.fin_le
from successions as premiers
left join successions as deuxiemes on premiers.siren_epci = deuxiemes.siren_ancien
left join successions as troisiemes on deuxiemes.siren_epci = troisiemes.siren_ancien
