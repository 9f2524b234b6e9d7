-- One row per theme of an action that may be shown, in one report: the share of the action it carried then.
select
    observations.rapport_id,
    observations.feuille,
    observations.ligne,
    ensembles.theme_code,
    ensembles.parts / {{ parts_par_action() }} as poids
from {{ ref("int_actions__observations") }} as observations
left join {{ ref("int_actions__ensembles_themes") }} as themes
    on
        observations.rapport_id = themes.rapport_id
        and observations.feuille = themes.feuille
        and observations.ligne = themes.ligne
-- Every set is one of the table: an outer join only tells the engine that no row is lost.
left join {{ ref("int_themes__ensembles") }} as ensembles on coalesce(themes.themes_num, 0) = ensembles.themes_num
where not observations.est_confidentielle
