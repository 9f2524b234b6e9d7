-- One row per grant of the last known version of each file of grants.
select
    subventions.rapport_id,
    subventions.ligne,
    subventions.attribuant_id,
    subventions.attribuant_nom,
    subventions.beneficiaire_id,
    subventions.beneficiaire_nom,
    coalesce(alias_siren.siren_epci, subventions.siren_epci) as siren_epci,
    subventions.convention_le,
    subventions.reference_decision,
    subventions.objet,
    subventions.montant_eur,
    subventions.est_ue,
    case when confidentielles.action_id is null then subventions.code_action end as code_action
from {{ source("raw", "subventions") }} as subventions
inner join (
    select
        rapport_id,
        row_number() over (
            partition by source_id, nom_fichier
            order by connu_le desc, depose_le desc nulls last, rapport_id desc
        ) as rang
    from {{ ref("stg_rapports__rapports") }}
    where jeu = 'subventions' and est_accepte
) as versions on subventions.rapport_id = versions.rapport_id and versions.rang = 1
left join {{ ref("stg_territoires__alias") }} as alias_siren
    on subventions.siren_epci = alias_siren.siren_ancien
-- A grant is public; that it pays for an action kept confidential is not.
left join {{ ref("int_actions__etat_mensuel") }} as confidentielles
    on
        coalesce(alias_siren.siren_epci, subventions.siren_epci) = confidentielles.siren_epci
        and subventions.code_action = confidentielles.code_action
        and confidentielles.est_dernier_mois
        and confidentielles.est_confidentielle
