-- One row per mesh, territory, theme, part and month: how far from other territories' actions, anchoring.
{{ config(materialized="view") }}
{% set mesures = ref("int_mesures__specificite") -%}

{{ indicateur(
    mesures, "specificite", "cumul", "propres", "propres_nb", facteur=1, plafond=1, couverture=["comparees", "actions"]
) }}
union all
{{ indicateur(
    mesures, "specificite", "ancrees", "decrites", "decrites_nb", modalite="'ancrage'", plafond=100,
    couverture=["decrites", "actions"]
) }}
union all
{{ indicateur(
    mesures, "specificite", "mutualisees", "comparees", "comparees_nb", modalite="'mutualisees'", plafond=100,
    couverture=["comparees", "actions"]
) }}
union all
{{ indicateur(
    mesures, "specificite", "null", "propres_nb", "propres_nb", modalite="'quintile'", valeur="quintile",
    filtre="quintile is not null"
) }}
