"""Raw rows read again: which reports are in force, which months exist, what each action says in each."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from recompute.figures import Fact, Group
from recompute.hidden import counted
from recompute.texts import plain

SEEDS = (
    "territoires", "territoires_alias", "statuts", "themes", "seuils", "campagnes", "financeurs_europeens",
    "services_numeriques", "communes",
)  # fmt: skip
STEPS = ("programme_eur", "engage_eur", "justifie_eur", "paye_eur")


def day_of(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


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


class Region:
    """`tables`: the tables of raw as frames. `seeds`: the folder of CSV files. The two dates are the cut-off.

    `received`: the progress reports known. `in_force`: per territory, those that count, oldest first. `groups`:
    the actions of each mesh, territory, theme and month.
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
        self._read_lines()
        self._read_states()

    # -- reports -------------------------------------------------------------------------------------------------

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
            if r["verdict"] == "a_valider" and word == "approuve":
                known = max(known, decision["decide_le"])
            sender = r["siren_epci"]
            r = r | {
                "connu_le": known, "ok": ok, "jour": day_of(r["date_situation"]),
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

    # -- lines ---------------------------------------------------------------------------------------------------

    def _read_lines(self) -> None:
        place = lambda row: (row["rapport_id"], row["feuille"], row["ligne"])  # noqa: E731
        themes, silos, money = defaultdict(set), defaultdict(set), defaultdict(list)
        for row in self.raw["lignes_themes"]:
            themes[place(row)].add(row["theme_code"])
        for row in self.raw["lignes_silos"]:
            silos[place(row)].add(row["silo_code"])
        for row in self.raw["lignes_financements"]:
            money[place(row)].append(row)
        self.project_silos = defaultdict(set)
        for row in self.raw["rapports_silos"]:
            self.project_silos[row["rapport_id"]].add(row["silo_code"])
        self.lines_of: dict[str, list[dict[str, Any]]] = defaultdict(list)
        in_force = {r["rapport_id"]: r for reports in self.in_force.values() for r in reports}
        for line in self.raw["lignes"]:
            report = in_force.get(line["rapport_id"])
            if report is None:
                continue
            status = self.status[line["statut_code"]]
            taux = line["taux_avancement_pct"]
            guess = status["taux_estime_pct"]
            self.lines_of[line["rapport_id"]].append(
                line
                | {
                    "jour": report["jour"],
                    "themes": sorted(themes[place(line)]) or ["a_classer"],
                    "vrais_themes": themes[place(line)] - {"a_classer"},
                    "silos": silos[place(line)],
                    "europe": self._europe(money[place(line)]),
                    "debut": day_of(line["date_debut_reelle"]) or day_of(line["date_debut_prevue"]),
                    "fin": day_of(line["date_fin_prevue"]),
                    "taux": taux if taux is not None else guess and float(guess),
                    "atteinte": _target(line),
                }
            )
        for lines in self.lines_of.values():
            lines.sort(key=lambda x: (x["feuille"], x["ligne"]))

    def _europe(self, funding: list[dict[str, Any]]) -> dict[str, float] | None:
        """The European steps of a line, each when someone says it; None without European money."""
        names = self.europeans
        mine = [f for f in funding if names & {plain(f["financeur"]), plain(f["programme"])}]
        if not mine:
            return None
        said = {step: [f[step] for f in mine if f[step] is not None] for step in STEPS}
        return {step: sum(amounts) for step, amounts in said.items() if amounts}

    # -- states --------------------------------------------------------------------------------------------------

    def _read_states(self) -> None:
        self.groups: dict[tuple[str, str, str, date], Group] = defaultdict(Group)
        self.facts_of: dict[tuple[str, date], list[Fact]] = {}
        hidden: list[Fact] = []
        for siren, reports in self.in_force.items():
            first_end: dict[str, tuple[date, date]] = {}
            done_on: dict[str, date] = {}
            for line in (line for r in reports for line in self.lines_of[r["rapport_id"]]):
                if line["fin"] is not None:
                    first_end.setdefault(line["code_action"], (line["jour"], line["fin"]))
                if line["statut_code"] == "realise":
                    done_on.setdefault(line["code_action"], line["jour"])
            for month in self.months:
                latest = self.latest(siren, month)
                if latest is None:
                    continue
                current = {
                    line["code_action"]: line
                    for r in reports if r["jour"] <= month
                    for line in self.lines_of[r["rapport_id"]]
                }  # fmt: skip
                self.facts_of[siren, month] = []
                for code, row in current.items():
                    reported = row["jour"] == latest["jour"]
                    said_on, first = first_end.get(code, (row["jour"], None))
                    said_before = first if said_on < row["jour"] else None
                    fact = self._fact(row, siren, month, reported, said_before, done_on.get(code))
                    if row["est_confidentielle"]:
                        hidden.append(fact)
                    else:
                        self._add(fact)
        for meshes, fact in counted(hidden, self.territory):
            for mesh, code in meshes:
                self.groups[mesh, code, "tous", fact.mois].facts.append((1.0, fact))

    def _add(self, fact: Fact) -> None:
        self.facts_of[fact.siren, fact.mois].append(fact)
        themes = fact.row["themes"]
        for theme, weight in [("tous", 1.0), *((t, 1 / len(themes)) for t in themes)]:
            for mesh, code in self.meshes(fact.siren, theme):
                self.groups[mesh, code, theme, fact.mois].facts.append((weight, fact))

    def _fact(
        self, row: dict[str, Any], siren: str, month: date, reported: bool, first_end: date | None,
        done_on: date | None,
    ) -> Fact:  # fmt: skip
        status = self.status[row["statut_code"]]
        started, done = status["est_demarree"] == "true", status["est_realisee"] == "true"
        start, end = row["debut"], row["fin"]
        elapsed, duration = None, None
        if start is not None and end is not None and end > start:
            elapsed = min(100.0, max(0.0, 100 * (month - start).days / (end - start).days))
        if start is not None and start <= month and started:
            until = row["jour"]
            if done:
                until = min(month, day_of(row["date_fin_reelle"]) or done_on)
            duration = max(0, (until - start).days)
        return Fact(
            row, siren, month, reported, row["statut_code"], status["groupe_code"],
            status["est_dans_perimetre"] == "true", started, done, row["taux"], elapsed, row["atteinte"],
            duration, end, first_end,
        )  # fmt: skip

    def meshes(self, siren: str, theme: str = "tous") -> Iterator[tuple[str, str]]:
        """The meshes a territory feeds; outside the region's own, only its own."""
        t = self.territory[siren]
        everything = theme == "tous"
        yield ("epci" if everything else "epci_theme"), siren
        if t["perimetre_code"] == "coeur":
            yield ("departement" if everything else "departement_theme"), t["departement_code"]
            yield ("region" if everything else "theme"), t["region_code"]


def _target(line: dict[str, Any]) -> float | None:
    vi, vc, va = (line[k] for k in ("valeur_initiale", "valeur_cible", "valeur_actuelle"))
    sense = line["sens"]
    if vi is None or vc is None or va is None:
        return None
    if sense == "hausse" and vi >= vc:
        return 100.0 if va >= vc else 0.0
    if sense == "baisse" and vi <= vc:
        return 100.0 if va <= vc else 0.0
    if sense == "neutre" or vi == vc:
        return None
    return min(100.0, max(0.0, 100 * (va - vi) / (vc - vi)))
