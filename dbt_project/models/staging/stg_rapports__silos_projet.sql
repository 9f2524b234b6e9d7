-- One row per silo of the territory's own project declared in a report.
select
    rapport_id,
    silo_code,
    max(silo_libelle) as silo_libelle
from {{ source("raw", "rapports_silos") }}
group by rapport_id, silo_code
