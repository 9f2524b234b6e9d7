-- One row per theme of an action that may be shown, in one report: the share of the action it carried then.
select
    observations.rapport_id,
    observations.feuille,
    observations.ligne,
    coalesce(themes.theme_code, 'a_classer') as theme_code,
    coalesce(themes.parts / {{ parts_par_action() }}, 1) as poids
from {{ ref("int_actions__observations") }} as observations
left join {{ ref("int_actions__themes") }} as themes
    on
        observations.rapport_id = themes.rapport_id
        and observations.feuille = themes.feuille
        and observations.ligne = themes.ligne
where not observations.est_confidentielle
