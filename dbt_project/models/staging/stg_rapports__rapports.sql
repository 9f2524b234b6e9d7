-- One row per received file known at the second clock, with the Région's last decision about it.
with

rapports as (
    select * from {{ source("raw", "rapports") }}
    where connu_le <= {{ coupure_connu_le() }}
),

decisions_classees as (
    select
        rapport_id,
        decision,
        decide_le,
        row_number() over (
            partition by rapport_id order by decide_le desc, decision_id desc
        ) as rang
    from {{ source("raw", "decisions") }}
    where decide_le <= {{ coupure_connu_le() }}
),

alias_siren as (
    select * from {{ ref("stg_territoires__alias") }}
),

successions as (
    select * from {{ ref("territoires_alias") }}
)

select
    rapports.rapport_id,
    rapports.jeu,
    rapports.source_id,
    -- A report loaded before a change was recorded bears a SIREN that was no longer in use at its date.
    coalesce(troisiemes.siren_epci, deuxiemes.siren_epci, premiers.siren_epci, rapports.siren_epci) as siren_depose,
    coalesce(alias_siren.siren_epci, rapports.siren_epci) as siren_epci,
    rapports.canal,
    rapports.format,
    rapports.nom_fichier,
    rapports.adresse,
    rapports.sha256,
    rapports.taille_octets,
    rapports.depose_le,
    rapports.collecte_le,
    -- A file may bear any date of its own: what was not there at a visit came after it.
    {{ jour_a_paris("rapports.connu_le") }} as recu_le,
    case
        when decisions.decision = 'approuve' and rapports.verdict = 'a_valider'
            then greatest(rapports.connu_le, decisions.decide_le)
        else rapports.connu_le
    end as connu_le,
    rapports.date_situation,
    rapports.date_adoption,
    rapports.horizon,
    rapports.service_referent,
    rapports.verdict,
    decisions.decision,
    decisions.decide_le,
    rapports.recues_nb,
    rapports.acceptees_nb,
    rapports.ecartees_nb,
    rapports.remarques_nb,
    rapports.version_regles,
    rapports.est_synthetique,
    rapports.verdict <> 'rejete'
    and coalesce(decisions.decision, '') <> 'refuse'
    and (rapports.verdict <> 'a_valider' or coalesce(decisions.decision, '') = 'approuve')
        as est_accepte
from rapports
left join alias_siren on rapports.siren_epci = alias_siren.siren_ancien
left join successions as premiers
    on rapports.siren_epci = premiers.siren_ancien and rapports.date_situation > premiers.fin_le
left join successions as deuxiemes
    on premiers.siren_epci = deuxiemes.siren_ancien and rapports.date_situation > deuxiemes.fin_le
left join successions as troisiemes
    on deuxiemes.siren_epci = troisiemes.siren_ancien and rapports.date_situation > troisiemes.fin_le
left join decisions_classees as decisions
    on rapports.rapport_id = decisions.rapport_id and decisions.rang = 1
