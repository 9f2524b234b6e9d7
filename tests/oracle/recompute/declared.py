"""Declared indicators computed again, from their definition alone: one value at a time, in plain Python."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

PERIODS = {"mensuelle": 1, "trimestrielle": 3, "semestrielle": 6, "annuelle": 12}
TARGETS = ("annuelle", "finale")


@dataclass(frozen=True)
class Statement:
    """A value sent by a territory; one of None takes back what was said for that day."""

    code: str
    siren: str
    day: date
    kind: str
    value: float | None
    known: datetime


@dataclass(frozen=True)
class Known:
    """What a territory is known to have said of an indicator at the end of a month. `weights`: what its value of the
    year, and that since its first statement, weigh among others; None when nothing tells."""

    values: tuple[float | None, float | None]
    weights: tuple[float | None, float | None]
    start: float | None
    targets: tuple[float | None, float | None]
    last: date | None
    is_fresh: bool


def month_number(day: date) -> int:
    return 12 * day.year + day.month


def progress(direction: str, start: float, now: float, target: float) -> float:
    """The published formula, in percent, not clamped."""
    if direction == "hausse" and start >= target:
        return 100.0 if now >= target else 0.0
    if direction == "baisse" and start <= target:
        return 100.0 if now <= target else 0.0
    return 100 * (now - start) / (target - start)


def clamped(value: float) -> float:
    return max(0.0, min(100.0, value))


class Declared:
    """Every figure of the declared indicators. `catalogue`: the lines of the seed; `territories`: SIREN -> department,
    region, population and whether it counts in the region."""

    def __init__(
        self,
        statements: Iterable[Statement],
        catalogue: Iterable[Mapping[str, str]],
        territories: Mapping[str, Mapping[str, Any]],
        months: Iterable[date],
    ) -> None:
        self.catalogue = {line["identifiant_indic"]: line for line in catalogue}
        self.territories = territories
        self.months = list(months)
        last: dict[tuple[str, str, date, str], Statement] = {}
        for said in sorted(statements, key=lambda statement: statement.known):
            last[said.code, said.siren, said.day, said.kind] = said
        self.said: dict[tuple[str, str, str], dict[date, float]] = defaultdict(dict)
        for (code, siren, day, kind), said in last.items():
            if said.value is not None:
                self.said[code, siren, kind][day] = said.value

    def own(self, code: str, siren: str, month: date) -> Known:
        """What a territory itself said, its rate not yet made of its parts."""
        line = self.catalogue[code]
        by_month: dict[int, tuple[date, float]] = {}
        for day, value in sorted(self.said[code, siren, "va"].items()):
            if day <= month:
                by_month[month_number(day)] = (day, value)
        steps: list[tuple[date, float]] = []
        for number, (day, value) in sorted(by_month.items()):
            earlier = [n for n in by_month if n < number and by_month[n][0].year == day.year]
            taken = (
                by_month[max(earlier)][1] if earlier and line["est_cumul_annuel"] == "true" else 0.0
            )
            steps.append((day, value - taken))
        this_year = [step for day, step in steps if day.year == month.year]
        if line["agregation_temps"] == "dernier":
            this_year = [step for _, step in steps]
        targets = self.said[code, siren, "vc"]
        of_year = {day: value for day, value in targets.items() if day.year == month.year}
        starts = self.said[code, siren, "vi"]
        last = steps[-1][0] if steps else None
        return Known(
            values=(self._over_time(line, this_year), self._over_time(line, [s for _, s in steps])),
            weights=(None, None),
            start=starts[min(starts)] if starts else None,
            targets=(
                of_year[max(of_year)] if of_year else None,
                targets[max(targets)] if targets else None,
            ),
            last=last,
            is_fresh=last is not None
            and month_number(month) - month_number(last) <= PERIODS[line["periodicite"]],
        )

    @staticmethod
    def _over_time(line: Mapping[str, str], steps: list[float]) -> float | None:
        if not steps:
            return None
        if line["agregation_temps"] == "dernier":
            return steps[-1]
        total = math.fsum(steps)
        return total if line["agregation_temps"] == "somme" else total / len(steps)

    def known(self, code: str, siren: str, month: date) -> Known:
        """The same with its weights, a rate being made of its two parts as soon as both were said."""
        line, own = self.catalogue[code], self.own(code, siren, month)
        parts = (line["numerateur_indic"], line["denominateur_indic"])
        if line["agregation_territoires"] != "taux":
            weight = (
                self.weight(code, siren) if line["agregation_territoires"] == "moyenne" else 1.0
            )
            return Known(
                own.values, (weight, weight), own.start, own.targets, own.last, own.is_fresh
            )
        if not all(self.applies(part, siren) for part in parts):
            return own
        top, bottom = (self.own(part, siren, month) for part in parts)
        if top.values[1] is None or bottom.values[1] is None or bottom.values[1] <= 0:
            return own
        rates = tuple(
            100 * a / b if a is not None and b else None
            for a, b in zip(top.values, bottom.values, strict=True)
        )
        weights = tuple(b if b is not None and b > 0 else None for b in bottom.values)
        assert top.last and bottom.last
        return Known(
            (rates[0], rates[1]), (weights[0], weights[1]), own.start, own.targets,
            min(top.last, bottom.last), top.is_fresh and bottom.is_fresh,
        )  # fmt: skip

    def applies(self, code: str, siren: str) -> bool:
        listed = self.catalogue[code]["territoires"]
        return listed == "tous" or siren in listed.split("|")

    def weight(self, code: str, siren: str) -> float:
        by_people = self.catalogue[code]["poids"] == "population"
        return float(self.territories[siren]["population"]) if by_people else 1.0

    def figures(self) -> dict[tuple[str, str, str, date], dict[str, Any]]:
        """(indicator, mesh, territory, month) -> column -> figure."""
        found = {}
        for code, line in self.catalogue.items():
            concerned = [siren for siren in self.territories if self.applies(code, siren)]
            meshes: dict[tuple[str, str], list[str]] = defaultdict(list)
            for siren in concerned:
                place = self.territories[siren]
                meshes["epci", siren].append(siren)
                if place["is_counted"]:
                    meshes["departement", place["departement"]].append(siren)
                    meshes["region", place["region"]].append(siren)
            for month in self.months:
                states = {siren: self.known(code, siren, month) for siren in concerned}
                for (mesh, place), members in meshes.items():
                    figure = self._figure(line, mesh, {s: states[s] for s in members})
                    found[code, mesh, place, month] = figure
        return found

    def _figure(
        self, line: Mapping[str, str], mesh: str, states: dict[str, Known]
    ) -> dict[str, Any]:
        rule, code = line["agregation_territoires"], line["identifiant_indic"]
        if rule == "dernier" and mesh != "epci" and any(s.last for s in states.values()):
            newest = max(s.last for s in states.values() if s.last)
            states = {siren: s for siren, s in states.items() if s.last == newest}
        # Alone, a territory needs no weight.
        weights = {
            siren: (1.0, 1.0) if mesh == "epci" and s.weights == (None, None) else s.weights
            for siren, s in states.items()
        }
        if mesh == "epci":
            weights = {siren: tuple(w or 1.0 for w in pair) for siren, pair in weights.items()}
        cover = {siren: self.weight(code, siren) for siren in states}
        whole = math.fsum(cover.values())
        given = [
            s for s, k in states.items() if k.values[0] is not None and weights[s][0] is not None
        ]
        fresh = [s for s in given if states[s].is_fresh]

        def together(values: dict[str, float | None], which: int) -> float | None:
            kept = {s: v for s, v in values.items() if v is not None}
            if rule == "dernier":
                return next(iter(kept.values())) if len(set(kept.values())) == 1 else None
            kept = {s: v for s, v in kept.items() if weights[s][which] is not None}
            if not kept:
                return None
            if rule == "somme":
                return math.fsum(kept.values())
            base = math.fsum(weights[s][which] for s in kept)
            return math.fsum(v * weights[s][which] for s, v in kept.items()) / base

        pounds = math.fsum(weights[s][0] for s in given) if given else None
        carried = math.fsum(states[s].values[0] * weights[s][0] for s in given) if given else None
        figure: dict[str, Any] = {
            "valeur": together({s: k.values[0] for s, k in states.items()}, 0),
            "valeur_depuis_debut": together({s: k.values[1] for s, k in states.items()}, 1),
            "valeur_initiale": together({s: k.start for s, k in states.items()}, 0),
            "cible_annuelle": together({s: k.targets[0] for s, k in states.items()}, 0),
            "cible_finale": together({s: k.targets[1] for s, k in states.items()}, 1),
            "numerateur": carried if carried is None or rule != "taux" else carried / 100,
            "denominateur": len(given) if rule == "somme" else pounds,
            "n_nb": len(given),
            "concernes_nb": len(states),
            "a_jour_nb": len(fresh),
            "est_a_jour": len(fresh) == len(states),
            "couverture_pct": 100 * math.fsum(cover[s] for s in fresh) / whole,
            "valeur_le": max((states[s].last for s in given), default=None),
        }
        for which, target in enumerate(TARGETS):
            figure |= self._progress(line["sens"], target, which, states, weights, cover)
        return figure

    @staticmethod
    def _progress(
        direction: str, name: str, which: int, states: dict[str, Known], weights: Any, cover: dict[str, float],
    ) -> dict[str, Any]:  # fmt: skip
        columns = ("pct", "brute_pct", "couverture_pct", "borne_basse", "borne_haute")
        if direction == "neutre":
            return {f"progression_{name}_{column}": None for column in columns}
        better, worse = (max, min) if direction == "hausse" else (min, max)
        whole = math.fsum(cover.values())
        aimed = [
            s for s, k in states.items()
            if k.start is not None and k.targets[which] is not None and weights[s][which] is not None
        ]  # fmt: skip
        measured = [s for s in aimed if states[s].values[which] is not None]
        fresh = [s for s in measured if states[s].is_fresh]

        def of(members: list[str], pick: Any) -> float:
            return math.fsum(weights[s][which] * pick(states[s]) for s in members)

        def ends(members: list[str]) -> tuple[float, float]:
            return of(members, lambda k: k.start), of(members, lambda k: k.targets[which])

        raw = None
        if measured:
            start, target = ends(measured)
            raw = progress(direction, start, of(measured, lambda k: k.values[which]), target)
        low, high = 0.0, 100.0
        if aimed:
            start, target = ends(aimed)
            all_or_nothing = worse(start, target) == target

            def least(known: Known) -> float:
                value, goal = known.values[which], known.targets[which]
                return worse(known.start, goal) if value is None else value

            def most(known: Known) -> float:
                value, goal = known.values[which], known.targets[which]
                if value is None:
                    return better(known.start, goal)
                return value if known.is_fresh else better(value, goal)

            low = clamped(progress(direction, start, of(aimed, least), target))
            high = clamped(progress(direction, start, of(aimed, most), target))
            if all_or_nothing and len(measured) < len(aimed):
                low = 0.0
            if all_or_nothing and len(fresh) < len(aimed):
                high = 100.0
        share = math.fsum(cover[s] for s in aimed) / whole
        low, high = share * low, share * high + 100 * (1 - share)
        told = None if raw is None else clamped(raw)
        figures = (
            told, raw, 100 * math.fsum(cover[s] for s in fresh) / whole,
            low if told is None else min(low, told), high if told is None else max(high, told),
        )  # fmt: skip
        return {f"progression_{name}_{c}": f for c, f in zip(columns, figures, strict=True)}
