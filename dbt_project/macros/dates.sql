{#- Months counted from year 0, so that two months compare and subtract as integers. -#}
{% macro mois_num(date) -%}
    cast(extract(year from {{ date }}) * 12 + extract(month from {{ date }}) as integer)
{%- endmacro %}

{#- Whole days from `debut` to `fin`, negative when `fin` comes first. -#}
{% macro jours_entre(debut, fin) -%}
    {{ dbt.datediff(debut, fin, "day") }}
{%- endmacro %}

{#- Whether a month has begun and is not over: only the last one may end before its last day, at the first clock. -#}
{% macro est_mois_entame(mois_le) -%}
    {{ mois_le }} = {{ coupure_situation() }}
    and {{ coupure_situation() }} < cast({{ dbt.last_day(coupure_situation(), "month") }} as date)
{%- endmacro %}
