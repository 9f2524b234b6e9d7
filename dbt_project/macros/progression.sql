{#- Progress of a measured target, in percent, not clamped: initial, current and target values of one row.
    Without a declared direction it is read from the two ends; when they are equal nothing can be said. -#}
{% macro progression(sens, initiale, actuelle, cible) -%}
    case
        when {{ initiale }} is null or {{ cible }} is null or {{ actuelle }} is null then null
        when {{ sens }} = 'hausse' and {{ initiale }} >= {{ cible }}
            then case when {{ actuelle }} >= {{ cible }} then 100.0 else 0.0 end
        when {{ sens }} = 'baisse' and {{ initiale }} <= {{ cible }}
            then case when {{ actuelle }} <= {{ cible }} then 100.0 else 0.0 end
        when {{ sens }} = 'neutre' or {{ initiale }} = {{ cible }} then null
        {# Zero over a negative distance is -0.0, which equals 0.0 but is not written the same. #}
        when {{ actuelle }} = {{ initiale }} then 0.0
        else 100.0 * ({{ actuelle }} - {{ initiale }}) / ({{ cible }} - {{ initiale }})
    end
{%- endmacro %}

{#- The same, of a row that names its columns as a report does. -#}
{% macro progression_pilote(ligne) -%}
    {{ progression(ligne ~ ".sens", ligne ~ ".valeur_initiale", ligne ~ ".valeur_actuelle", ligne ~ ".valeur_cible") }}
{%- endmacro %}

{#- `expression` held between two bounds; what is not known stays unknown (greatest and least would skip it). -#}
{% macro borner(expression, bas, haut) -%}
    case when {{ expression }} is not null then greatest({{ bas }}, least({{ haut }}, {{ expression }})) end
{%- endmacro %}
