{#- Distinct values of `colonne` joined by `separateur` in alphabetical order. -#}
{% macro liste_texte(colonne, separateur="', '") -%}
    {{ return(adapter.dispatch("liste_texte", "vigie")(colonne, separateur)) }}
{%- endmacro %}

{% macro default__liste_texte(colonne, separateur) -%}
    string_agg(distinct {{ colonne }}, {{ separateur }} order by {{ colonne }})
{%- endmacro %}

{% macro spark__liste_texte(colonne, separateur) -%}
    array_join(sort_array(collect_set({{ colonne }})), {{ separateur }})
{%- endmacro %}

{#- Texts told apart by less than themselves: equal texts have equal prints, different ones the same by chance alone. -#}
{% macro empreinte(textes) -%}
    {{ return(adapter.dispatch("empreinte", "vigie")(textes)) }}
{%- endmacro %}

{% macro default__empreinte(textes) -%}
    {{ dbt.hash(textes | join(" || '|' || ")) }}
{%- endmacro %}

{% macro duckdb__empreinte(textes) -%}
    hash({{ textes | join(", ") }})
{%- endmacro %}

{#- Lower case, without accents, blanks around removed: the form under which exact aliases are compared. -#}
{% macro sans_accents(colonne) -%}
    {{ return(adapter.dispatch("sans_accents", "vigie")(colonne)) }}
{%- endmacro %}

{% macro duckdb__sans_accents(colonne) -%}
    trim(lower(strip_accents({{ colonne }})))
{%- endmacro %}

{% macro default__sans_accents(colonne) -%}
    trim(translate(lower({{ colonne }}), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'))
{%- endmacro %}
