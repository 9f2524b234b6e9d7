-- One row per set of themes and theme of it, with the share of an action it carries, in parts; an empty set is `a_classer`.
{{ config(materialized="table") }}
with

ensembles as (
    select distinct themes_num from {{ ref("int_actions__ensembles_themes") }}
),

themes as (
    select
        ensembles.themes_num,
        numeros.theme_code,
        count(*) over (partition by ensembles.themes_num) as themes_nb
    from ensembles
    inner join {{ ref("int_themes__numeros") }} as numeros
        on mod(floor(ensembles.themes_num / numeros.theme_num), 2) = 1
)

select
    cast(themes_num as bigint) as themes_num,
    theme_code,
    round({{ parts_par_action() }} / themes_nb) as parts
from themes
union all
select
    cast(0 as bigint) as themes_num,
    'a_classer' as theme_code,
    {{ parts_par_action() }} as parts
