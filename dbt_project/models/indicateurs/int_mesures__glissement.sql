-- One row per mesh, territory, theme and month: the median shift of the end dates moved, in days, and how many they are.
with

deplacees as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        glissement_jours
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre and glissement_jours <> 0
),

decalages as (
    {{ par_maille("deplacees", ["glissement_jours"]) }}
),

medianes as (
    select
        maille_code,
        territoire_code,
        theme_code,
        mois_le,
        {{ quantile("glissement_jours", 0.5) }} as mediane
    from decalages
    group by maille_code, territoire_code, theme_code, mois_le
    having count(*) >= {{ seuil("effectif_minimal_nb") }}
)

select
    actions.maille_code,
    actions.territoire_code,
    actions.theme_code,
    actions.mois_le,
    actions.est_dernier_mois,
    actions.perimetre,
    actions.echeances_suivies_fraiches,
    actions.echeances_deplacees,
    actions.echeances_deplacees_nb,
    medianes.mediane
from {{ ref("int_mesures__actions") }} as actions
left join medianes
    on
        actions.maille_code = medianes.maille_code
        and actions.territoire_code = medianes.territoire_code
        and actions.theme_code = medianes.theme_code
        and actions.mois_le = medianes.mois_le
