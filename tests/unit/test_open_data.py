"""The public edition: what anyone may take, described as portals read it, at addresses that do not change."""

import os
from pathlib import Path

import duckdb
import pytest
from frictionless import Package
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, Graph

from vigie.diffusion import open_data
from vigie.diffusion.open_data import publish_open_data
from vigie.errors import SettingsError
from vigie.settings import Settings

ADDRESS = "https://donnees.example/vigie"
# The mandatory properties of DCAT-AP 3.0.1, chapters 7.1 (Agent), 7.3 (Catalogue), 7.10 (Dataset), 7.12 (Distribution).
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix e: <urn:e#> . @prefix spdx: <http://spdx.org/rdf/terms#> .
e:catalogue a sh:NodeShape ; sh:targetClass dcat:Catalog ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ], [ sh:path dct:description ; sh:minCount 1 ],
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ].
e:dataset a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ], [ sh:path dct:description ; sh:minCount 1 ],
    [ sh:path dct:accrualPeriodicity ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dct:modified ; sh:maxCount 1 ; sh:datatype xsd:dateTime ],
    [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ].
e:distribution a sh:NodeShape ; sh:targetClass dcat:Distribution ;
  sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dct:license ; sh:maxCount 1 ; sh:nodeKind sh:IRI ], [ sh:path dct:format ; sh:maxCount 1 ],
    [ sh:path dcat:byteSize ; sh:maxCount 1 ; sh:datatype xsd:nonNegativeInteger ],
    [ sh:path spdx:checksum ; sh:maxCount 1 ; sh:class spdx:Checksum ].
e:agent a sh:NodeShape ; sh:targetClass foaf:Agent ; sh:property [ sh:path foaf:name ; sh:minCount 1 ].
"""


@pytest.fixture
def opened(demo_copy: Settings) -> Settings:
    """A copy of the night of the tests, whose Région opens its data."""
    return Settings(
        home=demo_copy.home, open_data_url=ADDRESS, open_data_publisher="Région d'exemple"
    )


def identify(settings: Settings, identity: str) -> None:
    """The publication under another identity, in a file of its own."""
    part = settings.published / "part.duckdb"
    part.write_bytes(settings.publication_path.read_bytes())
    with duckdb.connect(str(part)) as connection:
        connection.execute("update marts.publication set publication_id = ?", [identity])
    part.replace(settings.publication_path)


def linked(settings: Settings) -> dict[str, str]:
    home = settings.published / "donnees_ouvertes"
    return {
        name: (home / name).readlink().name
        for name in ("actuelle", "precedente")
        if (home / name).is_symlink()
    }


def test_without_an_address_there_is_no_public_edition(demo_copy: Settings) -> None:
    assert publish_open_data(demo_copy) is None
    assert not (demo_copy.published / "donnees_ouvertes").exists()


def test_an_address_without_the_name_of_who_publishes_is_refused(demo_copy: Settings) -> None:
    with pytest.raises(SettingsError, match="VIGIE_OPEN_DATA_PUBLISHER"):
        publish_open_data(Settings(home=demo_copy.home, open_data_url=ADDRESS))


def test_the_edition_is_a_valid_data_package_and_a_valid_dcat_catalogue(opened: Settings) -> None:
    folder = publish_open_data(opened)
    assert folder is not None
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])[:5]
    assert {resource.name for resource in package.resources} == set(open_data.PUBLIC_TABLES)

    graph = Graph().parse(folder / "catalogue.ttl")
    conforms, _, said = validate(graph, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))
    assert conforms, said
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == 2 * len(open_data.PUBLIC_TABLES)
    for address in graph.objects(None, DCAT.downloadURL):
        assert (folder / str(address).removeprefix(f"{ADDRESS}/actuelle/")).is_file()
    graph.remove((None, DCTERMS.publisher, None))
    assert not validate(graph, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))[0]


def test_what_is_written_for_the_region_and_figures_on_one_or_two_are_not_public(
    opened: Settings,
) -> None:
    folder = publish_open_data(opened)
    assert folder is not None
    with duckdb.connect(str(opened.publication_path), read_only=True) as connection:
        actions = set(connection.sql(f"from '{folder}/fct_actions.parquet'").columns)
        assert actions.isdisjoint({"commentaire", "freins", "preuve", "rapport_id", "ligne"})
        figures = f"'{folder}/fct_indicateurs.parquet'"
        ((all_rows, small, shown),) = connection.execute(
            "select count(*), count(*) filter (n_nb between 1 and 2 and valeur is not null),"
            " count(valeur) from marts.fct_indicateurs"
        ).fetchall()
        ((kept_rows, kept),) = connection.execute(
            f"select count(*), count(valeur) from {figures}"
        ).fetchall()
        assert small > 100, "the publication itself holds figures on one or two"
        assert (kept_rows, kept) == (all_rows, shown - small)
        assert connection.execute(
            f"select count(*) from {figures} where n_nb between 1 and 2"
        ).fetchall() == [(0,)]


def test_the_edition_before_stays_at_its_address_and_the_note_says_what_moved(
    opened: Settings,
) -> None:
    publish_open_data(opened)
    first = linked(opened)["actuelle"]
    assert "Première édition." in text_of(opened)
    identify(opened, "deuxieme")
    with duckdb.connect(str(opened.publication_path)) as connection:
        connection.execute(
            "update marts.fct_indicateurs set valeur = 12.34 where indicateur_code = 'taux_realisation'"
            " and maille_code = 'region' and theme_code = 'tous' and modalite_code = 'total'"
        )
    publish_open_data(opened)
    assert linked(opened) == {"actuelle": "deuxieme", "precedente": first}
    (moved,) = [line for line in text_of(opened).splitlines() if "taux_realisation" in line]
    assert moved.endswith("| 12,34 |")
    identify(opened, "troisieme")
    publish_open_data(opened)
    assert linked(opened) == {"actuelle": "troisieme", "precedente": "deuxieme"}
    editions = opened.published / "donnees_ouvertes" / "editions"
    assert {path.name for path in editions.iterdir()} == {"deuxieme", "troisieme"}


def text_of(settings: Settings) -> str:
    note = settings.published / "donnees_ouvertes" / "actuelle" / "changements.md"
    return note.read_text(encoding="utf-8")


def test_made_again_nothing_changes_and_a_withdrawn_publication_leaves(opened: Settings) -> None:
    publish_open_data(opened)
    first = linked(opened)["actuelle"]
    identify(opened, "deuxieme")
    publish_open_data(opened)
    before = linked(opened)
    publish_open_data(opened)
    assert linked(opened) == before
    identify(opened, first)
    publish_open_data(opened)
    assert linked(opened) == {"actuelle": first}


@pytest.mark.parametrize("links_made", [0, 1])
def test_a_run_cut_short_leaves_a_whole_edition_and_is_made_again(
    opened: Settings, monkeypatch: pytest.MonkeyPatch, links_made: int
) -> None:
    publish_open_data(opened)
    first = linked(opened)["actuelle"]
    identify(opened, "deuxieme")
    replace, left = Path.replace, [links_made]

    def cut(self: Path, target: str | os.PathLike[str]) -> Path:
        if Path(target).name in {"actuelle", "precedente"}:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        publish_open_data(opened)
    assert linked(opened)["actuelle"] == first
    monkeypatch.undo()
    publish_open_data(opened)
    assert linked(opened) == {"actuelle": "deuxieme", "precedente": first}
