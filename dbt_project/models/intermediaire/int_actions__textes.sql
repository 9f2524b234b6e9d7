-- One row per action and period during which the text compared between territories stayed the same.
{{ config(materialized="table") }}

with

annonces as (
    select
        action_id,
        siren_epci,
        mois_num,
        rapport_id,
        feuille,
        ligne,
        est_confidentielle,
        {{ dbt.hash(dbt.concat([
            "intitule", "'|'", "coalesce(descriptif, '')", "'|'", "coalesce(structure_porteuse, '')", "'|'",
            "case when est_confidentielle then 'c' else '' end",
        ])) }} as empreinte,
        row_number() over (
            partition by action_id, mois_num
            order by date_situation desc, connu_le desc, rapport_id desc, feuille desc, ligne desc
        ) as rang
    from {{ ref("int_actions__observations") }}
),

versions as (
    select
        *,
        coalesce(empreinte = lag(empreinte) over (partition by action_id order by mois_num), false)
            as est_inchangee
    from annonces
    where rang = 1
),

periodes as (
    select
        versions.*,
        coalesce(
            lead(versions.mois_num) over (partition by versions.action_id order by versions.mois_num) - 1,
            mois.mois_num
        ) as fin_num
    from versions
    inner join {{ ref("int_calendrier__mois") }} as mois on mois.est_dernier_mois
    where not versions.est_inchangee
)

select
    periodes.action_id,
    periodes.siren_epci,
    periodes.mois_num as debut_num,
    periodes.fin_num,
    trim(actions.intitule || '. ' || coalesce(actions.descriptif, '')) as texte,
    actions.structure_porteuse
from periodes
inner join {{ ref("stg_rapports__actions") }} as actions
    on
        periodes.rapport_id = actions.rapport_id
        and periodes.feuille = actions.feuille
        and periodes.ligne = actions.ligne
where not periodes.est_confidentielle
