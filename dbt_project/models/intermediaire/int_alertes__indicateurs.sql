-- One row per alert raised by an indicator of an intercommunalité at its last month.
with

suivis as (
    select
        indicateur_code,
        libelle,
        case sens when 'baisse' then -1 else 1 end as signe
    from {{ ref("indicateurs") }}
    where sens in ('hausse', 'baisse')
),

avancements as (
    select *
    from {{ ref("int_indicateurs") }}
    where
        indicateur_code = 'avancement'
        and modalite_code = 'total'
        and maille_code = 'epci'
        and est_dernier_mois
),

perimetres as (
    select *
    from {{ ref("int_indicateurs") }}
    where
        indicateur_code = 'repartition_statuts'
        and modalite_code = 'sans_nouvelles'
        and maille_code = 'epci'
        and est_dernier_mois
),

-- What an action to classify could be worth: no alert may come from it.
hauts as (
    select
        indicateur_code,
        territoire_code as siren_epci,
        borne_haute
    from {{ ref("int_indicateurs") }}
    where
        indicateur_code in ('couverture_socles', 'part_hors_socles')
        and modalite_code = 'total'
        and maille_code = 'epci'
        and est_dernier_mois
),

-- Of a report too old, nobody knows whether the gap or the fall is still there: that it is old is another alert.
a_jour as (
    select siren_epci from {{ ref("int_rapports__en_vigueur_mensuel") }}
    where est_dernier_mois and est_a_jour
),

bruit as (
    select cast({{ seuil("alerte_ecart_pairs_ecarts_types") }} as double) as ecarts_types
)

select
    'ecart_pairs' as alerte_code,
    pairs.siren_epci,
    pairs.indicateur_code,
    pairs.ecart_mediane as mesure,
    suivis.libelle || ' : écart défavorable à la médiane des territoires comparables, au-delà du hasard.' as message
from {{ ref("int_comparaison_pairs") }} as pairs
inner join suivis on pairs.indicateur_code = suivis.indicateur_code
cross join bruit
inner join a_jour on pairs.siren_epci = a_jour.siren_epci
left join hauts on pairs.indicateur_code = hauts.indicateur_code and pairs.siren_epci = hauts.siren_epci
where
    pairs.est_dernier_mois
    and suivis.signe * pairs.ecart_mediane < {{ seuil("alerte_ecart_pairs_points") }}
    -- Clear of the median by more than an interval of 95 %: eight indicators of every territory are looked at, and the median
    -- of a few peers is itself a matter of chance. Clear of their mean too: where few actions are blocked, the median is 0, and
    -- any interval leaves out 0.
    and case suivis.signe
        when 1
            then {{ intervalle_de_wilson("pairs.valeur", "pairs.denominateur", "+", "bruit.ecarts_types") }}
                < least(pairs.mediane, pairs.moyenne)
        else {{ intervalle_de_wilson("pairs.valeur", "pairs.denominateur", "-", "bruit.ecarts_types") }}
            > greatest(pairs.mediane, pairs.moyenne)
    end
    and coalesce(hauts.borne_haute - pairs.mediane < {{ seuil("alerte_ecart_pairs_points") }}, true)
union all
select
    'tendance_en_baisse' as alerte_code,
    tendances.territoire_code as siren_epci,
    tendances.indicateur_code,
    tendances.tendance as mesure,
    suivis.libelle || ' : évolution défavorable depuis la séance précédente, sur les mêmes actions.' as message
from {{ ref("int_tendances") }} as tendances
inner join suivis on tendances.indicateur_code = suivis.indicateur_code
inner join a_jour on tendances.territoire_code = a_jour.siren_epci
where
    tendances.maille_code = 'epci'
    and tendances.theme_code = 'tous'
    and suivis.signe * tendances.tendance < {{ seuil("alerte_tendance_points") }}
union all
select
    'avancement_non_calculable' as alerte_code,
    perimetres.territoire_code as siren_epci,
    'avancement' as indicateur_code,
    coalesce(100e0 * avancements.n_nb / perimetres.n_nb, 0) as mesure,
    'L''avancement ne peut pas être calculé : aucun taux ni statut utile.' as message
from perimetres
left join avancements on perimetres.territoire_code = avancements.territoire_code
where
    perimetres.n_nb > 0
    -- Known, fresh or not: that a report is old is another alert.
    and coalesce(100e0 * avancements.n_nb / perimetres.n_nb, 0) <= {{ seuil("alerte_avancement_couverture_pct") }}
