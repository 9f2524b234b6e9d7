-- One row per mesh, territory, theme, part and month: likeness with other territories' actions, anchoring.
{{ config(materialized="view") }}
{% set mesures = ref("int_mesures__specificite") -%}

{{ indicateur(
    mesures, "specificite", "cumul", "propres", "propres_nb", facteur=1,
    observe="100 * comparees / nullif(actions, 0)"
) }}
union all
{{ indicateur(
    mesures, "specificite", "ancrees", "actions", "actions_nb", modalite="'ancrage'"
) }}
union all
{{ indicateur(
    mesures, "specificite", "mutualisees", "comparees", "comparees_nb",
    modalite="'mutualisees'",
    observe="100 * comparees / nullif(actions, 0)"
) }}
union all
{{ indicateur(
    mesures, "specificite", "null", "propres_nb", "propres_nb", modalite="'quintile'", valeur="quintile",
    filtre="quintile is not null"
) }}
