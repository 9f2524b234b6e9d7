{#- The value of `valeur` on the row where `ordre` is smallest; rows where `valeur` is null do not count. -#}
{% macro premier_connu(valeur, ordre) -%}
    {{ return(adapter.dispatch("premier_connu", "vigie")(valeur, ordre)) }}
{%- endmacro %}

{% macro duckdb__premier_connu(valeur, ordre) -%}
    arg_min({{ valeur }}, {{ ordre }}) filter (where {{ valeur }} is not null)
{%- endmacro %}

{% macro postgres__premier_connu(valeur, ordre) -%}
    (array_agg({{ valeur }} order by {{ ordre }}) filter (where {{ valeur }} is not null))[1]
{%- endmacro %}

{% macro spark__premier_connu(valeur, ordre) -%}
    min_by({{ valeur }}, {{ ordre }}) filter (where {{ valeur }} is not null)
{%- endmacro %}

{#- Continuous quantile (linear interpolation), as NumPy computes it. -#}
{% macro quantile(valeur, part) -%}
    {{ return(adapter.dispatch("quantile", "vigie")(valeur, part)) }}
{%- endmacro %}

{% macro default__quantile(valeur, part) -%}
    percentile_cont({{ part }}) within group (order by {{ valeur }})
{%- endmacro %}

{% macro duckdb__quantile(valeur, part) -%}
    quantile_cont(cast({{ valeur }} as double), {{ part }})
{%- endmacro %}

{#- A sum of reals that does not depend on the order of the rows: same rows, same bits. -#}
{% macro somme_exacte(expression, decimales=15) -%}
    cast(sum(cast({{ expression }} as decimal(38, {{ decimales }}))) as double)
{%- endmacro %}
