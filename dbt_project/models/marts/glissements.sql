-- One row per action that may be shown whose planned end was moved or which vanished from the reports.
with

annonces as (
    select
        action_id,
        date_fin_prevue,
        lag(date_fin_prevue) over (
            partition by action_id order by date_situation, connu_le, rapport_id, feuille, ligne
        ) as precedente
    from {{ ref("int_actions__observations") }}
    where date_fin_prevue is not null
),

deplacements as (
    select
        action_id,
        {{ nombre("precedente <> date_fin_prevue") }} as deplacements_nb
    from annonces
    group by action_id
)

select
    actions.action_id,
    actions.siren_epci,
    actions.code_action,
    actions.intitule,
    actions.statut_code,
    actions.fin_initiale_le,
    actions.date_fin_prevue,
    actions.date_fin_prevue as fin_prevue_le,
    actions.glissement_jours,
    cast(coalesce(deplacements.deplacements_nb, 0) as integer) as deplacements_nb,
    actions.est_disparue,
    actions.rapport_id,
    actions.feuille,
    actions.ligne
from {{ ref("fct_actions") }} as actions
left join deplacements on actions.action_id = deplacements.action_id
where deplacements.deplacements_nb > 0 or actions.est_disparue
