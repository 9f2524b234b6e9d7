-- One row per day of the published months: the time spine of the semantic layer.
with

bornes as (
    select
        min(mois_num) as premier_mois_num,
        max(mois_le) as fin_le
    from {{ ref("int_calendrier__mois") }}
),

debuts as (
    select
        cast({{ dbt.dateadd("month", "premier_mois_num - 24001", "cast('2000-01-01' as date)") }} as date) as debut_le,
        fin_le
    from bornes
),

suite as (
    {{ suite_entiers(0, 36599) }}
),

jours as (
    select
        cast({{ dbt.dateadd("day", "suite.rang", "debuts.debut_le") }} as date) as jour_le,
        debuts.fin_le
    from debuts
    cross join suite
)

select
    jour_le,
    {{ mois_num("jour_le") }} as mois_num
from jours
where jour_le <= fin_le
