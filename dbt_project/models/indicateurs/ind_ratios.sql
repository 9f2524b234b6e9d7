-- One row per ratio of the catalogue, mesh, territory, theme, part and month: rates, mean progress, budgets, European money.
{{ config(materialized="view") }}
{% for table in [
    "int_mesures__actions", "int_mesures__fonds_europeens", "int_mesures__budgets", "int_mesures__indicateurs_feder"
] %}
{{ ratios_du_catalogue(table) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
