-- One row per theme.
select
    theme_code,
    libelle,
    cast(est_socle as boolean) as est_socle,
    cast(ordre as integer) as ordre,
    perimetre
from {{ ref("themes") }}
