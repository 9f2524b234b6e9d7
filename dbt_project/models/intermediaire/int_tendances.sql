-- One row per followed indicator of actions, mesh, territory and theme: now and at the previous session, over the same actions.
{#- What each action is worth in an indicator, in percent; nothing when it is not known, or not of those it counts. -#}
{% set mesures = {
    "avancement": "etat.taux_avancement_pct",
    "taux_demarrage": "case when etat.est_statut_connu then case when etat.est_demarree then 100 else 0 end end",
    "taux_realisation": "case when etat.est_statut_connu then case when etat.est_realisee then 100 else 0 end end",
    "taux_blocage": "case when etat.est_statut_connu then case when etat.statut_code = 'bloque' then 100 else 0 end end",
    "taux_retard": "case when etat.est_avec_echeance then case when etat.est_en_retard then 100 else 0 end end",
    "atteinte_cibles": "case when etat.est_ciblee then etat.atteinte_pct end",
} -%}
{{ config(materialized="table") }}

with

-- Confidential actions are left out: a lot that entered or left between the two dates would tell them apart.
maintenant as (
    select
        etats.*,
        ensembles.theme_code,
        ensembles.parts
    from {{ ref("int_actions__etat_mensuel") }} as etats
    inner join (
        select * from {{ ref("int_themes__ensembles") }}
        union all
        select distinct
            themes_num,
            'tous' as theme_code,
            {{ parts_par_action() }} as parts
        from {{ ref("int_themes__ensembles") }}
    ) as ensembles on etats.themes_num = ensembles.themes_num
    where
        etats.est_dernier_mois
        and etats.est_dans_perimetre
        and not etats.est_confidentielle
),

-- The same actions: told at both dates, in scope, with the same target.
alors as (
    select
        avant.*,
        actuels.est_rapportee
    from {{ ref("int_actions__etat_seance") }} as avant
    inner join {{ ref("int_actions__etat_mensuel") }} as actuels on avant.action_id = actuels.action_id
    where
        actuels.est_dernier_mois
        and actuels.est_rapportee
        and avant.est_dans_perimetre
        and not avant.est_confidentielle
        and (
            avant.valeur_cible = actuels.valeur_cible
            or (avant.valeur_cible is null and actuels.valeur_cible is null)
        )
),

valeurs as (
    {%- for code, mesure in mesures.items() %}
    select
        maintenant.siren_epci,
        maintenant.theme_code,
        maintenant.mois_le,
        maintenant.est_dernier_mois,
        maintenant.parts,
        '{{ code }}' as indicateur_code,
        {{ mesure | replace("etat.", "maintenant.") }} as maintenant_pct,
        {{ mesure | replace("etat.", "alors.") }} as alors_pct
    from maintenant
    left join alors on maintenant.action_id = alors.action_id
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        indicateur_code,
        sum(parts) as connues,
        sum(case when alors_pct is not null then parts else 0 end) as communes,
        sum(case when alors_pct is not null then {{ parts_de("maintenant_pct") }} else 0 end) as maintenant_cumul,
        sum(case when alors_pct is not null then {{ parts_de("alors_pct") }} else 0 end) as alors_cumul,
        count(alors_pct) as comparees_nb
    from valeurs
    where maintenant_pct is not null
    group by siren_epci, theme_code, mois_le, est_dernier_mois, indicateur_code
),

sommes as (
    {{ mesures_par_maille(
        "mesures", ["connues", "communes", "maintenant_cumul", "alors_cumul", "comparees_nb"], cles=["indicateur_code"]
    ) }}
)

select
    indicateur_code,
    maille_code,
    territoire_code,
    theme_code,
    mois_le,
    comparees_nb,
    least(100.0, 100e0 * communes / connues) as couverture_pct,
    maintenant_cumul / communes as maintenant_pct,
    alors_cumul / communes as alors_pct,
    (maintenant_cumul - alors_cumul) / communes as tendance
from sommes
where comparees_nb > 0
