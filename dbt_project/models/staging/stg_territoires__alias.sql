-- One row per retired SIREN: the one that answers for it today, through up to three changes.
with

successions as (
    select
        anciens.siren_ancien,
        max(anciens.siren_epci) as siren_epci,
        max(anciens.fin_le) as fin_le
    from {{ ref("territoires_alias") }} as anciens
    left join {{ ref("territoires") }} as territoires on anciens.siren_ancien = territoires.siren_epci
    -- Recorded ahead of time, a change counts from its day.
    where territoires.siren_epci is null or anciens.fin_le < {{ coupure_situation() }}
    group by anciens.siren_ancien
)

select
    premiers.siren_ancien,
    coalesce(troisiemes.siren_epci, deuxiemes.siren_epci, premiers.siren_epci) as siren_epci,
    premiers.fin_le
from successions as premiers
left join successions as deuxiemes on premiers.siren_epci = deuxiemes.siren_ancien
left join successions as troisiemes on deuxiemes.siren_epci = troisiemes.siren_ancien
