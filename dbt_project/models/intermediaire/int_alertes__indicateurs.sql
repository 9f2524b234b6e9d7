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
)

select
    'ecart_pairs' as alerte_code,
    pairs.siren_epci,
    pairs.indicateur_code,
    pairs.ecart_mediane as mesure,
    suivis.libelle || ' : écart défavorable à la médiane des territoires comparables.' as message
from {{ ref("int_comparaison_pairs") }} as pairs
inner join suivis on pairs.indicateur_code = suivis.indicateur_code
left join hauts on pairs.indicateur_code = hauts.indicateur_code and pairs.siren_epci = hauts.siren_epci
where
    pairs.est_dernier_mois
    and suivis.signe * pairs.ecart_mediane < {{ seuil("alerte_ecart_pairs_points") }}
    and coalesce(hauts.borne_haute - pairs.mediane < {{ seuil("alerte_ecart_pairs_points") }}, true)
union all
select
    'tendance_en_baisse' as alerte_code,
    revisions.territoire_code as siren_epci,
    revisions.indicateur_code,
    revisions.tendance as mesure,
    suivis.libelle || ' : évolution défavorable depuis la séance précédente.' as message
from {{ ref("int_revisions") }} as revisions
inner join suivis on revisions.indicateur_code = suivis.indicateur_code
left join hauts
    on revisions.indicateur_code = hauts.indicateur_code and revisions.territoire_code = hauts.siren_epci
where
    revisions.maille_code = 'epci'
    and revisions.est_precedente
    and suivis.signe * revisions.tendance < {{ seuil("alerte_tendance_points") }}
    and coalesce(
        hauts.borne_haute - (revisions.derniere_valeur - revisions.tendance) < {{ seuil("alerte_tendance_points") }}, true
    )
union all
select
    'avancement_non_calculable' as alerte_code,
    perimetres.territoire_code as siren_epci,
    'avancement' as indicateur_code,
    coalesce(100.0 * avancements.n_nb / perimetres.n_nb, 0) as mesure,
    'L''avancement ne peut pas être calculé : aucun taux ni statut utile.' as message
from perimetres
left join avancements on perimetres.territoire_code = avancements.territoire_code
where
    perimetres.n_nb > 0
    -- Known, fresh or not: that a report is old is another alert.
    and coalesce(100.0 * avancements.n_nb / perimetres.n_nb, 0) <= {{ seuil("alerte_avancement_couverture_pct") }}
