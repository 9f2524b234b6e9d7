"""The tables that Great Expectations judges: the normalised batch, with the few helper columns
rules need.
"""

from datetime import date

import numpy as np
import pandas as pd

from expectations.rule import Suite
from vigie.clock import PARIS
from vigie.reading.values import Batch
from vigie.records import REPORT
from vigie.reference.seeds import Reference

KEY = ["rapport_id", "feuille", "ligne"]
_AMOUNTS = ["budget_prevu_eur", "montant_engage_eur", "montant_paye_eur"]
_FUNDING_AMOUNTS = ["programme_eur", "engage_eur", "justifie_eur", "paye_eur"]
# Great Expectations compares dates fast only in nanoseconds, which end in 2262.
_PRESENCE = {"ExpectColumnValuesToNotBeNull", "ExpectColumnValuesToBeNull"}
_PRESENT, _ABSENT = np.float16(1), np.float16(np.nan)
_FIRST_DAY, _LAST_DAY = np.datetime64("1700-01-01"), np.datetime64("2250-12-31")


def parameters(reference: Reference) -> dict[str, object]:
    """What suites ask for by name: known SIREN, plausible dates and the thresholds of
    `seeds/seuils.csv`.
    """
    factor = reference.thresholds["comportement_budget_facteur"]
    return {
        **reference.thresholds,
        "comportement_budget_facteur_min": 1 / factor,
        "sirens": list(reference.known_sirens),
        "date_min": pd.Timestamp(2000, 1, 1),
        "date_max": pd.Timestamp(2060, 12, 31),
        "situation_min": pd.Timestamp(2015, 1, 1),
    }


def headers(batch: Batch, reference: Reference, run_date: date) -> pd.DataFrame:
    """One row per report of actions: its header, the day it was received, which optional
    columns it has.
    """
    frame = batch.rapports[batch.rapports["jeu"] == REPORT].reset_index(drop=True)
    present = batch.colonnes.groupby("champ")["rapport_id"].agg(set)
    for champ in ("intitule", "statut", "themes"):
        frame[f"a_{champ}"] = frame["rapport_id"].isin(present.get(champ, set()))
    perimeters = {
        s: t.perimetre_code for s in reference.known_sirens if (t := reference.territory_of(s))
    }
    frame["perimetre_code"] = frame["siren_epci"].map(perimeters)
    frame["jour"] = received_on(frame, run_date)
    days = frame["date_situation"].fillna(frame["jour"])
    frame["siren_source"] = _answered_for(frame, days, reference)
    return frame


def others(
    frame: pd.DataFrame, header: pd.DataFrame, received: pd.Series, reference: Reference
) -> pd.DataFrame:
    """The rows of another data set than reports, with the day `jour` on which they were received (`received`, by
    report) and in `siren_source` the territory that speaks: missing for a source shared by the region.

    `header` has a row per report. A row about nobody that Vigie follows speaks for nobody.
    """
    rows = frame.reset_index(drop=True)
    rows["jour"] = looked_up(rows["rapport_id"], received)
    source = looked_up(rows["rapport_id"], header.set_index("rapport_id")["siren_source"])
    rows["siren_source"] = pd.Series(source, index=rows.index, dtype="str")
    rows["siren_source"] = _answered_for(rows, _days_of(rows), reference)
    followed = rows["siren_epci"].isin(reference.known_sirens)
    rows["siren_source"] = rows["siren_source"].where(followed)
    return rows


def _days_of(rows: pd.DataFrame) -> pd.Series:
    """The day that each row is about, never after it was received: a target speaks of the future, today."""
    dated = [name for name in ("date_valeur", "convention_le") if name in rows]
    days = rows[dated[0]] if dated else rows["jour"]
    return days.where(days <= rows["jour"], rows["jour"])


def _answered_for(frame: pd.DataFrame, days: pd.Series, reference: Reference) -> pd.Series:
    """The SIREN of the source; that of the row when a merger or a new number made them one."""
    claims = pd.DataFrame(
        {"source": frame["siren_source"], "siren": frame["siren_epci"], "jour": days}
    )
    others = claims[claims["source"] != claims["siren"]].dropna()
    asked = others.drop_duplicates()
    own = {
        (source, siren, day)
        for source, siren, day in zip(
            asked["source"], asked["siren"], asked["jour"].dt.date, strict=True
        )
        if reference.may_send_for(source, reference.resolve_siren(siren, day) or siren, day)
    }
    is_own = np.zeros(len(frame), dtype=bool)
    is_own[others.index.to_numpy()] = [
        claim in own
        for claim in zip(others["source"], others["siren"], others["jour"].dt.date, strict=True)
    ]
    return frame["siren_source"].mask(is_own, frame["siren_epci"])


def heirs(reference: Reference) -> pd.DataFrame:
    """The territory of today (`territoire`) of each SIREN that a report may bear (`siren_epci`)."""
    found = [(s, reference.territory_of(s)) for s in reference.known_sirens]
    pairs = [(siren, territory.siren_epci) for siren, territory in found if territory]
    return pd.DataFrame(pairs, columns=["siren_epci", "territoire"])


def predecessors(reference: Reference) -> pd.DataFrame:
    """The SIREN (`siren_ancien`) that each `siren_epci` replaced. A merger of several replaces none: nothing tells
    which of its actions were whose.
    """
    pairs = [(r.siren_epci, r.siren_ancien) for r in reference.retired_sirens.values()]
    frame = pd.DataFrame(pairs, columns=["siren_epci", "siren_ancien"], dtype="str")
    return frame.drop_duplicates("siren_epci", keep=False)


