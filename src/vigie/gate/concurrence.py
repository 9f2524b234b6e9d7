"""Values of an indicator that two files of the same instant give differently: nothing tells which is right."""

import pandas as pd

from vigie.gate.controls import french

_VALUE = ["identifiant_indic", "siren_epci", "date_valeur", "type_valeur"]
_BLANK = "une case vide"


def concurrent_values(rows: pd.DataFrame, header: pd.DataFrame) -> pd.Series:
    """For each row of long indicators, what another file of the same instant says instead; missing when none does.

    `header` has a row per report. Clocks of computers are compared to the second.
    """
    told = pd.Series(None, index=rows.index, dtype="str")
    by_report = header.set_index("rapport_id")
    speaks = rows["siren_source"].isna() | (rows["siren_source"] == rows["siren_epci"])
    is_read = rows["valeur"].notna() | rows["valeur__brut"].isna()
    asked = rows[rows[_VALUE].notna().all(axis=1) & speaks & is_read]
    asked = asked[asked.duplicated(_VALUE, keep=False)]
    instants = [
        asked["rapport_id"].map(by_report[clock]).dt.floor("s")
        for clock in ("connu_le", "depose_le")
    ]
    keys = [*(asked[name] for name in _VALUE), *instants]
    for _, group in asked.groupby(keys, dropna=False, sort=False):
        if group["rapport_id"].nunique() > 1 and group["valeur"].nunique(dropna=False) > 1:
            values = group.drop_duplicates(["rapport_id", "valeur"])[["rapport_id", "valeur"]]
            for position, report_id, value in group[["rapport_id", "valeur"]].itertuples():
                others = values[values["rapport_id"] != report_id]["valeur"]
                differing = sorted(
                    french(o) or _BLANK for o in others if french(o) != french(value)
                )
                if differing:
                    told[position] = differing[0]
    return told
