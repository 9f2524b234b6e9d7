{#- Rows of `cte` (siren_epci, theme_code, mois_le, est_dernier_mois, `colonnes`) repeated at each of the six meshes they
    belong to: for what cannot be summed, such as a median. -#}
{% macro lignes_par_maille(cte, colonnes) -%}
    select
        case theme_code when 'tous' then 'epci' else 'epci_theme' end as maille_code,
        siren_epci as territoire_code,
        theme_code,
        mois_le,
        est_dernier_mois,
        {{ colonnes | join(", ") }}
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
        {%- for colonne in colonnes %},
        {{ cte }}.{{ colonne }}
        {%- endfor %}
    from {{ cte }}
    inner join {{ ref("int_territoires") }} as territoires on {{ cte }}.siren_epci = territoires.siren_epci
    where territoires.est_dans_denominateur
    {%- endfor %}
{%- endmacro %}

{#- The value of one threshold of `seuils.csv`. -#}
{% macro seuil(code) -%}
    (select max(valeur) from {{ ref("seuils") }} where seuil_code = '{{ code }}')
{%- endmacro %}
