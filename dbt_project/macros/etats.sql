{#- What a row of int_actions__versions, beside its status of the reference, says of itself: the same words for every month and
    for a session. -#}

{#- Late on the day of its report: what fell due since is another thing. -#}
{% macro est_en_retard(etat, statut) -%}
    {{ statut }}.est_dans_perimetre
    and not {{ statut }}.est_realisee
    and coalesce({{ etat }}.date_fin_prevue < {{ etat }}.date_situation, false)
{%- endmacro %}

{#- A target to reach: a value without direction has none. -#}
{% macro est_ciblee(etat) -%}
    {{ etat }}.valeur_cible is not null
    and coalesce({{ etat }}.sens, '') <> 'neutre'
    and coalesce({{ etat }}.sens is not null or {{ etat }}.valeur_initiale <> {{ etat }}.valeur_cible, true)
{%- endmacro %}

{% macro atteinte_bornee(etat) -%}
    cast({{ borner(etat ~ ".atteinte_brute_pct", 0, 100) }} as decimal(13, 10))
{%- endmacro %}
