-- One row per value sent in the long format: the last one known for an indicator, a territory, a date and a kind.
with

valeurs as (
    select
        valeurs.rapport_id,
        valeurs.ligne,
        valeurs.identifiant_indic,
        coalesce(alias_siren.siren_epci, valeurs.siren_epci) as siren_epci,
        valeurs.date_valeur,
        valeurs.type_valeur,
        valeurs.valeur,
        rapports.connu_le,
        row_number() over (
            partition by
                valeurs.identifiant_indic,
                coalesce(alias_siren.siren_epci, valeurs.siren_epci),
                valeurs.date_valeur,
                valeurs.type_valeur
            order by
                rapports.connu_le desc,
                rapports.depose_le desc nulls last,
                rapports.rapport_id desc,
                valeurs.ligne desc
        ) as rang
    from {{ source("raw", "indicateurs_longs") }} as valeurs
    inner join
        {{ ref("stg_rapports__rapports") }} as rapports
    on valeurs.rapport_id = rapports.rapport_id
    left join {{ ref("stg_territoires__alias") }} as alias_siren
        on valeurs.siren_epci = alias_siren.siren_ancien
    where rapports.est_accepte and valeurs.date_valeur <= {{ coupure_situation() }}
)

select
    identifiant_indic,
    siren_epci,
    date_valeur,
    type_valeur,
    valeur,
    rapport_id,
    ligne,
    connu_le
from valeurs
-- An empty cell takes the previous value back.
where rang = 1 and valeur is not null
