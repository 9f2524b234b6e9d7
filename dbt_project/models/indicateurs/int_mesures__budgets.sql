-- One row per mesh, territory, theme, month and base (ht, ttc, non_precise): the sums behind budgets and payments.
{% set sommes = [
    "perimetre", "prevus", "prevus_nb", "prevu_eur", "engageables", "engageables_nb", "engageable_eur", "engage_eur",
    "payables", "payables_nb", "payable_eur", "paye_eur"
] %}
with

etats as (
    select
        *,
        budget_prevu_eur is not null and montant_engage_eur is not null as donne_engagement,
        montant_engage_eur is not null and montant_paye_eur is not null as donne_paiement
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        base_montant_code,
        sum(parts) as perimetre,
        sum(case when budget_prevu_eur is not null then parts else 0 end) as prevus,
        count(budget_prevu_eur) as prevus_nb,
        sum(parts * budget_prevu_eur) as prevu_eur,
        sum(case when donne_engagement then parts else 0 end) as engageables,
        count(case when donne_engagement then 1 end) as engageables_nb,
        sum(case when donne_engagement then parts * budget_prevu_eur end) as engageable_eur,
        sum(case when donne_engagement then parts * montant_engage_eur end) as engage_eur,
        sum(case when donne_paiement then parts else 0 end) as payables,
        count(case when donne_paiement then 1 end) as payables_nb,
        sum(case when donne_paiement then parts * montant_engage_eur end) as payable_eur,
        sum(case when donne_paiement then parts * montant_paye_eur end) as paye_eur
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois, base_montant_code
),

par_base as (
    {{ sommes_par_maille("mesures", sommes, cles=["base_montant_code"]) }}
),

toutes_bases as (
    select
        maille_code,
        territoire_code,
        theme_code,
        mois_le,
        sum(perimetre) as toutes_bases
    from par_base
    group by maille_code, territoire_code, theme_code, mois_le
),

ensemble as (
    select
        par_base.*,
        toutes_bases.toutes_bases
    from par_base
    inner join toutes_bases
        on
            par_base.maille_code = toutes_bases.maille_code
            and par_base.territoire_code = toutes_bases.territoire_code
            and par_base.theme_code = toutes_bases.theme_code
            and par_base.mois_le = toutes_bases.mois_le
)

select
    maille_code,
    territoire_code,
    theme_code,
    mois_le,
    est_dernier_mois,
    base_montant_code,
    {{ mesures_en_actions(sommes + ["toutes_bases"]) }}
from ensemble
