-- One row per value sent in the long format: the last one known for an indicator, a SIREN as written, a date and a kind.
with

classees as (
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
        rank() over (
            partition by
                valeurs.identifiant_indic, valeurs.siren_epci, valeurs.date_valeur, valeurs.type_valeur
            order by
                {{ dbt.date_trunc("second", "rapports.connu_le") }} desc,
                {{ dbt.date_trunc("second", "rapports.depose_le") }} desc nulls last
        ) as instant_rang
    from {{ source("raw", "indicateurs_longs") }} as valeurs
    inner join
        {{ ref("stg_rapports__rapports") }} as rapports
    on valeurs.rapport_id = rapports.rapport_id
    left join {{ ref("stg_territoires__alias") }} as alias_siren
        on valeurs.siren_epci = alias_siren.siren_ancien
    -- What is aimed at may be said of any day, what is observed of none to come.
    where rapports.est_accepte and (valeurs.type_valeur = 'vc' or valeurs.date_valeur <= {{ coupure_situation() }})
),

-- Of two files of one instant that differ, neither is the last.
lues as (
    select
        classees.*,
        min(case when instant_rang = 1 then valeur end) over cle
        = max(case when instant_rang = 1 then valeur end) over cle
        and count(case when instant_rang = 1 then valeur end) over cle
        = sum(case when instant_rang = 1 then 1 else 0 end) over cle as est_accordee,
        row_number() over (
            partition by identifiant_indic, siren_declare, date_valeur, type_valeur
            order by instant_rang, rapport_id desc, ligne desc
        ) as rang
    from classees
    window cle as (partition by identifiant_indic, siren_declare, date_valeur, type_valeur)
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
                and suivantes.est_accordee
                and cast(suivantes.connu_le as date) > anciennes.fin_le
                and suivantes.connu_le > anciennes.connu_le
        ) as est_reprise
    from lues as anciennes
    where anciennes.rang = 1
)

select
    valeurs.identifiant_indic,
    valeurs.siren_epci,
    valeurs.siren_declare,
    valeurs.date_valeur,
    valeurs.type_valeur,
    valeurs.valeur,
    case
        when catalogue.identifiant_indic is null then 'hors_catalogue'
        when {{ est_concerne("catalogue", "valeurs.siren_epci") }} then 'au_catalogue'
        else 'hors_territoire'
    end as catalogue_code,
    valeurs.rapport_id,
    valeurs.ligne,
    valeurs.connu_le
from valeurs
left join {{ ref("indicateurs_declares") }} as catalogue on valeurs.identifiant_indic = catalogue.identifiant_indic
-- An empty cell takes the previous value back.
where valeurs.est_accordee and not valeurs.est_reprise
