-- One row per action of a report in force that names themes, with its set of themes as one number.
{{ config(materialized="table") }}
select
    themes.rapport_id,
    themes.feuille,
    themes.ligne,
    bit_or(numeros.theme_num) as themes_num
from {{ ref("stg_rapports__themes") }} as themes
inner join {{ ref("int_rapports__retenus") }} as rapports
    on themes.rapport_id = rapports.rapport_id
left join {{ ref("int_themes__numeros") }} as numeros on themes.theme_code = numeros.theme_code
where rapports.est_en_vigueur
group by themes.rapport_id, themes.feuille, themes.ligne
