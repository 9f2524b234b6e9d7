-- One row per remark made to a sender.
select
    rapports.rapport_id,
    rapports.siren_epci,
    rapports.date_situation,
    controles.regle_code,
    controles.severite,
    controles.feuille,
    controles.ligne,
    controles.colonne,
    controles.champ,
    controles.message,
    controles.consigne
from {{ source("raw", "controles") }} as controles
inner join {{ ref("stg_rapports__rapports") }} as rapports
    on controles.rapport_id = rapports.rapport_id
