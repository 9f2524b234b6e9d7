"""Names, e-mails and phones planted in a report are found in nothing that Vigie writes."""

import csv
import io
import os
import re
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from commands import run_vigie

from vigie.settings import Settings

PLANTED = {
    "name": "Zébulonne Personnefictive",
    "e-mail": "zebulonne.personnefictive@exemple.invalid",
    "phone": "06 39 98 01 23",
    "phone, dotted": "03.53.01.55.66",
    "phone, international": "+33 6 39 98 04 56",
}
# What the sender gave, kept as it came and purged after its time: see docs/donnees_personnelles.md.
AS_SENT = ("depot", "landing/objets")
REPORT = [
    ["SIREN de l'intercommunalité", "Date de situation", "Intitulé de l'action", "Thèmes", "Statut",
     "Taux d'avancement (%)", "Commentaire", "Freins rencontrés", "Descriptif", "Personne pilote",
     "Courriel"],
    ["246200729", "31/10/2026", "Guichet numérique du port", "Inclusion numérique", "En cours", "40",
     f"Écrire à {PLANTED['e-mail']} avant vendredi", f"Appeler le {PLANTED['phone']}",
     f"Standard {PLANTED['phone, dotted']} ou {PLANTED['phone, international']}", PLANTED["name"],
     PLANTED["e-mail"]],
    # A row that is set aside must not leak through the quarantine either.
    ["246200729", "31/10/2026", "Capteurs de houle", "Mobilité", "statut inconnu", "250",
     f"Voir {PLANTED['e-mail']} ou {PLANTED['phone']}", "", "", PLANTED["name"], PLANTED["e-mail"]],
]  # fmt: skip


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    settings = Settings(home=tmp_path_factory.mktemp("personnes"))
    folder = settings.drop_folder / "246200729"
    folder.mkdir(parents=True)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(REPORT)
    path = folder / "rapport.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    deposited = datetime(2026, 11, 5).timestamp()
    os.utime(path, (deposited, deposited))
    region = settings.drop_folder / "region"
    region.mkdir()
    (region / "feuilles_de_route.csv").write_text(
        "siren_epci;nom;date_adoption;horizon\n246200729;CA du Boulonnais;2024-01-15;2028\n",
        "utf-8",
    )
    os.utime(region / "feuilles_de_route.csv", (deposited, deposited))
    said = [
        run_vigie(settings.home, *verb, "--date", "2026-11-20")
        for verb in (["night", "--without-airflow"], ["export"], ["site"])
    ]
    return settings, "".join(said)


def values(path: Path) -> str:
    """Every text of every table of a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        return "\n".join(
            repr(connection.execute(f'select * from "{schema}"."{table}"').fetchall())
            for schema, table in tables
        )


def digits(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text)


def leaks(text: str) -> set[str]:
    return {
        kind
        for kind, value in PLANTED.items()
        if value in text or (kind.startswith("phone") and digits(value)[-9:] in digits(text))
    }


def readable(path: Path) -> str:
    """The text of a file, also when it is a workbook or a Parquet file."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            return "".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())
    if path.suffix == ".parquet":
        return repr(duckdb.read_parquet(str(path)).fetchall())
    return path.read_bytes().decode("utf-8", errors="ignore")


def test_the_report_was_taken_with_its_good_row(night: tuple[Settings, str]) -> None:
    with duckdb.connect(str(night[0].publication_path), read_only=True) as connection:
        rows = connection.execute("select intitule, commentaire from marts.fct_actions").fetchall()
    assert rows == [("Guichet numérique du port", "Écrire à [courriel retiré] avant vendredi")]


def test_no_table_holds_a_person(night: tuple[Settings, str]) -> None:
    files = [night[0].raw_path, *night[0].home.glob("build/*/*.duckdb")]
    files += night[0].published.rglob("*.duckdb")
    assert len(files) >= 3
    assert {path.name: leaks(values(path)) for path in files} == {p.name: set() for p in files}


def test_no_log_export_page_or_answer_holds_a_person(night: tuple[Settings, str]) -> None:
    settings, said = night
    assert leaks(said) == set()
    seen, found = 0, {}
    for path in settings.home.rglob("*"):
        inside = path.relative_to(settings.home)
        if not path.is_file() or inside.as_posix().startswith(AS_SENT) or path.suffix == ".duckdb":
            continue
        seen += 1
        text = readable(path)
        if leaks(text):
            found[inside.as_posix()] = leaks(text)
    assert found == {}
    assert seen > 50
