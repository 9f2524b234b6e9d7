"""Whoever says it and however: what is not a plain Non, nor left empty, is kept confidential, and told."""

import json
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from report_files import (
    REFERENCE,
    csv_bytes,
    open_document,
    open_document_row,
    parse,
    receipt,
    saved,
    workbook,
)

from tests.frames import normalise
from vigie.reading.adapters import read
from vigie.records import ParsedReport
from vigie.settings import Settings

SETTINGS = Settings.from_environment()
TITLES = ("Code", "Intitulé de l'action", "Statut", "Action confidentielle")
TOLD, SAID, OPEN = "told", "said", "open"


def meanings(report: ParsedReport) -> list[str]:
    """Per action: kept out of sight as its sender said, by caution and told so, or open."""
    batch = normalise([report], REFERENCE, date(2026, 11, 20))
    seen = batch.observations
    doubtful = set(seen[seen["regle_code"] == "LEC-CONFIDENTIEL"]["ligne"])
    rows = zip(batch.actions["ligne"], batch.actions["est_confidentielle"], strict=True)
    # What is told and not kept would be told for nothing.
    return [(TOLD if line in doubtful else SAID) if kept else OPEN for line, kept in rows]


def document(content: dict[str, Any]) -> ParsedReport:
    raw = json.dumps(content).encode()
    return read(receipt("rapport.json", len(raw)), raw, REFERENCE, SETTINGS)


def champ(label: str, kind: str = "TextChamp", **values: Any) -> dict[str, Any]:
    return {"__typename": kind, "id": label, "label": label, **values}


FORMS = [
    (champ("Action confidentielle", "YesNoChamp", selected=True, stringValue="true"), SAID),
    (champ("Action confidentielle", "YesNoChamp", selected=False, stringValue="false"), OPEN),
    (champ("Action confidentielle", "YesNoChamp", selected=None, stringValue=None), OPEN),
    (champ("Action confidentielle", "YesNoChamp", checked=True), SAID),
    (champ("Action confidentielle", "YesNoChamp", value=True), SAID),
    (champ("Action confidentielle", "YesNoChamp", stringValue="Oui"), SAID),
    (champ("Action confidentielle", "CheckboxChamp", checked=True, stringValue="true"), SAID),
    (champ("Action confidentielle", "CheckboxChamp", checked=False), OPEN),
    (champ("Action confidentielle", "CheckboxChamp", selected=True), SAID),
    (champ("Action confidentielle", "DropDownListChamp", value="Oui", stringValue=None), SAID),
    (champ("Action confidentielle", "DropDownListChamp", value="Autre", stringValue="Autre"), TOLD),
    (champ("Action confidentielle", "MultipleDropDownListChamp", values=["Non"]), OPEN),
    (champ("Action confidentielle", "MultipleDropDownListChamp", values=["Non", "Oui"]), SAID),
    (
        champ("Action confidentielle", "LinkedDropDownListChamp", primaryValue="Oui",
              secondaryValue="Marché", stringValue="Oui / Marché"),
        SAID,
    ),
    (champ("Action confidentielle", "LinkedDropDownListChamp", primaryValue="Non"), OPEN),
    (champ("Action confidentielle", stringValue="à voir"), TOLD),
    (champ("Action confidentielle", stringValue="X"), TOLD),
    (champ("Action confidentielle", stringValue=""), OPEN),
    (champ("Action confidentielle", "NewChamp", choice=True), SAID),
    (champ("Action confidentielle", "NewChamp", prefilled=True, choice=None), OPEN),
    (champ("Action confidentielle", "YesNoChamp", selected={"answer": 1}), TOLD),
    (champ("Action confidentielle", "YesNoChamp", checked=False, stringValue="Oui"), SAID),
    (champ("Niveau de confidentialité", "DropDownListChamp", value="Interne"), TOLD),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "meaning"),
    FORMS,
    ids=[f"{n} {told['__typename']}" for n, (told, _) in enumerate(FORMS)],
)
def test_a_dossier_says_it_by_any_type_of_field(told: dict[str, Any], meaning: str) -> None:
    action = [champ("Code de l'action", stringValue="K7"), champ("Intitulé de l'action", stringValue="Étude"),
              champ("Statut", stringValue="En cours"), told]  # fmt: skip
    block = champ("Actions", "RepetitionChamp", rows=[{"id": "0", "champs": action}])
    dossier = {"format": "ds_json", "number": 1, "siret": "24620072900019", "champs": [block]}
    assert meanings(document(dossier)) == [meaning]


