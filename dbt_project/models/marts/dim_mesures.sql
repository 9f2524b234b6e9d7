-- One row per part of an indicator: what it counts, over what, and the column of the wide tables that shows it.
select
    parties.indicateur_code,
    parties.modalite_code,
    parties.libelle,
    coalesce(parties.unite, indicateurs.unite) as unite,
    parties.numerateur_fait,
    parties.denominateur_fait,
    parties.colonne
from (
    {%- for partie in parties_du_catalogue() %}
    select
        cast('{{ partie.indicateur }}' as string) as indicateur_code,
        cast('{{ partie.modalite }}' as string) as modalite_code,
        cast('{{ partie.libelle | replace("'", "''") }}' as string) as libelle,
        cast({{ "'" ~ partie.unite ~ "'" if partie.unite else "null" }} as string) as unite,
        cast({{ "'" ~ partie.numerateur ~ "'" if partie.numerateur else "null" }} as string) as numerateur_fait,
        cast({{ "'" ~ partie.denominateur ~ "'" if partie.denominateur else "null" }} as string) as denominateur_fait,
        cast({{ "'" ~ partie.colonne ~ "'" if partie.colonne else "null" }} as string) as colonne
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
) as parties
inner join {{ ref("indicateurs") }} as indicateurs on parties.indicateur_code = indicateurs.indicateur_code
