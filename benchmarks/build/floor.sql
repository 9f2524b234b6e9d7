-- The floor: the monthly states and the same sums at the six meshes, written by hand for DuckDB, in doubles.
-- Left out: corrections and decisions, aliases, Kaplan-Meier, silos, theme mixes, texts, quality of reports, peers,
-- alerts, every ratio and bound, every test.
create table etats as
with
rapports as (
    select rapport_id, siren_epci, date_situation
    from raw.rapports
    where jeu = 'rapport_avancement' and verdict <> 'rejete'
),
mois as (
    select distinct date_situation as mois_le from rapports
),
derniers as (
    select m.mois_le, r.siren_epci, max(r.date_situation) as dernier_le
    from mois as m inner join rapports as r on r.date_situation <= m.mois_le
    group by all
),
suites as (
    select
        rapport_id, siren_epci, code_action, feuille, ligne, date_situation,
        lead(date_situation) over (partition by siren_epci, code_action order by date_situation) as suivante
    from raw.lignes inner join rapports using (rapport_id)
),
annonces as (
    select
        siren_epci, code_action,
        arg_min(date_fin_prevue, date_situation) filter (where date_fin_prevue is not null) as fin_initiale,
        min(date_situation) filter (where statut_code = 'realise') as realise_le
    from raw.lignes inner join rapports using (rapport_id)
    group by all
),
fonds as (
    select
        rapport_id, feuille, ligne,
        sum(programme_eur) as ue_programme, sum(engage_eur) as ue_engage, sum(justifie_eur) as ue_justifie,
        sum(paye_eur) as ue_paye
    from raw.lignes_financements where financeur in ('FEDER', 'FSE', 'FSE+')
    group by all
)
select
    s.siren_epci || '-' || s.code_action as action_id, s.siren_epci, s.code_action, s.date_situation, m.mois_le,
    s.date_situation >= d.dernier_le as rapportee,
    l.rapport_id, l.feuille, l.ligne, l.statut_code, l.retard_declare, l.meteo_code,
    l.date_debut_reelle, l.date_fin_reelle, l.indicateur, l.service_pilote, l.est_confidentielle,
    l.statut_code <> 'abandonne' as dedans,
    l.statut_code in ('realise', 'en_cours', 'en_pause', 'bloque') as demarree,
    l.statut_code = 'realise' as realisee,
    coalesce(
        l.taux_avancement_pct,
        case l.statut_code when 'realise' then 100 when 'en_cours' then 50 when 'a_venir' then 0 end
    ) as taux,
    l.date_fin_prevue is not null as echeance,
    coalesce(l.date_fin_prevue < m.mois_le, false) and l.statut_code <> 'realise' as en_retard,
    coalesce(l.date_debut_reelle, l.date_debut_prevue) as debut_le, l.date_fin_prevue,
    a.fin_initiale, a.realise_le, l.date_fin_prevue - a.fin_initiale as glissement,
    case when l.date_fin_prevue > l.date_debut_prevue then
        greatest(0, least(100, 100.0 * (m.mois_le - l.date_debut_prevue) / (l.date_fin_prevue - l.date_debut_prevue)))
    end as ecoule,
    l.valeur_cible, l.valeur_actuelle,
    greatest(
        0,
        least(100, 100 * (l.valeur_actuelle - l.valeur_initiale) / nullif(l.valeur_cible - l.valeur_initiale, 0))
    ) as atteinte,
    l.budget_prevu_eur as budget, l.montant_engage_eur as engage, l.montant_paye_eur as paye, l.base_montant as base,
    f.rapport_id is not null as ue, f.ue_programme, f.ue_engage, f.ue_justifie, f.ue_paye
from suites as s
inner join mois as m on m.mois_le >= s.date_situation and (s.suivante is null or m.mois_le < s.suivante)
left join derniers as d on d.siren_epci = s.siren_epci and d.mois_le = m.mois_le
left join annonces as a on a.siren_epci = s.siren_epci and a.code_action = s.code_action
left join raw.lignes as l on l.rapport_id = s.rapport_id and l.feuille = s.feuille and l.ligne = s.ligne
left join fonds as f on f.rapport_id = s.rapport_id and f.feuille = s.feuille and f.ligne = s.ligne;

