"""What a report says of an action at a date: the fields of `seeds/champs.csv` as Python values."""

from datetime import date
from random import Random
from typing import Any

from vigie.demo.roadmap import Action, Funder, Roadmap
from vigie.demo.words import fill, phrases

Row = dict[str, Any]
_REMARKS = {
    "a_discuter": "commentaire_a_venir",
    "a_venir": "commentaire_a_venir",
    "en_cours": "commentaire_en_cours",
    "realise": "commentaire_realise",
    "bloque": "commentaire_bloque",
    "en_pause": "commentaire_en_pause",
    "abandonne": "commentaire_abandonne",
}
_WEATHERS = ("soleil", "couvert", "nuage", "orage")


def rows(roadmap: Roadmap, day: date, step: int) -> list[Row]:
    """The actions listed by the report of `day`; progress is told by multiples of `step` percent."""
    return [_row(roadmap, a, day, step) for a in roadmap.actions if a.life.is_listed(day)]


def header(roadmap: Roadmap, day: date) -> Row:
    """The header fields of the report of `day`."""
    return {
        "siren_epci": roadmap.place.siren,
        "date_situation": day,
        "date_adoption": roadmap.adoption,
        "horizon": roadmap.horizon,
        "silos_projet_territoire": roadmap.silos,
        "service_referent": roadmap.service_referent,
    }


def with_slips(correct: list[Row], rng: Random) -> list[Row]:
    """The same report typed too fast: a few stale progress figures and amounts, corrected later."""
    hasty = [dict(row) for row in correct]
    for row in rng.sample(hasty, k=max(2, len(hasty) // 8)):
        if row["taux_avancement"] is not None and row["statut"] == "en_cours":
            row["taux_avancement"] = max(5.0, row["taux_avancement"] - 15.0)
        if row["budget_prevu_eur"]:
            row["budget_prevu_eur"] = round(row["budget_prevu_eur"] * 0.95, 2)
        row["commentaire"] = "À compléter."
    return hasty


def _row(roadmap: Roadmap, action: Action, day: date, step: int) -> Row:
    life = action.life
    status = life.status(day)
    progress = life.progress(day)
    rng = Random(f"{roadmap.place.siren}/{action.code}/{day.year}-{(day.month - 1) // 2}")
    has_started = status not in ("a_discuter", "a_venir") and day >= life.debut_reel
    engaged, paid = _spending(action, day, rng)
    is_late = status == "en_cours" and not life.sans_echeance and life.planned_end(day) < day
    return {
        "code_action": action.code,
        "axe": action.axe,
        "intitule": action.intitule_revu
        if life.renommee and day >= life.renommee
        else action.intitule,
        "descriptif": action.descriptif,
        "themes": action.themes,
        "silos": action.silos,
        "statut": "non_renseigne" if life.statut_tu else status,
        "taux_avancement": _told_progress(status, progress, step) if life.taux_donne else None,
        "preuve": _proof(roadmap, action, status, rng),
        "meteo": _weather(status, is_late, rng),
        "date_debut_prevue": life.debut_prevu,
        "date_fin_prevue": None if life.sans_echeance else life.planned_end(day),
        "date_debut_reelle": life.debut_reel if has_started else None,
        "date_fin_reelle": life.fin_reelle if status == "realise" else None,
        "budget_prevu_eur": action.budget,
        "montant_engage_eur": engaged,
        "montant_paye_eur": paid,
        "base_montant": action.base,
        "indicateur": action.indicateur or None,
        "sens": _direction(action) if action.indicateur else None,
        "valeur_initiale": action.valeur_initiale if action.indicateur else None,
        "valeur_cible": action.valeur_cible if action.indicateur else None,
        "valeur_actuelle": _measure(action, progress, rng) if action.indicateur else None,
        "unite": action.unite if action.indicateur else None,
        "service_pilote": action.service,
        "structure_porteuse": action.porteur,
        "partenaires": action.partenaires,
        "freins": fill(rng.choice(phrases("frein")), action.slots)
        if status in ("bloque", "en_pause") or (is_late and rng.random() < 0.5)
        else None,
        "commentaire": fill(rng.choice(phrases(_REMARKS[status])), action.slots)
        if rng.random() < 0.7
        else None,
        "confidentiel": action.confidentiel,
        "financements": [_funding(funder, day, progress) for funder in action.financeurs],
    }


def _told_progress(status: str, progress: float, step: int) -> float | None:
    if status == "realise":
        return 100.0
    if status in ("a_discuter", "a_venir"):
        return 0.0
    return min(95.0, float(step * round(progress / step)))


def _spending(action: Action, day: date, rng: Random) -> tuple[float | None, float | None]:
    """Committed ahead of the work, paid behind it; both only ever grow."""
    share = action.life.worked_share(day)
    if day < action.life.debut_reel or not action.budget:
        return (0.0, 0.0) if rng.random() < 0.7 else (None, None)
    engaged = round(action.budget * min(0.98, 0.25 + 0.75 * share), 2)
    paid = round(action.budget * 0.96 * max(0.0, share - 0.12) / 0.88, 2)
    return engaged, min(paid, engaged)


def _measure(action: Action, progress: float, rng: Random) -> float | None:
    if rng.random() < 0.1:
        return None
    span = action.valeur_cible - action.valeur_initiale
    return float(round(action.valeur_initiale + span * progress / 100 * rng.uniform(0.8, 1.1)))


def _direction(action: Action) -> str:
    return "hausse" if action.valeur_cible >= action.valeur_initiale else "baisse"


def _weather(status: str, is_late: bool, rng: Random) -> str | None:
    if rng.random() < 0.15:
        return None
    odds = {
        "bloque": (0, 1, 4, 5),
        "en_pause": (0, 3, 5, 2),
        "abandonne": (0, 0, 2, 8),
        "realise": (9, 1, 0, 0),
    }.get(status, (1, 4, 4, 1) if is_late else (5, 4, 1, 0))
    return rng.choices(_WEATHERS, weights=odds)[0]


def _proof(roadmap: Roadmap, action: Action, status: str, rng: Random) -> str | None:
    chance = {"realise": 0.7, "en_cours": 0.3}.get(status, 0.05)
    if rng.random() >= chance:
        return None
    if rng.random() < 0.5:
        return f"Délibération n° {roadmap.adoption.year}-{rng.randint(10, 199):03d} (fictive)"
    return f"https://preuves.vigie.example/{roadmap.place.siren}/{action.code.lower()}"


def _funding(funder: Funder, day: date, progress: float) -> Row:
    """The cascade of one funder: programmed, committed once signed, then justified, then paid."""
    is_signed = day >= funder.convention
    justified = round(funder.programme_eur * max(0.0, progress - 20) / 80, 2) if is_signed else 0.0
    return {
        "financeur": funder.financeur,
        "programme": funder.programme,
        "programme_eur": funder.programme_eur,
        "engage_eur": funder.programme_eur if is_signed else 0.0,
        "justifie_eur": justified,
        "paye_eur": round(justified * 0.8, 2),
    }
