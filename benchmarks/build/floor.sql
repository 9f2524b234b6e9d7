-- The floor: the monthly state and its sums at every mesh, by hand, in one statement, with nothing kept for readers.
create table sommes as
with
mois as (
    select distinct date_situation as mois_le from raw.rapports where jeu = 'rapport_avancement'
),
observations as (
    select
        r.siren_epci, l.*, r.date_situation,
        lead(r.date_situation) over (partition by r.siren_epci, l.code_action order by r.date_situation) as suivante
    from raw.lignes as l
    inner join raw.rapports as r on l.rapport_id = r.rapport_id
),
etats as (
    select o.*, m.mois_le
    from observations as o
    inner join mois as m on m.mois_le >= o.date_situation and (o.suivante is null or m.mois_le < o.suivante)
),
themes as (
    select rapport_id, feuille, ligne, theme_code, 1.0 / count(*) over (partition by rapport_id, feuille, ligne) as poids
    from raw.lignes_themes
),
ponderes as (
    select e.*, 'tous' as theme_code, 1.0 as poids from etats as e
    union all
    select e.*, t.theme_code, t.poids
    from etats as e
    inner join themes as t on e.rapport_id = t.rapport_id and e.feuille = t.feuille and e.ligne = t.ligne
),
drapeaux as (
    select
        *,
        cast(siren_epci as integer) % 96 as departement,
        cast(siren_epci as integer) % 96 % 13 as region,
        statut_code <> 'abandonne' as dedans,
        least(100, greatest(0, valeur_actuelle)) as atteinte,
        100.0 * (mois_le - date_debut_prevue) / nullif(date_fin_prevue - date_debut_prevue, 0) as ecoule
    from ponderes
)
select
    siren_epci, departement, region, theme_code, mois_le, base_montant,
    count(*) as n,
    sum(poids) filter (where dedans) as perimetre,
    sum(poids) filter (where statut_code = 'realise') as realise,
    sum(poids) filter (where statut_code in ('realise', 'en_cours', 'en_pause', 'bloque')) as demarre,
    sum(poids) filter (where statut_code = 'bloque') as bloque,
    sum(poids) filter (where statut_code = 'a_venir') as a_venir,
    sum(poids) filter (where statut_code = 'abandonne') as abandonne,
    sum(poids) filter (where statut_code = 'non_renseigne') as non_renseigne,
    sum(poids * taux_avancement_pct) filter (where dedans) as avancement,
    sum(poids) filter (where dedans and taux_avancement_pct is not null) as avancement_poids,
    sum(poids * budget_prevu_eur * taux_avancement_pct) filter (where dedans) as avancement_budget,
    sum(poids * (taux_avancement_pct - ecoule)) filter (where dedans) as ecart,
    sum(poids * atteinte) filter (where dedans) as atteinte,
    sum(poids) filter (where dedans and date_fin_prevue is not null) as avec_echeance,
    sum(poids) filter (where dedans and date_fin_prevue < mois_le and statut_code <> 'realise') as retard,
    median(date_fin_prevue - date_debut_prevue) filter (where dedans) as duree_mediane,
    sum(poids * budget_prevu_eur) filter (where dedans) as budget,
    sum(poids * montant_engage_eur) filter (where dedans) as engage,
    sum(poids * montant_paye_eur) filter (where dedans) as paye
from drapeaux
group by grouping sets (
    (siren_epci, theme_code, mois_le), (departement, theme_code, mois_le), (region, theme_code, mois_le),
    (siren_epci, theme_code, mois_le, base_montant), (departement, theme_code, mois_le, base_montant),
    (region, theme_code, mois_le, base_montant)
);
