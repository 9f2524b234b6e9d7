-- One row per intercommunalité of the reference.
with

derniers_rapports as (
    select
        siren_epci,
        date_situation as dernier_rapport_le,
        rapport_id as dernier_rapport_id,
        age_jours,
        est_a_jour
    from {{ ref("int_rapports__en_vigueur_mensuel") }}
    where est_dernier_mois
),

actions as (
    select
        siren_epci,
        count(*) as actions_nb
    from {{ ref("int_actions__etat_pondere") }}
    where est_dernier_mois and theme_code = 'tous'
    group by siren_epci
)

select
    territoires.siren_epci,
    territoires.nom,
    territoires.nature_code,
    territoires.departement_code,
    territoires.departement_libelle,
    territoires.region_code,
    territoires.perimetre_code,
    territoires.est_dans_denominateur,
    cast(territoires.population_nb as integer) as population_nb,
    cast(territoires.communes_nb as integer) as communes_nb,
    territoires.classe_population,
    territoires.typologie_densite,
    territoires.est_littorale_geometrique,
    cast(territoires.longitude as double) as longitude,
    cast(territoires.latitude as double) as latitude,
    territoires.a_feuille_de_route,
    territoires.date_adoption_le,
    territoires.horizon,
    derniers_rapports.dernier_rapport_le,
    derniers_rapports.dernier_rapport_id,
    cast(derniers_rapports.age_jours as integer) as dernier_rapport_age_jours,
    coalesce(derniers_rapports.est_a_jour, false) as est_a_jour,
    territoires.est_dans_denominateur
    and territoires.a_feuille_de_route
    and not coalesce(derniers_rapports.est_a_jour, false) as est_a_relancer,
    cast(coalesce(actions.actions_nb, 0) as integer) as actions_nb
from {{ ref("int_territoires") }} as territoires
left join derniers_rapports on territoires.siren_epci = derniers_rapports.siren_epci
left join actions on territoires.siren_epci = actions.siren_epci
