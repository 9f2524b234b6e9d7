{#- Rows whose key is not whole or not unique. -#}
{% test cle_unique(model, colonnes) %}
select
    {{ colonnes | join(", ") }},
    count(*) as lignes_nb
from {{ model }}
group by {{ colonnes | join(", ") }}
having count(*) > 1 or {% for colonne in colonnes %}{{ colonne }} is null{% if not loop.last %} or {% endif %}{% endfor %}

{% endtest %}
