-- One row per session and figure it showed: the value shown, the one known now for the same date, and the latest one.
{{ config(materialized="table") }}

with

actuelles as (
    select * from {{ ref("int_indicateurs") }}
    where indicateur_code in {{ indicateurs_suivis() }} and modalite_code = 'total'
),

derniers as (
    select
        valeurs.seance_code,
        valeurs.indicateur_code,
        max(valeurs.mois_le) as dernier_montre_le,
        max(mois.mois_le) as dernier_publie_le
    from {{ ref("stg_seances__valeurs") }} as valeurs
    -- A session held within a month showed its first days: once that month is over, no figure is of that date.
    left join {{ ref("int_calendrier__mois") }} as mois on valeurs.mois_le = mois.mois_le
    group by valeurs.seance_code, valeurs.indicateur_code
),

montrees as (
    select
        valeurs.seance_code,
        valeurs.indicateur_code,
        valeurs.maille_code,
        valeurs.territoire_code,
        valeurs.theme_code,
        max(case when valeurs.mois_le = derniers.dernier_publie_le then valeurs.mois_le end) as mois_le,
        max(case when valeurs.mois_le = derniers.dernier_publie_le then valeurs.valeur end) as valeur_montree,
        max(case when valeurs.mois_le = derniers.dernier_montre_le then valeurs.valeur end) as derniere_montree,
        max(case when valeurs.mois_le = derniers.dernier_montre_le then 1 else 0 end) = 1 as est_montree_derniere
    from {{ ref("stg_seances__valeurs") }} as valeurs
    inner join derniers
        on valeurs.seance_code = derniers.seance_code and valeurs.indicateur_code = derniers.indicateur_code
    where valeurs.mois_le = derniers.dernier_publie_le or valeurs.mois_le = derniers.dernier_montre_le
    group by
        valeurs.seance_code,
        valeurs.indicateur_code,
        valeurs.maille_code,
        valeurs.territoire_code,
        valeurs.theme_code
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
    montrees.valeur_montree,
    connues.valeur as valeur_connue,
    connues.n_nb as connue_n_nb,
    connues.couverture_pct as connue_couverture_pct,
    connues.valeur - montrees.valeur_montree as revision,
    case when montrees.est_montree_derniere then dernieres.mois_le end as dernier_mois_le,
    dernieres.valeur as derniere_valeur,
    dernieres.n_nb as derniere_n_nb,
    dernieres.couverture_pct as derniere_couverture_pct,
    dernieres.valeur - montrees.derniere_montree as tendance
from montrees
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
