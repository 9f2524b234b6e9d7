-- One row per intercommunalité and silo of its own project, as last declared: how many active actions serve it.
with

projets as (
    select
        en_vigueur.siren_epci,
        silos.silo_code,
        silos.silo_libelle
    from {{ ref("int_rapports__en_vigueur_mensuel") }} as en_vigueur
    inner join {{ ref("stg_rapports__silos_projet") }} as silos on en_vigueur.rapport_silos_id = silos.rapport_id
    where en_vigueur.est_dernier_mois
),

servis as (
    select
        actions.siren_epci,
        silos.silo_code,
        count(*) as actions_nb,
        sum(silos.poids) as poids
    from {{ ref("pont_actions_silos") }} as silos
    inner join {{ ref("fct_actions") }} as actions on silos.action_id = actions.action_id
    where actions.est_active
    group by actions.siren_epci, silos.silo_code
)

select
    projets.siren_epci,
    projets.silo_code,
    projets.silo_libelle,
    cast(coalesce(servis.actions_nb, 0) as integer) as actions_nb,
    -- Served in full from one action of its own, or several that it shares.
    cast(least(1, coalesce(servis.poids, 0)) as double) as part_servie
from projets
left join servis on projets.siren_epci = servis.siren_epci and projets.silo_code = servis.silo_code
