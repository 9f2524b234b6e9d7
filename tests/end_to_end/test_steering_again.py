"""Night after night, only what shows something else is made again."""

import shutil
from pathlib import Path

import duckdb
from commands import run_vigie
from openpyxl import load_workbook
from steering_site import BOULOGNE, HOSTILE, Site

from vigie.diffusion import pages as steering
from vigie.settings import Settings


def test_the_same_publication_again_makes_nothing_again(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(site.folder, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.*") if path.is_file()}
    summary = steering.render(site.publication, folder, None)
    assert (summary.refaites, summary.pdf_refaits, summary.dessins_refaits_nb) == ((), (), 0)
    del before[folder / ".manifeste.json"]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_day_that_only_passes_makes_no_page_again(site: Site, tmp_path: Path) -> None:
    folder, tomorrow = tmp_path / "site", tmp_path / "vigie.duckdb"
    shutil.copytree(site.folder, folder)
    shutil.copyfile(site.publication, tomorrow)
    with duckdb.connect(str(tomorrow)) as connection:
        connection.execute(
            "update marts.publication set publication_id = 'demain',"
            " date_situation_le = date_situation_le + 1"
        )
        connection.execute("update marts.dim_territoires set dernier_rapport_age_jours = 99")
        connection.execute(
            "update marts.alertes set mesure = mesure + 1 where alerte_code = 'rapport_en_retard'"
        )
    summary = steering.render(tomorrow, folder, None)
    assert (summary.refaites, summary.pdf_refaits, summary.dessins_refaits_nb) == ((), (), 0)
    assert "<code>demain</code>" in (folder / "qualite.html").read_text(encoding="utf-8")


def test_only_the_pages_of_a_changed_action_are_made_again(site: Site, tmp_path: Path) -> None:
    folder, changed = tmp_path / "site", tmp_path / "vigie.duckdb"
    shutil.copytree(site.folder, folder)
    (folder / "territoires" / "ancien.html").write_text("a territory gone", encoding="utf-8")
    shutil.copyfile(site.publication, changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "update marts.fct_actions set intitule = 'Titre corrigé' where intitule = ?", [HOSTILE]
        )
    summary = steering.render(changed, folder, None)
    page = folder / "territoires" / f"{BOULOGNE}.html"
    assert "Titre corrigé" in page.read_text(encoding="utf-8")
    assert f"territoire/{BOULOGNE}" in summary.refaites
    about = ("theme/", "liste/", "actions/", "freins", "nouveautes", f"cartes/{BOULOGNE}/")
    others = {key for key in summary.refaites if not key.startswith(about)}
    # Those whose action names it as its twin, or as an example, show its title too.
    assert {key for key in others if key.startswith("territoire/")} == {f"territoire/{BOULOGNE}"}
    assert not {"region", "qualite", "methode", "relances", "communes"} & others
    assert summary.dessins_refaits_nb == 0
    assert summary.retires_nb == 1
    assert not (folder / "territoires" / "ancien.html").exists()


def correct_one_rate(settings: Settings) -> None:
    """Boulogne sends its last report again, its first action further on."""
    report = max((settings.home / "depot" / BOULOGNE).glob("*.xlsx"))
    workbook = load_workbook(report)
    sheet = workbook["Actions"]
    (place,) = [cell.column for cell in sheet[1] if cell.value == "Avancement (%)"]
    assert sheet.cell(2, place).value == "10 %"
    sheet.cell(2, place).value = "40 %"
    workbook.save(report.with_name("rectificatif.xlsx"))


def test_the_next_night_makes_again_the_one_territory_that_changed(
    demo_copy: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    first = steering.render(demo_copy.publication_path, folder, None)
    assert (len(first.refaites), len(first.pdf_refaits)) == (first.pages_nb, 91)
    correct_one_rate(demo_copy)
    run_vigie(demo_copy.home, "night", "--without-airflow", "--date", "2026-11-21")
    second = steering.render(demo_copy.publication_path, folder, None)

    territories = [key for key in second.refaites if key.startswith("territoire/")]
    assert territories == [f"territoire/{BOULOGNE}"]
    assert 1 <= sum(key.startswith("theme/") for key in second.refaites) <= 3
    assert set(second.pdf_refaits) == {"pdf/comite.pdf", f"pdf/{BOULOGNE}.pdf"}
    assert second.dessins_refaits_nb < first.dessins_refaits_nb / 5

    with duckdb.connect(str(demo_copy.publication_path), read_only=True) as connection:
        (now,) = connection.execute("select publication_id from marts.publication").fetchall()[0]
    sheets = {}
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert f"<code>{now[:12]}</code>" in text, path.name
        sheets[path.stem] = "fait sur la publication" in text
    assert not sheets[BOULOGNE]
    assert sum(sheets.values()) == len(with_a_sheet(folder)) - 1


def with_a_sheet(folder: Path) -> list[Path]:
    """The pages of territories that offer a sheet: those whose report is in force."""
    return [
        path
        for path in (folder / "territoires").iterdir()
        if "La fiche du territoire en PDF" in path.read_text(encoding="utf-8")
    ]
