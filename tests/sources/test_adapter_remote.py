"""The formats of the remote channels, from their landed bytes to typed columns."""

import csv
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from shutil import copytree

import pytest

from tests.frames import normalise
from vigie.errors import ReportUnreadable, SettingsError
from vigie.reading import adapters
from vigie.records import GRANTS, LONG_INDICATORS, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings

RUN_DAY = date(2026, 11, 20)
SETTINGS = Settings(home=Path("/nowhere"))


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(PROJECT_ROOT / "seeds")


@pytest.fixture
def read(reference):
    """Reads bytes, or a document as JSON; gives the parsed report."""

    def _read(content, correspondance: str = "", siren: str = "246200729"):
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        receipt = Receipt(
            source_id="source",
            siren_epci=siren,
            canal="http",
            format="auto",
            nom_fichier="rapport",
            adresse="https://exemple.fr",
            sha256="0" * 64,
            taille_octets=len(content),
            depose_le=None,
            collecte_le=datetime(2026, 11, 20, 2),
            connu_le=datetime(2026, 11, 20, 2),
            correspondance=correspondance,
        )
        return adapters.read(receipt, content, reference, SETTINGS)

    return _read


@pytest.fixture
def typed(read, reference):
    """Reads and types: gives the batch of one report."""
    return lambda *given, **options: normalise([read(*given, **options)], reference, RUN_DAY)


def codes(batch) -> set[str]:
    return set(batch.observations["regle_code"])


GRIST_COLUMNS = {
    "Action": "Text",
    "Code": "Text",
    "Etat": "Choice",
    "Theme": "ChoiceList",
    "Avancement": "Numeric",
    "Fin": "Date",
    "Budget": "Numeric",
    "Porteur": "Ref:Services",
    "Silos": "RefList:Politiques",
    "Pilote": "Text",
}


def grist(*records: dict, **given) -> dict:
    columns = {
        name: {"libelle": name, "type": kind, "pourcentage": name == "Avancement"}
        for name, kind in GRIST_COLUMNS.items()
    }
    return {
        "format": "grist_json",
        "releve_le": "2026-11-20",
        "table": "Actions",
        "colonnes": columns,
        "lignes": [{"id": n, "fields": cells} for n, cells in enumerate(records, 7)],
        "references": {"Porteur": {"3": "Direction du port"}, "Silos": {"1": "Port", "2": "Mer"}},
        **given,
    }


def test_a_grist_table_is_read_as_a_report(typed):
    row = {
        "Action": "Guichet",
        "Code": "A1",
        "Etat": "En cours",
        "Theme": ["L", "Inclusion numérique"],
        "Avancement": 0.4,
        "Fin": 1798675200,
        "Budget": 45000,
        "Porteur": 3,
        "Silos": ["L", 1, 2],
        "Pilote": "Une Personne",
    }
    batch = typed(grist(row), correspondance="exemple_grist")
    [action] = batch.actions.to_dict("records")
    assert (action["intitule"], action["code_action"], action["ligne"]) == ("Guichet", "A1", 7)
    assert (action["statut_code"], action["taux_avancement_pct"]) == ("en_cours", 40)
    assert action["date_fin_prevue"].date() == date(2026, 12, 31)
    assert (action["budget_prevu_eur"], action["service_pilote"]) == (45000, "Direction du port")
    assert list(batch.silos["silo_libelle"]) == ["Port", "Mer"]
    [header] = batch.rapports.to_dict("records")
    assert (header["siren_epci"], header["date_situation"].date()) == ("246200729", RUN_DAY)
    assert {"LEC-DATE-SITUATION-DEPOT", "FOR-COLONNE-PERSONNE"} <= codes(batch)
    assert "Une Personne" not in batch.actions.to_csv()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("à définir", "à définir"),
        (True, "Oui"),
        (12.0, "12"),
        (0.1, "0.1"),
        (["U", "illisible"], "illisible"),
        (["d", 1798675200], "2026-12-31"),
        (["D", 1798675200, "Europe/Paris"], "2026-12-31 01:00"),
        (["D", 1798675200, "Mars/Olympus"], "1798675200"),
        (["L", "a", 2], "a ; 2"),
        ([], ""),
    ],
)
def test_any_text_of_grist_can_stand_in_any_column(read, cell, text):
    row = {"Action": "Guichet", "Etat": "En cours", "Code": cell, "Theme": "x"}
    lines = read(grist(row), correspondance="exemple_grist").lignes.to_pandas()
    assert lines["code_action"].fillna("").tolist() == [text]


