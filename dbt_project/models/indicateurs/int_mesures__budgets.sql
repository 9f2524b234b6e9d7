-- One row per mesh, territory, theme, month and base (ht, ttc, non_precise): the sums behind budgets, their progress and payments.
with

par_base as (
    {{ table_du_catalogue("int_mesures__budgets") }}
)

select
    par_base.*,
    -- An action that gives its amounts in another base is not missing from this one. None but abandoned ones: 0 of 1.
    coalesce(nullif(actions.sans_montant + par_base.chiffrees, 0), 1) as chiffrables
from par_base
-- Every key is one of the actions: an outer join only tells the engine that no row is lost.
left join {{ ref("int_mesures__actions") }} as actions
    on
        par_base.maille_code = actions.maille_code
        and par_base.territoire_code = actions.territoire_code
        and par_base.theme_code = actions.theme_code
        and par_base.mois_le = actions.mois_le
