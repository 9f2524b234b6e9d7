{#- The two clocks of a build. They come from the environment, read when a model runs and never while dbt parses: variables of
dbt would have it parse every file again each night. A build refuses to guess them. -#}
{% macro _coupure(nom) -%}
    {%- if not execute -%}
        2026-01-31
    {%- elif flags.WHICH in ("build", "run", "test") -%}
        {{ env_var(nom) }}
    {%- else -%}
        {{ env_var(nom, "2026-01-31") }}
    {%- endif -%}
{%- endmacro %}

{% macro coupure_situation() -%}
    cast('{{ _coupure("VIGIE_DATE_SITUATION") }}' as date)
{%- endmacro %}

{% macro coupure_connu_le() -%}
    cast('{{ _coupure("VIGIE_CONNU_LE") }}' as timestamp)
{%- endmacro %}

{#- Identity of the publication, computed by the caller from raw, models, seeds and cut-off. -#}
{% macro publication_id() -%}
    '{{ env_var("VIGIE_PUBLICATION_ID", "essai") if execute else "essai" }}'
{%- endmacro %}
