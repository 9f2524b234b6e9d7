"""Every indicator computed again, in plain Python on pandas frames, from raw rows and seeds alone.

Shares no code with the dbt project. Written from the definitions: one function per family, loops over groups.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from scipy.spatial.distance import jensenshannon

Key = tuple[str, str, str, str, str, date]
FOLLOWED = (
    "avancement", "taux_demarrage", "taux_realisation", "taux_retard", "taux_blocage", "atteinte_cibles",
    "couverture_socles", "part_hors_socles",
)  # fmt: skip
FEDER = ("RCO13", "RCO14", "RCR11", "RCR12", "RCR13")


@dataclass
class Figure:
    numerateur: float | None
    denominateur: float | None
    valeur: float | None
    n_nb: int
    couverture_pct: float | None = None
    borne_basse: float | None = None
    borne_haute: float | None = None


@dataclass
class State:
    """One action at the end of one month, as its group sees it: `poids` is 1, or 1/k in a theme."""

    row: dict[str, Any]
    siren: str
    poids: float
    theme: str
    rapportee: bool
    mois: date
    first_end: date | None
    done_on: date | None


@dataclass
class Group:
    states: list[State] = field(default_factory=list)

    def weigh(self, keep: Any, value: Any = None) -> float:
        return math.fsum(
            s.poids * (1 if value is None else value(s)) for s in self.states if keep(s)
        )

    def count(self, keep: Any) -> int:
        return sum(1 for s in self.states if keep(s))


def _day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _known(value: Any) -> Any:
    return (
        None if value is None or (not isinstance(value, (list, dict)) and pd.isna(value)) else value
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {k: _known(v) for k, v in row.items()} for row in frame.astype(object).to_dict("records")
    ]


def _end_of_month(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


class Oracle:
    """`tables`: the tables of raw as frames. `seeds`: the folder of CSV files. The two dates are the cut-off."""

    def __init__(
        self, tables: dict[str, pd.DataFrame], seeds: Path, situation: date, known: datetime
    ):
        self.situation, self.known = situation, known
        self.seed = {
            name: _records(pd.read_csv(seeds / f"{name}.csv", dtype=str, keep_default_na=False, na_values=[""]))
            for name in (
                "territoires", "statuts", "themes", "seuils", "campagnes", "financeurs_europeens",
                "services_numeriques",
            )
        }  # fmt: skip
        self.raw = {name: _records(frame) for name, frame in tables.items()}
        self.threshold = {s["seuil_code"]: float(s["valeur"]) for s in self.seed["seuils"]}
        self.status = {s["statut_code"]: s for s in self.seed["statuts"]}
        self.core = {t["theme_code"] for t in self.seed["themes"] if t["est_socle"] == "true"}
        self.territory = {t["siren_epci"]: t for t in self.seed["territoires"]}
        self.europeans = {_plain(a["alias"]) for a in self.seed["financeurs_europeens"]}
        self.figures: dict[Key, Figure] = {}
        self._reports()
        self._states()

    # -- reports -------------------------------------------------------------------------------------------------

    def _reports(self) -> None:
        last: dict[str, dict[str, Any]] = {}
        for d in sorted(self.raw["decisions"], key=lambda d: (d["decide_le"], d["decision_id"])):
            if d["decide_le"] <= self.known:
                last[d["rapport_id"]] = d
        lines = defaultdict(int)
        for line in self.raw["lignes"]:
            lines[line["rapport_id"]] += 1
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
            r = r | {"connu_le": known, "ok": ok, "jour": _day(r["date_situation"])}
            if r["jeu"] == "registre_feuilles_de_route" and ok:
                registers.append(r)
            if r["jeu"] != "rapport_avancement":
                continue
            self.received.append(r)
            timely = r["jour"] is not None and r["jour"] <= self.situation
            if ok and timely and lines[r["rapport_id"]] and r["siren_epci"] in self.territory:
                retained.append(r)
        self.retained_ids = {r["rapport_id"] for r in retained}
        rank = lambda r: (r["connu_le"], r["depose_le"] or datetime.min, r["rapport_id"])  # noqa: E731
        best: dict[tuple[str, date], dict[str, Any]] = {}
        for r in sorted(retained, key=rank):
            best[(r["siren_epci"], r["jour"])] = r
        self.in_force: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for (siren, _), r in sorted(best.items()):
            self.in_force[siren].append(r)
        self.adoption: dict[str, date] = {}
        if registers:
            newest = max(registers, key=rank)["rapport_id"]
            for row in self.raw["feuilles_de_route"]:
                if row["rapport_id"] == newest and row["date_adoption"] is not None:
                    day = _day(row["date_adoption"])
                    self.adoption[row["siren_epci"]] = min(
                        day, self.adoption.get(row["siren_epci"], day)
                    )
        days = [r["jour"] for rs in self.in_force.values() for r in rs]
        month = _end_of_month(min(days)) if days else _end_of_month(self.situation)
        self.months = []
        while month < _end_of_month(self.situation):
            self.months.append(month)
            month = _end_of_month(month + timedelta(days=1))
        self.months.append(self.situation)

    def _latest(self, siren: str, month: date) -> dict[str, Any] | None:
        before = [r for r in self.in_force.get(siren, []) if r["jour"] <= month]
        return before[-1] if before else None

    # -- states --------------------------------------------------------------------------------------------------

    def _states(self) -> None:
        by_report = defaultdict(list)
        for line in self.raw["lignes"]:
            by_report[line["rapport_id"]].append(line)
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
        self.lines = {}
        for reports in self.in_force.values():
            for r in reports:
                for line in by_report[r["rapport_id"]]:
                    line |= {
                        "themes": sorted(themes[place(line)]) or ["a_classer"],
                        "vrais_themes": themes[place(line)] - {"a_classer"},
                        "silos": silos[place(line)], "argent": money[place(line)],
                    }  # fmt: skip
        self.by_report = by_report
        self.groups: dict[tuple[str, str, str, date], Group] = defaultdict(Group)
        self.epci_states: dict[tuple[str, date], list[State]] = {}
        for siren, reports in self.in_force.items():
            for month in self.months:
                latest = self._latest(siren, month)
                if latest is None:
                    continue
                current, first_end, done_on = {}, {}, {}
                for r in reports:
                    for line in sorted(
                        by_report[r["rapport_id"]], key=lambda x: (x["feuille"], x["ligne"])
                    ):
                        code = line["code_action"]
                        if line["date_fin_prevue"] is not None:
                            first_end.setdefault(code, _day(line["date_fin_prevue"]))
                        if line["statut_code"] == "realise":
                            done_on.setdefault(code, r["jour"])
                        if r["jour"] <= month:
                            current[code] = line | {"jour": r["jour"]}
                self.epci_states[siren, month] = []
                for code, row in current.items():
                    for theme, weight in [("tous", 1.0)] + [
                        (t, 1 / len(row["themes"])) for t in row["themes"]
                    ]:
                        state = State(
                            row, siren, weight, theme, row["jour"] == latest["jour"], month,
                            first_end.get(code), done_on.get(code),
                        )  # fmt: skip
                        if theme == "tous":
                            self.epci_states[siren, month].append(state)
                        for mesh, code_ in self._meshes(siren, theme):
                            self.groups[mesh, code_, theme, month].states.append(state)

    def _meshes(self, siren: str, theme: str = "tous") -> Iterator[tuple[str, str]]:
        t = self.territory[siren]
        everything = theme == "tous"
        yield ("epci" if everything else "epci_theme"), siren
        if t["perimetre_code"] == "coeur":
            yield ("departement" if everything else "departement_theme"), t["departement_code"]
            yield ("region" if everything else "theme"), t["region_code"]

    # -- what one state says -------------------------------------------------------------------------------------

    def flag(self, s: State, name: str) -> bool:
        return self.status[s.row["statut_code"]][name] == "true"

    def scope(self, s: State) -> bool:
        return self.flag(s, "est_dans_perimetre")

    def kind(self, s: State) -> str:
        return self.status[s.row["statut_code"]]["groupe_code"]

    def active(self, s: State) -> bool:
        return self.scope(s) and self.kind(s) != "non_renseigne"

    def progress(self, s: State) -> float | None:
        if s.row["taux_avancement_pct"] is not None:
            return s.row["taux_avancement_pct"]
        guess = self.status[s.row["statut_code"]]["taux_estime_pct"]
        return None if guess is None else float(guess)

    def start(self, s: State) -> date | None:
        return _day(s.row["date_debut_reelle"]) or _day(s.row["date_debut_prevue"])

    def elapsed(self, s: State) -> float | None:
        start, end = self.start(s), _day(s.row["date_fin_prevue"])
        if start is None or end is None or end <= start:
            return None
        return min(100.0, max(0.0, 100 * (s.mois - start).days / (end - start).days))

    def target(self, s: State) -> float | None:
        vi, vc, va = (s.row[k] for k in ("valeur_initiale", "valeur_cible", "valeur_actuelle"))
        sense = s.row["sens"]
        if vi is None or vc is None or va is None:
            return None
        if sense == "hausse" and vi >= vc:
            return 100.0 if va >= vc else 0.0
        if sense == "baisse" and vi <= vc:
            return 100.0 if va <= vc else 0.0
        if sense == "neutre" or vi == vc:
            return None
        return min(100.0, max(0.0, 100 * (va - vi) / (vc - vi)))

    def duration(self, s: State) -> int | None:
        start = self.start(s)
        if start is None or start > s.mois or not self.flag(s, "est_demarree"):
            return None
        end = s.row["jour"]
        if self.flag(s, "est_realisee"):
            end = min(s.mois, _day(s.row["date_fin_reelle"]) or s.done_on)
        return max(0, (end - start).days)

    def europe(self, s: State, step: str) -> float | None:
        names = self.europeans
        mine = [
            f
            for f in s.row["argent"]
            if _plain(f["financeur"]) in names or _plain(f["programme"]) in names
        ]
        if step == "any":
            return float(len(mine))
        given = [f[step] for f in mine if f[step] is not None]
        return math.fsum(given) if given else None

    # -- figures -------------------------------------------------------------------------------------------------

    def add(
        self, code: str, key: tuple[str, str, str, date], figure: Figure, part: str = "total"
    ) -> None:
        mesh, territory, theme, month = key
        self.figures[code, mesh, territory, theme, part, month] = figure

    def share(self, g: Group, keep: Any, base: Any, seen: Any) -> Figure:
        num, den, obs = (
            g.weigh(lambda s: base(s) and keep(s)),
            g.weigh(base),
            g.weigh(lambda s: base(s) and seen(s)),
        )
        if not den:
            return Figure(num, den, None, 0)
        num_seen = g.weigh(lambda s: base(s) and seen(s) and keep(s))
        return Figure(
            num, den, 100 * num / den, g.count(base), 100 * obs / den,
            100 * num_seen / den, 100 * (num_seen + den - obs) / den,
        )  # fmt: skip

    def mean(
        self, g: Group, base: Any, seen: Any, value: Any, low: float = 0, weight: Any = None
    ) -> Figure:
        w = weight or (lambda s: 1)
        den, obs = g.weigh(base, w), g.weigh(lambda s: base(s) and seen(s), w)
        total = g.weigh(lambda s: base(s) and seen(s), lambda s: w(s) * value(s))
        n = g.count(lambda s: base(s) and seen(s) and w(s) > 0)
        if not den:
            return Figure(total, obs, None, n)
        return Figure(
            total, obs, total / obs if obs else None, n, 100 * obs / den,
            (total + low * (den - obs)) / den, (total + 100 * (den - obs)) / den,
        )  # fmt: skip

    def plain_share(self, g: Group, keep: Any, base: Any) -> Figure:
        f = self.share(g, keep, base, lambda s: True)
        return Figure(f.numerateur, f.denominateur, f.valeur, f.n_nb)

    def compute(self) -> dict[Key, Figure]:
        for key, group in self.groups.items():
            self._by_status(key, group)
            self._by_progress(key, group)
            self._by_dates(key, group)
            self._by_money(key, group)
        self._project()
        self._mix()
        self._punctuality()
        self._quality()
        self._peers()
        return self.figures

    def _by_status(self, key: Any, g: Group) -> None:
        seen = lambda s: s.rapportee and self.kind(s) != "non_renseigne"  # noqa: E731
        for kind in ("fait", "en_cours", "programme", "bloque", "non_renseigne"):
            figure = self.share(g, lambda s, k=kind: self.kind(s) == k, self.scope, seen)
            self.add("repartition_statuts", key, figure, kind)
        for code, keep in (
            ("taux_demarrage", lambda s: self.flag(s, "est_demarree")),
            ("taux_realisation", lambda s: self.flag(s, "est_realisee")),
            ("taux_blocage", lambda s: s.row["statut_code"] == "bloque"),
        ):
            self.add(code, key, self.share(g, keep, self.scope, seen))
        left = lambda s: self.kind(s) == "abandonne"  # noqa: E731
        self.add("taux_abandon", key, self.share(g, left, lambda s: self.scope(s) or left(s), seen))

    def _by_progress(self, key: Any, g: Group) -> None:
        if not g.count(self.scope):
            return
        seen = lambda s: s.rapportee and self.progress(s) is not None  # noqa: E731
        self.add("avancement", key, self.mean(g, self.scope, seen, self.progress))
        for base, label in (("HT", "ht"), ("TTC", "ttc"), (None, "non_precise")):
            here = lambda s, b=base: self.scope(s) and s.row["base_montant"] == b  # noqa: E731
            figure = self.mean(
                g, here, seen, self.progress, weight=lambda s: s.row["budget_prevu_eur"] or 0
            )
            if figure.couverture_pct is not None:
                self.add("avancement", key, figure, f"budget_{label}")
        dated = lambda s: self.scope(s) and self.elapsed(s) is not None  # noqa: E731
        gap = lambda s: self.progress(s) - self.elapsed(s)  # noqa: E731
        self.add("ecart_calendrier", key, self.mean(g, dated, seen, gap, low=-100))
        self.add(
            "ecart_calendrier",
            key,
            self.plain_share(g, lambda s: self.elapsed(s) is None, self.scope),
            "sans_dates",
        )
        aimed = lambda s: self.scope(s) and s.row["valeur_cible"] is not None  # noqa: E731
        reached = lambda s: s.rapportee and self.target(s) is not None  # noqa: E731
        self.add("atteinte_cibles", key, self.mean(g, aimed, reached, self.target))
        self.add(
            "atteinte_cibles",
            key,
            self.plain_share(g, lambda s: s.row["valeur_cible"] is None, self.scope),
            "sans_cible",
        )

    def _by_dates(self, key: Any, g: Group) -> None:
        end = lambda s: _day(s.row["date_fin_prevue"])  # noqa: E731
        if g.count(self.scope):
            due = lambda s: self.scope(s) and end(s) is not None  # noqa: E731
            late = lambda s: end(s) < s.mois and not self.flag(s, "est_realisee")  # noqa: E731
            self.add("taux_retard", key, self.share(g, late, due, lambda s: s.rapportee))
            self.add(
                "taux_retard",
                key,
                self.plain_share(g, lambda s: end(s) is None, self.scope),
                "sans_echeance",
            )
        moved = [(end(s) - s.first_end).days for s in g.states if self.scope(s) and end(s)]
        few = len(moved) < self.threshold["effectif_minimal_nb"]
        median = None if few else float(np.median(moved))
        self.add("glissement", key, Figure(None, len(moved), median, len(moved)))
        shifted = self.plain_share(
            g, lambda s: end(s) != s.first_end, lambda s: self.scope(s) and end(s) is not None
        )
        self.add("glissement", key, shifted, "deplacees")
        self.add(
            "glissement",
            key,
            self.plain_share(g, lambda s: not s.rapportee, lambda s: True),
            "disparues",
        )
        lives = [
            (self.duration(s), self.flag(s, "est_realisee"))
            for s in g.states
            if self.duration(s) is not None
        ]
        if not lives:
            return
        done = sum(1 for _, d in lives if d)
        figure = Figure(done, len(lives), None, len(lives), 100 * done / len(lives))
        if len(lives) >= self.threshold["effectif_minimal_nb"] and done:
            fit = KaplanMeierFitter().fit([d for d, _ in lives], [e for _, e in lives])
            low, high = (float(x) for x in median_survival_times(fit.confidence_interval_).iloc[0])
            exact = _median(lives)
            # lifelines misses a curve that touches one half exactly, by a rounding of its logarithms.
            assert exact[1] or fit.median_survival_time_ == exact[0]
            values = (exact[0], low, high)
            figure.valeur, figure.borne_basse, figure.borne_haute = (
                None if math.isinf(x) else x for x in values
            )
        self.add("delai_realisation", key, figure)

    def _by_money(self, key: Any, g: Group) -> None:
        scope = g.weigh(self.scope)
        for base, label in (("HT", "ht"), ("TTC", "ttc"), (None, "non_precise")):
            for code, top, bottom in (
                ("budget_prevu", "budget_prevu_eur", None),
                ("taux_engagement", "montant_engage_eur", "budget_prevu_eur"),
                ("taux_paiement", "montant_paye_eur", "montant_engage_eur"),
            ):
                gives = lambda s, b=base, t=top, u=bottom: (  # noqa: E731
                    self.scope(s) and s.row["base_montant"] == b and s.row[t] is not None
                    and (u is None or s.row[u] is not None)
                )  # fmt: skip
                n = g.count(gives)
                if not n:
                    continue
                amount = g.weigh(gives, lambda s, t=top: s.row[t])
                den = g.weigh(gives, (lambda s, u=bottom: s.row[u]) if bottom else None)
                value = amount if bottom is None else (100 * amount / den if den else None)
                self.add(
                    code, key, Figure(amount, den, value, n, 100 * g.weigh(gives) / scope), label
                )
        funded = lambda s: self.scope(s) and self.europe(s, "any")  # noqa: E731
        if g.count(funded):
            total = g.weigh(funded)
            for step in ("programme", "engage", "justifie", "paye"):
                gives = lambda s, c=f"{step}_eur": funded(s) and self.europe(s, c) is not None  # noqa: E731
                amount = g.weigh(gives, lambda s, c=f"{step}_eur": self.europe(s, c))
                n, den = g.count(gives), g.weigh(gives)
                self.add(
                    "cascade_europeenne",
                    key,
                    Figure(amount, den, amount if n else None, n, 100 * den / total),
                    step,
                )
                if step == "programme":
                    available = amount
            if key[0] == "region":
                available = self.threshold["enveloppe_feder_numerique_eur"]
                self.add(
                    "cascade_europeenne",
                    key,
                    Figure(available, total, available, g.count(funded)),
                    "enveloppe",
                )
            rest = available - amount
            self.add(
                "cascade_europeenne",
                key,
                Figure(rest, total, rest, g.count(funded)),
                "reste_a_concretiser",
            )
        for code in FEDER:
            says = lambda s, c=code: self.scope(s) and _upper(s.row["indicateur"]).startswith(c)  # noqa: E731
            gives = lambda s, f=says: f(s) and s.row["valeur_actuelle"] is not None  # noqa: E731
            if g.count(says):
                amount, den, n = (
                    g.weigh(gives, lambda s: s.row["valeur_actuelle"]),
                    g.weigh(gives),
                    g.count(gives),
                )
                self.add(
                    "indicateurs_feder",
                    key,
                    Figure(amount, den, amount if n else None, n, 100 * den / g.weigh(says)),
                    code,
                )

    def _project(self) -> None:
        it = {_plain(a["alias"]) for a in self.seed["services_numeriques"]}
        sums: dict[Any, Any] = defaultdict(lambda: defaultdict(float))
        for (siren, month), states in self.epci_states.items():
            live = [s for s in states if self.active(s)]
            classed = [s for s in live if s.row["vrais_themes"]]
            declared: set[str] = set()
            for r in self.in_force[siren]:
                if r["jour"] <= month and self.project_silos[r["rapport_id"]]:
                    declared = self.project_silos[r["rapport_id"]]
            weights = [
                math.fsum(1 / len(s.row["silos"]) for s in live if silo in s.row["silos"])
                for silo in sorted(declared)
            ]
            led = [s for s in live if (s.row["service_pilote"] or "").strip()]
            for mesh, code in self._meshes(siren):
                t = sums[mesh, code, "tous", month]
                t["epci"] += 1
                t["core"] += len(self.core & {x for s in live for x in s.row["themes"]})
                t["live"] += len(live)
                t["classed_n"] += len(classed)
                for s in live:
                    known = s.row["vrais_themes"]
                    t["classed"] += len(known) / len(s.row["themes"])
                    t["beyond"] += len(known - self.core) / len(s.row["themes"])
                t["declared"] += len(declared)
                t["served"] += sum(1 for w in weights if w)
                t["led"] += len(led)
                t["out"] += sum(1 for s in led if _plain(s.row["service_pilote"]) not in it)
            if declared:
                shares = [w / math.fsum(weights) for w in weights if w]
                even = (
                    -math.fsum(p * math.log(p) for p in shares) / math.log(len(declared))
                    if len(declared) > 1 and shares
                    else None
                )
                key = ("epci", siren, "tous", month)
                self.add(
                    "integration_silos",
                    key,
                    Figure(None, len(declared), even, len(declared)),
                    "equitabilite",
                )
        for key, t in sums.items():
            self.add(
                "couverture_socles",
                key,
                Figure(t["core"], 3 * t["epci"], 100 * t["core"] / (3 * t["epci"]), t["epci"]),
            )
            beyond = Figure(
                t["beyond"],
                t["classed"],
                100 * t["beyond"] / t["classed"] if t["classed"] else None,
                t["classed_n"],
            )
            if t["live"]:
                beyond.couverture_pct, beyond.borne_basse = (
                    100 * t["classed"] / t["live"],
                    100 * t["beyond"] / t["live"],
                )
                beyond.borne_haute = 100 * (t["beyond"] + t["live"] - t["classed"]) / t["live"]
            self.add("part_hors_socles", key, beyond)
            served = 100 * t["served"] / t["declared"] if t["declared"] else None
            self.add(
                "integration_silos", key, Figure(t["served"], t["declared"], served, t["declared"])
            )
            out = Figure(
                t["out"], t["led"], 100 * t["out"] / t["led"] if t["led"] else None, t["led"]
            )
            if t["live"]:
                out.couverture_pct, out.borne_basse = (
                    100 * t["led"] / t["live"],
                    100 * t["out"] / t["live"],
                )
                out.borne_haute = 100 * (t["out"] + t["live"] - t["led"]) / t["live"]
            self.add("integration_silos", key, out, "hors_service_numerique")

    def _mix(self) -> None:
        codes = sorted(
            t["theme_code"] for t in self.seed["themes"] if t["theme_code"] != "a_classer"
        )
        for (mesh, territory, theme, month), g in list(self.groups.items()):
            if mesh not in ("epci", "departement"):
                continue

            def mix(level: str, place: str, month: date = month) -> np.ndarray:
                empty = Group()
                return np.array(
                    [
                        self.groups.get((level, place, c, month), empty).weigh(self.scope)
                        for c in codes
                    ]
                )

            sirens = {s.siren for s in g.states}
            region = self.territory[next(iter(sirens))]["region_code"]
            mine = mix(f"{mesh}_theme", territory)
            counted = (
                mesh == "departement" or self.territory[territory]["perimetre_code"] == "coeur"
            )
            rest = mix("theme", region) - (mine if counted else 0)
            rest[np.abs(rest) < 1e-9] = 0.0
            if mine.sum() > 0:
                far = float(jensenshannon(mine, rest, base=2)) if rest.sum() > 0 else None
                n = g.count(self.scope)
                self.add(
                    "melange_thematique", (mesh, territory, theme, month), Figure(None, n, far, n)
                )

    def _punctuality(self) -> None:
        due = {
            _end_of_month(date.fromisoformat(c["periode_fin_le"])): date.fromisoformat(
                c["echeance_le"]
            )
            for c in self.seed["campagnes"]
        }
        for month in self.months:
            whole = _end_of_month(month) == month
            sums: dict[Any, Any] = defaultdict(lambda: defaultdict(list))
            for siren in self.territory:
                has = siren in self.adoption and self.adoption[siren] <= month
                here = []
                for r in self.received:
                    when = (r["depose_le"] or r["connu_le"]).date()
                    period = (
                        _end_of_month(r["jour"])
                        if r["jour"]
                        else when.replace(day=1) - timedelta(days=1)
                    )
                    if (
                        r["siren_epci"] == siren
                        and period == _end_of_month(month)
                        and (r["jour"] or month) <= self.situation
                    ):
                        here.append((r, when))
                kept = [(r, w) for r, w in here if r["rapport_id"] in self.retained_ids]
                full = any((r["recues_nb"] or 0) > 0 for r, _ in here)
                on_time = any(w <= due.get(_end_of_month(month), date.min) for _, w in kept)
                latest = self._latest(siren, month)
                for mesh, code in self._meshes(siren):
                    t = sums[mesh, code, "tous", month]
                    t["all"].append(1)
                    t["has"].append(has)
                    t["recus"].append(has and bool(here))
                    t["non_vides"].append(has and full)
                    t["acceptes"].append(has and full and bool(kept))
                    t["a_l_heure"].append(has and full and bool(kept) and on_time)
                    t["p_a_l_heure"].append(has and bool(kept) and on_time)
                    t["p_en_retard"].append(has and bool(kept) and not on_time)
                    t["p_absent"].append(has and not kept)
                    if has and latest:
                        t["ages"].append((month - latest["jour"]).days)
            for key, t in sums.items():
                expected, everyone = sum(t["has"]), len(t["all"])
                self.add(
                    "couverture_feuilles_de_route",
                    key,
                    Figure(expected, everyone, 100 * expected / everyone, everyone),
                )
                if whole:
                    for step in ("attendus", "recus", "non_vides", "acceptes", "a_l_heure"):
                        n = expected if step == "attendus" else sum(t[step])
                        self.add(
                            "echelle_rapports",
                            key,
                            Figure(n, expected, n if expected else None, expected),
                            step,
                        )
                    limit = due.get(_end_of_month(month))
                    if limit and limit < self.known.date():
                        for step in ("a_l_heure", "en_retard", "absent"):
                            n = sum(t[f"p_{step}"])
                            self.add(
                                "ponctualite",
                                key,
                                Figure(
                                    n, expected, 100 * n / expected if expected else None, expected
                                ),
                                step,
                            )
                if expected:
                    ages = t["ages"]
                    shown = ages and (
                        key[0] == "epci" or len(ages) >= self.threshold["effectif_minimal_nb"]
                    )
                    self.add(
                        "anciennete_rapport",
                        key,
                        Figure(
                            None,
                            len(ages),
                            float(np.median(ages)) if shown else None,
                            len(ages),
                            100 * len(ages) / expected,
                        ),
                    )
                    fresh = sum(1 for a in ages if a <= self.threshold["rapport_a_jour_jours"])
                    self.add(
                        "anciennete_rapport",
                        key,
                        Figure(fresh, expected, 100 * fresh / expected, expected),
                        "est_a_jour",
                    )

    def _quality(self) -> None:
        bad = lambda r: (r["ecartees_nb"] or 0) > 0 or r["verdict"] == "rejete"  # noqa: E731
        period = {_end_of_month(m): m for m in self.months}
        sums: dict[Any, Any] = defaultdict(lambda: defaultdict(float))
        for r in self.received:
            if (
                not r["jour"]
                or r["jour"] > self.situation
                or _end_of_month(r["jour"]) not in period
            ):
                continue
            if r["siren_epci"] not in self.territory:
                continue
            fixed = bad(r) and any(
                x["siren_epci"] == r["siren_epci"] and x["jour"] == r["jour"] and x["connu_le"] > r["connu_le"]
                and not bad(x) and (x["connu_le"].date() - r["connu_le"].date()).days
                <= self.threshold["correction_delai_jours"]
                for x in self.received
            )  # fmt: skip
            for mesh, code in self._meshes(r["siren_epci"]):
                t = sums[mesh, code, "tous", period[_end_of_month(r["jour"])]]
                t["rows"] += r["recues_nb"]
                t["aside"] += r["ecartees_nb"]
                t["remarks"] += r["remarques_nb"]
                t["bad"] += bad(r)
                t["fixed"] += fixed
        for siren, reports in self.in_force.items():
            for r in reports:
                for line in self.by_report[r["rapport_id"]]:
                    filled = bool(line["vrais_themes"]) + (line["statut_code"] != "non_renseigne")
                    filled += (line["date_fin_prevue"] is not None) + (
                        line["taux_avancement_pct"] is not None
                    )
                    for mesh, code in self._meshes(siren):
                        t = sums[mesh, code, "tous", period[_end_of_month(r["jour"])]]
                        t["n"] += 1
                        t["filled"] += filled
        ratio = lambda a, b, f=100: f * a / b if b else None  # noqa: E731
        for key, t in sums.items():
            self.add(
                "qualite_rapport",
                key,
                Figure(t["filled"], 4 * t["n"], ratio(t["filled"], 4 * t["n"]), t["n"]),
            )
            self.add(
                "qualite_rapport",
                key,
                Figure(t["aside"], t["rows"], ratio(t["aside"], t["rows"]), t["rows"]),
                "lignes_ecartees",
            )
            self.add(
                "qualite_rapport",
                key,
                Figure(t["remarks"], t["rows"], ratio(t["remarks"], t["rows"], 1), t["rows"]),
                "remarques_par_ligne",
            )
            self.add(
                "qualite_rapport",
                key,
                Figure(t["fixed"], t["bad"], ratio(t["fixed"], t["bad"]), t["bad"]),
                "corriges_sous_15_jours",
            )

    def _peers(self) -> None:
        alike = defaultdict(list)
        for (code, mesh, siren, _, part, month), figure in self.figures.items():
            t = self.territory.get(siren)
            if (
                code in FOLLOWED
                and part == "total"
                and mesh == "epci"
                and figure.valeur is not None
                and t["perimetre_code"] == "coeur"
            ):
                size = sum(int(t["population_nb"]) >= x for x in (20000, 50000, 100000))
                alike[code, month, t["nature_code"], size, t["typologie_densite"]].append(
                    (siren, figure.valeur)
                )
        for (code, month, *_), members in alike.items():
            n = len(members)
            q1, mid, q3 = (float(q) for q in np.percentile([v for _, v in members], (25, 50, 75)))
            few = n < self.threshold["effectif_minimal_nb"]
            for siren, _ in members:
                figure = Figure(
                    None, n, None if few else mid, n, None, None if few else q1, None if few else q3
                )
                self.add("comparaison_pairs", ("epci", siren, "tous", month), figure, code)


def _median(lives: list[tuple[int, bool]]) -> tuple[float, bool]:
    """The Kaplan-Meier median in exact fractions (infinite if not reached), and whether it touches one half."""
    survival = Fraction(1)
    for day in sorted({d for d, _ in lives}):
        at_risk = sum(1 for d, _ in lives if d >= day)
        survival *= 1 - Fraction(sum(1 for d, done in lives if done and d == day), at_risk)
        if survival <= Fraction(1, 2):
            return day, survival == Fraction(1, 2)
    return math.inf, False


def _upper(text: str | None) -> str:
    return (text or "").strip().upper()


def _plain(text: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", (text or "").lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()
