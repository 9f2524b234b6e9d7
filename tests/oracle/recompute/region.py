"""What each action says in each month, and the actions of each mesh, territory, theme and month."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from recompute.figures import Fact, Group
from recompute.hidden import counted
from recompute.reports import Reports, day_of
from recompute.texts import plain

STEPS = ("programme_eur", "engage_eur", "justifie_eur", "paye_eur")
UNKNOWN_THEME = "a_classer"
Line = dict[str, Any]


@dataclass
class Past:
    """What the reports of a territory said of each action first; days are dates of situation."""

    ends: dict[str, tuple[date, date]] = field(default_factory=dict)
    targets: dict[str, tuple[date, float]] = field(default_factory=dict)
    done_on: dict[str, date] = field(default_factory=dict)
    seen_on: dict[str, date] = field(default_factory=dict)

    def learn(self, line: Line) -> None:
        code, day = line["code_action"], line["jour"]
        self.seen_on.setdefault(code, day)
        if line["fin"] is not None:
            self.ends.setdefault(code, (day, line["fin"]))
        if line["valeur_cible"] is not None:
            self.targets.setdefault(code, (day, line["valeur_cible"]))
        if line["statut_code"] == "realise":
            self.done_on.setdefault(code, day)


class Region(Reports):
    """`tables`: the tables of raw as frames. `seeds`: the folder of CSV files. The two dates are the cut-off.

    `groups`: the actions of each mesh, territory, theme and month. `facts_of`: those of each territory and month
    that are not confidential.
    """

    def __init__(
        self, tables: dict[str, pd.DataFrame], seeds: Path, situation: date, known: datetime
    ):
        super().__init__(tables, seeds, situation, known)
        self._read_decisions()
        self._read_lines()
        self._read_states()

    def _read_decisions(self) -> None:
        """The last word of the Région on each vanished action: what became of it, or the code that it bears now."""
        self.decided: dict[tuple[str, str], str] = {}
        self.renamed: dict[tuple[str, str], str] = {}
        taken = [d for d in self.raw["decisions_actions"] if d["decide_le"] <= self.known]
        for d in sorted(taken, key=lambda d: (d["decide_le"], d["decision_id"])):
            key = (self._bearer(d["siren_epci"]), d["code_action"])
            self.decided[key] = d["decision"]
            self.renamed.pop(key, None)
            if d["decision"] == "renommee":
                self.renamed[key] = d["nouveau_code"]

    def _code_now(self, siren: str, code: str, told: set[str]) -> str:
        """The code of an action of a report that tells the codes `told`."""
        last = code
        while (siren, last) in self.renamed:
            last = self.renamed[siren, last]
        return code if last in told else last

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
        self.set_aside = defaultdict(set)
        for row in self.raw["lignes_ecartees"]:
            self.set_aside[row["rapport_id"]].add(row["code_action"])
        self.lines_of: dict[str, list[Line]] = defaultdict(list)
        in_force = {r["rapport_id"]: r for reports in self.in_force.values() for r in reports}
        told: dict[str, set[str]] = defaultdict(set)
        for line in self.raw["lignes"]:
            told[line["rapport_id"]].add(line["code_action"])
        for line in self.raw["lignes"]:
            report = in_force.get(line["rapport_id"])
            if report is None:
                continue
            taux = line["taux_avancement_pct"]
            guess = self.status[line["statut_code"]]["taux_estime_pct"]
            known_themes = themes[place(line)] - {UNKNOWN_THEME}
            self.lines_of[line["rapport_id"]].append(
                line
                | {
                    "code_action": self._code_now(
                        report["siren_epci"], line["code_action"], told[line["rapport_id"]]
                    ),
                    "jour": report["jour"],
                    "themes": sorted(known_themes) or [UNKNOWN_THEME],
                    "vrais_themes": known_themes,
                    "silos": silos[place(line)],
                    "europe": self._europe(money[place(line)]),
                    "debut": day_of(line["date_debut_reelle"]) or day_of(line["date_debut_prevue"]),
                    "fin": day_of(line["date_fin_prevue"]),
                    "taux": taux if taux is not None else guess and float(guess),
                    "est_ciblee": _is_aimed(line),
                    "atteinte": _target(line) if _is_aimed(line) else None,
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

    def _read_states(self) -> None:
        self.groups: dict[tuple[str, str, str, date], Group] = defaultdict(Group)
        self.facts_of: dict[tuple[str, date], list[Fact]] = {}
        hidden: list[Fact] = []
        for siren, reports in self.in_force.items():
            past = Past()
            for line in (line for r in reports for line in self.lines_of[r["rapport_id"]]):
                past.learn(line)
            for month in self.months:
                latest = self.latest(siren, month)
                if latest is None:
                    continue
                current = {
                    line["code_action"]: line
                    for r in reports if r["jour"] <= month
                    for line in self.lines_of[r["rapport_id"]]
                }  # fmt: skip
                aside = {
                    code
                    for r in reports if r["jour"] == latest["jour"]
                    for code in self.set_aside[r["rapport_id"]]
                }  # fmt: skip
                self.facts_of[siren, month] = []
                for code, row in current.items():
                    is_told = row["jour"] == latest["jour"]
                    fact = self._fact(row, siren, month, is_told, code in aside, past)
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
        self, row: Line, siren: str, month: date, is_told: bool, is_aside: bool, past: Past
    ) -> Fact:
        code, day = row["code_action"], row["jour"]
        is_gone = not is_told and not is_aside
        word = self.decided.get((siren, code)) if is_gone else None
        code_of_status = "abandonne" if word == "abandonnee" else row["statut_code"]
        status = self.status[code_of_status]
        is_news = is_told or word == "abandonnee"
        latest = self.latest(siren, month)["jour"]
        started, done = status["est_demarree"] == "true", status["est_realisee"] == "true"
        start, end = row["debut"], row["fin"]
        done_when = day_of(row["date_fin_reelle"])
        first_done = past.done_on.get(code)
        # Done before anyone told: from its first report, and nothing says since when.
        untimed = done and done_when is None and first_done == past.seen_on[code]
        duration = None
        if start is not None and start <= month and started and not untimed:
            until = min(month, done_when or first_done) if done else day
            duration = max(0, (until - start).days)
        return Fact(
            row=row, siren=siren, mois=month, jour=day,
            est_fraiche=is_news and self.is_fresh(latest, month), est_disparue=is_gone and word is None,
            statut=code_of_status, groupe=status["groupe_code"],
            est_renseignee=status["groupe_code"] != "non_renseigne",
            est_dans_perimetre=status["est_dans_perimetre"] == "true", est_demarree=started, est_realisee=done,
            taux=row["taux"], ecoule=_elapsed(start, end, day), atteinte=row["atteinte"],
            duree=duration, est_sans_duree=untimed, fin=end,
            premiere_fin=_said_before(past.ends.get(code), day),
            premiere_cible=_said_before(past.targets.get(code), day),
        )  # fmt: skip


def _said_before(first: tuple[date, Any] | None, day: date) -> Any:
    """The first value said, if it was in an earlier report."""
    return first[1] if first is not None and first[0] < day else None


def _elapsed(start: date | None, end: date | None, day: date) -> float | None:
    """The part of the planned time elapsed on the day of the report, in percent."""
    if start is None or end is None:
        return None
    if start >= end:
        return 100.0
    return min(100.0, max(0.0, 100 * (day - start).days / (end - start).days))


def _is_aimed(line: Line) -> bool:
    """A target that progress can be measured to: one without direction, already reached at first, is none."""
    vi, vc, sense = line["valeur_initiale"], line["valeur_cible"], line["sens"]
    if vc is None or sense == "neutre":
        return False
    return sense in ("hausse", "baisse") or vi != vc


def _target(line: Line) -> float | None:
    vi, vc, va = (line[k] for k in ("valeur_initiale", "valeur_cible", "valeur_actuelle"))
    sense = line["sens"]
    if vi is None or va is None:
        return None
    if sense == "hausse" and vi >= vc:
        return 100.0 if va >= vc else 0.0
    if sense == "baisse" and vi <= vc:
        return 100.0 if va <= vc else 0.0
    return min(100.0, max(0.0, 100 * (va - vi) / (vc - vi)))
