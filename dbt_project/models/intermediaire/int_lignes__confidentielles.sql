-- One row per report row, accepted or set aside, of which nothing may be shown.
{{ config(materialized="table") }}

with

ecartees as (
    select distinct
        lignes.rapport_id,
        lignes.feuille,
        lignes.ligne,
        lignes.code_action,
        rapports.siren_epci,
        -- As its sender wrote it, and nothing read it yet: all but an empty cell or a plain « Non ».
        lignes.contenu_json like '%"confidentiel": "%'
        and lower(lignes.contenu_json) not like '%"confidentiel": "non"%' as est_dite_confidentielle
    from {{ source("raw", "lignes_ecartees") }} as lignes
    inner join {{ ref("stg_rapports__rapports") }} as rapports on lignes.rapport_id = rapports.rapport_id
),

connues as (
    select distinct
        rapports.siren_epci,
        lignes.code_declare as code_action
    from {{ ref("stg_rapports__actions") }} as lignes
    inner join {{ ref("stg_rapports__rapports") }} as rapports on lignes.rapport_id = rapports.rapport_id
    where lignes.est_confidentielle
)

select
    rapport_id,
    feuille,
    ligne
from {{ ref("stg_rapports__actions") }}
where est_confidentielle
union all
select
    ecartees.rapport_id,
    ecartees.feuille,
    ecartees.ligne
from ecartees
left join connues
    on ecartees.siren_epci = connues.siren_epci and ecartees.code_action = connues.code_action
where ecartees.est_dite_confidentielle or connues.code_action is not null
