-- One row per indicator, mesh, territory, theme, part of the indicator and month.
{{ config(materialized="view") }}
with

reunis as (
    {{ reunir(["int_indicateurs", "ind_comparaison_pairs", "ind_seances"]) }}
)

select
    reunis.indicateur_code,
    reunis.maille_code,
    reunis.territoire_code,
    reunis.theme_code,
    reunis.modalite_code,
    reunis.mois_le,
    reunis.numerateur,
    reunis.denominateur,
    reunis.valeur,
    reunis.n_nb,
    reunis.couverture_pct,
    reunis.borne_basse,
    reunis.borne_haute,
    reunis.intervalle_bas,
    reunis.intervalle_haut,
    reunis.quartile_bas,
    reunis.quartile_haut,
    reunis.est_dernier_mois,
    {{ est_mois_entame("reunis.mois_le") }} as est_mois_entame,
    reunis.indicateur_code not in {{ indicateurs_sans_action() }}
    and coalesce(
        case
            when reunis.indicateur_code in {{ indicateurs_des_actions_montrees() }} then confidentielles.confidentielles_nb
            else confidentielles.exclues_nb
        end > 0,
        false
    ) as a_confidentielles_exclues
from reunis
left join {{ ref("int_mailles__confidentielles") }} as confidentielles
    on
        reunis.maille_code = confidentielles.maille_code
        and reunis.territoire_code = confidentielles.territoire_code
        and reunis.mois_le = confidentielles.mois_le
