-- One row per accepted, non-empty progress report at both clocks; `est_en_vigueur` tells it from those it replaced.
{{ config(materialized="table") }}

with

actions_par_rapport as (
    select
        rapport_id,
        count(*) as actions_nb
    from {{ source("raw", "lignes") }}
    group by rapport_id
),

candidats as (
    select
        rapports.*,
        actions_par_rapport.actions_nb
    from {{ ref("stg_rapports__rapports") }} as rapports
    -- An empty report is not a report: it neither replaces one nor turns its actions into missing ones.
    inner join actions_par_rapport on rapports.rapport_id = actions_par_rapport.rapport_id
    inner join {{ ref("territoires") }} as territoires
        on rapports.siren_epci = territoires.siren_epci
    where
        rapports.jeu = 'rapport_avancement'
        and rapports.est_accepte
        and rapports.connu_le <= {{ coupure_connu_le() }}
        and rapports.date_situation <= {{ coupure_situation() }}
)

select
    candidats.*,
    row_number() over (
        partition by siren_depose, date_situation
        order by connu_le desc, depose_le desc nulls last, rapport_id desc
    ) = 1 as est_en_vigueur,
    {{ mois_num("date_situation") }} as mois_num
from candidats
