-- The tables that rules judge, made from what was read.
-- In: rapports_lus, colonnes_lues, themes_lus, financements_lus, actions_jugees (the columns of actions that rules look
-- at; it can be read once only, hence no window over it), as vigie.reading.values.Batch says, each row numbered in `rang`;
-- perimetres (siren_epci, perimetre_code).

-- One row per file read: its header, and which of the columns that rules ask for it has.
create table entetes as
select
    r.*,
    p.perimetre_code,
    i.rapport_id is not null as a_intitule,
    s.rapport_id is not null as a_statut,
    t.rapport_id is not null as a_themes
from rapports_lus as r
left join perimetres as p on r.siren_epci = p.siren_epci
left join (select distinct rapport_id from colonnes_lues where champ = 'intitule') as i
    on r.rapport_id = i.rapport_id
left join (select distinct rapport_id from colonnes_lues where champ = 'statut') as s
    on r.rapport_id = s.rapport_id
left join (select distinct rapport_id from colonnes_lues where champ = 'themes') as t
    on r.rapport_id = t.rapport_id;

-- One row per action row sent.
create table rapport_actions as
with inconnus as (
    select
        rapport_id,
        feuille,
        ligne,
        string_agg(theme_brut, ', ' order by rang) as themes_inconnus
    from themes_lus
    where theme_code = 'a_classer'
    group by rapport_id, feuille, ligne
),

aides as (
    select
        *,
        -- What a funder commits replaces what it had programmed: never both.
        coalesce(engage_eur, programme_eur) as aide_eur,
        case
            when programme_eur < 0 or (programme_eur is null and programme_eur__brut is not null)
                then programme_eur__brut
            when engage_eur < 0 or (engage_eur is null and engage_eur__brut is not null)
                then engage_eur__brut
            when justifie_eur < 0 or (justifie_eur is null and justifie_eur__brut is not null)
                then justifie_eur__brut
            when paye_eur < 0 or (paye_eur is null and paye_eur__brut is not null)
                then paye_eur__brut
        end as illisible
    from financements_lus
),

financements as (
    select
        rapport_id,
        feuille,
        ligne,
        sum(aide_eur order by rang) as financements_eur,
        string_agg(illisible, ', ' order by rang) as financements_illisibles
    from aides
    group by rapport_id, feuille, ligne
)

select
    l.*,
    e.date_situation,
    e.a_statut,
    e.a_themes,
    i.themes_inconnus,
    f.financements_eur,
    f.financements_illisibles,
    -- A code that a row of its report writes, or one that none does: derived from a title.
    case when not l.est_code_derive then l.code_action end as code_ecrit,
    case when l.est_code_derive then l.code_action end as code_commun,
    coalesce(l.budget_prevu_eur, l.montant_engage_eur, l.montant_paye_eur) is not null as a_un_montant
from actions_jugees as l
inner join entetes as e on l.rapport_id = e.rapport_id
left join inconnus as i
    on l.rapport_id = i.rapport_id and l.feuille = i.feuille and l.ligne = i.ligne
left join financements as f
    on l.rapport_id = f.rapport_id and l.feuille = f.feuille and l.ligne = f.ligne;

update rapport_actions
set
    code_ecrit = code_action,
    code_commun = null
where
    est_code_derive
    and (rapport_id, code_action) in (
        select (rapport_id, code_action) from rapport_actions
        where not est_code_derive
    );
