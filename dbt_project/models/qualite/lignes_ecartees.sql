-- One row per report row set aside and rule, with what became of it since.
with

ecartees as (
    select distinct
        rapports.rapport_id,
        rapports.siren_epci,
        rapports.date_situation,
        rapports.connu_le,
        coalesce(rapports.decision, '') = 'approuve' as est_liberee,
        lignes.feuille,
        lignes.ligne,
        lignes.code_action,
        lignes.regle_code
    from {{ source("raw", "lignes_ecartees") }} as lignes
    inner join
        {{ ref("stg_rapports__rapports") }} as rapports
    on lignes.rapport_id = rapports.rapport_id
),

-- A later report of the same intercommunalité that was accepted with this action closes the matter.
reprises as (
    select
        ecartees.rapport_id,
        ecartees.feuille,
        ecartees.ligne,
        ecartees.regle_code,
        min(observations.connu_le) as repris_le
    from ecartees
    inner join {{ ref("int_actions__observations") }} as observations
        on
            ecartees.siren_epci = observations.siren_epci
            and ecartees.code_action = observations.code_action
            and ecartees.connu_le < observations.connu_le
            and ecartees.date_situation <= observations.date_situation
    group by ecartees.rapport_id, ecartees.feuille, ecartees.ligne, ecartees.regle_code
)

select
    ecartees.rapport_id,
    ecartees.siren_epci,
    ecartees.date_situation,
    ecartees.connu_le,
    ecartees.feuille,
    ecartees.ligne,
    case when confidentielles.rapport_id is null then ecartees.code_action end as code_action,
    ecartees.regle_code,
    case
        when reprises.repris_le is not null then 'corrigee'
        when ecartees.est_liberee then 'liberee'
        else 'ouverte'
    end as etat_code,
    reprises.repris_le
from ecartees
left join reprises
    on
        ecartees.rapport_id = reprises.rapport_id
        and ecartees.feuille = reprises.feuille
        and ecartees.ligne = reprises.ligne
        and ecartees.regle_code = reprises.regle_code
left join {{ ref("int_lignes__confidentielles") }} as confidentielles
    on
        ecartees.rapport_id = confidentielles.rapport_id
        and ecartees.feuille = confidentielles.feuille
        and ecartees.ligne = confidentielles.ligne
