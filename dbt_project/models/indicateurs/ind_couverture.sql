-- One row per mesh, territory and month: intercommunalités with an adopted roadmap among those of the region.
with

territoires as (
    select * from {{ ref("int_territoires__campagnes") }}
),

par_maille as (
    {{ sommes_par_territoire("territoires", {
        "avec_nb": nombre("a_feuille_de_route"),
        "epci_nb": "count(*)",
    }) }}
)

{{ indicateur("par_maille", "couverture_feuilles_de_route", "avec_nb", "epci_nb", "epci_nb", plafond=100) }}
