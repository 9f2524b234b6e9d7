-- One row per intercommunalité of the reference, with its roadmap as known.
{{ config(materialized="table") }}

select
    territoires.siren_epci,
    territoires.nom,
    territoires.nature_code,
    territoires.departement_code,
    departements.libelle as departement_libelle,
    territoires.region_code,
    territoires.perimetre_code,
    territoires.perimetre_code = 'coeur' as est_dans_denominateur,
    territoires.population_nb,
    territoires.communes_nb,
    case
        when territoires.population_nb < 20000 then 'moins_de_20000'
        when territoires.population_nb < 50000 then '20000_a_50000'
        when territoires.population_nb < 100000 then '50000_a_100000'
        else '100000_et_plus'
    end as classe_population,
    territoires.typologie_densite,
    territoires.est_littorale_geometrique,
    territoires.longitude,
    territoires.latitude,
    coalesce(
        registre.date_adoption_le <= {{ coupure_situation() }}, false
    ) as a_feuille_de_route,
    registre.date_adoption_le,
    registre.horizon
from {{ ref("territoires") }} as territoires
left join {{ ref("departements") }} as departements
    on territoires.departement_code = departements.departement_code
left join {{ ref("stg_rapports__feuilles_de_route") }} as registre
    on territoires.siren_epci = registre.siren_epci
