"""From controls to verdicts, and to the rows that raw will hold."""

import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import numpy as np
import pandas as pd

from expectations import RULES, SUITES
from vigie.gate.frames import KEY
from vigie.records import REPORT, Receipt
from vigie.warehouse import raw_schema

_RULES_OF = {
    effect: {code for code, rule in RULES.items() if rule.effect == effect}
    for effect in ("rejet", "ligne écartée", "à valider", "information")
}
_FROM_HEADER = (
    "siren_epci",
    "date_situation",
    "date_adoption",
    "horizon",
    "service_referent",
)


def columns_of(table: str) -> list[str]:
    """The columns of a table of raw.duckdb, in order."""
    return list(raw_schema.declared().tables[table])


@cache
def rules_version() -> str:
    """Changes when any rule changes: kept with each verdict."""
    return sha256(repr(SUITES).encode()).hexdigest()[:12]


def refused(controls: pd.DataFrame) -> set[str]:
    """The reports that a critical rule of the file or of the header refuses."""
    return set(controls.loc[controls["regle_code"].isin(_RULES_OF["rejet"]), "rapport_id"])


def set_aside(rows: pd.DataFrame, controls: pd.DataFrame) -> np.ndarray:
    """True for each row of `rows` that breaks a critical rule."""
    critical = controls[controls["regle_code"].isin(_RULES_OF["ligne écartée"])]
    if critical.empty or rows.empty:
        return np.zeros(len(rows), dtype=bool)
    keys = pd.MultiIndex.from_frame(critical[KEY].drop_duplicates())
    # Few rows are at a faulty line of any sheet of any report: only their whole key is compared.
    aside = rows["ligne"].isin(critical["ligne"]).to_numpy(copy=True)
    near = pd.MultiIndex.from_frame(rows.loc[aside, KEY])
    aside[aside] = np.asarray(near.isin(keys))
    return aside


def verdicts(report_ids: Sequence[str], controls: pd.DataFrame) -> pd.Series:
    """The verdict of each report, from the gravest control down."""
    codes = controls.groupby("rapport_id")["regle_code"].agg(set)
    return pd.Series([_verdict(codes.get(r, set())) for r in report_ids], index=list(report_ids))


def _verdict(codes: set[str]) -> str:
    if codes & _RULES_OF["rejet"]:
        return "rejete"
    if codes & _RULES_OF["à valider"]:
        return "a_valider"
    if codes & _RULES_OF["ligne écartée"]:
        return "lignes_ecartees"
    return "accepte_avec_remarques" if codes - _RULES_OF["information"] else "accepte"


def reports(
    receipts: list[Receipt],
    headers: pd.DataFrame,
    controls: pd.DataFrame,
    accepted: pd.Series,
    forms: dict[str, tuple[str, str]],
) -> pd.DataFrame:
    """The rows of `rapports`: one per receipt, readable or not.

    `headers` is Batch.rapports, `accepted` the number of rows to load by report, `forms` the data
    set and the format found by the adapter.
    """
    frame = pd.DataFrame([_from_receipt(receipt, forms) for receipt in receipts])
    header = headers.set_index("rapport_id").reindex(frame["rapport_id"])
    for column in _FROM_HEADER:
        frame[column] = header[column].to_numpy()
    from_source = [receipt.siren_epci or None for receipt in receipts]
    frame["siren_epci"] = frame["siren_epci"].where(frame["siren_epci"].notna(), from_source)
    frame["verdict"] = verdicts(frame["rapport_id"].tolist(), controls).to_numpy()
    frame["recues_nb"] = header["recues_nb"].fillna(0).astype("int64").to_numpy()
    kept = frame["rapport_id"].map(accepted).fillna(0).astype("int64")
    frame["acceptees_nb"] = kept.where(frame["verdict"] != "rejete", 0)
    frame["ecartees_nb"] = frame["recues_nb"] - frame["acceptees_nb"]
    to_read = ~controls["regle_code"].isin(_RULES_OF["information"])
    remarks = controls[to_read & (controls["severite"] != "critique")].groupby("rapport_id").size()
    frame["remarques_nb"] = frame["rapport_id"].map(remarks).fillna(0).astype("int64")
    frame["version_regles"] = rules_version()
    return frame[columns_of("rapports")]


def _from_receipt(receipt: Receipt, forms: dict[str, tuple[str, str]]) -> dict[str, object]:
    jeu, form = forms.get(receipt.rapport_id, (REPORT, receipt.format))
    return {
        "rapport_id": receipt.rapport_id,
        "jeu": jeu,
        "source_id": receipt.source_id,
        "canal": receipt.canal,
        "format": form,
        "nom_fichier": receipt.nom_fichier,
        "adresse": receipt.adresse,
        "sha256": receipt.sha256,
        "taille_octets": receipt.taille_octets,
        "depose_le": receipt.depose_le,
        "collecte_le": receipt.collecte_le,
        "connu_le": receipt.connu_le,
        "est_synthetique": receipt.est_synthetique,
    }


def rows_as_json(rows: pd.DataFrame, controls: pd.DataFrame) -> pd.DataFrame:
    """The rows of `lignes_ecartees`: each row set aside, as its sender wrote it, with each rule
    it breaks.
    """
    if rows.empty:
        return pd.DataFrame(columns=columns_of("lignes_ecartees"))
    critical = controls[controls["regle_code"].isin(_RULES_OF["ligne écartée"])]
    kept = rows.assign(contenu_json=_contents(rows))
    if "code_action" not in kept:
        kept["code_action"] = None
    named = kept[[*KEY, "code_action", "contenu_json"]]
    joined = named.merge(critical[[*KEY, "regle_code"]].drop_duplicates(), on=KEY)
    return joined[columns_of("lignes_ecartees")]


def _contents(rows: pd.DataFrame) -> list[str]:
    written = {c.removesuffix("__brut"): c for c in rows.columns if c.endswith("__brut")}
    understood = {"taux_avancement_pct", "statut_code", "statut_brut", "meteo_code"}
    shown = {c: c for c in rows.columns if c not in KEY and not c.endswith("__brut")} | written
    for name in understood | {"est_confidentielle" if "confidentiel" in written else ""}:
        shown.pop(name, None)
    return [
        json.dumps(
            {
                name: str(value)
                for name, value in zip(shown, record, strict=True)
                if not pd.isna(value)
            },
            ensure_ascii=False,
        )
        for record in zip(*(rows[c].tolist() for c in shown.values()), strict=True)
    ]
