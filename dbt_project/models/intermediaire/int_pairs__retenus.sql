-- One row per followed indicator, intercommunalité, month and other one retained to be compared with it.
{{ config(materialized="view") }}

with

territoires as (
    select * from {{ ref("int_territoires") }}
    where est_dans_denominateur
),

-- A territory is never among its peers. Their age: how long they have had a roadmap.
paires as (
    select
        territoires.siren_epci,
        autres.siren_epci as siren_pair,
        case
            when territoires.nature_code <> autres.nature_code then 3
            when territoires.classe_population <> autres.classe_population then 2
            when territoires.typologie_densite <> autres.typologie_densite then 1
            else 0
        end as niveau,
        coalesce(
            greatest(territoires.date_adoption_le, autres.date_adoption_le)
            <= {{ dbt.dateadd(
                "month",
                "cast(" ~ seuil("pairs_age_mois") ~ " as integer)",
                "least(territoires.date_adoption_le, autres.date_adoption_le)"
            ) }}
            and territoires.date_adoption_le is not null
            and autres.date_adoption_le is not null,
            false
        ) as est_age_comparable
    from territoires
    inner join territoires as autres
        on territoires.region_code = autres.region_code and territoires.siren_epci <> autres.siren_epci
),

valeurs as (
    select
        indicateurs.indicateur_code,
        indicateurs.territoire_code as siren_epci,
        indicateurs.mois_le,
        indicateurs.est_dernier_mois,
        indicateurs.valeur,
        coalesce(en_vigueur.est_a_jour, false) as est_a_jour
    from {{ ref("int_indicateurs") }} as indicateurs
    inner join territoires on indicateurs.territoire_code = territoires.siren_epci
    left join {{ ref("int_rapports__en_vigueur_mensuel") }} as en_vigueur
        on indicateurs.territoire_code = en_vigueur.siren_epci and indicateurs.mois_le = en_vigueur.mois_le
    where
        indicateurs.indicateur_code in {{ indicateurs_suivis() }}
        and indicateurs.maille_code = 'epci'
        and indicateurs.modalite_code = 'total'
        and indicateurs.valeur is not null
),

-- Every other territory, with its value when its report is recent enough to be compared.
autres as (
    select
        valeurs.indicateur_code,
        valeurs.siren_epci,
        valeurs.mois_le,
        paires.siren_pair,
        paires.niveau,
        paires.est_age_comparable,
        valeurs.est_dernier_mois,
        valeurs_autres.valeur
    from valeurs
    inner join paires on valeurs.siren_epci = paires.siren_epci
    left join valeurs as valeurs_autres
        on
            paires.siren_pair = valeurs_autres.siren_epci
            and valeurs.indicateur_code = valeurs_autres.indicateur_code
            and valeurs.mois_le = valeurs_autres.mois_le
            and valeurs_autres.est_a_jour
),

-- The narrowest kind with enough of them, or all there are.
elargissements as (
    select
        indicateur_code,
        siren_epci,
        mois_le,
        case
            {%- for niveau in [0, 1, 2] %}
            when count(case when niveau <= {{ niveau }} then valeur end) >= {{ seuil("effectif_minimal_nb") }} then {{ niveau }}
            {%- endfor %}
            else 3
        end as niveau
    from autres
    group by indicateur_code, siren_epci, mois_le
),

elargis as (
    select
        autres.*,
        elargissements.niveau as niveau_retenu,
        -- Of comparable age, when they are enough.
        count(case when autres.est_age_comparable then autres.valeur end) over (
            partition by autres.indicateur_code, autres.siren_epci, autres.mois_le
        ) >= {{ seuil("effectif_minimal_nb") }} as est_resserre
    from autres
    inner join elargissements
        on
            autres.indicateur_code = elargissements.indicateur_code
            and autres.siren_epci = elargissements.siren_epci
            and autres.mois_le = elargissements.mois_le
    where autres.niveau <= elargissements.niveau
)

select
    indicateur_code,
    siren_epci,
    mois_le,
    est_dernier_mois,
    siren_pair,
    niveau_retenu,
    est_resserre,
    -- None when its report is too old to be compared, or says nothing of it.
    valeur
from elargis
where est_age_comparable or not est_resserre
