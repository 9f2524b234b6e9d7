-- One row per indicator of the catalogue, mesh, territory and month: what was declared, and how far it is from its targets.
{#- Two targets, each with the value that it is to be compared with. -#}
{% set cibles = {"annuelle": "valeur", "finale": "valeur_depuis_debut"} %}
{{ config(materialized="table") }}
with

catalogue as (
    select * from {{ ref("indicateurs_declares") }}
),

-- Alone, a territory needs no weight to be what it says.
par_maille as (
    select
        unites.*,
        'epci' as maille_code,
        unites.siren_epci as territoire_code,
        catalogue.sens,
        catalogue.agregation_territoires as regle,
        coalesce(unites.omega_valeur, 1) as poids_annuelle,
        coalesce(unites.omega_valeur_depuis_debut, 1) as poids_finale,
        unites.valeur_le as rang_le
    from {{ ref("int_declares__unites") }} as unites
    inner join catalogue on unites.identifiant_indic = catalogue.identifiant_indic
    {%- for maille, territoire in [("departement", "departement_code"), ("region", "region_code")] %}
    union all
    select
        unites.*,
        '{{ maille }}' as maille_code,
        territoires.{{ territoire }} as territoire_code,
        catalogue.sens,
        catalogue.agregation_territoires as regle,
        unites.omega_valeur as poids_annuelle,
        unites.omega_valeur_depuis_debut as poids_finale,
        max(unites.valeur_le) over (
            partition by unites.identifiant_indic, territoires.{{ territoire }}, unites.mois_le
        ) as rang_le
    from {{ ref("int_declares__unites") }} as unites
    inner join catalogue on unites.identifiant_indic = catalogue.identifiant_indic
    inner join {{ ref("int_territoires") }} as territoires on unites.siren_epci = territoires.siren_epci
    where territoires.est_dans_denominateur and territoires.{{ territoire }} is not null
    {%- endfor %}
),

-- Where the last statement holds for all, the others are out of the base.
retenues as (
    select
        *,
        {% for cible, valeur in cibles.items() -%}
        poids_{{ cible }} is not null
        and valeur_initiale is not null
        and cible_{{ cible }} is not null
        and sens <> 'neutre' as est_visee_{{ cible }},
        {% endfor -%}
        valeur is not null and poids_annuelle is not null as est_connue
    from par_maille
    where regle <> 'dernier' or rang_le is null or valeur_le = rang_le
),

-- What is not known lies between where it started and its target; what is old, between what it was and its target.
bornees as (
    select
        *
        {%- for cible, valeur in cibles.items() %},
        est_visee_{{ cible }} and {{ valeur }} is not null as est_mesuree_{{ cible }},
        est_visee_{{ cible }} and {{ valeur }} is not null and est_a_jour as est_fraiche_{{ cible }},
        coalesce({{ valeur }}, {{ moins_bon("valeur_initiale", "cible_" ~ cible) }}) as bas_{{ cible }},
        case
            when {{ valeur }} is null then {{ meilleur("valeur_initiale", "cible_" ~ cible) }}
            when est_a_jour then {{ valeur }}
            else {{ meilleur(valeur, "cible_" ~ cible) }}
        end as haut_{{ cible }}
        {%- endfor %}
    from retenues
),

sommes as (
    select
        identifiant_indic,
        maille_code,
        territoire_code,
        mois_le,
        est_dernier_mois,
        max(sens) as sens,
        max(regle) as regle,
        {{ valeur_declaree("valeur", "poids_annuelle") }} as valeur,
        {{ valeur_declaree("valeur_depuis_debut", "poids_finale") }} as valeur_depuis_debut,
        {{ valeur_declaree("valeur_initiale", "poids_annuelle") }} as valeur_initiale,
        {{ valeur_declaree("cible_annuelle", "poids_annuelle") }} as cible_annuelle,
        {{ valeur_declaree("cible_finale", "poids_finale") }} as cible_finale,
        max(cible_finale_le) as cible_finale_le,
        max(case when est_connue then valeur_le end) as valeur_le,
        {{ somme_declaree("case when est_connue then valeur * poids_annuelle end") }} as somme_valeur,
        {{ somme_declaree("case when est_connue then poids_annuelle end") }} as somme_omega,
        count(distinct case when est_connue then siren_epci end) as n_nb,
        count(distinct siren_epci) as concernes_nb,
        count(distinct case when est_connue and est_a_jour then siren_epci end) as a_jour_nb,
        {{ somme_declaree("poids") }} as poids,
        {{ somme_declaree("case when est_connue and est_a_jour then poids else 0 end") }} as poids_frais
        {%- for cible, valeur in cibles.items() %},
        {%- for quoi in ["visee", "mesuree", "fraiche"] %}
        {{ somme_declaree("case when est_" ~ quoi ~ "_" ~ cible ~ " then poids else 0 end") }} as poids_{{ quoi }}_{{ cible }},
        {%- endfor %}
        {%- for quoi, colonne in {"initiale": "valeur_initiale", "cible": "cible_" ~ cible, "actuelle": valeur}.items() %}
        {{ somme_declaree("case when est_mesuree_" ~ cible ~ " then " ~ colonne ~ " * poids_" ~ cible ~ " end") }}
            as mesure_{{ quoi }}_{{ cible }},
        {%- endfor %}
        {%- for quoi, colonne in {
            "initiale": "valeur_initiale", "cible": "cible_" ~ cible, "bas": "bas_" ~ cible, "haut": "haut_" ~ cible
        }.items() %}
        {{ somme_declaree("case when est_visee_" ~ cible ~ " then " ~ colonne ~ " * poids_" ~ cible ~ " end") }}
            as vise_{{ quoi }}_{{ cible }}{% if not loop.last %},{% endif %}
        {%- endfor %}
        {%- endfor %}
    from bornees
    group by identifiant_indic, maille_code, territoire_code, mois_le, est_dernier_mois
),

progressions as (
    select
        *
        {%- for cible in cibles %},
        {{ progression(
            "sens", "mesure_initiale_" ~ cible, "mesure_actuelle_" ~ cible, "mesure_cible_" ~ cible
        ) }} as brute_{{ cible }},
        -- A base whose target is no further than its start is reached or not: nothing lies between.
        {{ moins_bon("vise_initiale_" ~ cible, "vise_cible_" ~ cible) }} = vise_cible_{{ cible }} as est_tout_ou_rien_{{ cible }},
        {%- for bout in ["bas", "haut"] %}
        {{ progression(
            "sens", "vise_initiale_" ~ cible, "vise_" ~ bout ~ "_" ~ cible, "vise_cible_" ~ cible
        ) }} as {{ bout }}_{{ cible }}{% if not loop.last %},{% endif %}
        {%- endfor %}
        {%- endfor %}
    from sommes
),

bouts as (
    select
        *
        {%- for cible in cibles %},
        {{ borner("brute_" ~ cible, 0, 100) }} as pct_{{ cible }},
        case
            when poids_visee_{{ cible }} = 0 then 0
            when est_tout_ou_rien_{{ cible }} and poids_mesuree_{{ cible }} < poids_visee_{{ cible }} then 0
            else {{ borner("bas_" ~ cible, 0, 100) }}
        end as vise_bas_pct_{{ cible }},
        case
            when poids_visee_{{ cible }} = 0 then 100
            when est_tout_ou_rien_{{ cible }} and poids_fraiche_{{ cible }} < poids_visee_{{ cible }} then 100
            else {{ borner("haut_" ~ cible, 0, 100) }}
        end as vise_haut_pct_{{ cible }}
        {%- endfor %}
    from progressions
)

select
    bouts.identifiant_indic,
    bouts.maille_code,
    bouts.territoire_code,
    bouts.mois_le,
    cast(bouts.valeur as double) as valeur,
    cast(bouts.valeur_depuis_debut as double) as valeur_depuis_debut,
    bouts.valeur_le,
    cast(bouts.a_jour_nb = bouts.concernes_nb as boolean) as est_a_jour,
    cast(
        case when bouts.regle = 'taux' then bouts.somme_valeur / 100 else bouts.somme_valeur end as double
    ) as numerateur,
    cast(case when bouts.regle = 'somme' then bouts.n_nb else bouts.somme_omega end as double) as denominateur,
    cast(bouts.n_nb as bigint) as n_nb,
    cast(bouts.concernes_nb as bigint) as concernes_nb,
    cast(bouts.a_jour_nb as bigint) as a_jour_nb,
    cast(100 * bouts.poids_frais / nullif(bouts.poids, 0) as double) as couverture_pct,
    cast(bouts.valeur_initiale as double) as valeur_initiale,
    cast(bouts.cible_annuelle as double) as cible_annuelle,
    cast(bouts.cible_finale as double) as cible_finale,
    bouts.cible_finale_le
    {%- for cible in cibles %},
    cast(bouts.pct_{{ cible }} as double) as progression_{{ cible }}_pct,
    cast(bouts.brute_{{ cible }} as double) as progression_{{ cible }}_brute_pct,
    cast(
        case when bouts.sens <> 'neutre' then 100 * bouts.poids_fraiche_{{ cible }} / nullif(bouts.poids, 0) end as double
    ) as progression_{{ cible }}_couverture_pct,
    {%- for bout, extreme in [("bas", "least"), ("haut", "greatest")] %}
    -- Those without a start and a target are anywhere; the value, of those who said, is never out of the bounds.
    cast(
        case
            when bouts.sens <> 'neutre'
                then {{ extreme }}(
                    (
                        bouts.poids_visee_{{ cible }} * bouts.vise_{{ bout }}_pct_{{ cible }}
                        {% if bout == "haut" %}+ 100 * (bouts.poids - bouts.poids_visee_{{ cible }}){% endif %}
                    ) / nullif(bouts.poids, 0),
                    coalesce(bouts.pct_{{ cible }}, {{ 0 if bout == "haut" else 100 }})
                )
        end as double
    ) as progression_{{ cible }}_borne_{{ "basse" if bout == "bas" else "haute" }}{% if not loop.last %},{% endif %}
    {%- endfor %}
    {%- endfor %},
    bouts.est_dernier_mois,
    {{ est_mois_entame("bouts.mois_le") }} as est_mois_entame
from bouts
