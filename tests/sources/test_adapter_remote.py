"""The formats of the remote channels, from their landed bytes to typed columns."""

from datetime import date

import pytest
from remote_documents import RUN_DAY, action, dossier, grist, project

from vigie.errors import ReportUnreadable


def codes(batch) -> set[str]:
    return set(batch.observations["regle_code"])


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
