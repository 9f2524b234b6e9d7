import json

import pytest
from channel_scene import DEPOSITED, line
from servers import reply

from vigie.errors import SourceRefused, SourceUnavailable

DATASET = "/api/explore/v2.1/catalog/datasets/feuille-de-route@agglo"


@pytest.fixture
def portal(fake_web):
    def describe(processed: str) -> None:
        metas = {"metas": {"default": {"data_processed": processed, "records_count": 2}}}
        fake_web.serve(DATASET, json.dumps(metas).encode())

    fake_web.describe = describe
    describe("2026-11-18T10:30:00+01:00")
    fake_web.serve(f"{DATASET}/exports/csv", b"siren_epci;intitule\n246200729;Guichet\n")
    return fake_web


def test_the_whole_export_is_brought_with_its_date(portal, visit):
    [fetched] = visit(line("opendatasoft", portal.url(DATASET + '?where=siren="246200729"')))
    assert fetched.contenu.startswith(b"siren_epci;intitule")
    assert fetched.nom_fichier == "feuille-de-route@agglo.csv"
    assert fetched.depose_le == DEPOSITED
    assert "where=siren" in portal.requests[-1][1] and "delimiter=%3B" in portal.requests[-1][1]


def test_a_second_night_reads_only_the_description(portal, visit):
    source = line("opendatasoft", portal.url(DATASET))
    state: dict = {}
    visit(source, state)
    assert visit(source, state) == []
    assert state["trafic"]["requetes"] == 1
    portal.describe("2026-11-19T10:30:00+01:00")
    assert len(visit(source, state)) == 1


def test_a_portal_that_slows_us_down_is_waited_for(portal, visit):
    described = portal.routes[DATASET]
    answers = [lambda handler: reply(handler, b"", 429, Retry_After="0"), described]
    portal.routes[DATASET] = lambda handler: answers.pop(0)(handler)
    assert len(visit(line("opendatasoft", portal.url(DATASET)))) == 1


@pytest.mark.parametrize(
    ("body", "error"), [(b"[]", SourceRefused), (b'{"metas"', SourceUnavailable)]
)
def test_an_answer_of_another_shape_is_named(portal, visit, body, error):
    portal.serve(DATASET, body)
    with pytest.raises(error):
        visit(line("opendatasoft", portal.url(DATASET)))


def test_a_page_in_place_of_the_export_is_refused(portal, visit):
    portal.serve(f"{DATASET}/exports/csv", b"<html>")
    with pytest.raises(SourceRefused, match="page web"):
        visit(line("opendatasoft", portal.url(DATASET)))


def test_an_address_that_is_not_a_data_set_is_refused(visit):
    with pytest.raises(SourceRefused, match="datasets/<jeu>"):
        visit(line("opendatasoft", "https://data.example.fr/explore/dataset/x/"))


def test_every_facet_of_the_address_is_asked_for_and_headers_are_labels_unless_told_otherwise(
    portal, visit
):
    facets = "?refine=epci%3AA&refine=statut%3AB"
    visit(line("opendatasoft", portal.url(DATASET + facets)))
    asked = portal.requests[-1][1]
    assert "refine=epci%3AA&refine=statut%3AB" in asked
    assert "use_labels=true" in asked
    visit(line("opendatasoft", portal.url(DATASET + "?use_labels=false")))
    assert "use_labels=false" in portal.requests[-1][1]
    assert "use_labels=true" not in portal.requests[-1][1]