create table themes as
select rapport_id, feuille, ligne, theme_code, 1.0::double / count(*) over (partition by rapport_id, feuille, ligne) as poids
from raw.lignes_themes;

create view ponderes as
select *, 'tous' as theme_code, 1.0::double as poids from etats
union all
select e.*, t.theme_code, t.poids
from etats as e
inner join themes as t on e.rapport_id = t.rapport_id and e.feuille = t.feuille and e.ligne = t.ligne;

create table statuts as
with epci as (
    select
        siren_epci, theme_code, mois_le,
        count(*) as n, count(*) filter (where dedans) as n_dedans, sum(poids) as toutes,
        sum(poids) filter (where rapportee and dit) as toutes_obs,
        sum(poids) filter (where dedans) as perimetre, sum(poids) filter (where dedans and rapportee and dit) as perimetre_obs,
        sum(poids) filter (where statut_code = 'realise') as fait,
        sum(poids) filter (where statut_code = 'realise' and rapportee) as fait_obs,
        sum(poids) filter (where demarree) as demarre, sum(poids) filter (where demarree and rapportee) as demarre_obs,
        sum(poids) filter (where statut_code in ('en_cours', 'en_pause')) as en_cours,
        sum(poids) filter (where statut_code in ('en_cours', 'en_pause') and rapportee) as en_cours_obs,
        sum(poids) filter (where statut_code in ('a_venir', 'a_discuter')) as programme,
        sum(poids) filter (where statut_code in ('a_venir', 'a_discuter') and rapportee) as programme_obs,
        sum(poids) filter (where statut_code = 'bloque') as bloque,
        sum(poids) filter (where statut_code = 'bloque' and rapportee) as bloque_obs,
        sum(poids) filter (where statut_code = 'abandonne') as abandonne,
        sum(poids) filter (where statut_code = 'abandonne' and rapportee) as abandonne_obs,
        sum(poids) filter (where not dit) as non_renseigne,
        sum(poids) filter (where dedans and echeance) as echeance,
        sum(poids) filter (where dedans and not echeance) as sans_echeance,
        sum(poids) filter (where dedans and en_retard) as en_retard,
        sum(poids) filter (where dedans and echeance and rapportee) as echeance_obs,
        sum(poids) filter (where dedans and en_retard and rapportee) as en_retard_obs,
        count(*) filter (where dedans and echeance) as n_echeance,
        count(glissement) filter (where dedans) as n_glissement,
        sum(poids) filter (where not rapportee) as disparues,
        sum(poids) filter (where dedans and glissement is not null) as datees,
        sum(poids) filter (where dedans and glissement <> 0) as deplacees
    from (select *, statut_code <> 'non_renseigne' as dit from ponderes)
    group by all
)
select siren_epci, departement_code, region_code, theme_code, mois_le, sum(columns(epci.* exclude (siren_epci, theme_code, mois_le)))
from epci inner join territoires using (siren_epci)
group by grouping sets (
    (siren_epci, theme_code, mois_le), (departement_code, theme_code, mois_le), (region_code, theme_code, mois_le)
);

