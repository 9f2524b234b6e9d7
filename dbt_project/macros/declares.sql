{#- The code that a text begins with: « RCO14 : services ouverts » -> RCO14. -#}
{% macro code_en_tete(texte) -%}
    upper(split_part(translate(trim({{ texte }}), ':;,.(/', '      '), ' ', 1))
{%- endmacro %}

{#- What is shown of a declared indicator: the columns of fct_indicateurs_declares that a session keeps, each a part. -#}
{% macro mesures_declarees() -%}
    {{ return(["valeur", "cible_finale", "progression_annuelle_pct", "progression_finale_pct"]) }}
{%- endmacro %}

{#- The months that a statement of the catalogue's row `catalogue` stands for. -#}
{% macro mois_par_releve(catalogue) -%}
    case {{ catalogue }}.periodicite when 'mensuelle' then 1 when 'trimestrielle' then 3 when 'semestrielle' then 6 else 12 end
{%- endmacro %}

{#- A sum that does not depend on the order of rows, nor break on what a sender may write (int_declares__valeurs). -#}
{% macro somme_declaree(expression) -%}
    {{ somme_exacte(expression, 12) }}
{%- endmacro %}

{#- The value of several units by the rule of their row: a sum, their weighted mean, or what they agree on. Those whose
    `valeur` or `omega` is not known do not count. -#}
{% macro valeur_declaree(valeur, omega, regle="max(regle)") -%}
    case {{ regle }}
        when 'somme' then {{ somme_declaree(valeur ~ " * case when " ~ omega ~ " is not null then 1 end") }}
        when 'dernier' then case when min({{ valeur }}) = max({{ valeur }}) then min({{ valeur }}) end
        else {{ somme_declaree(valeur ~ " * " ~ omega) }}
            / nullif({{ somme_declaree("case when " ~ valeur ~ " is not null then " ~ omega ~ " end") }}, 0)
    end
{%- endmacro %}

{#- The end of a quantity that `sens` calls the lesser (`least`) or the better (`greatest`) of two. -#}
{% macro moins_bon(a, b, sens="sens") -%}
    case {{ sens }} when 'baisse' then greatest({{ a }}, {{ b }}) else least({{ a }}, {{ b }}) end
{%- endmacro %}

{% macro meilleur(a, b, sens="sens") -%}
    case {{ sens }} when 'baisse' then least({{ a }}, {{ b }}) else greatest({{ a }}, {{ b }}) end
{%- endmacro %}

{#- Whether the catalogue's row `catalogue` applies to a territory. -#}
{% macro est_concerne(catalogue, siren) -%}
    ({{ catalogue }}.territoires = 'tous' or '|' || {{ catalogue }}.territoires || '|' like '%|' || {{ siren }} || '|%')
{%- endmacro %}
