-- One row per mesh, territory, month and step: expected, received, non-empty, accepted, on-time reports; punctuality.
{% set marches = ["attendus", "recus", "non_vides", "acceptes", "a_l_heure"] -%}
with

-- A period is counted once it is over; punctuality waits for its due date.
campagnes as (
    select
        *,
        mois_le = max(case when est_complet then mois_le end) over () as est_derniere_periode,
        mois_le = max(case when est_echu then mois_le end) over () as est_derniere_echeance
    from {{ ref("int_territoires__campagnes") }}
),

echelle as (
    select
        siren_epci,
        departement_code,
        region_code,
        est_dans_denominateur,
        mois_le,
        est_derniere_periode as est_dernier_mois,
        a_feuille_de_route as attendus,
        a_feuille_de_route and est_recu as recus,
        a_feuille_de_route and est_recu and est_non_vide as non_vides,
        a_feuille_de_route and est_recu and est_non_vide and est_accepte as acceptes,
        a_feuille_de_route
        and est_recu
        and est_non_vide
        and est_accepte
        and est_a_l_heure as a_l_heure
    from campagnes
    where est_complet
),

echelle_par_maille as (
    {{ sommes_par_territoire("echelle", {
        "attendus": nombre("attendus"),
        "recus": nombre("recus"),
        "non_vides": nombre("non_vides"),
        "acceptes": nombre("acceptes"),
        "a_l_heure": nombre("a_l_heure"),
    }) }}
),

ponctualites as (
    select
        siren_epci,
        departement_code,
        region_code,
        est_dans_denominateur,
        mois_le,
        est_derniere_echeance as est_dernier_mois,
        a_feuille_de_route as attendus,
        a_feuille_de_route and est_accepte and est_a_l_heure as a_l_heure,
        a_feuille_de_route and est_accepte and not est_a_l_heure as en_retard,
        a_feuille_de_route and not est_accepte and est_en_attente as en_attente,
        a_feuille_de_route and not est_accepte and not est_en_attente as absent
    from campagnes
    where est_echu
),

ponctualites_par_maille as (
    {{ sommes_par_territoire("ponctualites", {
        "attendus": nombre("attendus"),
        "a_l_heure": nombre("a_l_heure"),
        "en_retard": nombre("en_retard"),
        "en_attente": nombre("en_attente"),
        "absent": nombre("absent"),
    }) }}
)

{% for marche in marches -%}
{{ indicateur(
    "echelle_par_maille", "echelle_rapports", marche, "attendus", "attendus", modalite="'" ~ marche ~ "'",
    valeur="case when attendus > 0 then " ~ marche ~ " end"
) }}
union all
{% endfor -%}
{%- for part in ["a_l_heure", "en_retard", "en_attente", "absent"] -%}
{{ indicateur(
    "ponctualites_par_maille", "ponctualite", part, "attendus", "attendus", modalite="'" ~ part ~ "'", plafond=100
) }}
{% if not loop.last -%}
union all
{% endif -%}
{%- endfor -%}
