"""Which column is which: headers as hands write them, columns that are hidden, retyped, or not read."""

import pytest
from openpyxl import load_workbook
from report_files import REFERENCE, codes, csv_bytes, parse, saved, workbook

from vigie.reading.fields import CONTEXTS, Fields
from vigie.records import ParsedReport

FIELDS = Fields.load(REFERENCE.seeds)


@pytest.mark.parametrize(
    ("header", "champ"),
    [
        ("Actions", "intitule"),
        ("Tâches", "intitule"),
        ("MESURES", "intitule"),
        ("Opération", "intitule"),
        ("Intitulé du projet", "intitule"),
        ("Nom_du_projet", "intitule"),
        ("Axes", "axe"),
        ("Délais", "date_fin_prevue"),
        ("Échéances", "date_fin_prevue"),
        ("Statuts", "statut"),
        ("Statut_du_projet", "statut"),
        ("3. Statut de l’action", "statut"),
        ("Coûts (en €)", "budget_prevu_eur"),
        ("budget_prevu_eu", "budget_prevu_eur"),
        ("Date_debut", "date_debut_prevue"),
        ("Date_de_demarrage", "date_debut_prevue"),
        ("siren_de_l_intercommunalite", "siren_epci"),
        ("taux_d_avancement", "taux_avancement"),
        ("N° des actions", "code_action"),
        ("Coûts prévisionnels (€ TTC)", "budget_prevu_eur"),
        ("Montant engagé HT", "montant_engage_eur"),
        ("Statut (liste déroulante)", "statut"),
        ("Échéance (JJ/MM/AAAA)", "date_fin_prevue"),
        ("Financeur 2 nom", "financeur"),
        ("Personne(s) pilote(s)", "_personne"),
        ("Responsables de l'action", "_personne"),
        ("financeur_2_programme_eu", "programme_eur"),
        ("financeur_2_programme", "programme"),
    ],
)
def test_a_header_is_known_by_its_words(header: str, champ: str) -> None:
    found = FIELDS.find(header, "vigie")
    assert found is not None
    assert found[0] == champ


@pytest.mark.parametrize(
    "header", ["Réalisé", "« Statut »", "Divers", "Budget N-1", "Budget (2025)", "2024", "Nom"]
)
def test_a_header_that_only_looks_like_one_leads_nowhere(header: str) -> None:
    assert FIELDS.find(header, "vigie") is None


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_header_known_to_the_letter_keeps_its_field_whatever_its_words(context: str) -> None:
    for champ, field in FIELDS.by_name.items():
        assert FIELDS.find(field.label(), context) in ((champ, 0), (champ, 1))


def test_what_a_tool_ignores_is_still_a_title_elsewhere() -> None:
    assert FIELDS.find("Actions", "tet") == ("_ignore", 0)


def test_the_projects_of_les_communs_in_csv_give_their_two_words_of_state() -> None:
    header = ["tet_id", "nom", "description", "budget", "forecasted_start_date", "commune"]
    header += ["insee_code", "siren_epci", "phase", "phasestatut"]
    row = ["12", "Guichet", "Au port", "45000", "2026-01-01", "", "", "246200729", "Opération", ""]
    report = parse(csv_bytes([header, row], separator=","))
    assert report.format == "communs_csv"
    assert report.lignes["statut"].to_pylist() == ["Opération - En cours"]
    assert report.lignes["intitule"].to_pylist() == ["Guichet"]


HEADER = ["Date de situation", "Action", "Statut", "Statut", "Échéance", "Divers", "Calendrier"]
ROWS = [
    HEADER,
    ["30/09/2026", "Guichet", "À venir", "En cours", "31/12/2026", "x", "2025"],
    ["30/09/2026", "Wifi", "À venir", "Réalisé", "30/06/2026", "", "2024"],
]


def _with_hidden(letter: str) -> bytes:
    import io

    book = load_workbook(io.BytesIO(workbook({"Plan": ROWS})))
    book["Plan"].column_dimensions[letter].hidden = True
    return saved(book)


def test_of_two_columns_for_one_field_the_visible_one_is_read() -> None:
    report = parse(_with_hidden("C"))
    assert report.lignes["statut"].to_pylist() == ["En cours", "Réalisé"]
    assert "FOR-COLONNE-MASQUEE" in codes(report)
    other = parse(_with_hidden("D"))
    assert other.lignes["statut"].to_pylist() == ["À venir", "À venir"]


def test_a_hidden_column_alone_of_its_field_is_read_and_told() -> None:
    report = parse(_with_hidden("E"))
    assert report.lignes["date_fin_prevue"].to_pylist() == ["31/12/2026", "30/06/2026"]
    assert [o.valeur for o in report.observations if o.regle_code == "FOR-COLONNES-MASQUEES"] == [
        "« Échéance »"
    ]


def test_each_column_that_is_not_read_is_told_once_with_its_cells() -> None:
    report = parse(csv_bytes(ROWS))
    told = {o.regle_code: (o.valeur, o.nombre) for o in report.observations}
    assert told == {
        "FOR-COLONNE-EN-DOUBLE": ("Statut", 2),
        "FOR-COLONNE-INCONNUE": ("Divers", 1),
        "FOR-COLONNE-IGNOREE": ("Calendrier", 2),
    }


def test_progress_in_words_is_a_status_and_a_status_in_percent_a_progress() -> None:
    rows = [["N°", "Action", "Avancement"], ["1", "Guichet", "En cours"], ["2", "Wifi", "Terminé"]]
    assert parse(csv_bytes(rows)).lignes["statut"].to_pylist() == ["En cours", "Terminé"]
    rows = [["N°", "Action", "Statut"], ["1", "Guichet", "40 %"], ["2", "Wifi", "100 %"]]
    assert parse(csv_bytes(rows)).lignes["taux_avancement"].to_pylist() == ["40 %", "100 %"]


def test_progress_in_words_beside_a_status_is_not_read_and_told() -> None:
    rows = [["Action", "Statut", "Avancement"], ["Guichet", "À venir", "En cours"]]
    report = parse(csv_bytes(rows))
    assert report.lignes["statut"].to_pylist() == ["À venir"]
    assert codes(report) == ["FOR-COLONNE-EN-DOUBLE"]


TICKED = ("Intitulé de l'action", "Fin prévue", "À faire", "🟢 En cours", "Terminé")


def ticked(*ticks: tuple[str, str, str]) -> ParsedReport:
    rows = [(f"Action {n}", "31/12/2027", *row) for n, row in enumerate(ticks)]
    return parse(csv_bytes([TICKED, *rows]))


def test_one_ticked_column_per_status_is_the_status() -> None:
    found = ticked(("x", "", ""), ("non", "✓", "non"), ("", "", "Oui"), ("", "", ""))
    assert found.lignes["statut"].to_pylist() == ["À faire", "🟢 En cours", "Terminé", None]
    assert codes(found) == ["FOR-STATUT-COCHE"]


def test_two_ticks_or_a_word_beside_the_ticks_are_left_for_the_gate_to_tell() -> None:
    found = ticked(("x", "", "x"), ("", "presque", ""), ("", "", "x"))
    assert found.lignes["statut"].to_pylist() == [
        "À faire + Terminé", "🟢 En cours : presque", "Terminé",
    ]  # fmt: skip


def test_columns_of_dates_named_after_statuses_are_no_ticks() -> None:
    found = ticked(("01/02/2026", "", ""), ("", "03/04/2026", ""), ("", "", "x"))
    assert "statut" not in found.lignes.column_names
    assert codes(found) == ["FOR-COLONNE-INCONNUE"] * 3
