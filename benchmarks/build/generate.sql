-- Raw rows of $territories EPCI over $months months, $actions actions each; hash() draws, so that it is the same every time.
-- The vocabulary grows with the texts: a term stays in as many of them.
create temp table mois as
select
    n,
    last_day(cast('$last' as date) - to_months(cast($months - 1 - n as integer))) as fin
from range($months) as t (n);

insert into rapports by name
select
    'registre' as rapport_id, 'registre_feuilles_de_route' as jeu, 'depot-region' as source_id, 'depot' as canal,
    'region' as format, 'r.csv' as nom_fichier, 'r.csv' as adresse, 'r' as sha256, 1 as taille_octets,
    timestamp '2015-01-01' as depose_le, timestamp '2015-01-01' as collecte_le, timestamp '2015-01-01' as connu_le,
    'accepte' as verdict, 0 as recues_nb, 0 as acceptees_nb, 0 as ecartees_nb, 0 as remarques_nb, '1' as version_regles,
    true as est_synthetique;

insert into feuilles_de_route
select 'registre', cast(200000000 + e as varchar), date '2015-01-01', '2030' from range($territories) as t (e);

insert into rapports by name
select
    lpad(cast(e as varchar), 6, '0') || '-' || lpad(cast(n as varchar), 4, '0') as rapport_id,
    'rapport_avancement' as jeu, 'depot' as source_id, cast(200000000 + e as varchar) as siren_epci, 'depot' as canal,
    'vigie' as format, 'f.csv' as nom_fichier, 'f.csv' as adresse, 'f' as sha256, 1 as taille_octets,
    fin + to_days(cast(1 + hash(e, n) % 20 as integer)) as depose_le, depose_le as collecte_le, depose_le as connu_le,
    fin as date_situation, 'accepte' as verdict, $actions as recues_nb, $actions as acceptees_nb, 0 as ecartees_nb,
    0 as remarques_nb, '1' as version_regles, true as est_synthetique
from range($territories) as t (e), mois;

insert into rapports_silos
select rapport_id, silo, silo from rapports, (values ('port'), ('tourisme'), ('mobilite')) as s (silo)
where jeu = 'rapport_avancement';

insert into lignes by name
select
    lpad(cast(e as varchar), 6, '0') || '-' || lpad(cast(n as varchar), 4, '0') as rapport_id,
    'Actions' as feuille, cast(a + 2 as integer) as ligne, 'A' || a as code_action, false as est_code_derive,
    'Action ' || list_reduce(list_transform(range(7), x -> 'mot' || (hash(e, a, x) % (500 * $actions))), (x, y) -> x || ' ' || y) as intitule,
    list_reduce(list_transform(range(7, 22), x -> 'mot' || (hash(e, a, x) % (500 * $actions))), (x, y) -> x || ' ' || y) as descriptif,
    (['a_venir', 'en_cours', 'en_cours', 'realise', 'en_pause', 'bloque', 'abandonne', 'non_renseigne'])
        [cast(1 + (hash(e, a) + n // 12) % 8 as integer)] as statut_code,
    false as retard_declare,
    case when hash(e, a, n) % 4 > 0 then (hash(e, a) % 50 + n) % 101 end as taux_avancement_pct,
    date '2021-01-01' + cast(hash(e, a) % 900 as integer) as date_debut_prevue,
    case when hash(a, e) % 5 > 0 then date '2024-01-01' + cast(hash(e, a) % 900 + (n // 20) * 30 as integer) end as date_fin_prevue,
    case when hash(e, a, 1) % 2 = 0 then 1000.0 + hash(e, a) % 90000 end as budget_prevu_eur,
    case when hash(e, a, 1) % 4 = 0 then 500.0 + hash(e, a) % 900 end as montant_engage_eur,
    case when hash(e, a, 1) % 8 = 0 then 100.0 + hash(e, a) % 400 end as montant_paye_eur,
    case hash(a) % 3 when 0 then 'HT' when 1 then 'TTC' end as base_montant,
    'hausse' as sens, 0.0 as valeur_initiale, 100.0 as valeur_cible,
    case when hash(e, a, n) % 3 > 0 then cast(hash(e, a, n) % 130 as double) end as valeur_actuelle,
    'Port' as service_pilote, false as est_confidentielle
from range($territories) as t (e), mois, range($actions) as u (a)
where hash(e, a, n) % 50 > 0;

insert into lignes_themes
select lignes.rapport_id, lignes.ligne, lignes.feuille, theme, theme
from lignes, (values (0), (1)) as k (k),
    lateral (select (['inclusion_numerique', 'e_administration', 'numerique_entreprises', 'mobilite', 'dechets', 'tourisme',
        'sante', 'education', 'culture', 'donnees', 'cybersecurite', 'securite'])
        [cast(1 + (hash(code_action, substr(rapport_id, 1, 6)) + 5 * k) % 12 as integer)] as theme) as t
where k = 0 or hash(code_action, substr(rapport_id, 1, 6), 2) % 2 = 0;

insert into lignes_silos
select rapport_id, ligne, feuille, 'port', 'port' from lignes where hash(code_action) % 2 = 0;

insert into lignes_financements by name
select rapport_id, ligne, feuille, 'FEDER' as financeur, 800.0 as programme_eur, 400.0 as engage_eur, 100.0 as paye_eur
from lignes where hash(code_action) % 8 = 0;
