-- What changed since the previous report of the same territory, by the two clocks alone.
-- In: fichiers, entetes, actions_lues, rapport_actions, registre, refuses and ecartees (see judged.sql and controls.sql), heritiers (the
-- territory of today of each SIREN), predecesseurs (the number that each SIREN replaced), the catalogue `raw` (empty
-- before the first night), and the variable `comparees` (the columns of champs.csv by which two reports differ).
create temp table nuit_lisibles as
select
    e.*,
    f.nom_fichier
from entetes as e
inner join fichiers as f on e.rapport_id = f.rapport_id
where e.rapport_id not in (from refuses);

create temp view nuit_rapports as
select * from nuit_lisibles
where jeu = 'rapport_avancement';

create temp view nuit_registres as
select * from nuit_lisibles
where jeu = 'registre_feuilles_de_route';

create temp view actions_acceptees as
select *
from rapport_actions
anti join refuses using (rapport_id)
anti join ecartees using (rapport_id, feuille, ligne);

create temp view registre_accepte as
select rapport_id, siren_epci
from registre
anti join refuses using (rapport_id)
anti join ecartees using (rapport_id, feuille, ligne);

-- The first report under a new number follows those under the number it replaced.
create temp table comparables as
select siren_epci, siren_epci as siren_compare from nuit_rapports
union
select siren_epci, siren_ancien as siren_compare from predecesseurs
where siren_epci in (select siren_epci from nuit_rapports);

create temp table lisibles as
select rapport_id, siren_epci, date_situation, connu_le, depose_le, nom_fichier
from nuit_rapports
union all
select rapport_id, siren_epci, date_situation, connu_le, depose_le, nom_fichier
from raw.rapports
where
    jeu = 'rapport_avancement'
    and verdict <> 'rejete'
    and siren_epci in (select siren_compare from comparables)
    and rapport_id not in (select rapport_id from nuit_rapports);

create temp table precedents as
with anterieurs as (
    select
        n.rapport_id,
        l.rapport_id as precedent_id,
        l.date_situation,
        l.connu_le,
        n.siren_epci = l.siren_epci as est_meme_siren
    from nuit_rapports as n
    inner join comparables as c on n.siren_epci = c.siren_epci
    inner join lisibles as l
        on
            c.siren_compare = l.siren_epci
            and l.date_situation < n.date_situation
            and l.connu_le <= n.connu_le
)

select
    rapport_id,
    arg_max(precedent_id, row(est_meme_siren, date_situation, connu_le, precedent_id)) as precedent_id,
    arg_max(date_situation, row(est_meme_siren, date_situation, connu_le, precedent_id)) as situation_precedente
from anterieurs
group by rapport_id;

create temp table remplaces as
select
    n.rapport_id,
    arg_max(l.nom_fichier, row(l.connu_le, coalesce(l.depose_le, timestamp '0001-01-01'), l.rapport_id))
        as fichier_remplace
from nuit_rapports as n
inner join lisibles as l
    on
        n.siren_epci = l.siren_epci
        and n.date_situation = l.date_situation
        and row(l.connu_le, coalesce(l.depose_le, timestamp '0001-01-01'), l.rapport_id)
        < row(n.connu_le, coalesce(n.depose_le, timestamp '0001-01-01'), n.rapport_id)
group by n.rapport_id;

-- Whole rows only of the reports that are compared: most of a night's rows are read for their counts alone.
create temp table lignes_lues as
with compares as (
    select rapport_id from precedents
    union
    select precedent_id from precedents
),

lues as (
    -- Whole rows wait on disk: none is read when there is nothing to compare.
    select actions_lues.*
    from actions_lues
    inner join (
        select rang from actions_acceptees
        where rapport_id in (select rapport_id from compares)
    ) as comparees using (rang)
    union all by name
    select *
    from raw.lignes
    where
        rapport_id in (select precedent_id from precedents)
        and rapport_id not in (select rapport_id from nuit_rapports)
)

