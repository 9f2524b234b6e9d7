-- One row per action and period during which the text compared between territories stayed the same.
{{ config(materialized="table") }}

with

-- Texts are reduced to their print before rows are sorted.
observations as (
    select
        action_id,
        rapport_id,
        feuille,
        ligne,
        date_situation,
        connu_le,
        mois_num,
        est_confidentielle,
        {{ empreinte([
            "intitule", "coalesce(descriptif, '')", "coalesce(structure_porteuse, '')",
            "case when est_confidentielle then 'c' else '' end",
        ]) }} as empreinte
    from {{ ref("int_actions__observations") }}
),

suites as (
    select
        *,
        lead(mois_num) over (
            partition by action_id
            order by date_situation, connu_le, rapport_id, feuille, ligne
        ) as mois_suivant_num
    from observations
),

versions as (
    select
        *,
        coalesce(empreinte = lag(empreinte) over (partition by action_id order by mois_num), false)
            as est_inchangee
    from suites
    where mois_suivant_num is null or mois_suivant_num > mois_num
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
    actions.siren_epci,
    periodes.mois_num as debut_num,
    periodes.fin_num,
    trim(actions.intitule || coalesce('. ' || nullif(trim(actions.descriptif), ''), '')) as texte,
    -- A short title says nothing of where the action is.
    nullif(trim(actions.descriptif), '') is not null
    or length(trim(actions.intitule)) >= {{ seuil("specificite_longueur_min_nb") }} as est_decrite,
    actions.structure_porteuse
from periodes
inner join {{ ref("int_actions__observations") }} as actions
    on
        periodes.rapport_id = actions.rapport_id
        and periodes.feuille = actions.feuille
        and periodes.ligne = actions.ligne
where not periodes.est_confidentielle
