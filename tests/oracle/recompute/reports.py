"""Raw rows read again: which reports are in force, which months exist, which meshes a territory feeds."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from recompute.texts import plain

SEEDS = (
    "territoires", "territoires_alias", "statuts", "themes", "seuils", "campagnes", "financeurs_europeens",
    "services_numeriques", "communes",
)  # fmt: skip


def day_of(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def in_paris(moment: datetime) -> date:
    """The day in Paris of a moment in naive UTC."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Europe/Paris")).date()


def end_of_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def _known(value: Any) -> Any:
    is_scalar = not isinstance(value, (list, dict))
    return None if value is None or (is_scalar and pd.isna(value)) else value


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).to_dict("records")
    return [{k: _known(v) for k, v in row.items()} for row in rows]


def _order(report: dict[str, Any]) -> tuple[datetime, datetime, str]:
    return report["connu_le"], report["depose_le"] or datetime.min, report["rapport_id"]


class Reports:
    """`tables`: the tables of raw as frames. `seeds`: the folder of CSV files. The two dates are the cut-off.

    `received`: the progress reports known. `in_force`: per territory, those that count, oldest first. `months`: the
    ends of the months, the last being the cut-off.
    """

    def __init__(
        self, tables: dict[str, pd.DataFrame], seeds: Path, situation: date, known: datetime
    ):
        self.situation, self.known = situation, known
        seed = {
            name: _records(pd.read_csv(seeds / f"{name}.csv", dtype=str, keep_default_na=False, na_values=[""]))
            for name in SEEDS
        }  # fmt: skip
        self.raw = {name: _records(frame) for name, frame in tables.items()}
        self.threshold = {s["seuil_code"]: float(s["valeur"]) for s in seed["seuils"]}
        self.status = {s["statut_code"]: s for s in seed["statuts"]}
        self.themes = [t["theme_code"] for t in seed["themes"]]
        self.core = {t["theme_code"] for t in seed["themes"] if t["est_socle"] == "true"}
        self.core_texts = [
            f"{t['libelle']} {t['perimetre'] or ''}"
            for t in seed["themes"]
            if t["theme_code"] in self.core
        ]
        self.communes = seed["communes"]
        self.territory = {t["siren_epci"]: t for t in seed["territoires"]}
        self.retired = {
            a["siren_ancien"]: (a["siren_epci"], date.fromisoformat(a["fin_le"])) for a in seed["territoires_alias"]
        }  # fmt: skip
        self.europeans = {plain(a["alias"]) for a in seed["financeurs_europeens"]}
        self.digital_services = {plain(a["alias"]) for a in seed["services_numeriques"]}
        self.due = {
            end_of_month(date.fromisoformat(c["periode_fin_le"])): date.fromisoformat(c["echeance_le"])
            for c in seed["campagnes"]
        }  # fmt: skip
        self._read_reports()

    def _read_reports(self) -> None:
        last: dict[str, dict[str, Any]] = {}
        for d in sorted(self.raw["decisions"], key=lambda d: (d["decide_le"], d["decision_id"])):
            if d["decide_le"] <= self.known:
                last[d["rapport_id"]] = d
        filled = {line["rapport_id"] for line in self.raw["lignes"]}
        self.received, retained, registers = [], [], []
        for r in self.raw["rapports"]:
            if r["connu_le"] > self.known:
                continue
            decision = last.get(r["rapport_id"], {})
            word = decision.get("decision")
            ok = r["verdict"] != "rejete" and word != "refuse"
            ok = ok and (r["verdict"] != "a_valider" or word == "approuve")
            known = r["connu_le"]
            received = r.get("recu_le") or known
            if r["verdict"] == "a_valider" and word == "approuve":
                known = max(known, decision["decide_le"])
            sender = r["siren_epci"]
            r = r | {
                "connu_le": known, "ok": ok, "jour": day_of(r["date_situation"]), "recu": in_paris(received),
                "est_en_attente": r["verdict"] == "a_valider" and word is None,
                "envoyeur": self._bearer(sender, day_of(r["date_situation"])), "siren_epci": self._bearer(sender),
            }  # fmt: skip
            if r["jeu"] == "registre_feuilles_de_route" and ok:
                registers.append(r)
            if r["jeu"] != "rapport_avancement" or r["siren_epci"] not in self.territory:
                continue
            self.received.append(r)
            timely = r["jour"] is not None and r["jour"] <= self.situation
            if ok and timely and r["rapport_id"] in filled:
                retained.append(r)
        self.retained_ids = {r["rapport_id"] for r in retained}
        best: dict[tuple[str, date], dict[str, Any]] = {}
        for r in sorted(retained, key=_order):
            best[r["envoyeur"], r["jour"]] = r
        self.in_force: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for r in sorted(best.values(), key=lambda r: (r["jour"], *_order(r))):
            self.in_force[r["siren_epci"]].append(r)
        self.adoption: dict[str, date] = {}
        if registers:
            newest = max(registers, key=_order)["rapport_id"]
            for row in self.raw["feuilles_de_route"]:
                if row["rapport_id"] == newest and row["date_adoption"] is not None:
                    day = day_of(row["date_adoption"])
                    siren = self._bearer(row["siren_epci"])
                    self.adoption[siren] = min(day, self.adoption.get(siren, day))
        days = [r["jour"] for rs in self.in_force.values() for r in rs]
        month = end_of_month(min(days)) if days else end_of_month(self.situation)
        self.months = []
        while month < end_of_month(self.situation):
            self.months.append(month)
            month = end_of_month(month + timedelta(days=1))
        self.months.append(self.situation)

    def _bearer(self, siren: str, day: date | None = None) -> str:
        """Who bore on a day the SIREN that a report bears; without a day, who answers for it at the cut-off."""
        while siren in self.retired:
            successor, last_day = self.retired[siren]
            is_gone = day is None and siren not in self.territory
            if not is_gone and (day or self.situation) <= last_day:
                break
            siren = successor
        return siren

    def latest(self, siren: str, month: date) -> dict[str, Any] | None:
        """The report in force of a territory at the end of a month."""
        before = [r for r in self.in_force.get(siren, []) if r["jour"] <= month]
        return before[-1] if before else None

    def is_fresh(self, day: date, month: date) -> bool:
        """Whether a report that speaks of `day` is still news at the end of a month."""
        return (month - day).days <= self.threshold["rapport_a_jour_jours"]

    def meshes(self, siren: str, theme: str = "tous") -> Iterator[tuple[str, str]]:
        """The meshes a territory feeds; outside the region's own, only its own."""
        t = self.territory[siren]
        everything = theme == "tous"
        yield ("epci" if everything else "epci_theme"), siren
        if t["perimetre_code"] == "coeur":
            yield ("departement" if everything else "departement_theme"), t["departement_code"]
            yield ("region" if everything else "theme"), t["region_code"]
