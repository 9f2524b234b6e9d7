{#- Sums per territory of rows that have no theme: epci, then departement and region inside the denominator.
    `cte` holds siren_epci, departement_code, region_code, est_dans_denominateur, mois_le, est_dernier_mois. -#}
{% macro sommes_par_territoire(cte, mesures) -%}
    {%- for maille, territoire in [("epci", "siren_epci"), ("departement", "departement_code"), ("region", "region_code")] %}
    select
        '{{ maille }}' as maille_code,
        {{ territoire }} as territoire_code,
        'tous' as theme_code,
        mois_le,
        est_dernier_mois
        {%- for nom, expression in mesures.items() %},
        {{ expression }} as {{ nom }}
        {%- endfor %}
    from {{ cte }}
    {%- if maille != "epci" %}
    where est_dans_denominateur
    {%- endif %}
    group by {{ territoire }}, mois_le, est_dernier_mois
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- How many rows satisfy a condition. -#}
{% macro nombre(condition) -%}
    count(case when {{ condition }} then 1 end)
{%- endmacro %}
