{#- Rows of the catalogue of declared indicators that cannot be computed: a word that is not one of `admises`, a rate without its
two parts or in another unit than the hundredth, a part that is itself a rate or no indicator. One test, as in `renseignee`. -#}
{% test declares_coherents(model, admises) %}
{% for colonne, valeurs in admises.items() %}
select
    identifiant_indic,
    '{{ colonne }}' as colonne
from {{ model }}
where {{ colonne }} not in ('{{ valeurs | join("', '") }}')
union all
{% endfor %}
select
    identifiant_indic,
    'unite' as colonne
from {{ model }}
where agregation_territoires = 'taux' and unite <> 'pct'
{% for colonne in ["numerateur_indic", "denominateur_indic"] %}
union all
select
    taux.identifiant_indic,
    '{{ colonne }}' as colonne
from {{ model }} as taux
left join {{ model }} as parts on taux.{{ colonne }} = parts.identifiant_indic and parts.agregation_territoires <> 'taux'
where (taux.agregation_territoires = 'taux') <> (parts.identifiant_indic is not null)
    or (taux.agregation_territoires <> 'taux' and taux.{{ colonne }} is not null)
{% endfor %}

{% endtest %}
