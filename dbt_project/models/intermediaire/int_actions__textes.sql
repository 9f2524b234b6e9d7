-- One row per action and period during which the text compared between territories stayed the same.
{{ config(materialized="table") }}

with

versions as (
    select
        *,
        coalesce(
            empreinte_texte = lag(empreinte_texte) over (partition by action_id order by mois_num), false
        ) as est_inchangee
    from {{ ref("int_actions__suites") }}
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
    observations.siren_epci,
    periodes.mois_num as debut_num,
    periodes.fin_num,
    trim(observations.intitule || '. ' || coalesce(observations.descriptif, '')) as texte,
    observations.structure_porteuse
from periodes
inner join {{ ref("int_actions__observations") }} as observations
    on
        periodes.rapport_id = observations.rapport_id
        and periodes.feuille = observations.feuille
        and periodes.ligne = observations.ligne
where not observations.est_confidentielle
