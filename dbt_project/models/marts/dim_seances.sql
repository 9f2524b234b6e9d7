-- One row per committee session frozen.
select
    seance_code,
    nom,
    date_situation,
    connu_le,
    publication_id,
    empreinte,
    est_precedente
from {{ ref("stg_seances__seances") }}
