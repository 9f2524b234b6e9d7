{#- The day in Paris of a moment in naive UTC. -#}
{% macro jour_a_paris(moment) -%}
    {{ return(adapter.dispatch("jour_a_paris", "vigie")(moment)) }}
{%- endmacro %}

{% macro default__jour_a_paris(moment) -%}
    cast(({{ moment }} at time zone 'UTC') at time zone 'Europe/Paris' as date)
{%- endmacro %}

{% macro spark__jour_a_paris(moment) -%}
    cast(from_utc_timestamp({{ moment }}, 'Europe/Paris') as date)
{%- endmacro %}
