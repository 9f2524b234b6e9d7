-- One row per mesh, territory, theme and month: the sums behind the cascade of European money, in actions and euros.
{% set marches = ["programme", "engage", "justifie", "paye"] %}
{% set sommes = ["financees", "financees_nb"] %}
{%- for marche in marches %}{% do sommes.extend([marche ~ "_eur", marche ~ "_nb", marche]) %}
    {% endfor %}
with

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as financees_nb,
        sum(parts) as financees
        {%- for marche in marches %},
        coalesce(sum({{ parts_de("ue_" ~ marche ~ "_eur") }}), 0) as {{ marche }}_eur,
        count(ue_{{ marche }}_eur) as {{ marche }}_nb,
        sum(case when ue_{{ marche }}_eur is not null then parts else 0 end) as {{ marche }}
        {%- endfor %}
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre and a_fonds_europeens
    group by siren_epci, theme_code, mois_le, est_dernier_mois
)

{{ mesures_par_maille("mesures", sommes) }}
