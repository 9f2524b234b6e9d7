-- One row per action read in a report; a status unknown to today's reference becomes `non_renseigne`.
with

lignes as (
    select * from {{ source("raw", "lignes") }}
),

statuts as (
    select * from {{ ref("statuts") }}
),

-- A status withdrawn from the reference stays readable through its alias.
anciens_statuts as (
    select
        alias,
        max(statut_code) as statut_code
    from {{ ref("statuts_alias") }}
    group by alias
)

select
    lignes.rapport_id,
    lignes.feuille,
    lignes.ligne,
    lignes.code_action as code_declare,
    lignes.est_code_derive,
    lignes.axe,
    lignes.intitule,
    lignes.descriptif,
    coalesce(statuts.statut_code, anciens_statuts.statut_code, 'non_renseigne') as statut_code,
    lignes.statut_brut,
    lignes.retard_declare,
    cast(lignes.taux_avancement_pct as decimal(13, 10)) as taux_declare_pct,
    lignes.preuve,
    lignes.meteo_code,
    lignes.date_debut_prevue,
    lignes.date_fin_prevue,
    lignes.date_debut_reelle,
    lignes.date_fin_reelle,
    cast(lignes.budget_prevu_eur as decimal(18, 2)) as budget_prevu_eur,
    cast(lignes.montant_engage_eur as decimal(18, 2)) as montant_engage_eur,
    cast(lignes.montant_paye_eur as decimal(18, 2)) as montant_paye_eur,
    case lignes.base_montant
        when 'HT' then 'ht'
        when 'TTC' then 'ttc'
        else 'non_precise'
    end as base_montant_code,
    lignes.indicateur,
    lignes.sens,
    lignes.valeur_initiale,
    lignes.valeur_cible,
    lignes.valeur_actuelle,
    lignes.unite,
    lignes.service_pilote,
    lignes.structure_porteuse,
    lignes.partenaires,
    lignes.freins,
    lignes.commentaire,
    lignes.est_confidentielle
from lignes
left join statuts on lignes.statut_code = statuts.statut_code
left join anciens_statuts on lignes.statut_code = anciens_statuts.alias
