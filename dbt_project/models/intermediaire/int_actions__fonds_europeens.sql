-- One row per action of a report that declares European money: the four declared steps, all European funds together.
with

alias_europeens as (
    select distinct {{ sans_accents("alias") }} as alias
    from {{ ref("financeurs_europeens") }}
)

select
    financements.rapport_id,
    financements.feuille,
    financements.ligne,
    cast(sum(financements.programme_eur) as decimal(18, 2)) as ue_programme_eur,
    cast(sum(financements.engage_eur) as decimal(18, 2)) as ue_engage_eur,
    cast(sum(financements.justifie_eur) as decimal(18, 2)) as ue_justifie_eur,
    cast(sum(financements.paye_eur) as decimal(18, 2)) as ue_paye_eur
from {{ ref("stg_rapports__financements") }} as financements
where
    {{ sans_accents("financements.financeur") }} in (select alias from alias_europeens)
    or {{ sans_accents("financements.programme") }} in (select alias from alias_europeens)
group by financements.rapport_id, financements.feuille, financements.ligne
