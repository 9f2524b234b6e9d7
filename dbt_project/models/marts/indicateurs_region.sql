-- One row per region and month: the main indicators side by side.
{% set colonnes = colonnes_territoires() %}{% do colonnes.update(colonnes_actions()) %}
with

large as (
    select
        territoire_code as region_code,
        mois_le,
        {{ colonnes_larges(colonnes) }}
    from {{ ref("fct_indicateurs") }}
    where maille_code = 'region'
    group by territoire_code, mois_le
)

select
    large.*,
    mois.est_dernier_mois as dernier_mois
from large
inner join {{ ref("dim_dates") }} as mois on large.mois_le = mois.mois_le
