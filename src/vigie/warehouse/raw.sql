-- raw.duckdb: append-only. A report is never updated; corrections and decisions are new rows.
-- Where « champs » stands alone, raw_schema.py writes the columns of that level of seeds/champs.csv.
create table if not exists rapports (
    rapport_id varchar primary key,
    jeu varchar not null,
    source_id varchar not null,
    canal varchar not null,
    format varchar not null,
    nom_fichier varchar not null,
    adresse varchar not null,
    sha256 varchar not null,
    taille_octets bigint not null,
    depose_le timestamp,
    collecte_le timestamp not null,
    connu_le timestamp not null,
    -- champs : entete
    verdict varchar not null,
    recues_nb integer not null,
    acceptees_nb integer not null,
    ecartees_nb integer not null,
    remarques_nb integer not null,
    version_regles varchar not null,
    est_synthetique boolean not null
);

create table if not exists rapports_silos (
    rapport_id varchar not null,
    silo_code varchar not null,
    silo_libelle varchar not null
);

create table if not exists lignes (
    rapport_id varchar not null,
    feuille varchar not null,
    ligne integer not null,
    -- champs : action
    est_code_derive boolean not null,
    statut_brut varchar,
    retard_declare boolean not null
);

create table if not exists lignes_themes (
    rapport_id varchar not null,
    ligne integer not null,
    feuille varchar not null,
    theme_code varchar not null,
    theme_brut varchar not null
);

create table if not exists lignes_silos (
    rapport_id varchar not null,
    ligne integer not null,
    feuille varchar not null,
    silo_code varchar not null,
    silo_libelle varchar not null
);

create table if not exists lignes_financements (
    rapport_id varchar not null,
    -- champs : financement
    ligne integer not null,
    feuille varchar not null
);

create table if not exists controles (
    rapport_id varchar not null,
    regle_code varchar not null,
    severite varchar not null,
    feuille varchar,
    ligne integer,
    colonne varchar,
    champ varchar,
    valeur varchar,
    message varchar not null,
    consigne varchar not null
);

create table if not exists lignes_ecartees (
    rapport_id varchar not null,
    feuille varchar not null,
    ligne integer not null,
    code_action varchar,
    regle_code varchar not null,
    contenu_json varchar not null
);

create table if not exists decisions (
    decision_id varchar primary key,
    rapport_id varchar not null,
    decision varchar not null,
    motif varchar not null,
    decide_par varchar not null,
    decide_le timestamp not null
);

-- What the Région decided about an action that its territory's reports no longer tell.
create table if not exists decisions_actions (
    decision_id varchar primary key,
    siren_epci varchar not null,
    code_action varchar not null,
    decision varchar not null,
    nouveau_code varchar,
    motif varchar not null,
    decide_par varchar not null,
    decide_le timestamp not null
);

create table if not exists feuilles_de_route (
    rapport_id varchar not null,
    siren_epci varchar not null,
    date_adoption date,
    horizon varchar
);

create table if not exists indicateurs_longs (
    rapport_id varchar not null,
    ligne integer not null,
    identifiant_indic varchar not null,
    siren_epci varchar not null,
    date_valeur date not null,
    type_valeur varchar not null,
    valeur double
);

create table if not exists subventions (
    rapport_id varchar not null,
    ligne integer not null,
    attribuant_id varchar,
    attribuant_nom varchar,
    beneficiaire_id varchar,
    beneficiaire_nom varchar,
    siren_epci varchar,
    convention_le date,
    reference_decision varchar,
    objet varchar,
    montant_eur double,
    est_ue boolean,
    code_action varchar
);

create table if not exists seances (
    seance_code varchar primary key,
    nom varchar not null,
    date_situation date not null,
    connu_le timestamp not null,
    publication_id varchar not null,
    empreinte varchar not null
);

-- The figures shown at each session, frozen with it: what `revisions` compares with.
create table if not exists seances_valeurs (
    seance_code varchar not null,
    indicateur_code varchar not null,
    maille_code varchar not null,
    territoire_code varchar not null,
    theme_code varchar not null,
    modalite_code varchar not null,
    mois_le date not null,
    numerateur double,
    denominateur double,
    valeur double
);

-- One row: the version of this schema (see raw_schema.py), by which an older Vigie leaves the file alone.
create table if not exists schema_brut (
    version integer not null
);
