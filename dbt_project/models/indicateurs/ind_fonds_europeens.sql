-- One row per mesh, territory, theme, month and step of the European money, and per common FEDER indicator declared.
{{ config(materialized="view") }}
{% set marches = ["programme", "engage", "justifie", "paye"] -%}
{%- set mesures, feder = ref("int_mesures__fonds_europeens"), ref("int_mesures__indicateurs_feder") -%}
{#- The envelope is a figure of the whole region: elsewhere what remains is counted from what was programmed. -#}
{%- set disponible_eur =
    "case when maille_code = 'region' then " ~ seuil("enveloppe_feder_numerique_eur")
    ~ " when programme_nb > 0 then programme_eur end" -%}

{% for marche in marches %}
{{ indicateur(
    mesures, "cascade_europeenne", marche ~ "_eur", marche, marche ~ "_nb",
    modalite="'" ~ marche ~ "'",
    valeur="case when " ~ marche ~ "_nb > 0 then " ~ marche ~ "_eur end",
    observe="100 * " ~ marche ~ " / nullif(financees, 0)"
) }}
union all
{% endfor %}
{{ indicateur(
    mesures, "cascade_europeenne", disponible_eur ~ " - paye_eur", "financees", "financees_nb",
    modalite="'reste_a_concretiser'", valeur=disponible_eur ~ " - paye_eur",
    observe="100 * paye / nullif(financees, 0)"
) }}
union all
{{ indicateur(
    mesures, "cascade_europeenne", disponible_eur, "financees", "financees_nb",
    modalite="'enveloppe'", valeur=disponible_eur, filtre="maille_code = 'region'"
) }}
union all
{{ indicateur(
    feder, "indicateurs_feder", "cumul", "valeurs", "valeurs_nb",
    modalite="code_feder", valeur="case when valeurs_nb > 0 then cumul end",
    observe="100 * valeurs / nullif(declarees, 0)"
) }}
