-- One row per action that may be shown, funder and programme of it, as last reported: the Région's own fund first.
with

region as (
    select distinct {{ sans_accents("alias") }} as alias
    from {{ ref("financeurs_region") }}
),

europeens as (
    select distinct {{ sans_accents("alias") }} as alias
    from {{ ref("financeurs_europeens") }}
),

-- European money that goes through the Région is European.
financements as (
    select
        *,
        case
            when
                {{ sans_accents("financeur") }} in (select alias from europeens)
                or {{ sans_accents("programme") }} in (select alias from europeens)
                then 'europe'
            when {{ sans_accents("financeur") }} in (select alias from region) then 'region'
            else 'autre'
        end as origine_code
    from {{ ref("stg_rapports__financements") }}
)

select
    case financements.origine_code when 'region' then 1 when 'europe' then 2 else 3 end as origine_ordre,
    financements.origine_code,
    actions.action_id,
    actions.siren_epci,
    financements.financeur,
    financements.programme,
    cast(financements.programme_eur as double) as programme_eur,
    cast(financements.engage_eur as double) as engage_eur,
    cast(financements.justifie_eur as double) as justifie_eur,
    cast(financements.paye_eur as double) as paye_eur,
    actions.base_montant_code,
    actions.statut_code,
    actions.est_dans_perimetre,
    actions.est_fraiche,
    actions.rapport_id,
    actions.feuille,
    actions.ligne,
    actions.situation_le
from financements
inner join {{ ref("fct_actions") }} as actions
    on
        financements.rapport_id = actions.rapport_id
        and financements.feuille = actions.feuille
        and financements.ligne = actions.ligne
