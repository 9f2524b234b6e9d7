"""Flat files of a published shape, and the mappings that lead to it."""

import csv
from dataclasses import replace
from datetime import date
from shutil import copytree

import pytest
from remote_documents import SETTINGS

from vigie.errors import SettingsError
from vigie.reading import adapters
from vigie.records import GRANTS, LONG_INDICATORS
from vigie.reference.seeds import Reference


def test_long_indicators_are_typed(typed):
    content = (
        "identifiant_indic;zone_id;zone_nom;date_valeur;type_valeur;valeur\n"
        "IND-001;246200729;CA du Boulonnais;2026-09-30;VA;78,5\n"
        "ind-001;D62;Pas-de-Calais;30/09/2026;vc;\n"
        "IND-001;246200729;CA du Boulonnais;2026-09-30;vi;beaucoup\n"
    ).encode("cp1252")
    batch = typed(content)
    frame = batch.autres[LONG_INDICATORS]
    assert frame["siren_epci"].fillna("").tolist() == ["246200729", "", "246200729"]
    assert frame["valeur"].fillna(-1).tolist() == [78.5, -1, -1]
    assert frame["valeur__brut"].notna().tolist() == [True, False, True]
    assert frame["type_valeur"].tolist() == ["va", "vc", "vi"]
    assert frame["est_mesure"].notna().tolist() == [True, False, True]
    assert frame["identifiant_indic"].tolist() == ["IND-001"] * 3
    assert frame["ligne"].tolist() == [2, 3, 4]
    assert batch.actions.empty


def test_grants_are_typed_and_never_matched_by_name(typed):
    content = (
        "nomAttribuant,idAttribuant,dateConvention,referenceDecision,nomBeneficiaire,"
        "idBeneficiaire,objet,montant,nature,notificationUE\n"
        "Région,20005326400017,2026-03-04,2026-12,CA du Boulonnais,24620072900019,"
        'Guichet,"18 000,50",numéraire,oui\n'
        "Région,20005326400017,2026-03-04,,CA du Boulonnais,,Guichet,x,numéraire,non\n"
    ).encode()
    frame = typed(content).autres[GRANTS]
    assert frame["siren_epci"].fillna("").tolist() == ["246200729", ""]
    assert frame["montant_eur"].fillna(-1).tolist() == [18000.5, -1]
    assert frame["est_ue"].tolist() == [True, False]
    assert frame["convention_le"].dt.date.tolist() == [date(2026, 3, 4)] * 2


def test_a_flat_file_with_other_headers_is_read_by_its_mapping(reference, read, tmp_path):
    seeds = copytree(reference.seeds, tmp_path / "seeds")
    rows = "colonne,champ\nIndicateur,identifiant_indic\nTerritoire,zone_id\n"
    (seeds / "correspondances" / "autre.csv").write_text(rows)
    moved = Reference.load(seeds)
    content = b"Indicateur;Territoire;date_valeur;type_valeur;valeur\nIND-001;246200729;2026;va;1\n"
    receipt = read(b"identifiant_indic;zone_id;date_valeur;type_valeur;valeur\n").receipt
    mapped = replace(receipt, correspondance="autre")
    report = adapters.read(mapped, content, moved, SETTINGS)
    assert report.jeu == LONG_INDICATORS
    assert report.colonnes["zone_id"] == ("Territoire", "B")


def test_a_mapping_leads_a_spreadsheet_too(read):
    content = b"Action;Etat;Code\nGuichet;En cours;A1\n"
    report = read(content, correspondance="exemple_grist")
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet"]
    assert report.colonnes["intitule"] == ("Action", "A")


def test_a_missing_mapping_is_named(read):
    with pytest.raises(SettingsError, match=r"absente\.csv"):
        read(b"Action;Etat;Code\n", correspondance="absente")


def test_reading_a_small_file_does_not_bound_the_files_read_after_it(read):
    before = csv.field_size_limit()
    read(b"identifiant_indic;zone_id;date_valeur;type_valeur;valeur\n")
    assert csv.field_size_limit() >= before
