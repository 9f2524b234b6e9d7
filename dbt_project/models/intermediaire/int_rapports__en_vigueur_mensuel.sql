-- One row per intercommunalité and month: its latest report in force, and the one that last named its silos.
{{ config(materialized="table") }}

with

rapports as (
    select
        retenus.rapport_id,
        retenus.siren_epci,
        retenus.date_situation,
        retenus.connu_le,
        retenus.mois_num,
        row_number() over (
            partition by retenus.siren_epci
            order by retenus.date_situation, retenus.connu_le, retenus.depose_le nulls first, retenus.rapport_id
        ) as rang,
        exists (
            select 1 from {{ ref("stg_rapports__silos_projet") }} as silos
            where silos.rapport_id = retenus.rapport_id
        ) as nomme_silos
    from {{ ref("int_rapports__retenus") }} as retenus
    where retenus.est_en_vigueur
),

rangs as (
    select
        rapports.siren_epci,
        mois.mois_num,
        mois.mois_le,
        mois.est_dernier_mois,
        max(rapports.rang) as rang,
        max(case when rapports.nomme_silos then rapports.rang end) as rang_silos
    from rapports
    inner join {{ ref("int_calendrier__mois") }} as mois on rapports.mois_num <= mois.mois_num
    group by rapports.siren_epci, mois.mois_num, mois.mois_le, mois.est_dernier_mois
)

select
    rangs.siren_epci,
    rangs.mois_num,
    rangs.mois_le,
    rangs.est_dernier_mois,
    rapports.rapport_id,
    rapports.date_situation,
    rapports.connu_le,
    silos.rapport_id as rapport_silos_id,
    {{ jours_entre("rapports.date_situation", "rangs.mois_le") }} as age_jours,
    {{ jours_entre("rapports.date_situation", "rangs.mois_le") }} <= {{ seuil("rapport_a_jour_jours") }} as est_a_jour
from rangs
inner join rapports on rangs.siren_epci = rapports.siren_epci and rangs.rang = rapports.rang
left join rapports as silos
    on rangs.siren_epci = silos.siren_epci and rangs.rang_silos = silos.rang
