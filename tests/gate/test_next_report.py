"""The workbook that comes back: a territory's own actions, to be updated, read again as the same."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.frames import frames
from tests.gate.reports import RUN_DATE, SEEDS, action, csv_report, read, receipt
from vigie.answers import last_state, sending
from vigie.arrival import landing
from vigie.gate import judge
from vigie.reference.seeds import Reference
from vigie.reference.succession import RetiredSiren
from vigie.settings import Settings
from vigie.warehouse import raw

SIREN, OTHER = "246200729", "200018083"
REFERENCE = Reference.load(SEEDS)
FORMULA = '=HYPERLINK("http://site.invalid")'
FULL = action(
    intitule=FORMULA,
    silos="Port ; Tourisme",
    statut="En retard",
    preuve="https://site.invalid/deliberation",
    meteo="Soleil",
    montant_paye_eur="1200,50",
    indicateur="Visites",
    sens="hausse",
    valeur_initiale="10",
    valeur_actuelle="40",
    valeur_cible="90",
    confidentiel="Oui",
) | {
    f"{champ}_{n}": value
    for n in range(1, 5)
    for champ, value in (("financeur", f"F{n}"), ("programme_eur", "10"))
}
ROWS = [
    FULL,
    action(
        code_action="", intitule="Sans code", themes="Inclusion et médiation numériques ; Mobilité"
    ),
    action(code_action="00012", intitule="Réalisée", statut="Réalisé", taux_avancement="100"),
    action(
        code_action="A4",
        intitule="Rien de plus",
        statut="",
        taux_avancement="",
        budget_prevu_eur="",
    ),
]


def night(settings: Settings, *files: tuple[str, bytes, datetime]) -> list[str]:
    """Judges and loads files of territories, deposited one after the other, and gives their identifiers."""
    ids = []
    for siren, content, deposited in files:
        got = receipt(siren, content, "r.csv", deposited)
        path = landing.content_path(settings, got.sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        judged = judge(
            [read(got, content, REFERENCE)], REFERENCE, RUN_DATE, _previous(settings), None
        )
        raw.load(settings.raw_path, judged.tables)
        ids.append(got.rapport_id)
    return ids


def _previous(settings: Settings) -> Path | None:
    return settings.raw_path if settings.raw_path.exists() else None


DECEMBER, JANUARY = datetime(2025, 12, 10), datetime(2026, 1, 10)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def dated(path: Path, day: datetime) -> bytes:
    """The workbook with its date of situation given, and nothing else done."""
    book = load_workbook(path)
    form = book["Feuille de route"]
    (cell,) = [
        row[1]
        for row in form.iter_rows(max_col=2)
        if str(row[0].value).startswith("Date de situation")
    ]
    assert cell.value is None
    cell.value = day
    book.save(path)
    return path.read_bytes()


def test_sent_back_with_its_date_alone_it_is_accepted_as_the_same_actions(
    settings, tmp_path
) -> None:
    night(
        settings,
        (
            SIREN,
            csv_report(SIREN, ROWS, horizon="2024-2027", date_situation="30/11/2025"),
            DECEMBER,
        ),
    )
    path = tmp_path / "prochain.xlsx"
    state = last_state.write(settings, REFERENCE, path, SIREN)
    assert state is not None and len(state.actions) == len(ROWS)
    content = dated(path, datetime(2025, 12, 31))
    judged = judge(
        [read(receipt(SIREN, content, "r.xlsx", JANUARY), content, REFERENCE)],
        REFERENCE,
        RUN_DATE,
        settings.raw_path,
        None,
    )
    tables = frames(judged.tables)
    report = tables["rapports"].iloc[0]
    assert (report["verdict"], report["acceptees_nb"]) == ("accepte_avec_remarques", len(ROWS))
    # An action without a status is told as it was the first time.
    assert {*tables["controles"]["regle_code"]} == {"CMP-IDENTIQUE", "LIG-STATUT-ABSENT"}
    with raw.reader(settings.raw_path) as connection:
        before = connection.sql("from lignes order by code_action").df()
        fundings = len(connection.sql("from lignes_financements").df())
        themes = connection.sql("select theme_code from lignes_themes order by all").df()
    after = tables["lignes"].sort_values("code_action").reset_index(drop=True)
    same = [
        c
        for c in before.columns
        if c not in ("rapport_id", "feuille", "ligne", "est_code_derive", "statut_brut")
    ]
    for column in same:
        kept, sent = before[column], after[column].astype(before[column].dtype)
        assert kept.equals(sent), (column, kept.tolist(), sent.tolist())
    assert len(tables["lignes_financements"]) == fundings == 4
    assert sorted(tables["lignes_themes"]["theme_code"]) == themes["theme_code"].tolist()


def test_a_text_that_looks_like_a_formula_stays_a_text(settings, tmp_path) -> None:
    night(settings, (SIREN, csv_report(SIREN, [FULL]), JANUARY))
    path = tmp_path / "prochain.xlsx"
    last_state.write(settings, REFERENCE, path, SIREN)
    cells = [
        c for row in load_workbook(path)["Actions"].iter_rows(min_row=2) for c in row if c.value
    ]
    assert [c.data_type for c in cells if str(c.value).startswith("=")] == ["s"]
    assert [c.quotePrefix for c in cells if c.value == FORMULA] == [True]


def test_an_action_set_aside_in_the_last_report_comes_back_as_it_was_before(
    settings, tmp_path
) -> None:
    pair = [action(), action(code_action="A2", intitule="Seconde", commentaire="avant")]
    faulty = [pair[0], pair[1] | {"taux_avancement": "250"}]
    night(
        settings,
        (SIREN, csv_report(SIREN, pair, date_situation="30/11/2025"), DECEMBER),
        (SIREN, csv_report(SIREN, faulty), JANUARY),
    )
    state = last_state.write(settings, REFERENCE, tmp_path / "p.xlsx", SIREN)
    assert [(a["code_action"], a["taux_avancement"]) for a in state.actions] == [
        ("A1", 45),
        ("A2", 45),
    ]


def test_a_report_refused_or_waiting_is_not_the_last_accepted_one(settings, tmp_path) -> None:
    jump = [action(budget_prevu_eur="49500000")]
    night(
        settings,
        (SIREN, csv_report(SIREN, [action()], date_situation="30/11/2025"), DECEMBER),
        (SIREN, csv_report(SIREN, jump), JANUARY),
    )
    state = last_state.write(settings, REFERENCE, tmp_path / "p.xlsx", SIREN)
    assert state.actions[0]["budget_prevu_eur"] == 45_000


def test_the_workbook_of_a_report_refused_since_is_taken_away(settings) -> None:
    (rapport_id,) = night(settings, (SIREN, csv_report(SIREN, [action()]), JANUARY))
    sending.write_missing(settings)
    book = settings.answers / SIREN / sending.NEXT_REPORT
    assert book.exists()
    with raw.writer(settings.raw_path) as connection:
        values = ["d1", rapport_id, "refuse", "Envoyé par erreur", "Région", JANUARY]
        connection.execute("insert into decisions values (?, ?, ?, ?, ?, ?)", values)
    sending.write_missing(settings)
    assert not book.exists()


def test_without_an_accepted_report_the_workbook_is_blank(settings, tmp_path) -> None:
    assert last_state.write(settings, REFERENCE, tmp_path / "p.xlsx", SIREN) is None
    assert load_workbook(tmp_path / "p.xlsx")["Actions"]["A2"].value == "EXEMPLE"


@pytest.mark.parametrize("is_reported", [False, True])
def test_a_territory_born_of_a_merger_gets_the_actions_of_those_that_it_replaced(
    settings, tmp_path, is_reported
) -> None:
    """Until its first report; a code that both gave says whose it was."""
    heir = "200093201"
    gone = {s: RetiredSiren(s, heir, f"CC {s}", date(2025, 12, 31)) for s in (SIREN, OTHER)}
    # A circle of numbers ends.
    gone["245900410"] = RetiredSiren("245900410", SIREN, "CC", date(2020, 12, 31))
    gone[heir] = RetiredSiren(heir, "245900410", "CC", date(2019, 12, 31))
    merged = replace(REFERENCE, retired_sirens=gone)
    second = action(code_action="B2", intitule="Seconde", confidentiel="Oui")
    night(
        settings,
        (SIREN, csv_report(SIREN, [action(intitule="Guichet"), second], horizon="2027"), JANUARY),
        (OTHER, csv_report(OTHER, [action(intitule="Autre")], horizon="2030"), JANUARY),
        *([(heir, csv_report(heir, [action(intitule="Guichet")]), JANUARY)] if is_reported else []),
    )
    state = last_state.write(settings, merged, tmp_path / "p.xlsx", heir)
    told = [(a["code_action"], a["intitule"]) for a in state.actions]
    both = [("A1-200018083", "Autre"), ("A1-246200729", "Guichet"), ("B2", "Seconde")]
    assert told == ([("A1", "Guichet")] if is_reported else both)
    assert state.header["siren_epci"] == heir
    assert is_reported or state.header["horizon"] is None


def test_each_answer_carries_the_workbook_of_its_own_territory_and_of_no_other(settings) -> None:
    secret = action(intitule="Projet secret", confidentiel="Oui")
    night(
        settings,
        (SIREN, csv_report(SIREN, [secret]), JANUARY),
        (OTHER, csv_report(OTHER, [action()]), JANUARY),
    )
    sending.write_missing(settings)
    books = {p.parent.name: p for p in settings.answers.glob(f"*/{sending.NEXT_REPORT}")}
    assert sorted(books) == [OTHER, SIREN]
    titles = {s: load_workbook(p)["Actions"]["C2"].value for s, p in books.items()}
    assert titles == {SIREN: "Projet secret", OTHER: action()["intitule"]}
    page = next(settings.answers.glob(f"{SIREN}/*/accuse.html")).read_text(encoding="utf-8")
    assert f'href="../{sending.NEXT_REPORT}"' in page


def test_a_defect_in_one_workbook_is_named_and_the_answers_are_written(
    settings, monkeypatch
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("Marianne Exemple")

    night(settings, (SIREN, csv_report(SIREN, [action()]), JANUARY))
    monkeypatch.setattr(last_state, "last_state", broken)
    written, (incident,) = sending.write_missing(settings)
    assert written == 1
    assert incident.startswith(f"{SIREN} : le classeur") and "Marianne" not in incident


def test_the_workbook_is_written_again_only_when_its_content_changes(settings) -> None:
    night(settings, (SIREN, csv_report(SIREN, [action()]), JANUARY))
    sending.write_missing(settings)
    book = settings.answers / SIREN / sending.NEXT_REPORT
    first = book.stat().st_mtime_ns
    refused = csv_report(SIREN, [action(statut="??")])
    night(settings, (SIREN, refused, datetime(2026, 1, 11)))
    sending.write_missing(settings)
    assert book.stat().st_mtime_ns == first
    night(
        settings, (SIREN, csv_report(SIREN, [action(taux_avancement="60")]), datetime(2026, 1, 12))
    )
    sending.write_missing(settings)
    assert load_workbook(book)["Actions"].cell(2, 8).value == 60
