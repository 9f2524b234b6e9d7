-- One row per confidential action and month in which it counts: a whole lot at once, and only what the whole lot says.
{% set etat = [
    "mois_le", "est_dernier_mois", "est_disparue", "groupe_code", "statut_code", "est_dans_perimetre",
    "est_demarree", "est_realisee", "est_active", "est_taux_estime", "base_montant_code"
] -%}
{#- Summed: given by every action of the lot, or by none. -#}
{%- set sommees = [
    "taux_avancement_pct", "temps_ecoule_pct", "atteinte_pct", "budget_prevu_eur", "montant_engage_eur",
    "montant_paye_eur", "ue_programme_eur", "ue_engage_eur", "ue_justifie_eur", "ue_paye_eur"
] -%}
{#- A median is the value of one action, an indicator the choice of one: never given. -#}
{%- set tues = [
    "glissement_jours", "est_cible_deplacee", "duree_jours", "est_sans_duree", "indicateur", "valeur_actuelle",
    "valeur_cible"
] -%}
{{ config(materialized="table") }}

with

membres as (
    select
        etats.*,
        lots.niveau,
        lots.porteur_code,
        lots.lot_code,
        lots.membres_nb,
        count(*) over lot as presents_nb,
        -- Shares are taken among actions in scope: a lot is in it as one, or does not count that month.
        count(case when etats.est_dans_perimetre then 1 end) over lot in (0, lots.membres_nb)
        and count(case when etats.groupe_code = 'abandonne' then 1 end) over lot in (0, lots.membres_nb) as est_entier,
        -- Sums are taken among fresh actions, on one base: so must the lot be.
        count(case when etats.est_fraiche then 1 end) over lot in (0, lots.membres_nb)
        and min(etats.base_montant_code) over lot = max(etats.base_montant_code) over lot as est_homogene,
        count(case when etats.est_fraiche then 1 end) over lot = lots.membres_nb as ont_nouvelles,
        count(case when etats.est_avec_echeance then 1 end) over lot = lots.membres_nb as ont_echeance,
        count(case when etats.a_fonds_europeens then 1 end) over lot = lots.membres_nb as ont_fonds_europeens,
        count(case when etats.est_ciblee then 1 end) over lot = lots.membres_nb as ont_cible,
        count(case when etats.est_statut_connu then 1 end) over lot = lots.membres_nb as ont_statut
        {%- for colonne in sommees %},
        count(etats.{{ colonne }}) over lot as {{ colonne }}_nb
        {%- endfor %}
    from {{ ref("int_actions__etat_mensuel") }} as etats
    inner join {{ ref("int_actions__lots") }} as lots on etats.action_id = lots.action_id
    where etats.est_confidentielle
    window lot as (partition by lots.lot_code, etats.mois_le)
)

select
    action_id,
    porteur_code as siren_epci,
    niveau
    {%- for colonne in etat %},
    {{ colonne }}
    {%- endfor %}
    {%- for colonne in sommees %},
    case when est_homogene and {{ colonne }}_nb = membres_nb then {{ colonne }} end as {{ colonne }}
    {%- endfor %}
    {%- for colonne in tues %},
    nullif({{ colonne }}, {{ colonne }}) as {{ colonne }}
    {%- endfor %},
    ont_nouvelles as est_fraiche,
    est_avec_echeance and ont_echeance as est_avec_echeance,
    est_en_retard and ont_echeance as est_en_retard,
    est_echeance_passee and ont_echeance as est_echeance_passee,
    a_fonds_europeens and ont_fonds_europeens as a_fonds_europeens,
    ont_cible as est_ciblee,
    ont_statut as est_statut_connu
from membres
where presents_nb = membres_nb and est_entier
