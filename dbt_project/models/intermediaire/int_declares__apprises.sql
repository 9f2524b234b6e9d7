-- One row per session, file in the long format and SIREN as written of which it says since a value that was not known so.
with

seances as (
    select * from {{ ref("stg_seances__seances") }}
),

valeurs as (
    select
        longues.rapport_id,
        longues.identifiant_indic,
        coalesce(alias_siren.siren_epci, longues.siren_epci) as siren_epci,
        longues.siren_epci as siren_depose,
        longues.date_valeur,
        longues.type_valeur,
        longues.valeur,
        rapports.connu_le
    from {{ source("raw", "indicateurs_longs") }} as longues
    inner join
        {{ ref("stg_rapports__rapports") }} as rapports
    on longues.rapport_id = rapports.rapport_id
    left join {{ ref("stg_territoires__alias") }} as alias_siren
        on longues.siren_epci = alias_siren.siren_ancien
    where rapports.est_accepte
),

-- A session that showed no declared figure of a territory has none to be explained.
montrees as (
    select distinct
        montrees.seance_code,
        montrees.territoire_code
    from {{ ref("stg_seances__valeurs") }} as montrees
    inner join {{ ref("indicateurs_declares") }} as catalogue on montrees.indicateur_code = catalogue.identifiant_indic
    where montrees.maille_code = 'epci'
),

-- What is aimed at may be said of any day.
visees as (
    select
        seances.seance_code,
        seances.date_situation,
        valeurs.*,
        valeurs.connu_le <= seances.connu_le as est_connue,
        row_number() over (
            partition by
                seances.seance_code, valeurs.identifiant_indic, valeurs.siren_depose, valeurs.date_valeur, valeurs.type_valeur,
                valeurs.connu_le <= seances.connu_le
            order by valeurs.connu_le desc, valeurs.rapport_id desc
        ) as rang
    from valeurs
    inner join seances on valeurs.type_valeur = 'vc' or valeurs.date_valeur <= seances.date_situation
    inner join montrees
        on seances.seance_code = montrees.seance_code and valeurs.siren_depose = montrees.territoire_code
)

select
    nouvelles.seance_code,
    nouvelles.rapport_id,
    nouvelles.siren_epci,
    nouvelles.siren_depose,
    min(least(nouvelles.date_valeur, nouvelles.date_situation)) as date_situation,
    case when count(precedentes.rapport_id) > 0 then 'correction' else 'arrivee_tardive' end as cause_code
from visees as nouvelles
left join visees as precedentes
    on
        nouvelles.seance_code = precedentes.seance_code
        and nouvelles.identifiant_indic = precedentes.identifiant_indic
        and nouvelles.siren_depose = precedentes.siren_depose
        and nouvelles.date_valeur = precedentes.date_valeur
        and nouvelles.type_valeur = precedentes.type_valeur
        and precedentes.est_connue
        and precedentes.rang = 1
where
    not nouvelles.est_connue
    and nouvelles.valeur is distinct from precedentes.valeur
group by nouvelles.seance_code, nouvelles.rapport_id, nouvelles.siren_epci, nouvelles.siren_depose
