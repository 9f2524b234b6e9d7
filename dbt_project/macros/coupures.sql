{#- The two clocks of a build. Parsing works without them; a build refuses to guess. -#}
{% macro _coupure(nom) -%}
    {%- set valeur = var(nom) -%}
    {%- if valeur is none -%}
        {%- if execute and flags.WHICH not in ("parse", "list", "compile", "docs") -%}
            {{ exceptions.raise_compiler_error("the variable `" ~ nom ~ "` is required: --vars '{" ~ nom ~ ": ...}'") }}
        {%- endif -%}
        {%- set valeur = "2026-01-31" -%}
    {%- endif -%}
    {{ valeur }}
{%- endmacro %}

{% macro coupure_situation() -%}
    cast('{{ _coupure("date_situation") }}' as date)
{%- endmacro %}

{% macro coupure_connu_le() -%}
    cast('{{ _coupure("connu_le") }}' as timestamp)
{%- endmacro %}
