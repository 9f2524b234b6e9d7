{#- Rows of a reference file in which a column that must be filled is empty, or a value that must be alone is repeated:
one test per file, since each costs the night more than what it reads. -#}
{% test renseignee(model, remplies, uniques=[]) %}
{% for colonne in remplies %}
select
    '{{ colonne }}' as colonne,
    'vide' as defaut,
    cast(null as string) as valeur
from {{ model }}
where {{ colonne }} is null
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% for colonne in uniques %}
union all
select
    '{{ colonne }}' as colonne,
    'en double' as defaut,
    cast({{ colonne }} as string) as valeur
from {{ model }}
group by {{ colonne }}
having count(*) > 1
{% endfor %}

{% endtest %}
