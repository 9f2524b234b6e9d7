"""A number of a workbook is definite; the same one in a text may have marks of thousands."""

from datetime import date

from report_files import REFERENCE, parse, workbook

from tests.frames import normalise


def test_a_number_of_three_decimals_is_thousands_only_where_it_is_a_text():
    rows = [
        ("Code", "Intitulé de l'action", "Statut", "Budget prévu (€)", "Valeur cible"),
        (1.125, "Guichet", "En cours", 150.125, 12.125),
        ("A2", "Port", "En cours", "150.125", 0.5),
    ]
    batch = normalise([parse(workbook({"Actions": rows}))], REFERENCE, date(2026, 11, 1))
    assert batch.actions["code_action"].tolist() == ["1.125", "A2"]
    assert batch.actions["budget_prevu_eur"].tolist() == [150.125, 150_125.0]
    assert batch.actions["valeur_cible"].tolist() == [12.125, 0.5]
    ambiguous = batch.observations.query("regle_code == 'LEC-MONTANT-AMBIGU'")
    assert ambiguous[["ligne", "champ"]].values.tolist() == [[3, "budget_prevu_eur"]]


def test_a_grant_of_three_decimals_is_thousands_only_where_it_is_a_text():
    rows = [
        ("nomAttribuant", "nomBeneficiaire", "objet", "montant"),
        *(("Région", "Commune", "Guichet", amount) for amount in (150.125, "150.125")),
    ]
    batch = normalise([parse(workbook({"Aides": rows}))], REFERENCE, date(2026, 11, 1))
    assert batch.autres["subventions"]["montant_eur"].tolist() == [150.125, 150_125.0]
