-- One row per action that may be shown, in its last known state.
with

actions as (
    select * from {{ ref("int_actions__etat_mensuel") }}
    where est_dernier_mois and not est_confidentielle
),

themes as (
    select
        actions.action_id,
        {{ liste_texte("libelles.libelle", "' ; '") }} as themes
    from actions
    inner join {{ ref("int_themes__ensembles") }} as themes on actions.themes_num = themes.themes_num
    inner join {{ ref("themes") }} as libelles on themes.theme_code = libelles.theme_code
    where actions.themes_num > 0
    group by actions.action_id
)

select
    actions.action_id,
    actions.siren_epci,
    actions.code_action,
    dites.est_code_derive,
    dites.axe,
    dites.intitule,
    dites.descriptif,
    themes.themes,
    actions.statut_code,
    statuts.libelle as statut_libelle,
    actions.groupe_code,
    actions.est_dans_perimetre,
    actions.est_active,
    cast(actions.taux_avancement_pct as double) as taux_avancement_pct,
    actions.est_taux_estime,
    actions.retard_declare,
    actions.est_en_retard,
    actions.est_echeance_passee,
    not actions.est_rapportee as est_non_rapportee,
    actions.est_disparue,
    actions.est_fraiche,
    dites.preuve,
    dites.niveau_preuve_code,
    actions.meteo_code,
    dites.date_debut_prevue,
    dites.date_fin_prevue,
    dites.date_debut_reelle,
    dites.date_fin_reelle,
    actions.realisation_constatee_le,
    actions.fin_initiale_le,
    cast(actions.glissement_jours as integer) as glissement_jours,
    cast(actions.temps_ecoule_pct as double) as temps_ecoule_pct,
    cast(actions.atteinte_brute_pct as double) as atteinte_brute_pct,
    cast(actions.atteinte_pct as double) as atteinte_pct,
    cast(actions.budget_prevu_eur as double) as budget_prevu_eur,
    cast(actions.montant_engage_eur as double) as montant_engage_eur,
    cast(actions.montant_paye_eur as double) as montant_paye_eur,
    actions.base_montant_code,
    dites.indicateur,
    dites.sens,
    dites.valeur_initiale,
    dites.valeur_cible,
    dites.valeur_actuelle,
    dites.unite,
    dites.service_pilote,
    dites.structure_porteuse,
    dites.partenaires,
    dites.freins,
    dites.commentaire,
    actions.rapport_id,
    actions.feuille,
    actions.ligne,
    actions.situation_le,
    actions.connu_le
from actions
inner join {{ ref("int_actions__observations") }} as dites
    on
        actions.rapport_id = dites.rapport_id
        and actions.feuille = dites.feuille
        and actions.ligne = dites.ligne
inner join {{ ref("statuts") }} as statuts on actions.statut_code = statuts.statut_code
left join themes on actions.action_id = themes.action_id
