-- One row per action and retained report, those replaced since included: what one report said of one action.
{% set code_suivi -%}
    case
        when homonymes.code_action is null or rapports.siren_depose = rapports.siren_epci then actions.code_declare
        else rapports.siren_depose || '-' || actions.code_declare
    end
{%- endset -%}
{% set code_actuel -%}
    case when dites_ensemble.rapport_id is null then coalesce(renommees.nouveau_code, {{ code_suivi }}) else {{ code_suivi }} end
{%- endset -%}
with

fusions as (
    select
        siren_epci,
        max(fin_le) as fin_le
    from {{ ref("stg_territoires__alias") }}
    group by siren_epci
),

-- Before they merged, two territories may have used the same code for two actions: those of the old one keep its SIREN.
homonymes as (
    select
        rapports.siren_epci,
        actions.code_declare as code_action
    from {{ ref("int_rapports__retenus") }} as rapports
    inner join fusions on rapports.siren_epci = fusions.siren_epci and rapports.date_situation <= fusions.fin_le
    inner join {{ ref("stg_rapports__actions") }} as actions on rapports.rapport_id = actions.rapport_id
    group by rapports.siren_epci, actions.code_declare
    having count(distinct rapports.siren_depose) > 1
),

renommees as (
    select * from {{ ref("stg_decisions__actions") }}
    where decision = 'renommee'
),

-- A report that tells both codes speaks of two actions: neither takes the other's name in it.
dites_ensemble as (
    select distinct
        actions.rapport_id,
        actions.code_declare
    from {{ ref("stg_rapports__actions") }} as actions
    inner join renommees on actions.code_declare = renommees.nouveau_code
)

select
    rapports.siren_epci,
    {{ code_actuel }} as code_action,
    rapports.siren_epci || '-' || {{ code_actuel }} as action_id,
    rapports.date_situation,
    rapports.mois_num,
    rapports.est_en_vigueur,
    rapports.connu_le,
    actions.*,
    coalesce(actions.taux_declare_pct, cast(statuts.taux_estime_pct as decimal(13, 10)))
        as taux_avancement_pct,
    actions.taux_declare_pct is null and statuts.taux_estime_pct is not null as est_taux_estime,
    case when coalesce(actions.preuve, '') = '' then 'declare' else 'justifie' end
        as niveau_preuve_code,
    {{ progression_pilote("actions") }} as atteinte_brute_pct
from {{ ref("stg_rapports__actions") }} as actions
inner join {{ ref("int_rapports__retenus") }} as rapports
    on actions.rapport_id = rapports.rapport_id
left join homonymes
    on rapports.siren_epci = homonymes.siren_epci and actions.code_declare = homonymes.code_action
left join renommees
    on rapports.siren_epci = renommees.siren_epci and renommees.code_action = {{ code_suivi }}
left join dites_ensemble
    on actions.rapport_id = dites_ensemble.rapport_id and renommees.nouveau_code = dites_ensemble.code_declare
-- Every status is one of the reference: an outer join only tells the engine that no row is lost.
left join {{ ref("statuts") }} as statuts on actions.statut_code = statuts.statut_code
