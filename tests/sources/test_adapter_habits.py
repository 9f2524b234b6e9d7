"""Whatever the habits of a hand and the format of the file, the actions loaded are the actions written."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from report_files import (
    DEPOSIT,
    REFERENCE,
    csv_bytes,
    open_document,
    open_document_row,
    parse,
    saved,
)
from word_files import word

from tests.frames import normalise

GROUPS = ("Portail famille", "Portail habitat", "Réseau", "Données")
TASKS = ("Cahier des charges", "Recette", "Étude préalable", "Déploiement", "Formation des agents")
STATUSES = ("En cours", "Réalisé", "À venir", "Bloqué")
HEADERS = {
    "intitule": ("Intitulé de l'action", "Actions", "TÂCHES", "Nom_du_projet", "2. Mesures"),
    "statut": ("Statut", "Statuts", "statut_de_l_action", "ETAT D'AVANCEMENT", "Avancement"),
    "date": ("Fin prévue", "Échéances", "Date_de_fin", "Délai"),
    "budget": ("Budget prévu (€)", "Coûts", "budget_prevu_eu", "Coût de l'action (en €)"),
}

Action = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Habits:
    """How a plan is written: its groups (`axis`, `heading`, `parent`), its headers, what stands around its actions."""

    groups: str
    headers: tuple[str, ...]
    total: str
    is_header_repeated: bool
    has_title_above: bool
    unread: bool
    hides_a_twin: bool


@st.composite
def plans(draw: st.DrawFn) -> list[Action]:
    found: list[Action] = []
    for group in draw(st.lists(st.sampled_from(GROUPS), min_size=2, max_size=4, unique=True)):
        for task in draw(st.lists(st.sampled_from(TASKS), min_size=2, max_size=4, unique=True)):
            status = draw(st.sampled_from(STATUSES))
            day = f"{draw(st.integers(13, 28))}/11/2027"
            found.append((group, task, status, day, draw(st.integers(1, 90_000))))
    return found


habits = st.builds(
    Habits,
    st.sampled_from(("axis", "heading", "parent")),
    st.tuples(*(st.sampled_from(known) for known in HEADERS.values())),
    st.sampled_from(("", "Total", "Total du plan :", "Ensemble du plan")),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def table(plan: Sequence[Action], how: Habits) -> list[list[str]]:
    """The rows of the sheet, the first above the header; column A holds the axis or the number, F what is not read."""
    first = {"axis": "Axe", "heading": "Service", "parent": "N°"}[how.groups]
    header = [first, *how.headers, "Mobilier" if how.unread else "", "Statut"]
    rows = [["Plan numérique"]] if how.has_title_above else []
    rows += [["Situation au 31/03/2026"], header]
    names = list(dict.fromkeys(group for group, *_ in plan))
    for number, name in enumerate(names, start=1):
        mine = [action for action in plan if action[0] == name]
        if how.groups == "heading":
            rows.append(["", name])
        elif how.groups == "parent":
            rows.append([str(number), name, "", "", str(sum(action[4] for action in mine))])
        for rank, (_, task, status, day, budget) in enumerate(mine, start=1):
            own = {"axis": name, "heading": "DSI", "parent": f"{number}.{rank}"}[how.groups]
            extra = "chaises" if how.unread else ""
            rows.append([own, task, status, day, str(budget), extra, "Abandonné"])
        if how.is_header_repeated and number == 1:
            rows.append(header)
    if how.total:
        rows.append(["", how.total, "", "", str(sum(action[4] for action in plan))])
    if not how.hides_a_twin:
        rows = [row[:6] for row in rows]
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


def as_xlsx(rows: list[list[str]], hides: bool) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    if hides:
        book.active.column_dimensions["G"].hidden = True
    return saved(book)


def as_ods(rows: list[list[str]], hides: bool) -> bytes:
    hidden = '<table:table-column table:visibility="collapse"/>' if hides else ""
    columns = f'<table:table-column table:number-columns-repeated="6"/>{hidden}'
    return open_document(columns, *(open_document_row(*map(escape, row)) for row in rows))


def as_docx(rows: list[list[str]]) -> bytes:
    """The rows above the header as paragraphs, the others as a table."""
    first = next(number for number, row in enumerate(rows) if row[1])
    return word(*(row[0] for row in rows[:first]), rows[first:])


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods", "docx"])
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(plan=plans(), how=habits)
def test_what_is_loaded_is_what_was_written_or_is_told(
    form: str, plan: list[Action], how: Habits
) -> None:
    if form in ("csv", "docx"):
        how = Habits(**{**vars(how), "hides_a_twin": False})
    rows = table(plan, how)
    write = {"csv": lambda: csv_bytes(rows), "xlsx": lambda: as_xlsx(rows, how.hides_a_twin)}
    write["docx"] = lambda: as_docx(rows)
    write["ods"] = lambda: as_ods(rows, how.hides_a_twin)
    report = parse(write[form]())
    batch = normalise([report], REFERENCE, DEPOSIT.date())
    loaded = batch.actions
    days = loaded["date_fin_prevue"].dt.strftime("%d/%m/%Y")
    columns = (loaded["axe"], loaded["intitule"], loaded["statut__brut"], days)
    got = list(zip(*columns, loaded["budget_prevu_eur"].astype(int), strict=True))
    assert got == plan
    assert loaded["code_action"].is_unique
    told = {o.regle_code: o for o in report.observations}
    if how.unread:
        assert told["FOR-COLONNE-INCONNUE"].nombre == len(plan)
    if how.hides_a_twin:
        assert told["FOR-COLONNE-MASQUEE"].valeur == "Statut"
    assert ("FOR-LIGNE-TOTAL" in told) is bool(how.total)


def test_a_cell_that_says_idem_is_the_one_above_and_told_once_per_column() -> None:
    rows = [
        ["Axe", "Action", "Service pilote", "Statut", "Échéance"],
        ["Inclusion", "Guichet", "DSI", "En cours", "31/12/2026"],
        ["idem", "Former", "Idem.", "idem", "//"],
        ["»", "Tablettes", '"', "Terminé", "''"],
        ["Services", "Idem", "DRH", "À venir", ""],
    ]
    report = parse(csv_bytes(rows))
    lines = report.lignes
    assert lines["axe"].to_pylist() == ["Inclusion", "Inclusion", "Inclusion", "Services"]
    assert lines["intitule"].to_pylist() == ["Guichet", "Former", "Tablettes", "Idem"]
    assert lines["statut"].to_pylist() == ["En cours", "En cours", "Terminé", "À venir"]
    assert lines["date_fin_prevue"].to_pylist() == ["31/12/2026"] * 3 + [None]
    told = [one for one in report.observations if one.regle_code == "FOR-IDEM"]
    assert [(one.champ, one.nombre) for one in told] == [
        ("axe", 2), ("service_pilote", 2), ("statut", 1), ("date_fin_prevue", 2),
    ]  # fmt: skip


TOOLS = {
    "Trello": ["Card ID", "Card Name", "Members", "Due Date", "List Name"],
    "Notion": ["Key", "Name", "Assign", "Due Date", "Status"],
    "Planner": [
        "ID de la tâche",
        "Nom de la tâche",
        "Affectée à",
        "Date d’échéance",
        "Progression",
    ],
    "Planner in English": ["Task ID", "Task Name", "Assigned To", "Due date", "Progress"],
    "Jira": ["Issue key", "Summary", "Assignee", "Due Date", "Status"],
    "Monday": ["Key", "Name", "Person", "Timeline - End", "Status"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_tool_exports_is_read_under_its_own_headers_but_for_persons(tool: str) -> None:
    row = ["T1", "Portail", "Camille Exemple", "2026-12-31", "En cours"]
    report = parse(csv_bytes([TOOLS[tool], row]))
    read = [report.lignes[champ][0].as_py() for champ in ("intitule", "date_fin_prevue", "statut")]
    assert read == ["Portail", "2026-12-31", "En cours"]
    assert not any("Camille" in str(column) for column in report.lignes.to_pydict().values())