select
    rapport_id,
    feuille,
    ligne,
    code_action,
    columns(lambda colonne: list_contains(getvariable('comparees'), colonne)),
    lower(strip_accents(trim(regexp_replace(intitule, '\s+', ' ', 'g')))) as intitule_cle,
    -- A code that Vigie made of the title says nothing to who never wrote it.
    case
        when not regexp_matches(code_action, '_[0-9a-f]{8}$') then code_action
        when est_confidentielle or intitule is null then 'une action confidentielle'
        else '« ' || left(intitule, 80) || ' »'
    end as nom
from lues;

create table comportement_actions as
select
    row_number() over (order by n.rapport_id, n.feuille, n.ligne) - 1 as rang,
    p.rapport_id,
    p.precedent_id,
    p.situation_precedente,
    n.feuille,
    n.ligne,
    n.code_action,
    n.intitule,
    n.intitule_cle,
    n.statut_code,
    n.commentaire,
    n.taux_avancement_pct,
    n.budget_prevu_eur,
    n.date_fin_prevue,
    n.valeur_cible,
    a.intitule as intitule_precedent,
    a.intitule_cle as intitule_cle_precedente,
    a.statut_code as statut_precedent,
    a.taux_avancement_pct as taux_precedent_pct,
    a.budget_prevu_eur as budget_precedent_eur,
    a.date_fin_prevue as fin_prevue_precedente,
    a.valeur_cible as cible_precedente,
    case
        when n.budget_prevu_eur > 0 and a.budget_prevu_eur > 0 then n.budget_prevu_eur / a.budget_prevu_eur
    end as budget_facteur
from precedents as p
inner join lignes_lues as n on p.rapport_id = n.rapport_id
inner join lignes_lues as a on p.precedent_id = a.rapport_id and n.code_action = a.code_action;

create temp table disparues as
select
    p.rapport_id,
    a.code_action,
    a.intitule_cle,
    a.nom
from precedents as p
inner join lignes_lues as a on p.precedent_id = a.rapport_id
anti join rapport_actions as r on p.rapport_id = r.rapport_id and a.code_action = r.code_action;

create temp table nouvelles as
select
    p.rapport_id,
    n.intitule_cle,
    min(n.code_action) as code_action,
    arg_min(n.nom, n.code_action) as nom
from precedents as p
inner join lignes_lues as n on p.rapport_id = n.rapport_id
anti join lignes_lues as a on p.precedent_id = a.rapport_id and n.code_action = a.code_action
group by p.rapport_id, n.intitule_cle;

create temp table absentes as
select
    d.rapport_id,
    d.code_action,
    d.nom,
    n.code_action as nouveau_code,
    n.nom as nouveau_nom
from disparues as d
left join nouvelles as n on d.rapport_id = n.rapport_id and d.intitule_cle = n.intitule_cle;

create temp table registres as
select rapport_id, connu_le, depose_le from nuit_registres
union all
select rapport_id, connu_le, depose_le
from raw.rapports
where
    jeu = 'registre_feuilles_de_route'
    and verdict <> 'rejete'
    and rapport_id not in (select rapport_id from nuit_registres);

create temp table registres_vus as
select
    n.rapport_id,
    n.siren_epci,
    arg_max(r.rapport_id, row(r.connu_le, coalesce(r.depose_le, timestamp '0001-01-01'), r.rapport_id)) as registre_id
from nuit_rapports as n
inner join registres as r on r.connu_le <= n.connu_le
group by n.rapport_id, n.siren_epci;

-- A register names the territories of its own day: a merger before or after the report changes nothing.
create temp table registre_lignes as
with nommes as (
    select rapport_id, siren_epci from registre_accepte
    union all
    select rapport_id, siren_epci
    from raw.feuilles_de_route
    where rapport_id in (select registre_id from registres_vus)
)

