-- One row per theme of an action of a report in force, with the share of the action it carries, in parts.
select
    actions.rapport_id,
    actions.feuille,
    actions.ligne,
    ensembles.theme_code,
    ensembles.parts
from {{ ref("int_actions__ensembles_themes") }} as actions
inner join {{ ref("int_themes__ensembles") }} as ensembles on actions.themes_num = ensembles.themes_num
