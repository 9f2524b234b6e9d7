-- One row per confidential action that counts with at least two others: its lot, and the narrowest mesh where the lot counts.
{#- A lot is made of actions that became confidential in the same month, so that no month tells one from the others. -#}
{% set niveaux = [("epci", "siren_epci"), ("departement", porteur_commun("departement"))] -%}
{%- set taille = seuil("confidentielles_lot_nb") -%}
{{ config(materialized="table") }}

with

entrees as (
    select
        etats.action_id,
        etats.siren_epci,
        territoires.departement_code,
        territoires.region_code,
        territoires.est_dans_denominateur,
        min({{ mois_num("etats.mois_le") }}) as entree_num
    from {{ ref("int_actions__etat_mensuel") }} as etats
    inner join {{ ref("int_territoires") }} as territoires on etats.siren_epci = territoires.siren_epci
    where etats.est_confidentielle
    group by
        etats.action_id,
        etats.siren_epci,
        territoires.departement_code,
        territoires.region_code,
        territoires.est_dans_denominateur
),
{% for niveau, porteur in niveaux %}
{%- set parmi = "entrees" if loop.first else "restes_" ~ loop.previtem[0] %}
vagues_{{ niveau }} as (
    select
        *,
        {{ porteur }} as porteur_code,
        row_number() over (partition by {{ porteur }}, entree_num order by action_id) - 1 as rang,
        count(*) over (partition by {{ porteur }}, entree_num) as vague_nb
    from {{ parmi }}
),

restes_{{ niveau }} as (
    select
        action_id,
        siren_epci,
        departement_code,
        region_code,
        est_dans_denominateur,
        entree_num
    from vagues_{{ niveau }}
    -- Outside the region's denominator, a territory feeds no mesh but its own.
    where vague_nb < {{ taille }} and est_dans_denominateur
),
{% endfor %}
-- What remains waits for company, whatever the month: the first three, then the next three.
files as (
    select
        *,
        {{ porteur_commun("region") }} as porteur_code,
        row_number() over (partition by region_code order by entree_num, action_id) - 1 as rang
    from restes_{{ niveaux[-1][0] }}
),

lots as (
    {%- for niveau, _ in niveaux %}
    select
        action_id,
        '{{ niveau }}' as niveau,
        porteur_code,
        porteur_code
        || ' '
        || cast(entree_num as string)
        || ' '
        -- The last lot of a month takes the one or two that would stand alone.
        || cast(cast(least(floor(rang / {{ taille }}), floor(vague_nb / {{ taille }}) - 1) as integer) as string)
            as lot_code
    from vagues_{{ niveau }}
    where vague_nb >= {{ taille }}
    union all
    {%- endfor %}
    select
        action_id,
        'region' as niveau,
        porteur_code,
        porteur_code || ' ' || cast(cast(floor(rang / {{ taille }}) as integer) as string) as lot_code
    from files
),

effectifs as (
    select
        *,
        count(*) over (partition by lot_code) as membres_nb
    from lots
)

select
    action_id,
    niveau,
    porteur_code,
    lot_code,
    cast(membres_nb as integer) as membres_nb
from effectifs
where membres_nb >= {{ taille }}
