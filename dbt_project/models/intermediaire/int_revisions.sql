-- One row per session and figure it showed: the value shown, and the one known now for the same date.
{{ config(materialized="table") }}

with

calculees as (
    {{ reunir(["int_indicateurs", "ind_comparaison_pairs"]) }}
),

actuelles as (
    select
        indicateur_code,
        maille_code,
        territoire_code,
        theme_code,
        modalite_code,
        mois_le,
        valeur,
        n_nb,
        couverture_pct
    from calculees
    {%- for mesure in mesures_declarees() %}
    union all
    select
        identifiant_indic as indicateur_code,
        maille_code,
        territoire_code,
        'tous' as theme_code,
        '{{ mesure }}' as modalite_code,
        mois_le,
        {{ mesure }} as valeur,
        n_nb,
        couverture_pct
    from {{ ref("fct_indicateurs_declares") }}
    {%- endfor %}
),

derniers as (
    select
        valeurs.seance_code,
        valeurs.indicateur_code,
        valeurs.modalite_code,
        max(mois.mois_le) as dernier_publie_le
    from {{ ref("stg_seances__valeurs") }} as valeurs
    -- A session held within a month showed its first days: once that month is over, no figure is of that date.
    left join {{ ref("int_calendrier__mois") }} as mois on valeurs.mois_le = mois.mois_le
    group by valeurs.seance_code, valeurs.indicateur_code, valeurs.modalite_code
)

select
    seances.seance_code,
    seances.est_precedente,
    seances.connu_le as seance_connu_le,
    montrees.indicateur_code,
    montrees.maille_code,
    montrees.territoire_code,
    montrees.theme_code,
    montrees.modalite_code,
    montrees.mois_le,
    montrees.valeur as valeur_montree,
    connues.valeur as valeur_connue,
    connues.n_nb as connue_n_nb,
    connues.couverture_pct as connue_couverture_pct,
    connues.valeur - montrees.valeur as revision
from {{ ref("stg_seances__valeurs") }} as montrees
inner join derniers
    on
        montrees.seance_code = derniers.seance_code
        and montrees.indicateur_code = derniers.indicateur_code
        and montrees.modalite_code = derniers.modalite_code
        and montrees.mois_le = derniers.dernier_publie_le
inner join
    {{ ref("stg_seances__seances") }} as seances
on montrees.seance_code = seances.seance_code
left join actuelles as connues
    on
        montrees.indicateur_code = connues.indicateur_code
        and montrees.maille_code = connues.maille_code
        and montrees.territoire_code = connues.territoire_code
        and montrees.theme_code = connues.theme_code
        and montrees.modalite_code = connues.modalite_code
        and montrees.mois_le = connues.mois_le
