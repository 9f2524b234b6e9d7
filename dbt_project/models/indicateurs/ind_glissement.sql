-- One row per mesh, territory, theme, month and part: median shift of end dates, share moved, share of vanished actions.
{% set part_datee = "100 * " ~ en_actions("datees") ~ " / nullif(" ~ en_actions("perimetre") ~ ", 0)" -%}
with

etats as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        parts,
        est_rapportee,
        est_dans_perimetre,
        case when est_dans_perimetre then glissement_jours end as glissement_jours
    from {{ ref("int_actions__etat_pondere") }}
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as toutes_nb,
        count(glissement_jours) as datees_nb,
        sum(parts) as toutes,
        sum(case when est_dans_perimetre then parts else 0 end) as perimetre,
        sum(case when est_rapportee then 0 else parts end) as disparues,
        sum(case when glissement_jours is not null then parts else 0 end) as datees,
        sum(case when glissement_jours <> 0 then parts else 0 end) as deplacees
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

par_maille as (
    {{ sommes_par_maille("mesures", ["toutes_nb", "datees_nb", "toutes", "perimetre", "disparues", "datees", "deplacees"]) }}
),

datees as (
    select * from etats
    where glissement_jours is not null
),

decalages as (
    {{ lignes_par_maille("datees", ["glissement_jours"]) }}
),

medianes as (
    select
        maille_code,
        territoire_code,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as datees_nb,
        {{ quantile("glissement_jours", 0.5) }} as mediane
    from decalages
    group by maille_code, territoire_code, theme_code, mois_le, est_dernier_mois
    having count(*) >= {{ seuil("effectif_minimal_nb") }}
),

ensemble as (
    select
        par_maille.*,
        medianes.mediane
    from par_maille
    left join medianes
        on
            par_maille.maille_code = medianes.maille_code
            and par_maille.territoire_code = medianes.territoire_code
            and par_maille.theme_code = medianes.theme_code
            and par_maille.mois_le = medianes.mois_le
)

{{ indicateur(
    "ensemble", "glissement", "null", "datees_nb", "datees_nb", valeur="mediane", observe=part_datee
) }}
union all
{{ indicateur(
    "ensemble", "glissement", en_actions("deplacees"), en_actions("datees"), "datees_nb", modalite="'deplacees'",
    observe=part_datee
) }}
union all
{{ indicateur(
    "ensemble", "glissement", en_actions("disparues"), en_actions("toutes"), "toutes_nb", modalite="'disparues'"
) }}
