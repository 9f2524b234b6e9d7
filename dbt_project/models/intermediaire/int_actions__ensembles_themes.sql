-- One row per action of a report in force that names themes, with its set of known themes as one number.
{{ config(materialized="table") }}
select
    themes.rapport_id,
    themes.feuille,
    themes.ligne,
    -- A theme to classify takes no weight beside a known one; alone, it leaves the set empty.
    bit_or(case when themes.theme_code = 'a_classer' then 0 else numeros.theme_num end) as themes_num
from {{ ref("stg_rapports__themes") }} as themes
inner join {{ ref("int_rapports__retenus") }} as rapports
    on themes.rapport_id = rapports.rapport_id
left join {{ ref("int_themes__numeros") }} as numeros on themes.theme_code = numeros.theme_code
where rapports.est_en_vigueur
group by themes.rapport_id, themes.feuille, themes.ligne
