-- One row per mesh, territory, month and part: age of the report in force, quality of the reports of the month.
{% set sommes = ["champs", "champs_remplis", "actions_nb", "recues", "ecartees", "remarques", "rapports_nb", "a_corriger", "corriges"] %}
with

mois as (
    select * from {{ ref("int_calendrier__mois") }}
),

territoires as (
    select * from {{ ref("int_territoires__campagnes") }}
    where a_feuille_de_route
),

ages as (
    {{ sommes_par_territoire("territoires", {
        "attendus_nb": "count(*)",
        "ages_nb": "count(age_jours)",
        "a_jour_nb": nombre("age_jours <= " ~ seuil("rapport_a_jour_jours")),
        "mediane": quantile("age_jours", 0.5),
    }) }}
),

themes as (
    select
        rapport_id,
        feuille,
        ligne
    from {{ ref("int_actions__ensembles_themes") }}
    where themes_num > 0
),

-- Four fields make an action readable: its theme, its status, its end date and its progress.
completudes as (
    select
        actions.siren_epci,
        actions.mois_num,
        count(*) as actions_nb,
        4 * count(*) as champs,
        count(themes.rapport_id)
        + {{ nombre("actions.statut_code <> 'non_renseigne'") }}
        + count(actions.date_fin_prevue)
        + {{ nombre("actions.taux_avancement_pct is not null and not actions.est_taux_estime") }} as champs_remplis
    from {{ ref("int_actions__observations") }} as actions
    left join themes
        on
            actions.rapport_id = themes.rapport_id
            and actions.feuille = themes.feuille
            and actions.ligne = themes.ligne
    where not actions.est_confidentielle
    group by actions.siren_epci, actions.mois_num
),

recus as (
    select
        rapport_id,
        siren_epci,
        {{ mois_num("date_situation") }} as mois_num,
        date_situation,
        connu_le,
        recues_nb,
        ecartees_nb,
        remarques_nb,
        ecartees_nb > 0 or verdict = 'rejete' as est_a_corriger
    from {{ ref("stg_rapports__rapports") }}
    where
        jeu = 'rapport_avancement'
        and date_situation <= {{ coupure_situation() }}
        and siren_epci in (select siren_epci from {{ ref("int_territoires") }})
),

-- Corrected = a later report of the same date, with nothing set aside, known within the time allowed.
corriges as (
    select distinct recus.rapport_id
    from recus
    inner join recus as suivants
        on
            recus.siren_epci = suivants.siren_epci
            and recus.date_situation = suivants.date_situation
            and recus.connu_le < suivants.connu_le
    where
        recus.est_a_corriger
        and not suivants.est_a_corriger
        and {{ jours_entre(jour_a_paris("recus.connu_le"), jour_a_paris("suivants.connu_le")) }} <= {{ seuil("correction_delai_jours") }}
),

receptions as (
    select
        recus.siren_epci,
        recus.mois_num,
        count(*) as rapports_nb,
        sum(recus.recues_nb) as recues,
        sum(recus.ecartees_nb) as ecartees,
        sum(recus.remarques_nb) as remarques,
        {{ nombre("recus.est_a_corriger") }} as a_corriger,
        count(corriges.rapport_id) as corriges
    from recus
    left join corriges on recus.rapport_id = corriges.rapport_id
    group by recus.siren_epci, recus.mois_num
),

derniere_reception as (
    select max(receptions.mois_num) as mois_num
    from receptions
    inner join mois on receptions.mois_num = mois.mois_num
),

mesures as (
    select
        receptions.siren_epci,
        'tous' as theme_code,
        mois.mois_le,
        mois.mois_num = derniere_reception.mois_num as est_dernier_mois,
        coalesce(completudes.champs, 0) as champs,
        coalesce(completudes.champs_remplis, 0) as champs_remplis,
        coalesce(completudes.actions_nb, 0) as actions_nb,
        receptions.recues,
        receptions.ecartees,
        receptions.remarques,
        receptions.rapports_nb,
        receptions.a_corriger,
        receptions.corriges
    from receptions
    inner join mois on receptions.mois_num = mois.mois_num
    cross join derniere_reception
    left join completudes
        on receptions.siren_epci = completudes.siren_epci and receptions.mois_num = completudes.mois_num
),

par_maille as (
    {{ par_maille("mesures", [], sommes) }}
)

{{ indicateur(
    "ages", "anciennete_rapport", "null", "ages_nb", "ages_nb",
    valeur="case when maille_code = 'epci' or ages_nb >= " ~ seuil("effectif_minimal_nb") ~ " then mediane end",
    couverture=["ages_nb", "attendus_nb"]
) }}
union all
{{ indicateur(
    "ages", "anciennete_rapport", "a_jour_nb", "attendus_nb", "attendus_nb", modalite="'est_a_jour'", plafond=100
) }}
union all
{{ indicateur("par_maille", "qualite_rapport", "champs_remplis", "champs", "actions_nb", plafond=100) }}
union all
{{ indicateur(
    "par_maille", "qualite_rapport", "ecartees", "recues", "recues", modalite="'lignes_ecartees'", plafond=100
) }}
union all
{{ indicateur(
    "par_maille", "qualite_rapport", "remarques", "recues", "recues", modalite="'remarques_par_ligne'", facteur=1
) }}
union all
{{ indicateur(
    "par_maille", "qualite_rapport", "corriges", "a_corriger", "a_corriger", modalite="'corriges_sous_15_jours'",
    plafond=100
) }}
