"""What the demonstration tells: a catalogue with local colour, roadmaps of their own, plausible lives."""

import re
from datetime import date

import pytest

from vigie.demo.catalogue import catalogue
from vigie.demo.cells import _SYNONYMS
from vigie.demo.deposits import month_ends
from vigie.demo.faults import UNKNOWN_STATUS, UNKNOWN_THEME
from vigie.demo.region import ALIKE, places
from vigie.demo.roadmap import Roadmap, write_roadmap
from vigie.demo.states import rows
from vigie.demo.words import fill, table
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT

UNTIL, MONTHS, SEED = date(2026, 10, 31), 12, 32
DAYS = month_ends(UNTIL, MONTHS)
BOULOGNE, CAMBRAI, SENLIS = "246200729", "200068500", "200066975"
SLOTS = {
    *("commune", "commune2", "commune3", "commune4"),
    *("atout", "atout2", "filiere", "pays", "epci", "nb"),
}


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(PROJECT_ROOT / "seeds")


@pytest.fixture(scope="module")
def roadmaps(reference: Reference) -> dict[str, Roadmap]:
    region = places(reference, 90, UNTIL, MONTHS, SEED)
    return {
        place.siren: write_roadmap(place, place.adoption, (DAYS[0], DAYS[-1]), SEED)
        for place in region
        if place.adoption
    }


def titles(roadmap: Roadmap) -> set[str]:
    return {action.intitule for action in roadmap.actions}


def likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


def test_the_catalogue_covers_the_17_themes_with_at_least_120_actions(reference: Reference) -> None:
    themes = {theme for pattern in catalogue() for theme in pattern.themes}
    assert themes == reference.themes.keys() - {"a_classer"}
    assert len({pattern.titre for pattern in catalogue()}) == len(catalogue()) >= 120


def test_each_description_of_the_catalogue_has_15_to_40_words() -> None:
    lengths = {p.titre: len(p.descriptif.split()) for p in catalogue()}
    assert {title: n for title, n in lengths.items() if not 15 <= n <= 40} == {}


def test_each_slot_of_the_sentences_is_known() -> None:
    told = [p.titre + p.descriptif for p in catalogue()]
    told += [row["texte"] for row in table("phrases")]
    assert {slot for text in told for slot in re.findall(r"\{(\w+)\}", text)} <= SLOTS


def test_each_territory_of_the_region_has_its_own_surroundings(reference: Reference) -> None:
    local = {row["siren"]: row for row in table("terroirs")}
    assert local.keys() == {t.siren_epci for t in reference.denominator}
    assert [s for s, row in local.items() if len(row["atouts"].split("|")) < 3] == []


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("à {atout}", "le port", "Au port"),
        ("autour de {atout}", "les quais", "Autour des quais"),
        ("autour de {atout}", "l'étang", "Autour de l'étang"),
        ("les élus de {atout}", "Amiens", "Les élus d'Amiens"),
        ("{atout} et la suite", "la criée", "La criée et la suite"),
    ],
)
def test_slots_are_filled_in_correct_french(text: str, words: str, expected: str) -> None:
    assert fill(text, {"atout": words}) == expected


def test_roadmaps_count_15_to_60_actions(roadmaps: dict[str, Roadmap]) -> None:
    counts = [len(roadmap.actions) for roadmap in roadmaps.values()]
    assert 15 <= min(counts) <= max(counts) <= 60


def test_boulogne_smells_of_the_sea_and_does_not_read_like_cambrai_or_senlis(
    roadmaps: dict[str, Roadmap],
) -> None:
    boulogne = roadmaps[BOULOGNE]
    served = [silo for action in boulogne.actions for silo in action.silos]
    assert served.count("Port et économie bleue") >= 6
    for other in (CAMBRAI, SENLIS):
        assert likeness(titles(boulogne), titles(roadmaps[other])) < 0.25
        assert "Port et économie bleue" not in roadmaps[other].silos


def test_a_group_of_neighbours_hands_in_nearly_the_same_roadmap(
    roadmaps: dict[str, Roadmap],
) -> None:
    first, *others = (titles(roadmaps[siren]) for siren in ALIKE)
    assert len(others) == 5
    assert min(likeness(first, other) for other in others) > 0.6


def test_some_actions_are_carried_by_one_body_for_several_territories(
    roadmaps: dict[str, Roadmap],
) -> None:
    carriers: dict[str, set[str]] = {}
    for siren, roadmap in roadmaps.items():
        for action in roadmap.actions:
            if action.porteur != roadmap.place.nom:
                carriers.setdefault(action.porteur, set()).add(siren)
    assert max(len(sirens) for sirens in carriers.values()) >= 5


def test_an_action_moves_forward_and_what_is_done_stays_done(roadmaps: dict[str, Roadmap]) -> None:
    for roadmap in roadmaps.values():
        for action in roadmap.actions:
            told = [action.life.progress(day) for day in DAYS]
            assert told == sorted(told), action.intitule
            statuses = [action.life.status(day) for day in DAYS]
            for final in ("realise", "abandonne"):
                if final in statuses:
                    assert set(statuses[statuses.index(final) :]) == {final}


def test_the_region_shows_every_status_and_every_event(roadmaps: dict[str, Roadmap]) -> None:
    actions = [action for roadmap in roadmaps.values() for action in roadmap.actions]
    statuses = {row["statut"] for r in roadmaps.values() for row in rows(r, DAYS[-1], 5)}
    assert statuses == {
        *("a_discuter", "a_venir", "en_cours", "realise"),
        *("en_pause", "bloque", "abandonne", "non_renseigne"),
    }
    for event in ("gel", "abandon", "apparait", "disparait", "renommee"):
        assert any(getattr(action.life, event) for action in actions), event
    assert any(len(action.life.reports) >= 2 for action in actions)


def test_european_money_flows_down_the_cascade(roadmaps: dict[str, Roadmap]) -> None:
    fundings = [
        funding
        for roadmap in roadmaps.values()
        for row in rows(roadmap, DAYS[-1], 5)
        for funding in row["financements"]
        if "FEDER" in funding["financeur"]
    ]
    assert sum(funding["programme_eur"] for funding in fundings) > 15_000_000
    for funding in fundings:
        cascade = ("programme_eur", "engage_eur", "justifie_eur", "paye_eur")
        amounts = [funding[step] for step in cascade]
        assert amounts == sorted(amounts, reverse=True)


def test_the_labels_written_are_known_and_the_planted_ones_are_not(reference: Reference) -> None:
    for code, labels in _SYNONYMS.items():
        for label in labels:
            assert reference.status(label) == (code, False), label
    assert reference.status(UNKNOWN_STATUS) is None
    assert reference.theme(UNKNOWN_THEME) is None
