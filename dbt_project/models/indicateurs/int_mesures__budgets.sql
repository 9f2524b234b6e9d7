-- One row per mesh, territory, theme, month and base (ht, ttc, non_precise): the sums behind budgets, their progress and payments.
{% set sommes = [
    "prevus", "prevus_nb", "prevu_eur", "observes_nb", "observe_eur", "avancement_cumul",
    "engageables", "engageables_nb", "engageable_eur", "engage_eur", "payables", "payables_nb", "payable_eur", "paye_eur"
] %}
with

etats as (
    select
        *,
        est_rapportee and taux_avancement_pct is not null as est_observee,
        budget_prevu_eur is not null and montant_engage_eur is not null as donne_engagement,
        montant_engage_eur is not null and montant_paye_eur is not null as donne_paiement
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre and (budget_prevu_eur is not null or montant_engage_eur is not null)
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        base_montant_code,
        sum(case when budget_prevu_eur is not null then parts else 0 end) as prevus,
        count(budget_prevu_eur) as prevus_nb,
        sum({{ parts_de("budget_prevu_eur") }}) as prevu_eur,
        count(case when est_observee and budget_prevu_eur > 0 then 1 end) as observes_nb,
        sum(case when est_observee then {{ parts_de("budget_prevu_eur") }} else 0 end) as observe_eur,
        sum(
            case
                when est_observee
                    then {{ parts_de("cast(budget_prevu_eur as double) * taux_avancement_pct") }}
                else 0
            end
        ) as avancement_cumul,
        sum(case when donne_engagement then parts else 0 end) as engageables,
        count(case when donne_engagement then 1 end) as engageables_nb,
        sum(case when donne_engagement then {{ parts_de("budget_prevu_eur") }} end) as engageable_eur,
        sum(case when donne_engagement then {{ parts_de("montant_engage_eur") }} end) as engage_eur,
        sum(case when donne_paiement then parts else 0 end) as payables,
        count(case when donne_paiement then 1 end) as payables_nb,
        sum(case when donne_paiement then {{ parts_de("montant_engage_eur") }} end) as payable_eur,
        sum(case when donne_paiement then {{ parts_de("montant_paye_eur") }} end) as paye_eur
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois, base_montant_code
),

par_base as (
    {{ mesures_par_maille("mesures", sommes, cles=["base_montant_code"]) }}
)

select
    par_base.*,
    statuts.perimetre
from par_base
-- Every key is one of the statuses: an outer join only tells the engine that no row is lost.
left join {{ ref("int_mesures__statuts") }} as statuts
    on
        par_base.maille_code = statuts.maille_code
        and par_base.territoire_code = statuts.territoire_code
        and par_base.theme_code = statuts.theme_code
        and par_base.mois_le = statuts.mois_le
