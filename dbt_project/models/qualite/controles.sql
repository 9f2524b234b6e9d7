-- One row per remark made to a sender; what it says of a confidential action is in the answer to the sender alone.
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
    case
        when confidentielles.rapport_id is null then controles.message
        else 'Remarque sur une action confidentielle : elle n''est dite qu''à son émetteur.'
    end as message,
    case
        when confidentielles.rapport_id is null then controles.consigne
        else 'Lire la réponse envoyée à l''intercommunalité.'
    end as consigne
from {{ source("raw", "controles") }} as controles
inner join {{ ref("stg_rapports__rapports") }} as rapports
    on controles.rapport_id = rapports.rapport_id
left join {{ ref("int_lignes__confidentielles") }} as confidentielles
    on
        controles.rapport_id = confidentielles.rapport_id
        and controles.feuille = confidentielles.feuille
        and controles.ligne = confidentielles.ligne
