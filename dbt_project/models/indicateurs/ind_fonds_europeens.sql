-- One row per mesh, territory, theme, month and step of the European money, and per common FEDER indicator declared.
{% set marches = ["programme", "engage", "justifie", "paye"] %}
{% set sommes = ["financees", "financees_nb"] %}
{%- for marche in marches %}{% do sommes.extend([marche ~ "_eur", marche ~ "_nb", marche]) %}
    {% endfor %}
with

etats as (
    select * from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as financees_nb,
        sum(parts) as financees
        {%- for marche in marches %},
        coalesce(sum(parts * ue_{{ marche }}_eur), 0) as {{ marche }}_eur,
        count(ue_{{ marche }}_eur) as {{ marche }}_nb,
        sum(case when ue_{{ marche }}_eur is not null then parts else 0 end) as {{ marche }}
        {%- endfor %}
    from etats
    where a_fonds_europeens
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

par_maille as (
    {{ sommes_par_maille("mesures", sommes) }}
),

cascade as (
    select
        *,
        -- The envelope is a figure of the whole region: elsewhere what remains is counted from what was programmed.
        case
            when maille_code = 'region'
                then {{ seuil("enveloppe_feder_numerique_eur") }}
            else {{ en_actions("programme_eur") }}
        end as disponible_eur
    from par_maille
),

declares as (
    select
        *,
        upper(substring(trim(indicateur), 1, 5)) as code_feder
    from etats
    where upper(substring(trim(indicateur), 1, 5)) in ('RCO13', 'RCO14', 'RCR11', 'RCR12', 'RCR13')
),

mesures_feder as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        code_feder,
        count(valeur_actuelle) as valeurs_nb,
        sum(parts) as declarees,
        sum(case when valeur_actuelle is not null then parts else 0 end) as valeurs,
        coalesce(sum(parts * cast(valeur_actuelle as decimal(18, 4))), 0) as cumul
    from declares
    group by siren_epci, theme_code, mois_le, est_dernier_mois, code_feder
),

feder_par_maille as (
    {{ sommes_par_maille(
        "mesures_feder", ["valeurs_nb", "declarees", "valeurs", "cumul"], cles=["code_feder"]
    ) }}
)

{% for marche in marches %}
{{ indicateur(
    "cascade", "cascade_europeenne", en_actions(marche ~ "_eur"), en_actions(marche), marche ~ "_nb",
    modalite="'" ~ marche ~ "'",
    valeur="case when " ~ marche ~ "_nb > 0 then " ~ en_actions(marche ~ "_eur") ~ " end",
    observe="100 * " ~ en_actions(marche) ~ " / nullif(" ~ en_actions("financees") ~ ", 0)"
) }}
union all
{% endfor %}
{{ indicateur(
    "cascade", "cascade_europeenne", "disponible_eur - " ~ en_actions("paye_eur"), en_actions("financees"),
    "financees_nb", modalite="'reste_a_concretiser'", valeur="disponible_eur - " ~ en_actions("paye_eur"),
    observe="100 * " ~ en_actions("paye") ~ " / nullif(" ~ en_actions("financees") ~ ", 0)"
) }}
union all
{{ indicateur(
    "cascade", "cascade_europeenne", "disponible_eur", en_actions("financees"), "financees_nb",
    modalite="'enveloppe'", valeur="disponible_eur", filtre="maille_code = 'region'"
) }}
union all
{{ indicateur(
    "feder_par_maille", "indicateurs_feder", en_actions("cumul"), en_actions("valeurs"), "valeurs_nb",
    modalite="code_feder", valeur="case when valeurs_nb > 0 then " ~ en_actions("cumul") ~ " end",
    observe="100 * " ~ en_actions("valeurs") ~ " / nullif(" ~ en_actions("declarees") ~ ", 0)"
) }}
