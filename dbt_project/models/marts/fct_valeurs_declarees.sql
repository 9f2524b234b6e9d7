-- One row per value sent in the long format: the last one known for an indicator, a SIREN as written, a date and a kind.
with

lues as (
    select
        valeurs.rapport_id,
        valeurs.ligne,
        valeurs.identifiant_indic,
        coalesce(alias_siren.siren_epci, valeurs.siren_epci) as siren_epci,
        valeurs.siren_epci as siren_declare,
        valeurs.date_valeur,
        valeurs.type_valeur,
        valeurs.valeur,
        alias_siren.fin_le,
        rapports.connu_le,
        row_number() over (
            partition by
                valeurs.identifiant_indic, valeurs.siren_epci, valeurs.date_valeur, valeurs.type_valeur
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
),

-- Those who merged keep a value each: their sum may mean nothing. What their successor says since stands for them.
valeurs as (
    select
        anciennes.*,
        exists (
            select 1 from lues as suivantes
            where
                suivantes.siren_declare = anciennes.siren_epci
                and suivantes.identifiant_indic = anciennes.identifiant_indic
                and suivantes.date_valeur = anciennes.date_valeur
                and suivantes.type_valeur = anciennes.type_valeur
                and suivantes.rang = 1
                and suivantes.valeur is not null
                and cast(suivantes.connu_le as date) > anciennes.fin_le
                and suivantes.connu_le > anciennes.connu_le
        ) as est_reprise
    from lues as anciennes
    where anciennes.rang = 1
)

select
    identifiant_indic,
    siren_epci,
    siren_declare,
    date_valeur,
    type_valeur,
    valeur,
    rapport_id,
    ligne,
    connu_le
from valeurs
-- An empty cell takes the previous value back.
where valeur is not null and not est_reprise
