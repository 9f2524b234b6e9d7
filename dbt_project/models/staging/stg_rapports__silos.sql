-- One row per silo served by an action of a report.
select
    rapport_id,
    feuille,
    ligne,
    silo_code,
    max(silo_libelle) as silo_libelle
from {{ source("raw", "lignes_silos") }}
group by rapport_id, feuille, ligne, silo_code