def received_on(frame: pd.DataFrame, run_date: date) -> pd.Series:
    """The day a report was received, in Paris. A rebuild, on a later day, must judge it as on its
    own night.
    """
    today = pd.Timestamp(run_date)
    collected = frame["collecte_le"].dt.tz_localize("UTC").dt.tz_convert(PARIS)
    days = collected.dt.normalize().dt.tz_localize(None)
    return days.where(days <= today, today)


def actions(batch: Batch, header: pd.DataFrame) -> pd.DataFrame:
    """One row per action row of the night, in the order of `batch.actions`."""
    frame = batch.actions.reset_index(drop=True)
    by_report = header.set_index("rapport_id")
    for column in ("date_situation", "a_statut", "a_themes"):
        frame[column] = looked_up(frame["rapport_id"], by_report[column])
    frame["code_ecrit"], frame["code_commun"] = _codes(frame)
    frame["a_un_montant"] = frame[_AMOUNTS].notna().any(axis=1)
    unknown = batch.themes[batch.themes["theme_code"] == "a_classer"]
    frame["themes_inconnus"] = _joined(frame, unknown, "theme_brut")
    funding = batch.financements
    amounts = funding[_FUNDING_AMOUNTS]
    # What a funder commits replaces what it had programmed: never both.
    funding = funding.assign(
        aide_eur=amounts["engage_eur"].fillna(amounts["programme_eur"]),
        illisible=_unreadable_amounts(funding),
    )
    total = funding.dropna(subset=["aide_eur"]).groupby(KEY)["aide_eur"].sum()
    frame["financements_eur"] = _aligned(frame, total).astype("float64")
    frame["financements_illisibles"] = _joined(
        frame, funding.dropna(subset=["illisible"]), "illisible"
    )
    return frame


def _codes(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The codes that a row of their report writes, and those that none does: derived from a title."""
    codes, is_derived = frame["code_action"], frame["est_code_derive"].astype(bool)
    shared = frame[codes.notna() & frame.duplicated(["rapport_id", "code_action"], keep=False)]
    by_code = is_derived[shared.index].groupby([shared["rapport_id"], shared["code_action"]])
    unwritten = is_derived & by_code.transform("all").reindex(frame.index, fill_value=True)
    return codes.mask(unwritten), codes.where(unwritten)


def looked_up(keys: pd.Series, values: pd.Series) -> np.ndarray:
    """The value of each key, missing where there is none. (`Series.map` fails on an empty
    mapper of dates.)
    """
    codes, known = pd.factorize(keys)
    return values.reindex(known).to_numpy()[codes]


def _unreadable_amounts(funding: pd.DataFrame) -> pd.Series:
    told = pd.Series(pd.NA, index=funding.index, dtype="str")
    for amount in _FUNDING_AMOUNTS:
        wrong = (funding[amount].isna() & funding[f"{amount}__brut"].notna()) | (
            funding[amount] < 0
        )
        told = told.mask(wrong & told.isna(), funding[f"{amount}__brut"])
    return told


def _joined(frame: pd.DataFrame, rows: pd.DataFrame, column: str) -> pd.Series:
    return _aligned(frame, rows.groupby(KEY)[column].agg(", ".join)).astype("str")


def _aligned(frame: pd.DataFrame, by_key: pd.Series) -> pd.Series:
    """The values of `by_key` for each row of `frame`; missing where there is none."""
    if by_key.empty:
        return pd.Series(np.nan, index=frame.index, dtype="object")
    index = pd.MultiIndex.from_frame(frame[KEY])
    return pd.Series(by_key.reindex(index).to_numpy(), index=frame.index)


def for_suite(frame: pd.DataFrame, suite: Suite) -> pd.DataFrame:
    """The columns that the rules of `suite` look at, in the types that Great Expectations is
    fast on.

    It filters the whole table for each conditional rule: text is what makes that slow. A column
    that rules only ask to be there or not becomes 1 or missing, other texts become categories.
    """
    read, paired = _columns(suite)
    seen: dict[str, pd.Series] = {}
    for column in sorted(read):
        values = frame[column].reset_index(drop=True)
        if not read[column]:
            # The smallest type that can be missing: most columns are of this kind.
            values = pd.Series(np.where(values.notna(), _PRESENT, _ABSENT))
        elif pd.api.types.is_datetime64_dtype(values):
            days = np.clip(values.to_numpy(), _FIRST_DAY, _LAST_DAY)
            values = pd.Series(days.astype("datetime64[ns]"))
        elif isinstance(values.dtype, pd.StringDtype) and column not in paired:
            values = values.astype("category")
        seen[column] = values
    return pd.DataFrame(seen)


def _columns(suite: Suite) -> tuple[dict[str, bool], set[str]]:
    """The columns that rules look at, with whether their values are read; those compared with
    another.
    """
    read: dict[str, bool] = {}
    paired: set[str] = set()
    for rule in suite.rules:
        for _, expectation in rule.expectations():
            asks_presence = expectation.kind in _PRESENCE
            for condition in expectation.when:
                read[condition.column] = (
                    read.get(condition.column, False) or condition.operator != "is"
                )
            for name, value in expectation.arguments.items():
                if name in ("column", "column_A", "column_B"):
                    read[value] = read.get(value, False) or not asks_presence
                elif name == "column_list":
                    read.update(dict.fromkeys(value, True))
                if name in ("column_A", "column_B"):
                    paired.add(value)
    return read, paired
