{#- Everything an engine writes in its own way lives in this folder, one dispatched macro each. -#}

{#- The integers from `debut` to `fin`, both ends included, as rows of one column `rang`. -#}
{% macro suite_entiers(debut, fin) -%}
    {{ return(adapter.dispatch("suite_entiers", "vigie")(debut, fin)) }}
{%- endmacro %}

{% macro duckdb__suite_entiers(debut, fin) -%}
    select cast(unnest(range({{ debut }}, {{ fin }} + 1)) as integer) as rang
{%- endmacro %}

{% macro postgres__suite_entiers(debut, fin) -%}
    select generate_series({{ debut }}, {{ fin }}) as rang
{%- endmacro %}

{% macro spark__suite_entiers(debut, fin) -%}
    select explode(sequence(cast({{ debut }} as int), cast({{ fin }} as int))) as rang
{%- endmacro %}
