-- One row per intercommunalité in the register of adopted roadmaps, in its last known version.
with

versions as (
    select
        rapport_id,
        row_number()
            over (order by connu_le desc, depose_le desc nulls last, rapport_id desc)
            as rang
    from {{ ref("stg_rapports__rapports") }}
    where jeu = 'registre_feuilles_de_route' and est_accepte
),

alias_siren as (
    select * from {{ ref("stg_territoires__alias") }}
)

select
    coalesce(alias_siren.siren_epci, registre.siren_epci) as siren_epci,
    min(registre.date_adoption) as date_adoption_le,
    max(registre.horizon) as horizon
from {{ source("raw", "feuilles_de_route") }} as registre
inner join versions on registre.rapport_id = versions.rapport_id and versions.rang = 1
left join alias_siren on registre.siren_epci = alias_siren.siren_ancien
where registre.date_adoption is not null
group by coalesce(alias_siren.siren_epci, registre.siren_epci)
