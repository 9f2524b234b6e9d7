-- One row per theme of an action that may be shown, in one report: the share of the action it carried then.
with

lignes as (
    select
        rapport_id,
        feuille,
        ligne
    from {{ ref("int_actions__observations") }}
    where not est_confidentielle
),

themes as (
    select
        lignes.rapport_id,
        lignes.feuille,
        lignes.ligne,
        coalesce(themes.theme_code, 'a_classer') as theme_code
    from lignes
    left join {{ ref("stg_rapports__themes") }} as themes
        on
            lignes.rapport_id = themes.rapport_id
            and lignes.feuille = themes.feuille
            and lignes.ligne = themes.ligne
)

select
    rapport_id,
    feuille,
    ligne,
    theme_code,
    1.0 / count(*) over (partition by rapport_id, feuille, ligne) as poids
from themes
