-- One row per indicator of the catalogue.
select
    indicateur_code,
    libelle,
    unite,
    sens,
    formule,
    source,
    limites
from {{ ref("indicateurs") }}
