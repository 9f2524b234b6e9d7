"""The lists that a figure of the pages leads to: one predicate each, over a row of `actions.every`."""

from collections.abc import Callable
from dataclasses import dataclass

from vigie.diffusion.pages import french
from vigie.diffusion.pages.model import Row


@dataclass(frozen=True)
class ActionList:
    """Actions that have something in common. `holds` says which; `precise` what matters of each in this list; `sens`
    whether a longer list is better (`hausse`), worse (`baisse`) or neither (`neutre`)."""

    code: str
    titre: str
    explication: str
    holds: Callable[[Row], bool]
    precise: Callable[[Row], str] = lambda action: _due(action)
    sens: str = "baisse"


def _due(action: Row) -> str:
    due = action["date_fin_prevue"]
    return f"fin prévue le {french.short_day(due)}" if due else "sans échéance"


def _late(action: Row) -> str:
    moved = action["fin_initiale_le"]
    told = _due(action)
    if moved and moved != action["date_fin_prevue"]:
        told += f", annoncée d’abord pour le {french.short_day(moved)}"
    return told


def _held_back(action: Row) -> str:
    return f"ce qui freine : {action['freins']}" if action["freins"] else "aucun frein déclaré"


def _last_news(action: Row) -> str:
    return f"dernières nouvelles au {french.short_day(action['situation_le'])}"


def _proof(action: Row) -> str:
    return f"preuve : {action['preuve']}" if action["est_prouvee"] else "sans preuve jointe"


def _unpaid(action: Row) -> str:
    told = f"{french.euros(action['ue_programme_eur'])} programmés, rien de payé"
    since = action["ue_depuis_le"]
    return f"{told}, programmés au plus tard fin {french.month(since)}" if since else told


def is_done(action: Row) -> bool:
    """True for an action said to be done."""
    return bool(action["statut_code"] == "realise")


LISTS = (
    ActionList(
        "suivies",
        "Actions suivies",
        "Toutes les actions publiables, hors actions abandonnées.",
        lambda a: bool(a["est_dans_perimetre"]),
        sens="neutre",
    ),
    ActionList(
        "realisees",
        "Actions réalisées",
        "Dites réalisées par leur territoire.",
        is_done,
        _proof,
        "hausse",
    ),
    ActionList(
        "prouvees",
        "Actions réalisées et prouvées",
        "Le territoire joint une preuve : adresse, délibération, document.",
        lambda a: is_done(a) and a["est_prouvee"],
        _proof,
        "hausse",
    ),
    ActionList(
        "declarees",
        "Actions réalisées, seulement déclarées",
        "Dites réalisées, sans preuve jointe.",
        lambda a: is_done(a) and not a["est_prouvee"],
        _last_news,
    ),
    ActionList(
        "en_retard",
        "Actions en retard",
        "Échéance passée à la date de leur rapport, et pas réalisées.",
        lambda a: bool(a["est_en_retard"]),
        _late,
    ),
    ActionList(
        "bloquees",
        "Actions bloquées",
        "Déclarées bloquées par leur territoire.",
        lambda a: a["statut_code"] == "bloque",
        _held_back,
    ),
    ActionList(
        "arretees",
        "Actions bloquées ou en pause",
        "Déclarées bloquées, ou mises en pause.",
        lambda a: a["groupe_code"] == "bloque",
        _held_back,
    ),
    ActionList(
        "sans_frein",
        "Actions bloquées ou en pause, sans frein déclaré",
        "Le territoire ne dit pas ce qui les retient.",
        lambda a: a["groupe_code"] == "bloque" and not a["freins"],
        _last_news,
    ),
    ActionList(
        "sans_nouvelles",
        "Actions sans nouvelles",
        "Leur rapport est trop ancien, ou ne parle plus d’elles.",
        lambda a: bool(a["est_dans_perimetre"] and not a["est_fraiche"]),
        _last_news,
    ),
    ActionList(
        "echues",
        "Échéances passées depuis, sans nouvelles",
        "L’échéance est passée depuis leur dernier rapport : personne n’a dit qu’elles n’étaient pas faites.",
        lambda a: bool(a["est_echeance_passee"]),
    ),
    ActionList(
        "sans_echeance",
        "Actions sans échéance",
        "Aucune date de fin n’est donnée.",
        lambda a: bool(a["est_dans_perimetre"] and a["date_fin_prevue"] is None),
        _last_news,
    ),
    ActionList(
        "rien_paye",
        "Programmé, rien de payé",
        "Des fonds européens sont programmés et aucun paiement n’est dit.",
        lambda a: bool(a["ue_programme_eur"]) and not a["ue_paye_eur"],
        _unpaid,
    ),
    ActionList(
        "abandonnees",
        "Actions abandonnées",
        "Abandonnées par leur territoire : elles ne comptent pas dans les taux.",
        lambda a: a["statut_code"] == "abandonne",
        _last_news,
        "neutre",
    ),
    ActionList(
        "disparues",
        "Actions disparues des rapports",
        "Un rapport en parlait, le dernier n’en parle plus.",
        lambda a: bool(a["est_disparue"]),
        _last_news,
    ),
)
BY_CODE = {one.code: one for one in LISTS}


def codes(action: Row) -> list[str]:
    """The lists that an action is in."""
    return [one.code for one in LISTS if one.holds(action)]


def as_css() -> str:
    """What keeps, of the actions of a page, those of the list that its address names; needs no script."""
    return "".join(
        f".filtrees:has(#{code}:target) .action:not(.{code})"
        f",.filtrees:has(#{code}:target) .groupe:not(:has(.{code})){{display:none}}\n"
        for code in BY_CODE
    )
