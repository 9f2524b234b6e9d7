"""The remote formats through the gate and into raw."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from remote_documents import action, dossier, grist, project

from vigie import gate
from vigie.arrival.sources.canonical import canonical
from vigie.errors import ReportUnreadable
from vigie.reading import adapters
from vigie.records import Receipt
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings
from vigie.warehouse import raw

RUN_AT = datetime(2026, 11, 20, 2)
INDICATORS = (
    "identifiant_indic;zone_id;zone_nom;date_valeur;type_valeur;valeur\n"
    "IND-001;246200729;CA du Boulonnais;30/09/2026;va;78,5\n"
    "IND-001;246200729;CA du Boulonnais;31/12/2027;vc;90\n"
    "IND-001;246200729;CA du Boulonnais;31/12/2027;va;90\n"
    "IND-002;D62;Pas-de-Calais;30/09/2026;va;1\n"
)
GRANTS = (
    "nomAttribuant,idAttribuant,dateConvention,referenceDecision,nomBeneficiaire,idBeneficiaire,"
    "objet,montant,nature,notificationUE\n"
    "Région,20005326400017,2026-03-04,2026-12,CA du Boulonnais,24620072900019,Guichet,18000,n,oui\n"
    "Région,20005326400017,2026-03-04,2026-13,Un office,,Wifi,500,n,non\n"
    "Région,20005326400017,hier,2026-14,Un office,,Wifi,500,n,non\n"
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    reference = Reference.load(PROJECT_ROOT / "seeds")
    settings = Settings(home=Path("/nowhere"))
    row = {"Action": "Guichet", "Code": "A1", "Etat": "En cours", "Theme": "Mobilité"}
    contents = {
        "grist": canonical(grist({**row, "Budget": ["E", "ValueError"]})),
        "demarches": canonical(dossier(action())),
        "communs": canonical([project(phase="Opération")]),
        "indicateurs": INDICATORS.encode(),
        "subventions": GRANTS.encode(),
        "supprime": canonical(dossier(suppression={"reason": "expired"})),
    }
    parsed: list = []
    for name, content in contents.items():
        receipt = Receipt(
            source_id=name,
            siren_epci="246200729",
            canal="http",
            format="auto",
            nom_fichier=f"{name}.json",
            adresse="https://exemple.fr",
            sha256=name.ljust(64, "0"),
            taille_octets=len(content),
            depose_le=None,
            collecte_le=RUN_AT,
            connu_le=RUN_AT,
            correspondance={"grist": "exemple_grist", "demarches": "exemple_demarches"}.get(
                name, ""
            ),
        )
        try:
            parsed.append(adapters.read(receipt, content, reference, settings))
        except ReportUnreadable as error:
            parsed.append(adapters.Unreadable(receipt, error))
    result = gate.judge(parsed, reference, date(2026, 11, 20), None, None)
    path = tmp_path_factory.mktemp("raw") / "raw.duckdb"
    raw.load(path, result.tables)
    return duckdb.connect(str(path), read_only=True)


def rows(loaded, sql: str) -> list:
    return loaded.execute(sql).fetchall()


def test_each_format_gets_a_verdict_and_its_rows(loaded):
    columns = "source_id, jeu, format, verdict, acceptees_nb, ecartees_nb"
    assert rows(loaded, f"select {columns} from rapports order by source_id") == [
        ("communs", "rapport_avancement", "communs_json", "accepte_avec_remarques", 1, 0),
        ("demarches", "rapport_avancement", "ds_json", "accepte_avec_remarques", 1, 0),
        ("grist", "rapport_avancement", "grist_json", "accepte_avec_remarques", 1, 0),
        ("indicateurs", "indicateurs_longs", "indicateurs_longs_csv", "lignes_ecartees", 2, 2),
        ("subventions", "subventions", "scdl_csv", "lignes_ecartees", 2, 1),
        ("supprime", "rapport_avancement", "auto", "rejete", 0, 0),
    ]


def test_long_indicators_keep_measures_of_the_past_and_targets(loaded):
    assert rows(loaded, "select type_valeur, date_valeur, valeur from indicateurs_longs") == [
        ("va", date(2026, 9, 30), 78.5),
        ("vc", date(2027, 12, 31), 90.0),
    ]
    aside = rows(loaded, "select ligne, regle_code from lignes_ecartees where ligne > 3")
    assert {(4, "IND-DATE-FUTURE"), (5, "IND-SIREN-ABSENT")} <= set(aside)


def test_grants_join_a_territory_by_its_number_only(loaded):
    found = rows(
        loaded, "select siren_epci, beneficiaire_nom, montant_eur, est_ue from subventions"
    )
    assert found == [
        ("246200729", "CA du Boulonnais", 18000.0, True),
        (None, "Un office", 500.0, False),
    ]


def test_a_cell_in_error_is_told_to_its_sender_in_a_sentence(loaded):
    sentence = "select ligne, message from controles where regle_code = 'FOR-CELLULE-EN-ERREUR'"
    [(number, message)] = rows(loaded, sentence)
    assert number == 7 and "Budget : erreur de formule" in message
