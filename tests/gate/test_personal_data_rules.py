"""Names, addresses and numbers planted in a file are in no table, no page, no Data Docs."""

import pytest

from tests.gate.reports import RUN_DATE, action, book, read, receipt, saved
from vigie.answers import sending as answers
from vigie.arrival import landing
from vigie.gate import judge
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import raw

SIREN = "200018083"
NAME, MAIL, PHONE, OTHER_PHONE = (
    "Alixandre Fictifleur",
    "alix@exemple.invalid",
    "01 99 00 12 34",
    "+33199001234",
)
PLANTED = (NAME, "Fictifleur", MAIL, PHONE, OTHER_PHONE, "0199001234")


@pytest.fixture(scope="module")
def answered(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("personal"))
    rows = [
        action(commentaire=f"Voir {MAIL}, {PHONE}", partenaires=f"CCI ({OTHER_PHONE})"),
        action(code_action="A2", intitule=f"Écrire à {MAIL}", freins=PHONE, statut=MAIL),
        action(code_action="A3", intitule="Trois", themes=f"Mobilité ; {MAIL}", unite=PHONE),
        action(
            code_action="A4",
            intitule="Quatre",
            taux_avancement=f"voir {PHONE}",
            budget_prevu_eur=MAIL,
        ),
    ]
    for row in rows:
        row["Personne pilote"] = NAME
        row["Courriel"] = MAIL
        row["Élu·e référent·e"] = NAME
    content = saved(book(SIREN, rows, service_referent=f"Direction, {MAIL}", horizon=PHONE))
    file = receipt(SIREN, content, "rapport.xlsx")
    path = landing.content_path(settings, file.sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    parsed = [read(file, content, reference)]
    result = judge(parsed, reference, RUN_DATE, None, settings.data_docs / "nuit")
    raw.load(settings.raw_path, result.tables)
    answers.write_missing(settings)
    return settings


def test_the_planted_file_was_really_read(answered: Settings) -> None:
    with raw.reader(answered.raw_path) as connection:
        assert connection.execute("select recues_nb, acceptees_nb from rapports").fetchall() == [
            (4, 2)
        ]


def test_no_table_holds_what_was_planted(answered: Settings) -> None:
    with raw.reader(answered.raw_path) as connection:
        tables = [
            name
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
        ]
        assert len(tables) >= 12
        for table in tables:
            held = connection.sql(f'from "{table}"').df().to_csv()
            assert not [secret for secret in PLANTED if secret in held], table


@pytest.mark.parametrize("suffix", [".html", ".csv", ".json"])
def test_no_answer_nor_data_docs_holds_what_was_planted(answered: Settings, suffix: str) -> None:
    pages = [p for p in answered.home.rglob(f"*{suffix}") if "landing" not in p.parts]
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not [secret for secret in PLANTED if secret in text], page.name


def test_the_sender_is_told_that_something_was_removed(answered: Settings) -> None:
    with raw.reader(answered.raw_path) as connection:
        told = {
            c for (c,) in connection.execute("select distinct regle_code from controles").fetchall()
        }
    assert {"LEC-COORDONNEES", "FOR-COLONNE-PERSONNE"} <= told
