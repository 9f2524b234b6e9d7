{#- The columns of a model built before, but some: a list that stands once, in that model. None while dbt only reads the project. -#}
{% macro colonnes_de(modele, sauf) -%}
    {%- set relation = builtins.ref(modele) -%}
    {%- if execute -%}
        {{ return(adapter.get_columns_in_relation(relation) | map(attribute="name") | reject("in", sauf) | list) }}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}
