"""What `sample_region` leaves out: rows set aside, unknown themes, late evenings, ages that differ, odd dates."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from raw_rows import Raw

LONG_AGO = date(2022, 1, 10)


def everything_that_happens(raw: Raw) -> Raw:
    """The same rows, with what every rule needs to be seen at work."""
    _set_aside(raw)
    _unknown_themes(raw)
    _late_evenings(raw)
    _moved_targets_and_odd_dates(raw)
    _decided(raw)
    for row in raw.tables["feuilles_de_route"][::3]:
        row["date_adoption"] = LONG_AGO
    return raw


def _set_aside(raw: Raw) -> None:
    """Of the actions that a report with rows set aside does not tell, the first two were."""
    told, codes = defaultdict(set), set()
    for line in raw.tables["lignes"]:
        told[line["rapport_id"]].add(line["code_action"])
        codes.add(line["code_action"])
    for report in raw.tables["rapports"]:
        if report["verdict"] != "lignes_ecartees":
            continue
        for line, code in enumerate(sorted(codes - told[report["rapport_id"]])[:2], start=900):
            raw.tables["lignes_ecartees"].append(
                {
                    "rapport_id": report["rapport_id"], "feuille": "Actions", "ligne": line, "code_action": code,
                    "regle_code": "ACT-STATUT", "contenu_json": "{}",
                }
            )  # fmt: skip


def _unknown_themes(raw: Raw) -> None:
    """An unknown theme, alone or beside known ones."""
    for line in raw.tables["lignes"][::5]:
        place = {name: line[name] for name in ("rapport_id", "feuille", "ligne")}
        unknown = place | {"theme_code": "a_classer", "theme_brut": "Divers"}
        raw.tables["lignes_themes"].append(unknown)


def _late_evenings(raw: Raw) -> None:
    """Received after midnight in Paris, the day before in UTC; or with a file's clock that runs behind."""
    reports = [r for r in raw.tables["rapports"] if r["jeu"] == "rapport_avancement"]
    for report in reports[::4]:
        moment = datetime.combine(report["connu_le"].date(), time(22, 30))
        report["depose_le"] = report["collecte_le"] = report["connu_le"] = moment
    for report in reports[1::9]:
        report["depose_le"] = report["connu_le"] - timedelta(days=30)


def _moved_targets_and_odd_dates(raw: Raw) -> None:
    for line in raw.tables["lignes"][::7]:
        if line["valeur_cible"] is not None and line["code_action"] in ("A1", "A4", "A7"):
            line["valeur_cible"] += 10
    for line in raw.tables["lignes"]:
        if line["code_action"] == "A2" and line["date_fin_prevue"] is not None:
            line["date_debut_reelle"] = line["date_fin_prevue"]


def _decided(raw: Raw) -> None:
    """The Région's words on actions, whether they vanished or not, and one that it took back."""
    words = (
        ("A0", "abandonnee", None),
        ("A3", "oubliee", None),
        ("A5", "renommee", "A8"),
        ("A6", "renommee", "A5"),
    )
    territories = sorted({r["siren_epci"] for r in raw.tables["rapports"] if r.get("siren_epci")})
    for siren in territories[::2]:
        for rank, (code, word, into) in enumerate([*words, ("A3", "abandonnee", None)]):
            raw.tables["decisions_actions"].append(
                {
                    "decision_id": f"{siren}-{rank}", "siren_epci": siren, "code_action": code, "decision": word,
                    "nouveau_code": into, "motif": "motif", "decide_par": "region",
                    "decide_le": datetime(2025, 4, 1 + rank),
                }
            )  # fmt: skip
