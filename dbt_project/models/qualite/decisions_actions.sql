-- One row per decision of the Région about an action that the reports no longer tell.
select
    decisions.decision_id,
    coalesce(alias_siren.siren_epci, decisions.siren_epci) as siren_epci,
    decisions.code_action,
    decisions.decision,
    decisions.nouveau_code,
    decisions.motif,
    decisions.decide_par,
    decisions.decide_le,
    row_number() over (
        partition by coalesce(alias_siren.siren_epci, decisions.siren_epci), decisions.code_action
        order by decisions.decide_le desc, decisions.decision_id desc
    ) = 1 as est_en_vigueur
from {{ source("raw", "decisions_actions") }} as decisions
left join {{ ref("stg_territoires__alias") }} as alias_siren on decisions.siren_epci = alias_siren.siren_ancien
where decisions.decide_le <= {{ coupure_connu_le() }}
