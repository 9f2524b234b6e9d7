{#- Progress of a measured target, in percent, not clamped: initial, current and target values of one row.
    Without a declared direction it is read from the two ends; when they are equal nothing can be said. -#}
{% macro progression_pilote(ligne) -%}
    case
        when
            {{ ligne }}.valeur_initiale is null
            or {{ ligne }}.valeur_cible is null
            or {{ ligne }}.valeur_actuelle is null
            then null
        when {{ ligne }}.sens = 'hausse' and {{ ligne }}.valeur_initiale >= {{ ligne }}.valeur_cible
            then case when {{ ligne }}.valeur_actuelle >= {{ ligne }}.valeur_cible then 100.0 else 0.0 end
        when {{ ligne }}.sens = 'baisse' and {{ ligne }}.valeur_initiale <= {{ ligne }}.valeur_cible
            then case when {{ ligne }}.valeur_actuelle <= {{ ligne }}.valeur_cible then 100.0 else 0.0 end
        when
            {{ ligne }}.sens = 'neutre'
            or {{ ligne }}.valeur_initiale = {{ ligne }}.valeur_cible
            then null
        {# Zero over a negative distance is -0.0, which equals 0.0 but is not written the same. #}
        when {{ ligne }}.valeur_actuelle = {{ ligne }}.valeur_initiale
            then 0.0
        else
            100.0 * ({{ ligne }}.valeur_actuelle - {{ ligne }}.valeur_initiale)
            / ({{ ligne }}.valeur_cible - {{ ligne }}.valeur_initiale)
    end
{%- endmacro %}

{#- `expression` held between two bounds; what is not known stays unknown (greatest and least would skip it). -#}
{% macro borner(expression, bas, haut) -%}
    case when {{ expression }} is not null then greatest({{ bas }}, least({{ haut }}, {{ expression }})) end
{%- endmacro %}
