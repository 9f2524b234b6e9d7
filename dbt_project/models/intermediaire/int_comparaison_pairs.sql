-- One row per followed indicator, intercommunalité and month: its value beside those of the others most like it.
{#- From the most alike to the whole region: how far the comparison widens, and what it is then called. -#}
{% set niveaux = {
    0: "nature_code || ' | ' || classe_population || ' | ' || typologie_densite",
    1: "nature_code || ' | ' || classe_population",
    2: "nature_code",
    3: "'toute la région'",
} -%}
{{ config(materialized="table") }}

with

valeurs as (
    select * from {{ ref("int_indicateurs") }}
    where
        indicateur_code in {{ indicateurs_suivis() }}
        and maille_code = 'epci'
        and modalite_code = 'total'
        and valeur is not null
),

groupes as (
    select
        indicateur_code,
        siren_epci,
        mois_le,
        niveau_retenu,
        est_resserre,
        count(*) as groupe_nb,
        count(valeur) as pairs_nb,
        {{ quantile("valeur", 0.25) }} as premier_quartile,
        {{ quantile("valeur", 0.5) }} as mediane,
        {{ quantile("valeur", 0.75) }} as troisieme_quartile,
        -- The same whatever the order of the rows.
        {{ somme_exacte("valeur") }} / nullif(count(valeur), 0) as moyenne
    from {{ ref("int_pairs__retenus") }}
    group by indicateur_code, siren_epci, mois_le, niveau_retenu, est_resserre
),

publies as (
    select
        *,
        pairs_nb >= {{ seuil("effectif_minimal_nb") }} as est_publie
    from groupes
)

select
    valeurs.indicateur_code,
    valeurs.territoire_code as siren_epci,
    valeurs.mois_le,
    valeurs.est_dernier_mois,
    case publies.niveau_retenu
        {%- for niveau, nom in niveaux.items() %}
        when {{ niveau }} then {{ nom }}
        {%- endfor %}
    end
    || case
        when publies.est_resserre
            then ' | adoption à moins de ' || cast(cast({{ seuil("pairs_age_mois") }} as integer) as string) || ' mois'
        else ''
    end as groupe_pairs,
    coalesce(publies.pairs_nb, 0) as pairs_nb,
    100e0 * publies.pairs_nb / publies.groupe_nb as couverture_pct,
    valeurs.valeur,
    {{ intervalle_de_wilson("valeurs.valeur", "valeurs.denominateur", "-") }} as intervalle_bas,
    {{ intervalle_de_wilson("valeurs.valeur", "valeurs.denominateur", "+") }} as intervalle_haut,
    valeurs.denominateur,
    case when publies.est_publie then publies.premier_quartile end as premier_quartile,
    case when publies.est_publie then publies.mediane end as mediane,
    case when publies.est_publie then publies.troisieme_quartile end as troisieme_quartile,
    case when publies.est_publie then publies.moyenne end as moyenne,
    case when publies.est_publie then valeurs.valeur - publies.mediane end as ecart_mediane
from valeurs
inner join {{ ref("int_territoires") }} as territoires
    on valeurs.territoire_code = territoires.siren_epci and territoires.est_dans_denominateur
-- Alone in its region, a territory has no other to be compared with.
left join publies
    on
        valeurs.indicateur_code = publies.indicateur_code
        and valeurs.territoire_code = publies.siren_epci
        and valeurs.mois_le = publies.mois_le