def test_the_other_types_of_a_dossier_give_their_own_value() -> None:
    silos = champ(
        "Thèmes", "LinkedDropDownListChamp", primaryValue="Mobilité", secondaryValue="Tourisme"
    )
    place = champ("Axe", "CommuneChamp", commune={"code": "62160", "name": "Boulogne-sur-Mer"})
    action = [champ("Code de l'action", stringValue="K7"), champ("Intitulé de l'action", stringValue="Étude"),
              champ("Statut", "DropDownListChamp", value="En cours"), silos, place]  # fmt: skip
    block = champ("Actions", "RepetitionChamp", rows=[{"id": "0", "champs": action}])
    report = document({"format": "ds_json", "number": 1, "siret": "", "champs": [block]})
    (row,) = report.lignes.to_pylist()
    assert (row["themes"], row["axe"]) == ("Mobilité ; Tourisme", "Boulogne-sur-Mer")
    assert row["statut"] == "En cours"


GRIST = [
    ("Bool", True, SAID), ("Bool", False, OPEN), ("Bool", None, OPEN), ("Choice", "Oui", SAID),
    ("Choice", "à voir", TOLD), ("Text", "X", TOLD), ("ChoiceList", ["L", "Non"], OPEN),
    ("ChoiceList", ["L", "Oui", "Marché"], SAID), ("ChoiceList", ["L"], OPEN), ("Bool", ["E", "TypeError"], TOLD),
    ("Bool", ["P"], TOLD), ("Bool", ["C"], TOLD), ("Bool", ["U", "peut-être"], TOLD), ("Any", ["O", {}], TOLD),
    ("Numeric", 1.0, SAID), ("Numeric", 0, OPEN), ("Ref:Reponses", 0, OPEN), ("Ref:Reponses", 99, TOLD),
    ("Ref:Reponses", 1, SAID), ("Date", 86400, TOLD),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "meaning"), GRIST, ids=str)
def test_a_cell_of_grist_says_it_whatever_its_type(kind: str, value: Any, meaning: str) -> None:
    columns = {name: {"libelle": name, "type": "Text"} for name in TITLES[:3]}
    columns["Conf"] = {"libelle": "Confidentiel", "type": kind}
    fields = {"Code": "A1", "Intitulé de l'action": "Port", "Statut": "En cours", "Conf": value}
    table = {
        "format": "grist_json", "table": "Actions", "colonnes": columns,
        "references": {"Conf": {"1": "Oui"}}, "lignes": [{"id": 4, "fields": fields}],
    }  # fmt: skip
    assert meanings(document(table)) == [meaning]


def test_a_workbook_says_it_by_any_kind_of_cell() -> None:
    cells = ("Oui", True, 1, False, 0, None, "à voir", "X", "#REF!", "=1/0", "#N/A")
    rows = [(f"A{n}", f"Port {n}", "En cours", cell) for n, cell in enumerate(cells)]
    report = parse(workbook({"Actions": [TITLES, *rows]}))
    assert meanings(report) == [SAID] * 3 + [OPEN] * 3 + [TOLD] * 5
    # An error is told once: it is not read as an empty cell.
    assert "FOR-CELLULE-EN-ERREUR" not in [told.regle_code for told in report.observations]


def test_a_merged_cell_says_it_of_all_its_actions() -> None:
    book = Workbook()
    for row in (
        TITLES,
        *((f"A{n}", f"Port {n}", "En cours", "Oui" if n == 0 else None) for n in range(3)),
    ):
        book.active.append(row)
    book.active.merge_cells("D2:D3")
    assert meanings(parse(saved(book))) == [SAID, SAID, OPEN]


def test_an_error_of_an_open_document_is_no_empty_cell() -> None:
    error = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>A1</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>Port</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>En cours</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell></table:table-row>'
    )
    rows = (open_document_row(*TITLES), error, open_document_row("A2", "Gare", "En cours", "Non"))
    assert meanings(parse(open_document(*rows))) == [TOLD, OPEN]


def test_a_text_file_says_it_in_two_columns_or_in_doubt() -> None:
    titles = (*TITLES, "Restreint")
    cells = (
        ("Non", "Non"),
        ("", "Oui"),
        ("Non", "Oui"),
        ("#REF!", ""),
        ("", ""),
        ("-", ""),
        ("Non", "?"),
    )
    rows = [(f"A{n}", f"Port {n}", "En cours", *pair) for n, pair in enumerate(cells)]
    assert meanings(parse(csv_bytes([titles, *rows]))) == [OPEN, SAID, SAID, TOLD, OPEN, OPEN, TOLD]


def test_a_sub_action_is_as_confidential_as_its_action() -> None:
    titles = ("Axe", "Titre de l'action", "Titre de la sous-action", "Confidentialité de l'action", "Statut",
              "Date de création", "Créé par")  # fmt: skip
    rows = [
        ("A", "Port", None, "Oui", "En cours"), ("A", "Port", "Quai", None, "En cours"),
        ("A", "Gare", None, "Non", "En cours"), ("A", "Gare", "Parvis", None, "En cours"),
        ("A", "Gare", "Halle", "accès restreint", "En cours"),
    ]  # fmt: skip
    assert meanings(parse(workbook({"Plan": [titles, *rows]}))) == [SAID, SAID, OPEN, OPEN, SAID]