@pytest.mark.parametrize("seconds", [1e20, -1e20, float("1e400")])
def test_a_date_beyond_the_calendar_is_kept_as_written(read, seconds):
    row = {"Action": "Guichet", "Etat": "En cours", "Code": "A", "Fin": seconds}
    assert read(grist(row), correspondance="exemple_grist").lignes.to_pandas()["date_fin_prevue"][0]


@pytest.mark.parametrize("cell", [["E", "ValueError"], ["P"], ["C"]])
def test_a_cell_in_error_is_blank_and_said(typed, cell):
    row = {"Action": "Guichet", "Etat": "En cours", "Code": "A", "Budget": cell}
    batch = typed(grist(row), correspondance="exemple_grist")
    told = batch.observations.set_index("regle_code").loc["FOR-CELLULE-EN-ERREUR"]
    assert told["ligne"] == 7 and told["valeur"].startswith("Budget : ")
    assert batch.actions["budget_prevu_eur"].isna().all()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("ZeroDivisionError", "erreur de formule"),
        ("#Access denied", "masqué par les droits"),
        ("Pending", "calcul en attente"),
    ],
)
def test_an_error_told_beside_a_value_left_empty_is_said(typed, error, reason):
    document = grist({"Action": "Guichet", "Etat": "En cours", "Budget": None})
    document["lignes"][0]["errors"] = {"Budget": error}
    batch = typed(document, correspondance="exemple_grist")
    told = batch.observations.set_index("regle_code").loc["FOR-CELLULE-EN-ERREUR"]
    assert told["valeur"] == f"Budget : {reason}"


def test_a_number_of_grist_has_three_decimals_where_a_text_has_thousands(typed):
    cells = {"Code": "A", "Budget": 150.125}, {"Code": "B", "Budget": "150.125"}
    rows = [{"Action": row["Code"], "Etat": "En cours", **row} for row in cells]
    batch = typed(grist(*rows), correspondance="exemple_grist")
    assert batch.actions["budget_prevu_eur"].tolist() == [150.125, 150_125.0]


def test_a_reference_to_a_row_that_is_gone_is_blank(read):
    row = {"Action": "Guichet", "Etat": "En cours", "Code": "A", "Porteur": 99}
    lines = read(grist(row), correspondance="exemple_grist").lignes.to_pandas()
    assert lines["service_pilote"].isna().all()


def test_columns_of_grist_are_found_by_their_labels_without_a_mapping(read):
    document = grist({"Action": "Guichet", "Etat": "En cours", "Code": "A1"})
    labels = {"Action": "Intitulé de l'action", "Etat": "Statut", "Code": "Code de l'action"}
    for name, label in labels.items():
        document["colonnes"][name]["libelle"] = label
    report = read(document)
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet"]
    assert report.colonnes["intitule"] == ("Intitulé de l'action", "")


def champ(descriptor: str, kind: str, text: str = "", label: str = "Libellé", **values) -> dict:
    return {
        "__typename": kind,
        "id": descriptor,
        "champDescriptorId": descriptor,
        "label": label,
        "stringValue": text,
        **values,
    }


def dossier(*rows: list[dict], **given) -> dict:
    epci = {"code": "246200729", "name": "CA du Boulonnais"}
    return {
        "format": "ds_json",
        "id": "RG9zc2llci0x",
        "number": 1,
        "state": "en_instruction",
        "revision": "UmV2aXNpb24tMQ==",
        "siret": "24620072900019",
        "champs": [
            champ("Q2hhbXAtMQ==", "EpciChamp", "CA du Boulonnais", epci=epci),
            champ("Q2hhbXAtMg==", "DateChamp", "30 septembre 2026", date="2026-09-30"),
            champ(
                "QQ==",
                "RepetitionChamp",
                label="Actions",
                rows=[{"id": str(n), "champs": champs} for n, champs in enumerate(rows)],
            ),
        ],
        **given,
    }


def action(title: str = "Guichet", status: str = "Q2hhbXAtMTE=") -> list[dict]:
    return [
        champ("Q2hhbXAtMTA=", "TextChamp", title, "Intitulé"),
        champ(status, "DropDownListChamp", "En cours", "Statut"),
        champ("Q2hhbXAtMTI=", "IntegerNumberChamp", "40", "Avancement", integerNumber="40"),
        champ("Q2hhbXAtMTM=", "DateChamp", "31 décembre 2026", "Fin", date="2026-12-31"),
    ]


