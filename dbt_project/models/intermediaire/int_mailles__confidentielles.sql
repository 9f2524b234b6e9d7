-- One row per mesh, territory and month with confidential actions: how many there are, how many of them do not count there.
{{ config(materialized="table") }}

with

actions as (
    select
        etats.siren_epci,
        territoires.departement_code,
        territoires.region_code,
        territoires.est_dans_denominateur,
        etats.mois_le,
        etats.est_dernier_mois,
        comptees.niveau
    from {{ ref("int_actions__etat_mensuel") }} as etats
    inner join {{ ref("int_territoires") }} as territoires on etats.siren_epci = territoires.siren_epci
    left join {{ ref("int_actions__confidentielles") }} as comptees
        on etats.action_id = comptees.action_id and etats.mois_le = comptees.mois_le
    where etats.est_confidentielle
),

effectifs as (
    {{ sommes_par_territoire("actions", {
        "confidentielles_nb": "count(*)",
        "dans_epci_nb": nombre("niveau = 'epci'"),
        "dans_departement_nb": nombre("niveau in ('epci', 'departement')"),
        "dans_region_nb": "count(niveau)",
    }) }}
)

select
    maille_code,
    territoire_code,
    mois_le,
    cast(confidentielles_nb as integer) as confidentielles_nb,
    cast(
        confidentielles_nb
        - case maille_code
            when 'epci' then dans_epci_nb
            when 'departement' then dans_departement_nb
            else dans_region_nb
        end as integer
    ) as exclues_nb
from effectifs
union all
-- By theme none of them counts, and nothing says in which theme they are.
select
    case maille_code when 'region' then 'theme' else maille_code || '_theme' end as maille_code,
    territoire_code,
    mois_le,
    cast(confidentielles_nb as integer) as confidentielles_nb,
    cast(confidentielles_nb as integer) as exclues_nb
from effectifs
