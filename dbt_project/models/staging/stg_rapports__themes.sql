-- One row per name of a theme of an action of a report; a theme unknown to today's reference becomes `a_classer`.
with

-- A theme withdrawn from the reference stays readable through its alias.
anciens_themes as (
    select
        alias,
        max(theme_code) as theme_code
    from {{ ref("themes_alias") }}
    group by alias
)

select
    lignes_themes.rapport_id,
    lignes_themes.feuille,
    lignes_themes.ligne,
    coalesce(themes.theme_code, anciens_themes.theme_code, 'a_classer') as theme_code
from {{ source("raw", "lignes_themes") }} as lignes_themes
left join {{ ref("themes") }} as themes on lignes_themes.theme_code = themes.theme_code
left join anciens_themes on lignes_themes.theme_code = anciens_themes.alias
