{#- Months counted from year 0, so that two months compare and subtract as integers. -#}
{% macro mois_num(date) -%}
    cast(extract(year from {{ date }}) * 12 + extract(month from {{ date }}) as integer)
{%- endmacro %}

{#- Whole days from `debut` to `fin`, negative when `fin` comes first. -#}
{% macro jours_entre(debut, fin) -%}
    {{ dbt.datediff(debut, fin, "day") }}
{%- endmacro %}
