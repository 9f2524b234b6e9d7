-- One row per action of a report in force whose row was set aside: absent because of Vigie, it has not vanished.
with

ecartees as (
    select
        rapports.siren_epci,
        rapports.siren_depose,
        rapports.date_situation,
        lignes.code_action
    from {{ source("raw", "lignes_ecartees") }} as lignes
    inner join {{ ref("int_rapports__retenus") }} as rapports on lignes.rapport_id = rapports.rapport_id
    where rapports.est_en_vigueur and lignes.code_action is not null
)

select
    siren_epci,
    date_situation,
    code_action
from ecartees
union
-- Under the code that it keeps when another of the territories merged since used the same.
select
    siren_epci,
    date_situation,
    siren_depose || '-' || code_action as code_action
from ecartees
where siren_depose <> siren_epci