def test_a_dossier_is_read_as_a_report(typed):
    batch = typed(dossier(action(), action("Wifi")), correspondance="exemple_demarches", siren="")
    assert batch.actions["intitule"].tolist() == ["Guichet", "Wifi"]
    assert batch.actions["ligne"].tolist() == [1, 2]
    [first, _] = batch.actions.to_dict("records")
    assert (first["statut_code"], first["taux_avancement_pct"]) == ("en_cours", 40)
    assert first["date_fin_prevue"].date() == date(2026, 12, 31)
    [header] = batch.rapports.to_dict("records")
    assert (header["siren_epci"], header["date_situation"].date()) == (
        "246200729",
        date(2026, 9, 30),
    )


def test_a_field_of_a_new_revision_is_found_by_its_descriptor(typed):
    revised = dossier(action(status="Q2hhbXAtMjE="))
    batch = typed(revised, correspondance="exemple_demarches")
    assert batch.actions["statut_code"].tolist() == ["en_cours"]


def test_fields_of_a_form_are_found_by_their_labels_without_a_mapping(read):
    document = dossier(action())
    document["champs"][1]["label"] = "Date de situation"
    report = read(document)
    assert report.entete["date_situation"].valeur == "2026-09-30"
    assert report.lignes.to_pandas()["intitule"].tolist() == ["Guichet"]


def test_a_dossier_without_the_field_is_for_its_depositor(read):
    document = dossier(action())
    del document["champs"][0]
    assert read(document).entete["siren_epci"].valeur == "246200729"


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"siret": "20000017200011"}, "FIC-DOSSIER-SIRET"),
        ({"suppression": {"reason": "expired"}}, "FIC-DOSSIER-SUPPRIME"),
        ({"state": "refuse"}, "FIC-DOSSIER-CLOS"),
        ({"state": "sans_suite"}, "FIC-DOSSIER-CLOS"),
        ({"champs": []}, "FIC-MODELE"),
        ({"champs": [{}]}, "FIC-TRONQUE"),
        ({"champs": None}, "FIC-TRONQUE"),
    ],
)
def test_a_dossier_that_is_no_report_is_refused_in_a_sentence(read, changed, rule):
    with pytest.raises(ReportUnreadable) as caught:
        read(dossier(action(), **changed), correspondance="exemple_demarches")
    assert caught.value.rule_code == rule
    assert str(caught.value).endswith(".") and caught.value.advice.endswith(".")


def project(**given) -> dict:
    return {
        "externalId": "P-1",
        "nom": "Guichet",
        "collectivites": [{"type": "EPCI", "code": "246200729"}],
        "porteur": {"referentEmail": "personne@exemple.fr"},
        "budgetPrevisionnel": 45000,
        "dateDebutPrevisionnelle": "2026-01-15",
        **given,
    }


@pytest.mark.parametrize("wrapped", [True, False])
def test_projects_of_les_communs_are_read_as_a_report(typed, wrapped):
    projects = [project(phase="Étude"), project(externalId="P-2", nom="Wifi")]
    batch = typed({"projets": projects} if wrapped else projects, siren="")
    assert batch.actions["code_action"].tolist() == ["P-1", "P-2"]
    assert batch.actions["statut_code"].tolist() == ["a_venir", "non_renseigne"]
    assert batch.rapports["siren_epci"].tolist() == ["246200729"]
    assert "personne" not in batch.actions.to_csv()


@pytest.mark.parametrize("phase", ["Idée", "Étude", "Opération"])
@pytest.mark.parametrize(
    "state", ["En cours", "En retard", "En pause", "Bloqué", "Abandonné", "Terminé", None]
)
def test_every_state_of_les_communs_is_an_alias_but_an_idea_completed(typed, phase, state):
    batch = typed([project(phase=phase, phaseStatut=state)])
    is_known = (phase, state) != ("Idée", "Terminé")
    assert batch.actions["statut_code"].notna().tolist() == [is_known]
    assert batch.actions["retard_declare"].tolist() == [state == "En retard"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b'{"format": "grist_json", "colonnes": ', "FIC-TRONQUE"),
        (b"[" * 200_000, "FIC-TRONQUE"),
        (b'{"format": "grist_json"}', "FIC-TRONQUE"),
        (b'{"bonjour": 1}', "FIC-FORMAT"),
        (b"[]", "FIC-FORMAT"),
        (b'[{"externalId": 1}]', "FIC-FORMAT"),
    ],
)
def test_a_json_that_is_no_report_is_refused(read, content, rule):
    with pytest.raises(ReportUnreadable) as caught:
        read(content)
    assert caught.value.rule_code == rule


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
