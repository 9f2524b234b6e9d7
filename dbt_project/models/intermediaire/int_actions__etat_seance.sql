-- One row per action told by the report in force at the previous session, as it was known then.
with

seance as (
    select * from {{ ref("stg_seances__seances") }}
    where est_precedente
),

connus as (
    select
        rapport_id,
        date_situation,
        row_number() over (
            partition by siren_depose, date_situation
            order by connu_le desc, depose_le desc nulls last, rapport_id desc
        ) as rang,
        max(date_situation) over (partition by siren_epci) as derniere_le
    from {{ ref("int_rapports__retenus") }}
    where
        connu_le <= (select seance.connu_le from seance)
        and date_situation <= (select seance.date_situation from seance)
)

select
    versions.action_id,
    versions.siren_epci,
    statuts.est_dans_perimetre,
    statuts.groupe_code <> 'non_renseigne' as est_statut_connu,
    statuts.est_demarree,
    statuts.est_realisee,
    versions.statut_code,
    versions.taux_avancement_pct,
    statuts.est_dans_perimetre and versions.date_fin_prevue is not null as est_avec_echeance,
    {{ est_en_retard("versions", "statuts") }} as est_en_retard,
    {{ est_ciblee("versions") }} as est_ciblee,
    {{ atteinte_bornee("versions") }} as atteinte_pct,
    versions.valeur_cible,
    versions.est_confidentielle
from connus
inner join {{ ref("int_actions__versions") }} as versions on connus.rapport_id = versions.rapport_id
left join {{ ref("statuts") }} as statuts on versions.statut_code = statuts.statut_code
where connus.rang = 1 and connus.date_situation = connus.derniere_le
