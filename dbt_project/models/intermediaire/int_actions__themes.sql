-- One row per theme of an action of a report in force, with the share of the action it carries, in parts.
{{ config(materialized="table") }}

with

themes as (
    select
        themes.rapport_id,
        themes.feuille,
        themes.ligne,
        themes.theme_code
    from {{ ref("stg_rapports__themes") }} as themes
    inner join {{ ref("int_rapports__retenus") }} as rapports
        on themes.rapport_id = rapports.rapport_id
    where rapports.est_en_vigueur
),

nombres as (
    select
        rapport_id,
        feuille,
        ligne,
        count(*) as themes_nb
    from themes
    group by rapport_id, feuille, ligne
)

select
    themes.rapport_id,
    themes.feuille,
    themes.ligne,
    themes.theme_code,
    cast({{ parts_par_action() }} / nombres.themes_nb as bigint) as parts
from themes
inner join nombres
    on
        themes.rapport_id = nombres.rapport_id
        and themes.feuille = nombres.feuille
        and themes.ligne = nombres.ligne
