-- One row per followed indicator, intercommunalité and month: its value among territories of the same kind.
{{ config(materialized="table") }}

with

territoires_groupes as (
    select
        siren_epci,
        region_code,
        nature_code || ' | ' || classe_population || ' | ' || typologie_densite as groupe_pairs
    from {{ ref("int_territoires") }}
    where est_dans_denominateur
),

territoires as (
    select
        *,
        count(*) over (partition by region_code, groupe_pairs) as groupe_nb
    from territoires_groupes
),

valeurs as (
    select
        indicateurs.indicateur_code,
        indicateurs.territoire_code as siren_epci,
        indicateurs.mois_le,
        indicateurs.est_dernier_mois,
        indicateurs.valeur,
        territoires.region_code,
        territoires.groupe_pairs,
        territoires.groupe_nb
    from {{ ref("int_indicateurs") }} as indicateurs
    inner join territoires
        on indicateurs.territoire_code = territoires.siren_epci
    where
        indicateurs.indicateur_code in {{ indicateurs_suivis() }}
        and indicateurs.maille_code = 'epci'
        and indicateurs.modalite_code = 'total'
        and indicateurs.valeur is not null
),

groupes as (
    select
        indicateur_code,
        region_code,
        groupe_pairs,
        mois_le,
        count(*) as pairs_nb,
        {{ quantile("valeur", 0.25) }} as premier_quartile,
        {{ quantile("valeur", 0.5) }} as mediane,
        {{ quantile("valeur", 0.75) }} as troisieme_quartile
    from valeurs
    group by indicateur_code, region_code, groupe_pairs, mois_le
)

select
    valeurs.indicateur_code,
    valeurs.siren_epci,
    valeurs.mois_le,
    valeurs.est_dernier_mois,
    valeurs.groupe_pairs,
    groupes.pairs_nb,
    100.0 * groupes.pairs_nb / valeurs.groupe_nb as couverture_pct,
    valeurs.valeur,
    case when groupes.pairs_nb >= {{ seuil("effectif_minimal_nb") }} then groupes.premier_quartile end
        as premier_quartile,
    case when groupes.pairs_nb >= {{ seuil("effectif_minimal_nb") }} then groupes.mediane end as mediane,
    case when groupes.pairs_nb >= {{ seuil("effectif_minimal_nb") }} then groupes.troisieme_quartile end
        as troisieme_quartile,
    case when groupes.pairs_nb >= {{ seuil("effectif_minimal_nb") }} then valeurs.valeur - groupes.mediane end
        as ecart_mediane
from valeurs
inner join groupes
    on
        valeurs.indicateur_code = groupes.indicateur_code
        and valeurs.region_code = groupes.region_code
        and valeurs.groupe_pairs = groupes.groupe_pairs
        and valeurs.mois_le = groupes.mois_le
