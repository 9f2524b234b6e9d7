-- One row per action and month in which a report names it: its last observation of the month, until the next one.
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
        {{ empreinte([
            "intitule", "coalesce(descriptif, '')", "coalesce(structure_porteuse, '')",
            "case when est_confidentielle then 'c' else '' end",
        ]) }} as empreinte_texte
    from {{ ref("int_actions__observations") }}
),

suites as (
    select
        action_id,
        rapport_id,
        feuille,
        ligne,
        mois_num,
        empreinte_texte,
        lead(mois_num) over (
            partition by action_id
            order by date_situation, connu_le, rapport_id, feuille, ligne
        ) as mois_suivant_num
    from observations
)

select * from suites
where mois_suivant_num is null or mois_suivant_num > mois_num
