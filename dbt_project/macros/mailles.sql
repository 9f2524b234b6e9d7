{#- Rows of `cte` (siren_epci, theme_code, mois_le, est_dernier_mois, the columns `cles` and `mesures`; the theme `tous` holds
    all of them) at each of the six meshes they belong to: `mesures` are summed there; without any, rows are repeated, for
    what cannot be summed, such as a median. Territories outside the region's denominator show at their own mesh only. -#}
{% macro par_maille(cte, cles, mesures=[]) -%}
    select
        case theme_code when 'tous' then 'epci' else 'epci_theme' end as maille_code,
        siren_epci as territoire_code,
        theme_code,
        mois_le,
        est_dernier_mois
        {%- for colonne in cles + mesures %},
        {{ colonne }}
        {%- endfor %}
    from {{ cte }}
    {%- for maille, maille_theme, territoire in [
        ("departement", "departement_theme", "departement_code"), ("region", "theme", "region_code")
    ] %}
    union all
    select
        case {{ cte }}.theme_code when 'tous' then '{{ maille }}' else '{{ maille_theme }}' end as maille_code,
        territoires.{{ territoire }} as territoire_code,
        {{ cte }}.theme_code,
        {{ cte }}.mois_le,
        {{ cte }}.est_dernier_mois
        {%- for colonne in cles %},
        {{ cte }}.{{ colonne }}
        {%- endfor %}
        {%- for mesure in mesures %},
        sum({{ cte }}.{{ mesure }}) as {{ mesure }}
        {%- endfor %}
    from {{ cte }}
    inner join {{ ref("int_territoires") }} as territoires on {{ cte }}.siren_epci = territoires.siren_epci
    where territoires.est_dans_denominateur
    {%- if mesures %}
    group by
        territoires.{{ territoire }}, {{ cte }}.theme_code, {{ cte }}.mois_le, {{ cte }}.est_dernier_mois
        {%- for colonne in cles %}, {{ cte }}.{{ colonne }}{% endfor %}
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The value of one threshold of `seuils.csv`. -#}
{% macro seuil(code) -%}
    (select max(valeur) from {{ ref("seuils") }} where seuil_code = '{{ code }}')
{%- endmacro %}
