-- One row per action and its nearest action of another intercommunalité at the last month, side by side.
select
    jumeaux.action_id,
    actions.siren_epci,
    actions.intitule,
    actions.descriptif,
    actions.structure_porteuse,
    jumeaux.jumelle_action_id,
    jumelles.siren_epci as jumelle_siren_epci,
    jumelles.intitule as jumelle_intitule,
    jumelles.descriptif as jumelle_descriptif,
    jumelles.structure_porteuse as jumelle_structure_porteuse,
    jumeaux.ressemblance,
    jumeaux.est_mutualisee,
    jumeaux.est_ancree
from {{ ref("int_actions__jumeaux") }} as jumeaux
inner join {{ ref("fct_actions") }} as actions on jumeaux.action_id = actions.action_id
inner join {{ ref("fct_actions") }} as jumelles on jumeaux.jumelle_action_id = jumelles.action_id
inner join {{ ref("int_calendrier__mois") }} as mois
    on jumeaux.fin_num = mois.mois_num and mois.est_dernier_mois
