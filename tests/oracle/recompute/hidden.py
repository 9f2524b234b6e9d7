"""Confidential actions again: gathered by three at least, counted together or not at all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from recompute.figures import Fact

FEWEST = 3
AMOUNTS = ("budget_prevu_eur", "montant_engage_eur", "montant_paye_eur")
STEPS = ("programme_eur", "engage_eur", "justifie_eur", "paye_eur")
Action = tuple[str, str]


def counted(
    hidden: list[Fact], territory: dict[str, dict[str, Any]]
) -> Iterator[tuple[list[tuple[str, str]], Fact]]:
    """Each confidential state that counts, with the meshes where it does."""
    months: dict[Action, dict[date, Fact]] = defaultdict(dict)
    for fact in hidden:
        months[fact.siren, fact.row["code_action"]][fact.mois] = fact
    first = {action: min(states) for action, states in months.items()}
    for meshes, members in _lots(first, territory):
        for month in set.intersection(*(set(months[action]) for action in members)):
            for fact in _as_one([months[action][month] for action in members]):
                yield meshes, fact


def _lots(
    first: dict[Action, date], territory: dict[str, dict[str, Any]]
) -> Iterator[tuple[list[tuple[str, str]], list[Action]]]:
    alone: list[Action] = []
    for (siren, _), members in _arrivals(first, list(first), lambda siren: siren).items():
        t = territory[siren]
        wider = [("departement", t["departement_code"]), ("region", t["region_code"])]
        if len(members) < FEWEST:
            alone += members if t["perimetre_code"] == "coeur" else []
            continue
        meshes = [("epci", siren), *(wider if t["perimetre_code"] == "coeur" else [])]
        yield from ((meshes, lot) for lot in _cut(members))
    left: list[Action] = []
    place = lambda siren: territory[siren]["departement_code"]  # noqa: E731
    for (departement, _), members in _arrivals(first, alone, place).items():
        if len(members) < FEWEST:
            left += members
            continue
        region = territory[members[0][0]]["region_code"]
        yield from (
            ([("departement", departement), ("region", region)], lot) for lot in _cut(members)
        )
    queues: dict[str, list[Action]] = defaultdict(list)
    for action in sorted(left, key=lambda a: (first[a], "-".join(a))):
        queues[territory[action[0]]["region_code"]].append(action)
    for region, queue in queues.items():
        for start in range(0, len(queue) - FEWEST + 1, FEWEST):
            yield [("region", region)], queue[start : start + FEWEST]


def _arrivals(
    first: dict[Action, date], actions: list[Action], place: Any
) -> dict[Any, list[Action]]:
    """The actions that came confidential in one place in one month, by identifier."""
    found: dict[Any, list[Action]] = defaultdict(list)
    for action in sorted(actions, key="-".join):
        found[place(action[0]), first[action]].append(action)
    return found


def _cut(members: list[Action]) -> list[list[Action]]:
    """Threes, the one or two that remain joining the last."""
    whole = len(members) // FEWEST
    lots = [members[FEWEST * n : FEWEST * (n + 1)] for n in range(whole)]
    lots[-1] += members[FEWEST * whole :]
    return lots


def _as_one(facts: list[Fact]) -> list[Fact]:
    """The facts of a lot with the values that all of them give, and none of the others."""
    scopes = {(f.est_dans_perimetre, f.groupe == "abandonne") for f in facts}
    if len(scopes) > 1:
        return []
    likes = {(f.est_fraiche, f.row["base_montant"]) for f in facts}
    alike = len(likes) == 1

    def given(value: Any) -> bool:
        return alike and all(value(f) is not None for f in facts)

    gives_progress, gives_time, gives_target = (
        given(lambda f, n=name: getattr(f, n)) for name in ("taux", "ecoule", "atteinte")
    )
    amounts = {name for name in AMOUNTS if given(lambda f, n=name: f.row[n])}
    steps = {step for step in STEPS if given(lambda f, s=step: (f.row["europe"] or {}).get(s))}
    all_said = all(f.est_renseignee for f in facts)
    all_fresh = all(f.est_fraiche for f in facts)
    all_end = all(f.fin is not None for f in facts)
    all_aim = all(f.row["est_ciblee"] for f in facts)
    all_funded = all(f.row["europe"] is not None for f in facts)
    shared = []
    for f in facts:
        row = f.row | {"indicateur": None, "valeur_actuelle": None}
        row |= {name: None for name in AMOUNTS if name not in amounts}
        row["est_ciblee"] = all_aim
        given_steps = {k: v for k, v in (row["europe"] or {}).items() if k in steps}
        row["europe"] = given_steps if all_funded else None
        shared.append(
            replace(
                f, row=row, est_renseignee=all_said, est_fraiche=all_fresh,
                taux=f.taux if gives_progress else None, ecoule=f.ecoule if gives_time else None,
                atteinte=f.atteinte if gives_target else None, duree=None, est_sans_duree=None,
                premiere_fin=None, premiere_cible=None, fin=f.fin if all_end else None,
            )
        )  # fmt: skip
    return shared
