-- One row per value of an indicator of the catalogue, unit that says it, kind and day: sent in the long format, else with an action.
{#- What no count, rate or amount reaches: larger values would break the sums. -#}
{% set demesure = "999999999999" %}
with

longues as (
    select
        valeurs.identifiant_indic,
        valeurs.siren_epci,
        valeurs.siren_declare as unite_code,
        valeurs.siren_declare <> valeurs.siren_epci as est_ancienne,
        valeurs.date_valeur,
        valeurs.type_valeur,
        valeurs.valeur,
        valeurs.connu_le
    from {{ ref("fct_valeurs_declarees") }} as valeurs
    inner join {{ ref("indicateurs_declares") }} as catalogue on valeurs.identifiant_indic = catalogue.identifiant_indic
),

-- A territory that sends an indicator in the long format is not counted again by its actions.
transmises as (
    select distinct
        identifiant_indic,
        siren_epci
    from longues
),

-- The code comes first in what the action says of its indicator: « RCO14 Services ouverts ».
nommees as (
    select
        catalogue.identifiant_indic,
        actions.siren_epci,
        actions.action_id,
        actions.date_situation,
        actions.connu_le,
        actions.valeur_initiale,
        actions.valeur_actuelle,
        actions.valeur_cible,
        actions.date_fin_prevue,
        row_number() over (
            partition by actions.action_id, catalogue.identifiant_indic
            order by actions.date_situation desc, actions.connu_le desc, actions.rapport_id desc, actions.feuille desc, actions.ligne desc
        ) as rang
    from {{ ref("int_actions__observations") }} as actions
    inner join {{ ref("indicateurs_declares") }} as catalogue
        on {{ code_en_tete("actions.indicateur") }} = catalogue.identifiant_indic
    left join transmises
        on actions.siren_epci = transmises.siren_epci and catalogue.identifiant_indic = transmises.identifiant_indic
    where not actions.est_confidentielle and transmises.siren_epci is null
),

-- What an action was worth is of the day of each report; where it comes from and goes to, of the last.
des_actions as (
    select
        identifiant_indic,
        siren_epci,
        action_id,
        date_situation as date_valeur,
        'va' as type_valeur,
        valeur_actuelle as valeur,
        connu_le
    from nommees
    union all
    select
        identifiant_indic,
        siren_epci,
        action_id,
        date_situation as date_valeur,
        'vi' as type_valeur,
        valeur_initiale as valeur,
        connu_le
    from nommees
    where rang = 1
    union all
    select
        identifiant_indic,
        siren_epci,
        action_id,
        date_fin_prevue as date_valeur,
        'vc' as type_valeur,
        valeur_cible as valeur,
        connu_le
    from nommees
    where rang = 1
)

select
    identifiant_indic,
    siren_epci,
    unite_code,
    cast(null as string) as action_id,
    est_ancienne,
    date_valeur,
    type_valeur,
    valeur,
    connu_le
from longues
where abs(valeur) <= {{ demesure }}
union all
select
    identifiant_indic,
    siren_epci,
    action_id as unite_code,
    action_id,
    false as est_ancienne,
    date_valeur,
    type_valeur,
    valeur,
    connu_le
from des_actions
where abs(valeur) <= {{ demesure }}