create table avancement as
with epci as (
    select
        siren_epci, theme_code, mois_le,
        sum(poids) as perimetre, count(*) as n,
        sum(poids) filter (where vu) as vues, count(*) filter (where vu) as n_vues, sum(poids * taux) filter (where vu) as taux,
        sum(poids) filter (where ecoule is not null) as datees, sum(poids) filter (where ecoule is null) as sans_dates,
        sum(poids) filter (where vu and ecoule is not null) as datees_vues,
        count(*) filter (where vu and ecoule is not null) as n_datees,
        sum(poids * (taux - ecoule)) filter (where vu) as ecart,
        sum(poids) filter (where valeur_cible is not null) as ciblees,
        sum(poids) filter (where valeur_cible is null) as sans_cible,
        sum(poids) filter (where rapportee and atteinte is not null) as ciblees_vues,
        count(*) filter (where rapportee and atteinte is not null) as n_ciblees,
        sum(poids * atteinte) filter (where rapportee) as atteinte,
        sum(poids * budget) filter (where base = 'HT') as budget_ht,
        sum(poids * budget) filter (where vu and base = 'HT') as budget_ht_vu,
        sum(poids * budget * taux) filter (where vu and base = 'HT') as taux_ht,
        count(*) filter (where vu and base = 'HT' and budget > 0) as n_ht,
        sum(poids * budget) filter (where base = 'TTC') as budget_ttc,
        sum(poids * budget) filter (where vu and base = 'TTC') as budget_ttc_vu,
        sum(poids * budget * taux) filter (where vu and base = 'TTC') as taux_ttc,
        count(*) filter (where vu and base = 'TTC' and budget > 0) as n_ttc,
        sum(poids * budget) filter (where base is null) as budget_np,
        sum(poids * budget) filter (where vu and base is null) as budget_np_vu,
        sum(poids * budget * taux) filter (where vu and base is null) as taux_np,
        count(*) filter (where vu and base is null and budget > 0) as n_np
    from (select *, rapportee and taux is not null as vu from ponderes where dedans)
    group by siren_epci, theme_code, mois_le
)
select siren_epci, departement_code, region_code, theme_code, mois_le, sum(columns(epci.* exclude (siren_epci, theme_code, mois_le)))
from epci inner join territoires using (siren_epci)
group by grouping sets (
    (siren_epci, theme_code, mois_le), (departement_code, theme_code, mois_le), (region_code, theme_code, mois_le)
);

create table budgets as
with epci as (
    select
        siren_epci, theme_code, mois_le, base,
        sum(poids) as perimetre,
        sum(poids) filter (where budget is not null) as prevus, count(budget) as n_prevus, sum(poids * budget) as prevu,
        sum(poids) filter (where budget is not null and engage is not null) as engageables,
        count(*) filter (where budget is not null and engage is not null) as n_engageables,
        sum(poids * budget) filter (where engage is not null) as engageable,
        sum(poids * engage) filter (where budget is not null) as engage,
        sum(poids) filter (where engage is not null and paye is not null) as payables,
        count(*) filter (where engage is not null and paye is not null) as n_payables,
        sum(poids * engage) filter (where paye is not null) as payable,
        sum(poids * paye) filter (where engage is not null) as paye
    from ponderes
    where dedans
    group by siren_epci, theme_code, mois_le, base
)
select
    siren_epci, departement_code, region_code, theme_code, mois_le, base,
    sum(columns(epci.* exclude (siren_epci, theme_code, mois_le, base)))
from epci inner join territoires using (siren_epci)
group by grouping sets (
    (siren_epci, theme_code, mois_le, base), (departement_code, theme_code, mois_le, base),
    (region_code, theme_code, mois_le, base)
);

create table fonds_europeens as
with epci as (
    select
        siren_epci, theme_code, mois_le, sum(poids) as financees, count(*) as n,
        sum(poids * ue_programme) as programme, count(ue_programme) as n_programme,
        sum(poids * ue_engage) as engage, count(ue_engage) as n_engage,
        sum(poids * ue_justifie) as justifie, count(ue_justifie) as n_justifie,
        sum(poids * ue_paye) as paye, count(ue_paye) as n_paye
    from ponderes
    where dedans and ue
    group by all
)
select siren_epci, departement_code, region_code, theme_code, mois_le, sum(columns(epci.* exclude (siren_epci, theme_code, mois_le)))
from epci inner join territoires using (siren_epci)
group by grouping sets (
    (siren_epci, theme_code, mois_le), (departement_code, theme_code, mois_le), (region_code, theme_code, mois_le)
);

create table medianes as
select siren_epci, departement_code, region_code, theme_code, mois_le, median(glissement) as mediane
from ponderes inner join territoires using (siren_epci)
where dedans and glissement is not null
group by grouping sets (
    (siren_epci, theme_code, mois_le), (departement_code, theme_code, mois_le), (region_code, theme_code, mois_le)
);
