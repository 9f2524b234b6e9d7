-- One row per committee session frozen before the second clock.
select
    seance_code,
    nom,
    date_situation,
    connu_le,
    publication_id,
    empreinte,
    row_number() over (order by connu_le desc, seance_code desc) = 1 as est_precedente
from {{ source("raw", "seances") }}
where connu_le < {{ coupure_connu_le() }} and date_situation <= {{ coupure_situation() }}
