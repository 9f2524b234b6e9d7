-- One row per alert raised by the report in force of an intercommunalité, or by its absence.
with

en_vigueur as (
    select * from {{ ref("int_rapports__en_vigueur_mensuel") }}
    where est_dernier_mois
),

dernieres_campagnes as (
    select
        *,
        max(mois_num) over () as derniere_num
    from {{ ref("int_territoires__campagnes") }}
    where
        est_complet
        and {{ jours_entre("mois_le", coupure_connu_le()) }} > {{ seuil("alerte_rapport_retard_jours") }}
),

taux as (
    select
        observations.siren_epci,
        observations.rapport_id,
        observations.taux_avancement_pct,
        count(*) as actions_nb,
        sum(count(*)) over (partition by observations.rapport_id) as declarees_nb
    from {{ ref("int_actions__observations") }} as observations
    inner join en_vigueur on observations.rapport_id = en_vigueur.rapport_id
    where
        not observations.est_confidentielle
        and not observations.est_taux_estime
        and observations.taux_avancement_pct is not null
    group by observations.siren_epci, observations.rapport_id, observations.taux_avancement_pct
),

precedents as (
    select
        en_vigueur.siren_epci,
        en_vigueur.rapport_id,
        max(retenus.date_situation) as date_precedente
    from en_vigueur
    inner join {{ ref("int_rapports__retenus") }} as retenus
        on
            en_vigueur.siren_epci = retenus.siren_epci
            and en_vigueur.date_situation > retenus.date_situation
            and retenus.est_en_vigueur
    group by en_vigueur.siren_epci, en_vigueur.rapport_id
),

precedentes as (
    select
        precedents.rapport_id,
        count(*) as actions_nb
    from precedents
    inner join {{ ref("int_actions__observations") }} as anciennes
        on
            precedents.siren_epci = anciennes.siren_epci
            and precedents.date_precedente = anciennes.date_situation
    where not anciennes.est_confidentielle
    group by precedents.rapport_id
),

-- An action gone since the previous report is a change too.
inchangees as (
    select
        actuelles.siren_epci,
        actuelles.rapport_id,
        greatest(count(*), max(precedentes.actions_nb)) as actions_nb,
        {{ nombre(
            "anciennes.statut_code = actuelles.statut_code"
            ~ " and coalesce(anciennes.taux_avancement_pct, -1) = coalesce(actuelles.taux_avancement_pct, -1)"
            ~ " and coalesce(anciennes.montant_paye_eur, -1) = coalesce(actuelles.montant_paye_eur, -1)"
            ~ " and coalesce(anciennes.montant_engage_eur, -1) = coalesce(actuelles.montant_engage_eur, -1)"
            ~ " and coalesce(anciennes.valeur_actuelle, -1) = coalesce(actuelles.valeur_actuelle, -1)"
            ~ " and coalesce(cast(anciennes.date_fin_prevue as varchar), '') = coalesce(cast(actuelles.date_fin_prevue as varchar), '')"
            ~ " and coalesce(anciennes.commentaire, '') = coalesce(actuelles.commentaire, '')"
        ) }} as inchangees_nb
    from precedents
    inner join precedentes on precedents.rapport_id = precedentes.rapport_id
    inner join {{ ref("int_actions__observations") }} as actuelles on precedents.rapport_id = actuelles.rapport_id
    left join {{ ref("int_actions__observations") }} as anciennes
        on
            actuelles.siren_epci = anciennes.siren_epci
            and precedents.date_precedente = anciennes.date_situation
            and actuelles.code_action = anciennes.code_action
    where not actuelles.est_confidentielle
    group by actuelles.siren_epci, actuelles.rapport_id
)

select
    'rapport_en_retard' as alerte_code,
    siren_epci,
    cast(null as varchar) as rapport_id,
    cast({{ jours_entre("mois_le", coupure_connu_le()) }} as double) as mesure,
    case
        when est_non_vide
            then 'Le rapport reçu pour la période n''est pas accepté : il est refusé, à valider ou toutes ses lignes sont écartées.'
        when est_recu then 'Le rapport reçu pour la période est vide ou illisible.'
        else 'Le rapport attendu pour la période n''est pas arrivé.'
    end as message
from dernieres_campagnes
where mois_num = derniere_num and a_feuille_de_route and not est_accepte
union all
select
    'taux_identiques' as alerte_code,
    siren_epci,
    rapport_id,
    cast(actions_nb as double) as mesure,
    'Beaucoup d''actions portent le même taux d''avancement : ' || cast(actions_nb as varchar) || ' à '
    || cast(round(taux_avancement_pct) as varchar) || ' %.' as message
from taux
where
    taux_avancement_pct not in (0, 100)
    and actions_nb >= {{ seuil("alerte_taux_identiques_nb") }}
    and 100.0 * actions_nb / declarees_nb >= {{ seuil("alerte_taux_identiques_pct") }}
union all
select
    'rapport_identique' as alerte_code,
    siren_epci,
    rapport_id,
    100.0 * inchangees_nb / actions_nb as mesure,
    'Le rapport répète le précédent sans aucun changement.' as message
from inchangees
where 100.0 * inchangees_nb / actions_nb >= {{ seuil("alerte_rapport_identique_pct") }}