def dossier_saying(*said: dict[str, Any]) -> ParsedReport:
    """A dossier that says something of all its actions, the second of which says that it is none."""
    rows = [
        {"champs": [champ("Code de l'action", stringValue=code), champ("Intitulé de l'action", stringValue="Étude"),
                    champ("Statut", stringValue="En cours"), champ("Confidentiel", stringValue=own)]}
        for code, own in (("K7", ""), ("K8", "Non"))
    ]  # fmt: skip
    block = champ("Actions", "RepetitionChamp", rows=rows)
    return document({"format": "ds_json", "number": 1, "siret": "", "champs": [*said, block]})


def test_a_dossier_may_say_it_once_of_all_its_actions() -> None:
    said = dossier_saying(champ("Confidentiel", "YesNoChamp", selected=True))
    assert meanings(said) == [SAID, SAID]
    assert "FOR-CONFIDENTIALITE" in [told.regle_code for told in said.observations]
    assert meanings(dossier_saying(champ("Confidentiel", "YesNoChamp", selected={}))) == [OPEN] * 2
    assert (
        meanings(dossier_saying(champ("Confidentiel", "YesNoChamp", selected=False))) == [OPEN] * 2
    )


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        (("Confidentiel", "Oui"), SAID),
        (("Action confidentielle : Oui",), SAID),
        (("Confidentiel", "Non"), OPEN),
        (("Confidentialité", "Finances"), OPEN),
    ],
)
def test_a_line_above_the_table_may_say_it_of_all_its_actions(
    line: tuple[str, ...], meaning: str
) -> None:
    row = ("A1", "Port", "En cours", None)
    assert meanings(parse(workbook({"Actions": [line, (), TITLES, row]}))) == [meaning]


def test_how_to_fill_the_column_is_no_part_of_its_title() -> None:
    row = ("A1", "Port", "En cours", "Oui")
    report = parse(csv_bytes([(*TITLES[:3], "Confidentielle (Oui/Non)"), row]))
    assert meanings(report) == [SAID]
    assert "FOR-CONFIDENTIALITE" not in [o.regle_code for o in report.observations]


@pytest.mark.parametrize(
    "title", ["Action confidentielle ou non", "Niveau de confidentialité", "3. CONFIDENTIEL_ELUS"]
)
def test_a_column_that_speaks_of_confidentiality_in_its_own_words_is_never_left_unread(
    title: str,
) -> None:
    cells = ("Oui", "Interne", "Non")
    rows = [(f"A{n}", f"Port {n}", "En cours", cell) for n, cell in enumerate(cells)]
    report = parse(csv_bytes([(*TITLES[:3], title), *rows]))
    assert meanings(report) == [SAID, TOLD, OPEN]
    assert [o.valeur for o in report.observations if o.regle_code == "FOR-CONFIDENTIALITE"] == [
        title
    ]


@pytest.mark.parametrize("label", ["Publiable", "À diffuser", "Diffusion (oui/non)", "PUBLIABLE ?"])
def test_what_may_not_be_shown_is_kept_as_confidential_and_told(label: str) -> None:
    answers = ["Oui", "non", "", "Restreinte", "Publique", "à voir", "x"]
    rows = [[f"A{n}", f"Action {n}", "En cours", said] for n, said in enumerate(answers)]
    report = parse(csv_bytes([["Code", "Intitulé de l'action", "Statut", label], *rows]))
    assert meanings(report) == [OPEN, SAID, SAID, SAID, OPEN, SAID, OPEN]
    assert [one.regle_code for one in report.observations if one.valeur == label] == [
        "FOR-DIFFUSION"
    ]


def test_a_row_that_is_no_action_says_nothing_of_what_may_be_shown() -> None:
    header = ["Intitulé de l'action", "Statut", "Budget prévu (€)", "Publiable"]
    rows = [
        ["Axe 1 : Mobilité", "", "", ""],
        ["Portail", "En cours", "100", "Oui"],
        ["", "", "", ""],
        ["Wifi", "En cours", "200", ""],
        ["Total", "", "300", ""],
    ]
    report = parse(csv_bytes([header, *rows]))
    assert report.lignes["intitule"].to_pylist() == ["Portail", "Wifi"]
    assert meanings(report) == [OPEN, SAID]


def test_a_column_of_how_an_action_is_made_known_hides_nothing() -> None:
    header = ["Code", "Intitulé de l'action", "Statut", "Diffusion"]
    report = parse(csv_bytes([header, ["A1", "Portail", "En cours", "site web"]]))
    assert meanings(report) == [OPEN]
    assert [one.regle_code for one in report.observations if one.valeur == "Diffusion"] == [
        "FOR-COLONNE-IGNOREE"
    ]
