"""Likeness between roadmaps, and the places they name."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import diags
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from vigie.warehouse import specificity
from vigie.warehouse.specificity import epci_place, place_pattern, twins
from vigie.warehouse.terms import Terms, words

PORT = "Guichet unique de la criée : réservation des quais et pesée connectée pour les pêcheurs"
MINE = "Inventaire participatif du patrimoine minier avec les habitants et les écoles du bassin"
BUS = "Information voyageurs en temps réel et paiement sans contact sur les lignes de bus"


def frame(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    names = ["action_id", "siren_epci", "texte", "structure_porteuse"]
    return pd.DataFrame(rows, columns=names).assign(debut_num=1, fin_num=3, est_decrite=True)


def places(**names: str) -> pd.DataFrame:
    return pd.DataFrame(
        [(s, n) for s, joined in names.items() for n in joined.split("|")],
        columns=["siren_epci", "nom"],
    )


def test_the_twin_is_the_nearest_action_of_another_territory() -> None:
    actions = frame(
        ("a", "S1", PORT, None),
        ("b", "S1", PORT, None),
        ("c", "S2", PORT + " du littoral", None),
        ("d", "S3", MINE, None),
    )
    found = twins(actions, places(S1="Boulogne-sur-Mer"), "", 40).set_index("action_id")
    assert found.loc["a", "jumelle_action_id"] == "c"
    assert found.loc["c", "jumelle_action_id"] == "a"
    assert 0.8 < found.loc["a", "ressemblance"] < 1
    assert pd.isna(found.loc["d", "jumelle_action_id"])


def test_a_copy_with_only_the_place_changed_is_an_identical_twin() -> None:
    actions = frame(
        ("a", "S1", PORT + " à Étaples", None),
        ("b", "S2", PORT + " à Cambrai", None),
        ("c", "S3", MINE, None),
    )
    found = twins(actions, places(S1="Étaples", S2="Cambrai"), "", 40).set_index("action_id")
    assert found.loc["a", "ressemblance"] == 1.0
    assert (
        found.loc["a", "est_ancree"]
        and found.loc["b", "est_ancree"]
        and not found.loc["c", "est_ancree"]
    )


def test_short_texts_are_not_compared_and_the_same_carrier_is_mutualised() -> None:
    actions = frame(
        ("a", "S1", BUS, "Syndicat mixte des transports"),
        ("b", "S2", BUS, "syndicat mixte DES transports"),
        ("c", "S2", "Wi-Fi", None),
        ("d", "S3", MINE, None),
    )
    found = twins(actions, places(S1="Lens"), "", 40).set_index("action_id")
    assert found.loc["a", "est_mutualisee"]
    assert not found.loc["c", "est_comparee"] and pd.isna(found.loc["c", "jumelle_action_id"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Médiation numérique à Ham", True), ("Le portail a eu du succès", False), ("Travaux à Eu", True),
        ("En guise de médiation", False), ("Un tiers-lieu dans la ville de Guise", True), ("Programme HAM", False),
        ("Le musée de Saint Omer", True), ("le saint-omer ancien", False),
    ],
)  # fmt: skip
def test_homonymous_communes_need_a_capital_and_a_preposition(text: str, expected: bool) -> None:
    pattern = place_pattern(["Ham", "Eu", "Guise", "Saint-Omer"])
    assert bool(pattern.search(text)) is expected


def test_elisions_accents_stop_words_and_plurals_do_not_count() -> None:
    assert words("L'accueil des Élèves et d’une École") == words("accueil eleve ecole")
    assert epci_place("CA du Boulonnais") == "Boulonnais"
    assert epci_place("CC de Desvres-Samer") == "Desvres-Samer"


def test_blocks_give_what_the_whole_matrix_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    vocabulary = [f"mot{i}" for i in range(60)]
    texts = [" ".join(draw.choice(vocabulary, 12)) for _ in range(50)]
    owners = np.array([i % 7 for i in range(50)])
    vectors = Terms.of(texts).vectors()
    monkeypatch.setattr(specificity, "BLOCK_ROWS", 8)
    nearest, values = specificity._nearest_elsewhere(vectors, owners)
    full = cosine_similarity(vectors)
    full[owners[:, None] == owners[None, :]] = -1
    assert np.allclose(values, full.max(axis=1))
    assert np.allclose(full[np.arange(50), nearest], full.max(axis=1))


def test_the_weights_of_a_month_are_those_of_scikit_learn_on_its_texts() -> None:
    texts = [PORT, MINE, BUS, PORT + " du littoral", MINE + " et de la criée"]
    terms = Terms.of(texts)
    expected = TfidfVectorizer(analyzer=words, sublinear_tf=True, norm=None).fit(texts)
    told = set(words(MINE))
    assert terms.names == expected.get_feature_names_out().tolist()
    weights = np.array([0.5 if t in told else 1.0 for t in terms.names])
    reference = cosine_similarity(expected.transform(texts) @ diags(weights))
    vectors = terms.vectors(weights)
    assert np.allclose((vectors @ vectors.T).toarray(), reference)


def test_what_is_written_later_changes_nothing_of_a_month() -> None:
    first = frame(
        ("a", "S1", PORT, None), ("b", "S2", PORT + " du littoral", None), ("c", "S3", MINE, None)
    )
    copies = frame(*((f"n{i}", f"S{i}", PORT + " et du littoral", None) for i in range(4, 9)))
    later = pd.concat([first.assign(fin_num=9), copies.assign(debut_num=4, fin_num=9)])
    then, now = (twins(texts, places(S1="Lens"), "", 40) for texts in (first, later))
    past = now[now["debut_num"] <= 3].assign(fin_num=3)
    pd.testing.assert_frame_equal(then, past.reset_index(drop=True))
    # And the months since are told apart: the same words weigh less.
    assert len(now[now["action_id"] == "a"]) == 2


def test_an_action_without_description_does_not_say_whether_it_names_a_place() -> None:
    actions = frame(("a", "S1", "Fibre à Lens", None), ("b", "S2", MINE, None))
    found = twins(actions.assign(est_decrite=[False, True]), places(S1="Lens", S2="Arras"), "", 40)
    assert found["est_ancree"].isna().tolist() == [True, False]


def test_a_twin_holds_only_for_the_months_when_both_texts_were_there() -> None:
    actions = pd.concat(
        [
            frame(("a", "S1", PORT, None), ("d", "S4", MINE, None)),
            frame(("b", "S2", MINE + " et de la criée", None)).assign(fin_num=2),
            frame(("b", "S2", PORT, None)).assign(debut_num=3),
            frame(
                ("c", "S3", "Réservation des quais et pesée des pêcheurs à la criée", None)
            ).assign(debut_num=2),
        ]
    )
    found = twins(actions, places(S1="Lens"), "", 40)
    shown = {
        (row.action_id, month): None if pd.isna(row.jumelle_action_id) else row.jumelle_action_id
        for row in found.itertuples()
        for month in range(row.debut_num, row.fin_num + 1)
    }
    assert shown == {
        ("a", 1): "b", ("a", 2): "c", ("a", 3): "b", ("b", 1): "d", ("b", 2): "d", ("b", 3): "a",
        ("c", 2): "a", ("c", 3): "a", ("d", 1): "b", ("d", 2): "b", ("d", 3): None,
    }  # fmt: skip


def test_nothing_to_compare_is_not_an_error() -> None:
    assert twins(frame(), places(S1="Lens"), "", 40).empty
    alone = twins(frame(("a", "S1", PORT, None)), places(S1="Lens"), "", 40)
    assert alone["jumelle_action_id"].isna().all()
