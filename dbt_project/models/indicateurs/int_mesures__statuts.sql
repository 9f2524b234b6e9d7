-- One row per mesh, territory, theme and month: the sums behind the status indicators, in actions.
{% set groupes = ["fait", "en_cours", "programme", "bloque", "non_renseigne"] -%}
{%- set drapeaux = {
    "perimetre": "est_dans_perimetre",
    "demarrees": "est_dans_perimetre and est_demarree",
    "realisees": "est_dans_perimetre and est_realisee",
    "bloquees": "est_dans_perimetre and statut_code = 'bloque'",
    "abandonnees": "groupe_code = 'abandonne'",
} -%}
{%- for groupe in groupes %}
    {%- do drapeaux.update({groupe: "est_dans_perimetre and groupe_code = '" ~ groupe ~ "'"}) %}
{%- endfor -%}
{%- set sommes = ["perimetre_nb", "toutes_nb", "toutes", "observees", "toutes_observees"] -%}
{%- for nom in drapeaux %}
    {%- do sommes.append(nom) %}
    {%- if nom != "perimetre" %}{% do sommes.append(nom ~ "_obs") %}{% endif %}
{%- endfor -%}
with

-- Reported = named in the report in force with a status that says something.
etats as (
    select
        *,
        est_rapportee and groupe_code <> 'non_renseigne' as est_observee
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre or groupe_code = 'abandonne'
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(case when est_dans_perimetre then 1 end) as perimetre_nb,
        count(*) as toutes_nb,
        sum(parts) as toutes,
        sum(case when est_dans_perimetre and est_observee then parts else 0 end) as observees,
        sum(case when est_observee then parts else 0 end) as toutes_observees
        {%- for nom, condition in drapeaux.items() %},
        sum(case when {{ condition }} then parts else 0 end) as {{ nom }}
        {%- if nom != "perimetre" %},
        sum(case when est_observee and {{ condition }} then parts else 0 end) as {{ nom }}_obs
        {%- endif %}
        {%- endfor %}
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois
)

{{ mesures_par_maille("mesures", sommes) }}
