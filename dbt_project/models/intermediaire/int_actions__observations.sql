-- One row per action and report in force: what one intercommunalité said of one action at one date.
select
    rapports.siren_epci,
    actions.code_action,
    rapports.siren_epci || '-' || actions.code_action as action_id,
    rapports.date_situation,
    rapports.mois_num,
    rapports.connu_le,
    actions.rapport_id,
    actions.feuille,
    actions.ligne,
    actions.est_code_derive,
    actions.axe,
    actions.intitule,
    actions.descriptif,
    actions.statut_code,
    actions.statut_brut,
    actions.retard_declare,
    coalesce(actions.taux_declare_pct, cast(statuts.taux_estime_pct as decimal(13, 10)))
        as taux_avancement_pct,
    actions.taux_declare_pct is null and statuts.taux_estime_pct is not null as est_taux_estime,
    actions.preuve,
    case when coalesce(actions.preuve, '') = '' then 'declare' else 'justifie' end
        as niveau_preuve_code,
    actions.meteo_code,
    actions.date_debut_prevue,
    actions.date_fin_prevue,
    actions.date_debut_reelle,
    actions.date_fin_reelle,
    actions.budget_prevu_eur,
    actions.montant_engage_eur,
    actions.montant_paye_eur,
    actions.base_montant_code,
    actions.indicateur,
    actions.sens,
    actions.valeur_initiale,
    actions.valeur_cible,
    actions.valeur_actuelle,
    {{ progression_pilote("actions") }} as atteinte_brute_pct,
    actions.unite,
    actions.service_pilote,
    actions.structure_porteuse,
    actions.partenaires,
    actions.freins,
    actions.commentaire,
    actions.est_confidentielle
from {{ ref("stg_rapports__actions") }} as actions
inner join {{ ref("int_rapports__retenus") }} as rapports
    on actions.rapport_id = rapports.rapport_id
-- Every status is one of the reference: an outer join only tells the engine that no row is lost.
left join {{ ref("statuts") }} as statuts on actions.statut_code = statuts.statut_code
where rapports.est_en_vigueur
