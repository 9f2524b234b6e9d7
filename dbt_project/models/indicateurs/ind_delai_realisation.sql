-- One row per mesh, territory, theme, part and month: Kaplan-Meier median of days from start to completion, 95 % interval.
{% set sommes = [
    "demarrees_nb", "demarrees", "demarrees_fraiches", "toutes_nb", "toutes", "toutes_fraiches", "realisees", "sans_duree"
] -%}
with

durees as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        duree_jours,
        est_sans_duree,
        est_fraiche,
        parts,
        case when est_realisee then parts else 0 end as realisee
    from {{ ref("int_actions__etat_pondere") }}
    -- How long is never said of confidential actions: they would else stand alone in what is not timed.
    where est_demarree and est_sans_duree is not null
),

effectifs as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(duree_jours) as demarrees_nb,
        sum(case when duree_jours is not null then parts else 0 end) as demarrees,
        sum(case when duree_jours is not null and est_fraiche then parts else 0 end) as demarrees_fraiches,
        count(*) as toutes_nb,
        sum(parts) as toutes,
        sum(case when est_fraiche then parts else 0 end) as toutes_fraiches,
        sum(case when duree_jours is not null then realisee else 0 end) as realisees,
        sum(case when est_sans_duree then parts else 0 end) as sans_duree
    from durees
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

groupes as (
    {{ par_maille("effectifs", [], sommes) }}
),

-- Too small a group publishes no median; one without a completion has none. A number stands for the four keys.
publies as (
    select
        maille_code,
        territoire_code,
        theme_code,
        mois_le,
        demarrees as exposes_au_depart,
        row_number() over (order by maille_code, territoire_code, theme_code, mois_le) as groupe_num
    from groupes
    where demarrees_nb >= {{ seuil("effectif_minimal_nb") }} and realisees > 0
),

lignes as (
    {{ par_maille("durees", ["duree_jours", "parts", "realisee"]) }}
),

-- What leaves at each duration, completed or not: shares of an action, one over its number of themes.
departs as (
    select
        publies.groupe_num,
        lignes.duree_jours,
        publies.exposes_au_depart,
        sum(lignes.parts) as sorties,
        sum(lignes.realisee) as realisees
    from lignes
    inner join publies
        on
            lignes.maille_code = publies.maille_code
            and lignes.territoire_code = publies.territoire_code
            and lignes.theme_code = publies.theme_code
            and lignes.mois_le = publies.mois_le
    where lignes.duree_jours is not null
    group by publies.groupe_num, lignes.duree_jours, publies.exposes_au_depart
),

-- Exposed at a duration: all the actions of the group but those that left before.
exposees as (
    select
        groupe_num,
        duree_jours,
        realisees,
        exposes_au_depart + sorties - sum(sorties) over (partition by groupe_num order by duree_jours) as exposes
    from departs
),

-- The curve steps down at completions only.
paliers as (
    select
        groupe_num,
        duree_jours,
        exposes / {{ parts_par_action() }} as exposes,
        realisees / {{ parts_par_action() }} as realisees,
        exposes = realisees as est_dernier
    from exposees
    where realisees > 0
),

cumuls as (
    select
        groupe_num,
        duree_jours,
        max(case when est_dernier then 1 else 0 end) over jusque_la as est_epuise,
        sum(case when est_dernier then 0 else ln((exposes - realisees) / exposes) end) over jusque_la as log_survie,
        sum(case when est_dernier then 0 else realisees / (exposes * (exposes - realisees)) end) over jusque_la
            as variance
    from paliers
    window jusque_la as (
        partition by groupe_num
        order by duree_jours
        rows between unbounded preceding and current row
    )
),

-- Exponential Greenwood interval: bounds of the survival curve, whose own crossings of one half bound the median.
courbes as (
    select
        groupe_num,
        duree_jours,
        case when est_epuise = 1 then 0.0 else exp(log_survie) end as survie,
        case
            when est_epuise = 1 then 0.0
            when log_survie = 0 then 1.0
            else exp(-exp(ln(-log_survie) - 1.959963984540054 * sqrt(variance) / log_survie))
        end as survie_basse,
        case
            when est_epuise = 1 then 0.0
            when log_survie = 0 then 1.0
            else exp(-exp(ln(-log_survie) + 1.959963984540054 * sqrt(variance) / log_survie))
        end as survie_haute
    from cumuls
),

medianes as (
    select
        groupe_num,
        -- The product of fractions may miss one half by a rounding of the logarithms.
        min(case when survie <= 0.5 + 1e-12 then duree_jours end) as mediane,
        min(case when survie_basse <= 0.5 + 1e-12 then duree_jours end) as intervalle_bas,
        min(case when survie_haute <= 0.5 + 1e-12 then duree_jours end) as intervalle_haut
    from courbes
    group by groupe_num
),

ensemble as (
    select
        groupes.maille_code,
        groupes.territoire_code,
        groupes.theme_code,
        groupes.mois_le,
        groupes.est_dernier_mois,
        {{ mesures_en_actions(sommes) }},
        medianes.mediane,
        cast(medianes.intervalle_bas as double) as intervalle_bas,
        cast(medianes.intervalle_haut as double) as intervalle_haut
    from groupes
    left join publies
        on
            groupes.maille_code = publies.maille_code
            and groupes.territoire_code = publies.territoire_code
            and groupes.theme_code = publies.theme_code
            and groupes.mois_le = publies.mois_le
    left join medianes on publies.groupe_num = medianes.groupe_num
)

{{ indicateur(
    "ensemble", "delai_realisation", "realisees", "demarrees", "demarrees_nb", valeur="mediane",
    couverture=["demarrees_fraiches", "toutes"], intervalle=["intervalle_bas", "intervalle_haut"]
) }}
union all
-- Done in their first report without a day of completion: how long they took is known of nobody.
{{ indicateur(
    "ensemble", "delai_realisation", "sans_duree", "toutes", "toutes_nb", modalite="'sans_duree'", plafond=100,
    couverture=["toutes_fraiches", "toutes"]
) }}
