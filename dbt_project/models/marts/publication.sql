-- One row: what this publication is made of.
with

rapports as (
    select
        count(*) as rapports_nb,
        count(case when est_en_vigueur then 1 end) as rapports_en_vigueur_nb,
        count(distinct siren_epci) as territoires_nb
    from {{ ref("int_rapports__retenus") }}
),

-- A register, a refused report or declared values are fictitious too, even when no report counts yet.
fichiers as (
    select max(case when est_synthetique then 1 else 0 end) as synthetiques
    from {{ ref("stg_rapports__rapports") }}
),

actions as (
    select
        count(*) as actions_nb,
        count(case when est_confidentielle then 1 end) as actions_confidentielles_nb
    from {{ ref("int_actions__etat_mensuel") }}
    where est_dernier_mois
)

select
    {{ publication_id() }} as publication_id,
    {{ coupure_situation() }} as date_situation_le,
    {{ coupure_connu_le() }} as connu_le,
    coalesce(fichiers.synthetiques, 0) = 1 as donnees_fictives,
    cast(rapports.rapports_nb as integer) as rapports_nb,
    cast(rapports.rapports_en_vigueur_nb as integer) as rapports_en_vigueur_nb,
    cast(rapports.territoires_nb as integer) as territoires_nb,
    cast(actions.actions_nb as integer) as actions_nb,
    cast(actions.actions_confidentielles_nb as integer) as actions_confidentielles_nb
from rapports
cross join fichiers
cross join actions
