-- One row per funder and programme of an action of a report.
select
    rapport_id,
    feuille,
    ligne,
    financeur,
    coalesce(programme, '') as programme,
    sum(cast(programme_eur as decimal(18, 2))) as programme_eur,
    sum(cast(engage_eur as decimal(18, 2))) as engage_eur,
    sum(cast(justifie_eur as decimal(18, 2))) as justifie_eur,
    sum(cast(paye_eur as decimal(18, 2))) as paye_eur
from {{ source("raw", "lignes_financements") }}
group by rapport_id, feuille, ligne, financeur, coalesce(programme, '')
