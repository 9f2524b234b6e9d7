-- One row per session, report and territory of which it speaks otherwise now, at a date that the session covered.
with

seances as (
    select * from {{ ref("stg_seances__seances") }}
),

rapports as (
    select * from {{ ref("stg_rapports__rapports") }}
    -- A report without a row kept says nothing.
    where jeu = 'rapport_avancement' and acceptees_nb > 0
),

apprises as (
    select
        seances.seance_code,
        rapports.rapport_id,
        case
            when rapports.decision is not null then 'decision'
            when exists (
                select 1 from rapports as precedents
                where
                    precedents.siren_epci = rapports.siren_epci
                    and precedents.date_situation = rapports.date_situation
                    and precedents.connu_le < rapports.connu_le
            ) then 'correction'
            else 'arrivee_tardive'
        end as cause_code
    from rapports
    inner join seances
        on
            rapports.date_situation <= seances.date_situation
            and greatest(rapports.connu_le, coalesce(rapports.decide_le, rapports.connu_le))
            > seances.connu_le
    where
        rapports.est_accepte
        -- Refused since: it moves a figure only if it was counted.
        or (
            rapports.decision = 'refuse'
            and (
                rapports.verdict <> 'a_valider'
                or exists (
                    select 1 from {{ source("raw", "decisions") }} as decisions
                    where
                        decisions.rapport_id = rapports.rapport_id
                        and decisions.decision = 'approuve'
                        and decisions.decide_le <= seances.connu_le
                )
            )
        )
),

-- Shown at the session under a number that another intercommunalité answers for since.
reprises as (
    select
        montrees.seance_code,
        rapports.rapport_id,
        'fusion' as cause_code
    from rapports
    inner join (
        select distinct
            seance_code,
            territoire_code
        from {{ ref("stg_seances__valeurs") }}
        where maille_code = 'epci'
    ) as montrees on rapports.siren_depose = montrees.territoire_code
    inner join seances
        on
            montrees.seance_code = seances.seance_code
            and rapports.date_situation <= seances.date_situation
            and rapports.connu_le <= seances.connu_le
    where rapports.est_accepte and rapports.siren_depose <> rapports.siren_epci
),

causes as (
    select * from apprises
    union all
    select reprises.* from reprises
    left join apprises
        on reprises.seance_code = apprises.seance_code and reprises.rapport_id = apprises.rapport_id
    where apprises.rapport_id is null
),

situees as (
    select
        causes.seance_code,
        causes.rapport_id,
        rapports.siren_epci,
        rapports.siren_depose,
        rapports.date_situation,
        causes.cause_code
    from causes
    inner join rapports on causes.rapport_id = rapports.rapport_id
    union all
    -- A file in the long format speaks of several territories, and of the dates of its values.
    select
        seance_code,
        rapport_id,
        siren_epci,
        siren_depose,
        date_situation,
        cause_code
    from {{ ref("int_declares__apprises") }}
)

select
    situees.seance_code,
    situees.rapport_id,
    situees.siren_epci,
    situees.siren_depose,
    territoires.departement_code,
    territoires.region_code,
    territoires.est_dans_denominateur,
    situees.date_situation,
    recus.connu_le,
    situees.cause_code
from situees
inner join {{ ref("stg_rapports__rapports") }} as recus on situees.rapport_id = recus.rapport_id
inner join
    {{ ref("int_territoires") }} as territoires
on situees.siren_epci = territoires.siren_epci
