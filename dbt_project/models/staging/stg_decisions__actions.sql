-- One row per vanished action that the Région decided on: its last decision known at the second clock.
with

alias_siren as (
    select * from {{ ref("stg_territoires__alias") }}
),

classees as (
    select
        coalesce(alias_siren.siren_epci, decisions.siren_epci) as siren_epci,
        decisions.code_action,
        decisions.decision,
        decisions.nouveau_code,
        row_number() over (
            partition by coalesce(alias_siren.siren_epci, decisions.siren_epci), decisions.code_action
            order by decisions.decide_le desc, decisions.decision_id desc
        ) as rang
    from {{ source("raw", "decisions_actions") }} as decisions
    left join alias_siren on decisions.siren_epci = alias_siren.siren_ancien
    where decisions.decide_le <= {{ coupure_connu_le() }}
),

dernieres as (
    select * from classees
    where rang = 1
),

renommees as (
    select * from dernieres
    where decision = 'renommee'
)

select
    premieres.siren_epci,
    premieres.code_action,
    premieres.decision,
    -- Renamed again since, up to twice.
    coalesce(troisiemes.nouveau_code, deuxiemes.nouveau_code, premieres.nouveau_code) as nouveau_code
from dernieres as premieres
left join renommees as deuxiemes
    on premieres.siren_epci = deuxiemes.siren_epci and premieres.nouveau_code = deuxiemes.code_action
left join renommees as troisiemes
    on deuxiemes.siren_epci = troisiemes.siren_epci and deuxiemes.nouveau_code = troisiemes.code_action
