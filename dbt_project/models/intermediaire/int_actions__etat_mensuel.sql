-- One row per action and month from its first report on: its last known state, carried forward when no report renews it.
{{ config(materialized="table") }}
{#- Done in its first report, on a day that nobody gives: how long it took is not known. -#}
{% set sans_duree -%}
    (
        statuts.est_realisee
        and etats.date_fin_reelle is null
        and premieres_annonces.realisation_constatee_le = premieres_annonces.vue_le
    )
{%- endset %}
{#- No longer told by the report in force, and not because its row was set aside. -#}
{% set est_absente = "etats.date_situation < en_vigueur.date_situation and ecartees.code_action is null" %}
{#- The Région's word on it, from the first report that no longer tells it. -#}
{% set est_dite_abandonnee -%}
    coalesce({{ est_absente }} and decisions.decision = 'abandonnee', false)
{%- endset %}

with

mois as (
    select * from {{ ref("int_calendrier__mois") }}
),

-- Each month of each period of months: observations meet theirs by equality, where a join on inequalities would sort them.
periodes as (
    select
        debuts.mois_num as debut_num,
        fins.mois_num as fin_num,
        mois.mois_le,
        mois.est_dernier_mois
    from mois as debuts
    inner join mois as fins on debuts.mois_num <= fins.mois_num
    inner join mois on debuts.mois_num <= mois.mois_num and fins.mois_num >= mois.mois_num
),

-- An observation stands until the month before the next one. Kept narrow: texts and amounts are not sorted.
suites as (
    select
        rapport_id,
        feuille,
        ligne,
        coalesce(
            lead(mois_num) over (
                partition by siren_epci, code_action
                order by date_situation, connu_le, rapport_id, feuille, ligne
            ) - 1,
            (select max(mois.mois_num) from mois)
        ) as fin_num
    from {{ ref("int_actions__observations") }}
),

premieres_annonces as (
    select
        siren_epci,
        code_action,
        {{ premier_connu("date_fin_prevue", "date_situation") }} as date_fin_initiale,
        min(case when date_fin_prevue is not null then date_situation end) as fin_annoncee_le,
        {{ premier_connu("valeur_cible", "date_situation") }} as cible_initiale,
        min(case when valeur_cible is not null then date_situation end) as cible_annoncee_le,
        min(date_situation) as vue_le,
        min(case when statut_code = 'realise' then date_situation end) as realisation_constatee_le
    from {{ ref("int_actions__observations") }}
    group by siren_epci, code_action
),

etats as (
    select
        observations.*,
        periodes.mois_le,
        periodes.est_dernier_mois
    -- Outer, so that rows stay in the order of reports: those of one territory and month are summed together.
    from {{ ref("int_actions__observations") }} as observations
    left join suites
        on
            observations.rapport_id = suites.rapport_id
            and observations.feuille = suites.feuille
            and observations.ligne = suites.ligne
    -- An observation followed by another of the same month has no period: the later one stands for it.
    inner join periodes on observations.mois_num = periodes.debut_num and suites.fin_num = periodes.fin_num
)

select
    etats.action_id,
    etats.siren_epci,
    etats.code_action,
    etats.mois_le,
    etats.est_dernier_mois,
    etats.rapport_id,
    etats.feuille,
    etats.ligne,
    etats.date_situation as situation_le,
    etats.connu_le,
    etats.date_situation >= en_vigueur.date_situation as est_rapportee,
    (etats.date_situation >= en_vigueur.date_situation or {{ est_dite_abandonnee }}) and en_vigueur.est_a_jour as est_fraiche,
    {{ est_absente }} and decisions.decision is null as est_disparue,
    statuts.statut_code,
    statuts.groupe_code,
    statuts.groupe_code <> 'non_renseigne' as est_statut_connu,
    statuts.est_dans_perimetre,
    statuts.est_demarree,
    statuts.est_realisee,
    statuts.est_dans_perimetre and statuts.groupe_code <> 'non_renseigne' as est_active,
    etats.taux_avancement_pct,
    etats.est_taux_estime,
    etats.retard_declare,
    etats.meteo_code,
    statuts.est_dans_perimetre and etats.date_fin_prevue is not null as est_avec_echeance,
    {{ est_en_retard("etats", "statuts") }} as est_en_retard,
    -- What fell due since the report is not known to be late: the report speaks of its own day.
    statuts.est_dans_perimetre
    and not statuts.est_realisee
    and coalesce(etats.date_fin_prevue >= etats.date_situation and etats.date_fin_prevue < etats.mois_le, false)
        as est_echeance_passee,
    coalesce(etats.date_debut_reelle, etats.date_debut_prevue) as debut_le,
    etats.date_fin_prevue,
    case
        when premieres_annonces.fin_annoncee_le <= etats.mois_le then premieres_annonces.date_fin_initiale
    end as fin_initiale_le,
    -- A first announcement is not a shift of zero days.
    case
        when premieres_annonces.fin_annoncee_le < etats.date_situation
            then {{ jours_entre("premieres_annonces.date_fin_initiale", "etats.date_fin_prevue") }}
    end as glissement_jours,
    case
        when etats.date_fin_prevue > coalesce(etats.date_debut_reelle, etats.date_debut_prevue)
            then cast(
                {{ borner(
                    "100e0 * " ~ jours_entre("coalesce(etats.date_debut_reelle, etats.date_debut_prevue)", "etats.date_situation")
                    ~ " / " ~ jours_entre("coalesce(etats.date_debut_reelle, etats.date_debut_prevue)", "etats.date_fin_prevue"),
                    0, 100
                ) }} as decimal(13, 10)
            )
        when etats.date_fin_prevue <= coalesce(etats.date_debut_reelle, etats.date_debut_prevue) then 100
    end as temps_ecoule_pct,
    premieres_annonces.realisation_constatee_le,
    etats.atteinte_brute_pct,
    {{ atteinte_bornee("etats") }} as atteinte_pct,
    {{ est_ciblee("etats") }} as est_ciblee,
    case
        when premieres_annonces.cible_annoncee_le < etats.date_situation
            then etats.valeur_cible <> premieres_annonces.cible_initiale
    end as est_cible_deplacee,
    case when statuts.est_demarree then {{ sans_duree }} end as est_sans_duree,
    case
        when
            statuts.est_demarree
            and coalesce(etats.date_debut_reelle, etats.date_debut_prevue) <= etats.mois_le
            and not {{ sans_duree }}
            then greatest(
                0,
                {{ jours_entre(
                    "coalesce(etats.date_debut_reelle, etats.date_debut_prevue)",
                    "case when statuts.est_realisee then least(etats.mois_le, coalesce(etats.date_fin_reelle, premieres_annonces.realisation_constatee_le)) else etats.date_situation end"
                ) }}
            )
    end as duree_jours,
    etats.budget_prevu_eur,
    etats.montant_engage_eur,
    etats.montant_paye_eur,
    etats.base_montant_code,
    etats.indicateur,
    etats.valeur_actuelle,
    etats.valeur_cible,
    etats.service_pilote,
    coalesce(ensembles_themes.themes_num, 0) as themes_num,
    fonds_europeens.rapport_id is not null as a_fonds_europeens,
    fonds_europeens.ue_programme_eur,
    fonds_europeens.ue_engage_eur,
    fonds_europeens.ue_justifie_eur,
    fonds_europeens.ue_paye_eur,
    etats.est_confidentielle
from etats
-- Each of these finds its row: outer joins only tell the engine that no state is lost.
left join premieres_annonces
    on
        etats.siren_epci = premieres_annonces.siren_epci
        and etats.code_action = premieres_annonces.code_action
left join {{ ref("int_rapports__en_vigueur_mensuel") }} as en_vigueur
    on etats.siren_epci = en_vigueur.siren_epci and etats.mois_le = en_vigueur.mois_le
left join {{ ref("int_actions__ecartees") }} as ecartees
    on
        etats.siren_epci = ecartees.siren_epci
        and en_vigueur.date_situation = ecartees.date_situation
        and etats.code_action = ecartees.code_action
left join {{ ref("stg_decisions__actions") }} as decisions
    on etats.siren_epci = decisions.siren_epci and etats.code_action = decisions.code_action
left join {{ ref("statuts") }} as statuts
    on case when {{ est_dite_abandonnee }} then 'abandonne' else etats.statut_code end = statuts.statut_code
left join {{ ref("int_actions__fonds_europeens") }} as fonds_europeens
    on
        etats.rapport_id = fonds_europeens.rapport_id
        and etats.feuille = fonds_europeens.feuille
        and etats.ligne = fonds_europeens.ligne
left join {{ ref("int_actions__ensembles_themes") }} as ensembles_themes
    on
        etats.rapport_id = ensembles_themes.rapport_id
        and etats.feuille = ensembles_themes.feuille
        and etats.ligne = ensembles_themes.ligne
