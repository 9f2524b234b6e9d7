-- One row per month from the first retained report to the first clock; the month under way ends at that clock.
{{ config(materialized="table") }}

with

bornes as (
    select
        coalesce(min(mois_num), {{ mois_num(coupure_situation()) }}) as premier_mois_num,
        {{ mois_num(coupure_situation()) }} as dernier_mois_num
    from {{ ref("int_rapports__retenus") }}
    where est_en_vigueur
),

suite as (
    {{ suite_entiers(0, 1199) }}
),

mois as (
    select
        bornes.premier_mois_num + suite.rang as mois_num,
        bornes.dernier_mois_num
    from bornes
    inner join suite on bornes.premier_mois_num + suite.rang <= bornes.dernier_mois_num
),

fins as (
    select
        mois_num,
        dernier_mois_num,
        cast({{ dbt.last_day(dbt.dateadd("month", "mois_num - 24001", "cast('2000-01-01' as date)"), "month") }} as date) as fin_le
    from mois
),

campagnes as (
    select
        {{ mois_num("periode_fin_le") }} as mois_num,
        max(campagne_code) as campagne_code,
        max(echeance_le) as echeance_le
    from {{ ref("campagnes") }}
    group by {{ mois_num("periode_fin_le") }}
)

select
    fins.mois_num,
    least(fins.fin_le, {{ coupure_situation() }}) as mois_le,
    fins.fin_le <= {{ coupure_situation() }} as est_complet,
    fins.mois_num = fins.dernier_mois_num as est_dernier_mois,
    campagnes.campagne_code,
    campagnes.echeance_le,
    coalesce(
        fins.fin_le <= {{ coupure_situation() }}
        and campagnes.echeance_le < cast({{ coupure_connu_le() }} as date),
        false
    ) as est_echu
from fins
left join campagnes on fins.mois_num = campagnes.mois_num
