-- One row per status indicator, mesh, territory, theme and month: repartition_statuts and the four rates of status.
{{ config(materialized="view") }}
{% set groupes = ["fait", "en_cours", "programme", "bloque", "non_renseigne"] -%}
{%- set taux = {
    "taux_demarrage": "demarrees", "taux_realisation": "realisees", "taux_blocage": "bloquees"
} -%}
{%- set mesures = ref("int_mesures__statuts") -%}

{% for groupe in groupes %}
{{ indicateur(
    mesures, "repartition_statuts", groupe, "perimetre", "perimetre_nb",
    modalite="'" ~ groupe ~ "'", base="perimetre", observe="observees",
    numerateur_observe=groupe ~ "_obs"
) }}
union all
{% endfor %}
{% for code, numerateur in taux.items() %}
{{ indicateur(
    mesures, code, numerateur, "perimetre", "perimetre_nb",
    base="perimetre", observe="observees",
    numerateur_observe=numerateur ~ "_obs"
) }}
union all
{% endfor %}
-- The one rate whose denominator holds abandoned actions, so that it stays a share.
{{ indicateur(
    mesures, "taux_abandon", "abandonnees", "toutes", "toutes_nb",
    base="toutes", observe="toutes_observees",
    numerateur_observe="abandonnees_obs"
) }}
