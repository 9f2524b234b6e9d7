-- One row per mesh, territory, theme, part and month: how far from other territories' actions, anchoring.
{{ config(materialized="view") }}
{% set mesures = ref("int_mesures__specificite") -%}
{#- Without a text, an action is anywhere from like all others to like none; what a twin shares is out of the mean. -#}

{{ indicateur(
    mesures, "specificite", "cumul", "propres", "propres_nb", facteur=1, plafond=1, couverture=["comparees_fraiches", "actions"],
    bas="cumul", haut="cumul + (actions - mutualisees - propres)", base="(actions - mutualisees)"
) }}
union all
{{ indicateur(
    mesures, "specificite", "ancrees", "decrites", "decrites_nb", modalite="'ancrage'", plafond=100,
    couverture=["decrites_fraiches", "actions"], bas="ancrees", haut="ancrees + (actions - decrites)"
) }}
union all
{{ indicateur(
    mesures, "specificite", "mutualisees", "comparees", "comparees_nb", modalite="'mutualisees'", plafond=100,
    couverture=["comparees_fraiches", "actions"]
) }}
union all
{{ indicateur(
    mesures, "specificite", "null", "propres_nb", "propres_nb", modalite="'quintile'", valeur="quintile",
    filtre="quintile is not null"
) }}
