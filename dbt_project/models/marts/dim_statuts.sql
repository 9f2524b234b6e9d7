-- One row per status of an action.
select
    statut_code,
    libelle,
    cast(ordre as integer) as ordre,
    groupe_code,
    groupe_libelle,
    cast(est_demarree as boolean) as est_demarree,
    cast(est_realisee as boolean) as est_realisee,
    cast(est_dans_perimetre as boolean) as est_dans_perimetre,
    cast(taux_estime_pct as double) as taux_estime_pct
from {{ ref("statuts") }}
