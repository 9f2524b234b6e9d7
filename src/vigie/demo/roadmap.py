"""The roadmap of one territory: its silos, its axes and its actions, written from the catalogue."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from math import log
from random import Random

from vigie.demo.catalogue import Pattern, catalogue
from vigie.demo.life import Life, write_life
from vigie.demo.region import FEATURED, Place
from vigie.demo.words import REGION, choose_alternatives, fill, phrases

_AXES = {
    "axe_inclusion": ("inclusion_numerique",),
    "axe_administration": ("e_administration",),
    "axe_economie": ("numerique_entreprises", "attractivite"),
    "axe_cadre": (
        "mobilite",
        "dechets",
        "tourisme",
        "environnement_energie",
        "securite",
    ),
    "axe_humain": ("sante", "education", "culture"),
    "axe_socle": (
        "territoire_intelligent",
        "donnees",
        "cybersecurite",
        "infrastructures_tiers_lieux",
        "gouvernance_mutualisation",
    ),
}
_CORE = ("inclusion_numerique", "e_administration", "numerique_entreprises")
_SHARED_CARRIER = "Syndicat mixte numérique du département {} (structure fictive)"
_SHARED_TITLES = (
    "Sauvegardes hors ligne et plan de reprise",
    "Système d'information géographique partagé avec les communes",
    "Parcours de cybersécurité des communes",
)


@dataclass(frozen=True)
class Funder:
    """One funder of an action: what it programmed, and when it signs."""

    financeur: str
    programme: str
    programme_eur: float
    convention: date


@dataclass(frozen=True)
class Action:
    """An action of a roadmap: what does not change, and the life that does."""

    code: str
    axe: str
    intitule: str
    intitule_revu: str
    descriptif: str
    themes: tuple[str, ...]
    silos: tuple[str, ...]
    budget: float
    base: str
    indicateur: str
    unite: str
    valeur_initiale: float
    valeur_cible: float
    service: str
    porteur: str
    partenaires: tuple[str, ...]
    financeurs: tuple[Funder, ...]
    confidentiel: bool
    slots: dict[str, str]
    life: Life


@dataclass(frozen=True)
class Roadmap:
    """The roadmap of one territory."""

    place: Place
    adoption: date
    horizon: str
    silos: tuple[str, ...]
    service_referent: str
    actions: tuple[Action, ...]


def write_roadmap(place: Place, adoption: date, window: tuple[date, date], seed: int) -> Roadmap:
    """The roadmap of `place` adopted on `adoption`; `window` is the first and the last date of situation."""
    rng = place.rng(seed, "roadmap")
    if place.is_alike:
        rng = Random(f"{seed}/alike")
    silos = _silos(place, rng)
    chosen = _choose(place, silos, rng)
    axes = _axes(place, chosen, rng)
    base = "TTC" if rng.random() < 0.25 else "HT"
    own = place.rng(seed, "actions")
    lives = (adoption, window)
    scale = min(2.5, max(0.35, (place.population / 45_000) ** 0.5))
    actions = []
    ranks: dict[int, int] = {}
    for pattern in sorted(chosen, key=lambda p: axes[p.themes[0]]):
        number, axis = axes[pattern.themes[0]]
        ranks[number] = ranks.get(number, 0) + 1
        code = f"A{number}-{ranks[number]:02d}"
        actions.append(_action(place, pattern, code, axis, silos, base, scale, lives, own))
    return Roadmap(
        place=place,
        adoption=adoption,
        horizon=f"{adoption.year}-{adoption.year + rng.choice((3, 4, 5))}",
        silos=silos,
        service_referent=rng.choice(
            (
                "Direction du numérique",
                "Mission numérique",
                "Direction générale adjointe ressources",
            )
        ),
        actions=tuple(actions),
    )


def _fits(pattern: Pattern, place: Place) -> bool:
    return not pattern.is_local or (bool(pattern.milieux & place.milieux) and not place.is_alike)


def _silos(place: Place, rng: Random) -> tuple[str, ...]:
    """The policies of the territory's own project: what its surroundings suggest, then common ones."""
    local = Counter(p.silo for p in catalogue() if p.is_local and _fits(p, place))
    common = sorted({p.silo for p in catalogue() if not p.is_local} - set(local))
    rng.shuffle(common)
    suggested = sorted(local, key=lambda silo: (-local[silo] * rng.uniform(0.6, 1.4), silo))
    return tuple(suggested[: rng.randint(3, 5)] + common[: rng.randint(2, 4)])


