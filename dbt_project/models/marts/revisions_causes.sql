-- One row per session and report learnt since about a date the session covered: what moves the figures it showed.
select
    seances.seance_code,
    rapports.rapport_id,
    rapports.siren_epci,
    territoires.departement_code,
    territoires.region_code,
    territoires.est_dans_denominateur,
    rapports.date_situation,
    rapports.connu_le,
    case
        when rapports.decision is not null then 'decision'
        when exists (
            select 1 from {{ ref("stg_rapports__rapports") }} as precedents
            where
                precedents.jeu = 'rapport_avancement'
                and precedents.siren_epci = rapports.siren_epci
                and precedents.date_situation = rapports.date_situation
                and precedents.connu_le < rapports.connu_le
        ) then 'correction'
        else 'arrivee_tardive'
    end as cause_code
from {{ ref("stg_rapports__rapports") }} as rapports
inner join {{ ref("stg_seances__seances") }} as seances
    on
        rapports.date_situation <= seances.date_situation
        and greatest(rapports.connu_le, coalesce(rapports.decide_le, rapports.connu_le))
        > seances.connu_le
inner join
    {{ ref("int_territoires") }} as territoires
on rapports.siren_epci = territoires.siren_epci
where
    rapports.jeu = 'rapport_avancement'
    and (rapports.est_accepte or rapports.decision = 'refuse')
