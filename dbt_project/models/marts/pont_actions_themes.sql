-- One row per theme of an action that may be shown, with the share of the action it carries.
select
    etats.action_id,
    etats.theme_code,
    etats.parts / {{ parts_par_action() }} as poids
from {{ ref("int_actions__etat_pondere") }} as etats
inner join {{ ref("fct_actions") }} as actions on etats.action_id = actions.action_id
where etats.est_dernier_mois and etats.theme_code <> 'tous'
