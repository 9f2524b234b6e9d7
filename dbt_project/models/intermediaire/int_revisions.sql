-- One row per session and figure it showed: the value shown, the one known now for the same date, and the latest one.
{{ config(materialized="table") }}

with

actuelles as (
    select * from {{ ref("int_indicateurs") }}
    where indicateur_code in {{ indicateurs_suivis() }} and modalite_code = 'total'
)

select
    seances.seance_code,
    seances.est_precedente,
    seances.connu_le as seance_connu_le,
    montrees.indicateur_code,
    montrees.maille_code,
    montrees.territoire_code,
    montrees.theme_code,
    montrees.mois_le,
    montrees.valeur as valeur_montree,
    connues.valeur as valeur_connue,
    connues.n_nb as connue_n_nb,
    connues.couverture_pct as connue_couverture_pct,
    connues.valeur - montrees.valeur as revision,
    dernieres.mois_le as dernier_mois_le,
    dernieres.valeur as derniere_valeur,
    dernieres.n_nb as derniere_n_nb,
    dernieres.couverture_pct as derniere_couverture_pct,
    dernieres.valeur - montrees.valeur as tendance
from {{ ref("stg_seances__valeurs") }} as montrees
inner join
    {{ ref("stg_seances__seances") }} as seances
on montrees.seance_code = seances.seance_code
left join actuelles as connues
    on
        montrees.indicateur_code = connues.indicateur_code
        and montrees.maille_code = connues.maille_code
        and montrees.territoire_code = connues.territoire_code
        and montrees.theme_code = connues.theme_code
        and montrees.mois_le = connues.mois_le
left join actuelles as dernieres
    on
        montrees.indicateur_code = dernieres.indicateur_code
        and montrees.maille_code = dernieres.maille_code
        and montrees.territoire_code = dernieres.territoire_code
        and montrees.theme_code = dernieres.theme_code
        and dernieres.est_dernier_mois