select distinct nommes.rapport_id, heritiers.territoire
from nommes
inner join heritiers on nommes.siren_epci = heritiers.siren_epci;

create temp table contenus as
with mesures as (
    select rapport_id, budget_prevu_eur, taux_avancement_pct
    from actions_acceptees
    union all
    select rapport_id, budget_prevu_eur, taux_avancement_pct
    from lignes_lues
    where rapport_id not in (select rapport_id from nuit_rapports)
)

select
    rapport_id,
    count(*) as lignes_nb,
    sum(budget_prevu_eur) as budget_eur,
    count(taux_avancement_pct) as taux_connus_nb,
    count(*) filter (where taux_avancement_pct > 0 and taux_avancement_pct < 100) as taux_intermediaires_nb,
    round(
        100.0 * count(*) filter (where taux_avancement_pct in (0, 25, 50, 75, 100))
        / nullif(count(taux_avancement_pct), 0)
    ) as taux_ronds_pct
from mesures
group by rapport_id;

create temp table empreintes as
select
    rapport_id,
    bit_xor(hash(
        code_action, *columns(lambda colonne: list_contains(getvariable('comparees'), colonne))
    )) as empreinte
from lignes_lues
group by rapport_id;

create table comportement_rapports as
select
    row_number() over (order by n.rapport_id) - 1 as rang,
    n.rapport_id,
    n.siren_epci,
    p.situation_precedente,
    coalesce(d.disparues_nb, 0) as disparues_nb,
    d.disparues,
    coalesce(d.recodees_nb, 0) as recodees_nb,
    d.recodees,
    round(100.0 * d.disparues_nb / avant.lignes_nb) as disparues_pct,
    ici.lignes_nb = avant.lignes_nb and ici_dit.empreinte = avant_dit.empreinte as est_identique,
    ici.taux_connus_nb,
    ici.taux_intermediaires_nb,
    ici.taux_ronds_pct,
    s.fichier_remplace,
    ici.budget_eur,
    avant.budget_eur as budget_precedent_eur,
    case when ici.budget_eur > 0 and avant.budget_eur > 0 then ici.budget_eur / avant.budget_eur end as budget_facteur,
    e.avancement_ecart_points,
    -e.avancement_ecart_points as avancement_recul_points,
    case when v.registre_id is not null then l.territoire is not null end as a_feuille_de_route
from nuit_rapports as n
left join precedents as p on n.rapport_id = p.rapport_id
left join contenus as ici on n.rapport_id = ici.rapport_id
left join contenus as avant on p.precedent_id = avant.rapport_id
left join empreintes as ici_dit on n.rapport_id = ici_dit.rapport_id
left join empreintes as avant_dit on p.precedent_id = avant_dit.rapport_id
left join (
    select
        rapport_id,
        count(*) filter (where nouveau_code is null) as disparues_nb,
        count(nouveau_code) as recodees_nb,
        string_agg(nom, ', ' order by code_action) filter (where nouveau_code is null) as disparues,
        string_agg(nom || ' devient ' || nouveau_nom, ', ' order by code_action) as recodees
    from absentes
    group by rapport_id
) as d on n.rapport_id = d.rapport_id
left join remplaces as s on n.rapport_id = s.rapport_id
left join (
    select
        rapport_id,
        round(avg(taux_avancement_pct - taux_precedent_pct), 1) as avancement_ecart_points
    from comportement_actions
    where taux_avancement_pct is not null and taux_precedent_pct is not null
    group by rapport_id
    -- Below five actions a mean says more about one of them than about the report.
    having count(*) >= 5
) as e on n.rapport_id = e.rapport_id
left join registres_vus as v on n.rapport_id = v.rapport_id
left join heritiers as h on n.siren_epci = h.siren_epci
left join registre_lignes as l on v.registre_id = l.rapport_id and h.territoire = l.territoire;

-- Whole rows: of no use once compared.
drop table lignes_lues;