def _choose(place: Place, silos: tuple[str, ...], rng: Random) -> list[Pattern]:
    """15 to 60 patterns, drawn without replacement; what belongs to the place weighs most."""
    wanted = 13 + 9 * max(0.0, log(place.population / 5_000)) * rng.uniform(0.75, 1.2)
    taste = {theme: rng.uniform(0.25, 2.0) for theme in sorted({p.themes[0] for p in catalogue()})}
    forgets = rng.random() < 0.25 and place.siren not in FEATURED
    forgotten = rng.choice(_CORE) if forgets else ""
    keys = []
    for pattern in catalogue():
        draw = rng.random()
        if not _fits(pattern, place) or pattern.themes[0] == forgotten:
            continue
        weight = taste[pattern.themes[0]]
        weight *= 5 if pattern.is_local else 1
        weight *= 1.8 if pattern.silo in silos else 1
        weight *= 1.5 if pattern.themes[0] in _CORE else 1
        keys.append((draw ** (1 / weight), pattern))
    keys.sort(key=lambda pair: pair[0], reverse=True)
    return [pattern for _, pattern in keys[: max(15, min(60, round(wanted)))]]


def _axes(place: Place, chosen: list[Pattern], rng: Random) -> dict[str, tuple[int, str]]:
    """The number and title of the axis of each theme; small roadmaps have their axes numbered 1 to n."""
    used = {p.themes[0] for p in chosen}
    slots = place.slots(rng)
    style = rng.choice(("{n}. {t}", "Axe {n} : {t}", "Axe {n} - {t}", "{t}"))
    result: dict[str, tuple[int, str]] = {}
    number = 0
    for family, themes in _AXES.items():
        title = fill(rng.choice(phrases(family)), slots)
        if not used.intersection(themes):
            continue
        number += 1
        for theme in themes:
            result[theme] = (number, style.format(n=number, t=title))
    return result


def _action(
    place: Place,
    pattern: Pattern,
    code: str,
    axis: str,
    silos: tuple[str, ...],
    base: str,
    scale: float,
    lives: tuple[date, tuple[date, date]],
    rng: Random,
) -> Action:
    wording = Random(f"{pattern.titre}") if place.is_alike else rng
    slots = place.slots(wording)
    title = fill(choose_alternatives(pattern.titre, wording), slots)
    parts = [pattern.descriptif, wording.choice(phrases("modalite"))]
    if not place.is_alike and wording.random() < 0.75:
        parts.append(wording.choice(phrases("ancrage")))
    is_shared = pattern.titre in _SHARED_TITLES and rng.random() < 0.6
    served = [pattern.silo] if pattern.silo in silos or rng.random() < 0.5 else []
    served += [silo for silo in rng.sample(silos, k=min(2, len(silos))) if rng.random() < 0.3]
    low, high = pattern.budget
    budget = round(rng.triangular(low, high, low + (high - low) * 0.2) * scale * 0.6, -2)
    initial, target = pattern.valeurs
    size = scale if pattern.unite not in ("%", "ans", "km/h", "min", "kg") else 1
    life = write_life(*lives, rng)
    return Action(
        code=code,
        axe=axis,
        intitule=title,
        intitule_revu=f"{title} (périmètre revu)",
        descriptif=" ".join(fill(choose_alternatives(part, wording), slots) for part in parts),
        themes=pattern.themes,
        silos=tuple(dict.fromkeys(served)),
        budget=budget,
        base=base,
        indicateur=pattern.indicateur if rng.random() < 0.8 else "",
        unite=pattern.unite,
        valeur_initiale=float(round(initial * size)),
        valeur_cible=float(max(1, round(target * size))),
        service=pattern.service,
        porteur=_SHARED_CARRIER.format(place.departement) if is_shared else place.nom,
        partenaires=tuple(rng.sample(phrases("partenaire"), k=rng.randint(0, 3))),
        financeurs=_funders(budget, life, rng),
        confidentiel=rng.random() < 0.02,
        slots=slots,
        life=life,
    )


def _funders(budget: float, life: Life, rng: Random) -> tuple[Funder, ...]:
    """Who pays: Europe for the larger actions, the Région and the State, the rest by the territory itself."""
    choices = (
        (
            "Union européenne (FEDER)",
            "programme_ue",
            0.3 if budget > 40_000 else 0.0,
            (0.3, 0.6),
        ),
        (REGION, "programme_region", 0.45, (0.1, 0.3)),
        ("État", "programme_etat", 0.4, (0.1, 0.3)),
        ("Conseil départemental", "programme_autre", 0.15, (0.05, 0.15)),
    )
    left = 0.8
    funders: list[Funder] = []
    for name, family, chance, (low, high) in choices:
        if rng.random() >= chance or left < low or len(funders) == 3:
            continue
        share = min(left, rng.uniform(low, high))
        left -= share
        funders.append(
            Funder(
                financeur=name,
                programme=rng.choice(phrases(family)),
                programme_eur=round(budget * share, 2),
                convention=life.start_after(rng.randint(-60, 150)),
            )
        )
    return tuple(funders)
