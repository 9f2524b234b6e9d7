{#- Rows of `cte` (siren_epci, theme_code, mois_le, est_dernier_mois, the columns `cles` and `mesures`; the theme `tous` holds
    all of them) at each of the six meshes they belong to: `mesures` are summed there; without any, rows are repeated, for
    what cannot be summed, such as a median. Territories outside the region's denominator show at their own mesh only.
    Confidential actions merged at a wider mesh stand under a carrier of their own (`porteur_commun`) instead of a SIREN:
    they are summed there and above, never below. -#}
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
    where siren_epci not like 'lot %'
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
    inner join ({{ porteurs() }}) as territoires on {{ cte }}.siren_epci = territoires.porteur_code
    where territoires.est_dans_denominateur and territoires.{{ territoire }} is not null
    {%- if mesures %}
    group by
        territoires.{{ territoire }}, {{ cte }}.theme_code, {{ cte }}.mois_le, {{ cte }}.est_dernier_mois
        {%- for colonne in cles %}, {{ cte }}.{{ colonne }}{% endfor %}
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The code that confidential actions of several territories share at the mesh `niveau`, in the column of the SIREN. -#}
{% macro porteur_commun(niveau) -%}
    'lot {{ niveau }} ' || {{ niveau }}_code
{%- endmacro %}

{#- Whom a row may stand for, and the meshes that it feeds: an intercommunalité, or the merged lots of a wider mesh. -#}
{% macro porteurs() -%}
    select
        siren_epci as porteur_code,
        departement_code,
        region_code,
        est_dans_denominateur
    from {{ ref("int_territoires") }}
    {%- for niveau, departement in [("departement", "departement_code"), ("region", "cast(null as string)")] %}
    union all
    select distinct
        {{ porteur_commun(niveau) }} as porteur_code,
        {{ departement }} as departement_code,
        region_code,
        true as est_dans_denominateur
    from {{ ref("int_territoires") }}
    where est_dans_denominateur
    {%- endfor %}
{%- endmacro %}

{#- The value of one threshold of `seuils.csv`. -#}
{% macro seuil(code) -%}
    (select max(valeur) from {{ ref("seuils") }} where seuil_code = '{{ code }}')
{%- endmacro %}
