-- One row per money indicator, mesh, territory, theme, month and base (ht, ttc, non_precise): never two bases together.
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

par_maille as (
    select
        *,
        sum(perimetre)
            over (partition by maille_code, territoire_code, theme_code, mois_le)
            as toutes_bases
    from par_base
)

{{ indicateur(
    "par_maille", "budget_prevu", en_actions("prevu_eur"), en_actions("prevus"), "prevus_nb",
    modalite="base_montant_code", valeur=en_actions("prevu_eur"),
    observe="100 * " ~ en_actions("prevus") ~ " / nullif(" ~ en_actions("toutes_bases") ~ ", 0)",
    filtre="prevus_nb > 0"
) }}
union all
{{ indicateur(
    "par_maille", "taux_engagement", en_actions("engage_eur"), en_actions("engageable_eur"), "engageables_nb",
    modalite="base_montant_code",
    observe="100 * " ~ en_actions("engageables") ~ " / nullif(" ~ en_actions("toutes_bases") ~ ", 0)",
    filtre="engageables_nb > 0"
) }}
union all
{{ indicateur(
    "par_maille", "taux_paiement", en_actions("paye_eur"), en_actions("payable_eur"), "payables_nb",
    modalite="base_montant_code",
    observe="100 * " ~ en_actions("payables") ~ " / nullif(" ~ en_actions("toutes_bases") ~ ", 0)",
    filtre="payables_nb > 0"
) }}
