-- One row per intercommunalité and month: was a report expected, and how far did the best one received go.
{{ config(materialized="table") }}

with

mois as (
    select * from {{ ref("int_calendrier__mois") }}
),

territoires as (
    select * from {{ ref("int_territoires") }}
),

-- A file that could not be read says no date: it counts for the last period ended when it arrived.
recus as (
    select
        rapports.rapport_id,
        rapports.siren_epci,
        coalesce(
            {{ mois_num("rapports.date_situation") }},
            {{ mois_num("rapports.recu_le") }} - 1
        ) as mois_num,
        rapports.recu_le,
        rapports.recues_nb > 0 as est_non_vide,
        retenus.rapport_id is not null as est_retenu
    from {{ ref("stg_rapports__rapports") }} as rapports
    left join
        {{ ref("int_rapports__retenus") }} as retenus
    on rapports.rapport_id = retenus.rapport_id
    where
        rapports.jeu = 'rapport_avancement'
        and coalesce(rapports.date_situation, {{ coupure_situation() }})
        <= {{ coupure_situation() }}
),

par_mois as (
    select
        recus.siren_epci,
        recus.mois_num,
        max(case when recus.est_non_vide then 1 else 0 end) as est_non_vide,
        max(case when recus.est_retenu then 1 else 0 end) as est_accepte,
        max(
            case
                when
                    recus.est_retenu and recus.recu_le <= mois.echeance_le
                    then 1 else 0
            end
        ) as est_a_l_heure
    from recus
    inner join mois on recus.mois_num = mois.mois_num
    group by recus.siren_epci, recus.mois_num
)

select
    territoires.siren_epci,
    territoires.departement_code,
    territoires.region_code,
    territoires.est_dans_denominateur,
    mois.mois_num,
    mois.mois_le,
    mois.est_dernier_mois,
    mois.est_complet,
    mois.est_echu,
    mois.campagne_code,
    coalesce(territoires.date_adoption_le <= mois.mois_le, false) as a_feuille_de_route,
    par_mois.siren_epci is not null as est_recu,
    coalesce(par_mois.est_non_vide, 0) = 1 as est_non_vide,
    coalesce(par_mois.est_accepte, 0) = 1 as est_accepte,
    coalesce(par_mois.est_a_l_heure, 0) = 1 as est_a_l_heure,
    en_vigueur.age_jours
from territoires
cross join mois
left join par_mois
    on territoires.siren_epci = par_mois.siren_epci and mois.mois_num = par_mois.mois_num
left join {{ ref("int_rapports__en_vigueur_mensuel") }} as en_vigueur
    on territoires.siren_epci = en_vigueur.siren_epci and mois.mois_num = en_vigueur.mois_num
