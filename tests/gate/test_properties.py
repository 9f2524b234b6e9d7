"""Whatever is sent: the gate never raises, never loses a row, never loads one that breaks a
critical rule.
"""

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from expectations import RULES
from tests.frames import frames
from tests.gate.reports import ACTION, RUN_DATE, csv_report, read, receipt
from vigie.gate import judge
from vigie.reference.seeds import Reference

SIREN = "200018083"
NUMBERS = (
    ["", "0", "45", "100", "250 %", "-3", "0,5", "1 234,56 €", "45 k€", "9" * 30, "1e9", "NaN", "inf", "deux"]
)  # fmt: skip
DATES = [
    "",
    "31/12/2026",
    "01/06/2027",
    "31/02/2026",
    "2026",
    "12/2026",
    "45000",
    "9999-12-31",
    "01/09/1925",
    "hier",
]
NOISE = ["", "Une action", "é" * 400, "«\u202e»", "a\x07b", "x;y\r\nz", '"', "NC"]
SAMPLES: dict[str, list[str]] = {
    "code_action": ["", "L14", "A1", "A2", "a1 ", *NOISE],
    "axe": NOISE,
    "intitule": NOISE,
    "themes": ["Mobilité", "Mobilité ; inconnu", *NOISE],
    "statut": [
        "En cours",
        "Réalisé",
        "À venir",
        "Abandonné",
        "en retard",
        "Presque fini",
        "=1+1",
        *NOISE,
    ],
    "taux_avancement": NUMBERS,
    "date_debut_prevue": DATES,
    "date_fin_prevue": DATES,
    "date_debut_reelle": DATES,
    "date_fin_reelle": DATES,
    "budget_prevu_eur": NUMBERS,
    "montant_engage_eur": NUMBERS,
    "montant_paye_eur": NUMBERS,
    "base_montant": ["HT", "TTC", "", "hors sol"],
    "sens": ["hausse", "baisse", "", "?"],
    "valeur_initiale": NUMBERS,
    "valeur_cible": NUMBERS,
    "valeur_actuelle": NUMBERS,
    "commentaire": NOISE,
    "confidentiel": ["Oui", "Non", "", "peut-être"],
    "financeur_1": NOISE,
    "programme_eur_1": NUMBERS,
}


def rows(changes: list[dict[str, str]]) -> list[dict[str, str]]:
    """Good rows, each with its own code, then its changes."""
    return [{**ACTION, "code_action": f"L{n}", **change} for n, change in enumerate(changes)]


# One or two fields changed in a good row: a row with many faults would hide which one was missed.
CHANGE = st.sampled_from(sorted(SAMPLES)).flatmap(
    lambda f: st.tuples(
        st.just(f),
        st.one_of(st.sampled_from(SAMPLES[f]), st.floats().map(str), st.text(max_size=20)),
    )
)
ROWS = st.lists(st.lists(CHANGE, max_size=2).map(dict), min_size=12, max_size=30).map(rows)
EVERY_SAMPLE = rows([{champ: value} for champ, values in SAMPLES.items() for value in values])
EVERY_PERIOD = rows([{"date_debut_reelle": a, "date_fin_reelle": b} for a in DATES for b in DATES])
# Mostly good headers: a refused report says nothing about its rows.
DAYS = ["30/11/2025"] * 4 + ["31/12/2025"] * 4 + ["31/12/2030", "", "hier"]
SIRENS = [SIREN] * 8 + ["", "552100554", "abc"]
REPORTS = st.tuples(
    st.one_of(ROWS, ROWS, ROWS, st.just([])),
    st.sampled_from(DAYS),
    st.sampled_from(SIRENS),
    st.integers(1, 28),
)
# Any bytes at all, among them good reports cut or with a byte changed.
MUTATIONS = st.one_of(
    st.binary(max_size=300),
    st.tuples(st.integers(0, 800), st.binary(min_size=1, max_size=3)),
)


def mutated(change: bytes | tuple[int, bytes]) -> bytes:
    if isinstance(change, bytes):
        return change
    at, piece = change
    good = csv_report(SIREN, [dict(ACTION)])
    return good[: at % len(good)] + piece + good[at % len(good) + len(piece) :]


@given(reports=st.lists(REPORTS, min_size=4, max_size=8), noise=st.lists(MUTATIONS, max_size=4))
@example(
    reports=[(EVERY_SAMPLE, "30/11/2025", SIREN, 3), (EVERY_PERIOD, "31/12/2025", SIREN, 4)],
    noise=[],
)
@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
def test_whatever_is_sent_is_judged_and_counted_and_nothing_wrong_is_loaded(
    reference: Reference, reports: list, noise: list
) -> None:
    contents = [
        (csv_report(siren, actions, date_situation=situation, encoding="utf-8"), day)
        for actions, situation, siren, day in reports
    ] + [(mutated(change), 1) for change in noise]
    parsed = []
    for number, (content, day) in enumerate(contents):
        file = receipt(SIREN, content, f"{number}.csv", datetime(2026, 1, day), f"source-{number}")
        parsed.append(read(file, content, reference))
    tables = frames(judge(parsed, reference, RUN_DATE, None, None).tables)
    judged = tables["rapports"]
    assert len(judged) == len(parsed)
    assert_conserved(judged, tables)
    assert_sound(tables["lignes"], reference)


def assert_conserved(judged: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    assert (judged["acceptees_nb"] + judged["ecartees_nb"] == judged["recues_nb"]).all()
    loaded = sum(
        len(tables.get(t, ()))
        for t in ("lignes", "feuilles_de_route", "indicateurs_longs", "subventions")
    )
    assert loaded == judged["acceptees_nb"].sum()
    alive = judged[judged["verdict"] != "rejete"]
    aside = tables["lignes_ecartees"][["rapport_id", "feuille", "ligne"]].drop_duplicates()
    assert len(aside) == alive["ecartees_nb"].sum()
    controls = tables["controles"]
    informs = controls["regle_code"].map(lambda code: RULES[code].informs).astype(bool)
    told = set(controls.loc[~informs, "rapport_id"])
    assert set(judged.loc[judged["verdict"] != "accepte", "rapport_id"]) == told


def assert_sound(rows: pd.DataFrame, reference: Reference) -> None:
    """The critical rules, said again without Great Expectations."""
    assert rows["intitule"].notna().all()
    assert rows["code_action"].notna().all()
    assert rows["statut_code"].isin(list(reference.statuses)).all()
    assert rows["taux_avancement_pct"].dropna().between(0, 100).all()
    for amount in ("budget_prevu_eur", "montant_engage_eur", "montant_paye_eur"):
        assert rows[amount].dropna().between(0, 999_999_999_999).all()
    for kind in ("prevue", "reelle"):
        start, end = (pd.to_datetime(rows[f"date_{edge}_{kind}"]) for edge in ("debut", "fin"))
        assert not (end < start).any()
        assert start.dropna().between("2000-01-01", "2060-12-31").all()
        assert end.dropna().between("2000-01-01", "2060-12-31").all()
    assert not rows.duplicated(["rapport_id", "code_action"]).any()


def test_the_check_of_soundness_refuses_a_wrong_row(reference: Reference) -> None:
    with pytest.raises(AssertionError):
        assert_sound(pd.DataFrame({"intitule": [None]}), reference)
