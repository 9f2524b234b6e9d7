-- One row per silo served by an action that may be shown, with the share of the action it carries.
select
    actions.action_id,
    silos.silo_code,
    silos.silo_libelle,
    cast(1 as double) / count(*) over (partition by actions.action_id) as poids
from {{ ref("fct_actions") }} as actions
inner join {{ ref("stg_rapports__silos") }} as silos
    on
        actions.rapport_id = silos.rapport_id
        and actions.feuille = silos.feuille
        and actions.ligne = silos.ligne
