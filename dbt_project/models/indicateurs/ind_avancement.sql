-- One row per mesh, territory, theme, month and part: avancement, ecart_calendrier and atteinte_cibles.
{% set bases = ["ht", "ttc", "non_precise"] -%}
{%- set sommes = [
    "perimetre", "perimetre_nb", "rapportees", "observees_nb", "observees", "estimees", "cumul",
    "datees", "datees_obs", "datees_obs_nb", "ecart_cumul", "sans_dates",
    "ciblees", "ciblees_obs", "ciblees_obs_nb", "atteinte_cumul", "sans_cible"
] -%}
{%- for base in bases %}
    {%- do sommes.extend([
        "budget_" ~ base, "budget_obs_" ~ base, "budget_cumul_" ~ base, "budget_obs_nb_" ~ base
    ]) %}
{%- endfor -%}
with

etats as (
    select
        *,
        est_rapportee and taux_avancement_pct is not null as est_observee,
        parts * coalesce(budget_prevu_eur, 0) as parts_budget
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        sum(parts) as perimetre,
        count(*) as perimetre_nb,
        sum(case when est_rapportee then parts else 0 end) as rapportees,
        count(case when est_observee then 1 end) as observees_nb,
        sum(case when est_observee then parts else 0 end) as observees,
        sum(case when est_observee and est_taux_estime then parts else 0 end) as estimees,
        sum(case when est_observee then parts * taux_avancement_pct else 0 end) as cumul,
        sum(case when temps_ecoule_pct is not null then parts else 0 end) as datees,
        sum(case when temps_ecoule_pct is null then parts else 0 end) as sans_dates,
        sum(case when est_observee and temps_ecoule_pct is not null then parts else 0 end)
            as datees_obs,
        count(case when est_observee and temps_ecoule_pct is not null then 1 end) as datees_obs_nb,
        sum(
            case
                when est_observee and temps_ecoule_pct is not null
                    then parts * (taux_avancement_pct - temps_ecoule_pct)
                else 0
            end
        ) as ecart_cumul,
        sum(case when valeur_cible is not null then parts else 0 end) as ciblees,
        sum(case when valeur_cible is null then parts else 0 end) as sans_cible,
        sum(case when est_rapportee and atteinte_pct is not null then parts else 0 end)
            as ciblees_obs,
        count(case when est_rapportee and atteinte_pct is not null then 1 end) as ciblees_obs_nb,
        sum(
            case
                when est_rapportee and atteinte_pct is not null then parts * atteinte_pct else 0
            end
        )
            as atteinte_cumul
        {%- for base in bases %},
        sum(case when base_montant_code = '{{ base }}' then parts_budget else 0 end)
            as budget_{{ base }},
        sum(
            case when est_observee and base_montant_code = '{{ base }}' then parts_budget else 0 end
        )
            as budget_obs_{{ base }},
        sum(
            case
                when est_observee and base_montant_code = '{{ base }}'
                    then
                        cast(
                            cast(parts_budget as double)
                            * cast(taux_avancement_pct as double) as decimal(38, 6)
                        )
                else 0
            end
        ) as budget_cumul_{{ base }},
        count(
            case
                when
                    est_observee and base_montant_code = '{{ base }}' and budget_prevu_eur > 0
                    then 1
            end
        )
            as budget_obs_nb_{{ base }}
        {%- endfor %}
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

par_maille as (
    {{ sommes_par_maille("mesures", sommes) }}
)

{{ indicateur(
    "par_maille", "avancement", en_actions("cumul"), en_actions("observees"), "observees_nb",
    facteur=1, plafond=100, base=en_actions("perimetre"), observe=en_actions("observees")
) }}
union all
{{ indicateur(
    "par_maille", "avancement", en_actions("estimees"), en_actions("observees"), "observees_nb",
    modalite="'estime_statut'",
    observe="100 * " ~ en_actions("observees") ~ " / nullif(" ~ en_actions("perimetre") ~ ", 0)"
) }}
{% for base in bases %}
union all
{{ indicateur(
    "par_maille", "avancement", en_actions("budget_cumul_" ~ base), en_actions("budget_obs_" ~ base),
    "budget_obs_nb_" ~ base, modalite="'budget_" ~ base ~ "'", facteur=1, plafond=100,
    base=en_actions("budget_" ~ base), observe=en_actions("budget_obs_" ~ base),
    filtre="budget_" ~ base ~ " > 0"
) }}
{% endfor %}
union all
{{ indicateur(
    "par_maille", "ecart_calendrier", en_actions("ecart_cumul"), en_actions("datees_obs"), "datees_obs_nb",
    facteur=1, plancher=-100, plafond=100, base=en_actions("datees"), observe=en_actions("datees_obs")
) }}
union all
{{ indicateur(
    "par_maille", "ecart_calendrier", en_actions("sans_dates"), en_actions("perimetre"), "perimetre_nb",
    modalite="'sans_dates'",
    observe="100 * " ~ en_actions("rapportees") ~ " / nullif(" ~ en_actions("perimetre") ~ ", 0)"
) }}
union all
{{ indicateur(
    "par_maille", "atteinte_cibles", en_actions("atteinte_cumul"), en_actions("ciblees_obs"), "ciblees_obs_nb",
    facteur=1, plafond=100, base=en_actions("ciblees"), observe=en_actions("ciblees_obs")
) }}
union all
{{ indicateur(
    "par_maille", "atteinte_cibles", en_actions("sans_cible"), en_actions("perimetre"), "perimetre_nb",
    modalite="'sans_cible'",
    observe="100 * " ~ en_actions("rapportees") ~ " / nullif(" ~ en_actions("perimetre") ~ ", 0)"
) }}
