"""The card of each action of a territory: what it is, who leads it, its history, its proof, its money, its report."""

from itertools import groupby

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import actions, lists, precedents
from vigie.diffusion.pages.content.money import BASES
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

_LONG_TEXT = 1500


def numbers(publication: Publication, siren: str) -> range:
    """The pages that the cards of a territory need, from 0; none without action."""
    count = len(actions.of_territory(publication, siren))
    return range(-(-count // actions.CARDS_PER_PAGE))


def build(publication: Publication, siren: str, number: int) -> Page:
    """One page of cards of a territory."""
    own = actions.of_territory(publication, siren)
    start = number * actions.CARDS_PER_PAGE
    shown = own[start : start + actions.CARDS_PER_PAGE]
    histories = _histories(publication, siren)
    files = _files(publication, siren)
    silos, twins = _silos(publication, siren), _twins(publication, siren)
    done_elsewhere = precedents.by_action(publication)
    return Page(
        actions.card_page(siren, number),
        "cartes.html.j2",
        {
            "siren": siren,
            "nom": publication.names[siren],
            "filtres": _filters(shown),
            "pages": [actions.card_page(siren, n) for n in numbers(publication, siren)],
            "cartes": [
                _card(
                    action,
                    histories.get(action["action_id"], []),
                    files.get(action["rapport_id"], ""),
                    silos.get(action["action_id"], []),
                )
                | {
                    "jumelle": twins.get(action["action_id"]),
                    "precedents": done_elsewhere.get(action["action_id"], []),
                }
                for action in shown
            ],
        },
    )


def _filters(shown: list[Row]) -> list[Row]:
    return [
        {"code": one.code, "titre": one.titre, "nb": actions.count(shown, one.code)}
        for one in lists.LISTS
    ]


def _card(action: Row, history: list[Row], file: str, silos: list[str]) -> Row:
    return {
        "action": action,
        "texte": _cut(action["descriptif"]),
        "faits": [(label, told) for label, told in _facts(action, history, file, silos) if told],
        "histoire": history,
    }


def _facts(action: Row, history: list[Row], file: str, silos: list[str]) -> list[tuple[str, str]]:
    changed = history[-1]["debut"] if len(history) > 1 else None
    return [
        (
            "Code",
            action["code_action"] + (" (donné par Vigie)" if action["est_code_derive"] else ""),
        ),
        ("Axe", _cut(action["axe"])),
        ("Thèmes", action["themes"] or ""),
        ("Silos du projet de territoire", ", ".join(silos)),
        ("Service pilote", _cut(action["service_pilote"])),
        ("Structure porteuse", _cut(action["structure_porteuse"])),
        ("Partenaires", _cut(action["partenaires"])),
        ("Avancement", _progress(action)),
        ("Météo, d’après le territoire", action["meteo"] or ""),
        ("Échéance", _due(action)),
        ("Preuve", _proof(action)),
        ("Argent", _money(action)),
        ("Fonds européens", _european_money(action)),
        ("Ce qui freine", _cut(action["freins"])),
        ("Commentaire", _cut(action["commentaire"])),
        (
            "Dernier changement",
            f"fin {french.month(changed)}" if changed else "aucun depuis qu’elle est connue",
        ),
        ("Rapport", _origin(action, file)),
    ]


def _progress(action: Row) -> str:
    if action["taux_avancement_pct"] is None:
        return ""
    whose = "estimé d’après le statut" if action["est_taux_estime"] else "d’après le territoire"
    return f"{french.percent(action['taux_avancement_pct'])}, {whose}"


def _due(action: Row) -> str:
    due, first = action["date_fin_prevue"], action["fin_initiale_le"]
    ended = action["date_fin_reelle"]
    told = french.day(due) if due else ""
    if due and first and first != due:
        gap = french.counted(abs(action["glissement_jours"] or 0), "jour", "jours")
        told += f", annoncée d’abord pour le {french.day(first)} ({gap} de décalage)"
    if ended:
        told += f"{' ; ' if told else ''}terminée le {french.day(ended)}"
    return told or "sans échéance"


def _proof(action: Row) -> str:
    if action["est_prouvee"]:
        return _cut(action["preuve"]) or "jointe"
    return "aucune : réalisée d’après la seule déclaration" if lists.is_done(action) else ""


def _money(action: Row) -> str:
    amounts = [
        f"{label} {french.euros(action[field])}"
        for label, field in (
            ("prévu", "budget_prevu_eur"),
            ("engagé", "montant_engage_eur"),
            ("payé", "montant_paye_eur"),
        )
        if action[field] is not None
    ]
    base = BASES.get(action["base_montant_code"] or "", "")
    return ", ".join(amounts) + (f" ({base})" if amounts and base else "")


def _european_money(action: Row) -> str:
    return ", ".join(
        f"{label} {french.euros(action[field])}"
        for label, field in (
            ("programmé", "ue_programme_eur"),
            ("engagé", "ue_engage_eur"),
            ("justifié", "ue_justifie_eur"),
            ("payé", "ue_paye_eur"),
        )
        if action[field] is not None
    )


def _origin(action: Row, file: str) -> str:
    where = french.place(action["feuille"], action["ligne"])
    return f"{file}, {where}, situation au {french.day(action['situation_le'])}".removeprefix(", ")


def _cut(text: str | None) -> str:
    return french.cut(text or "", _LONG_TEXT)


def _histories(publication: Publication, siren: str) -> dict[str, list[Row]]:
    """The state of each action month after month, months alike gathered: debut, fin, statut, taux, est_en_retard."""
    months = publication.rows(
        "select e.action_id, e.mois_le, s.libelle as statut, e.groupe_code, e.taux_avancement_pct,"
        " e.est_en_retard, e.est_non_rapportee"
        " from marts.fct_etats_mensuels as e join marts.dim_statuts as s using (statut_code)"
        " where e.siren_epci = ? order by e.action_id, e.mois_le",
        [siren],
    )
    state = (
        "action_id",
        "statut",
        "groupe_code",
        "taux_avancement_pct",
        "est_en_retard",
        "est_non_rapportee",
    )
    found: dict[str, list[Row]] = {}
    for alike, rows in groupby(months, key=lambda month: tuple(month[field] for field in state)):
        during = [row["mois_le"] for row in rows]
        known = dict(zip(state, alike, strict=True))
        known |= {"debut": during[0], "fin": during[-1]}
        found.setdefault(known["action_id"], []).append(known)
    return found


def _files(publication: Publication, siren: str) -> dict[str, str]:
    rows = publication.rows(
        "select rapport_id, nom_fichier from qualite.rapports where siren_epci = ?", [siren]
    )
    return {row["rapport_id"]: row["nom_fichier"] or "" for row in rows}


def _silos(publication: Publication, siren: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in publication.rows(
        "select p.action_id, p.silo_libelle from marts.pont_actions_silos as p"
        " join marts.fct_actions as a using (action_id) where a.siren_epci = ?"
        " order by p.action_id, p.silo_libelle",
        [siren],
    ):
        found.setdefault(row["action_id"], []).append(row["silo_libelle"])
    return found


def _twins(publication: Publication, siren: str) -> dict[str, Row]:
    """The nearest action of another territory, when it is shown and has something in common."""
    known = actions.by_id(publication)
    return {
        row["action_id"]: known[row["jumelle_action_id"]] | {"ressemblance": row["ressemblance"]}
        for row in publication.rows(
            "select action_id, jumelle_action_id, ressemblance from marts.jumeaux_actions"
            " where siren_epci = ? and ressemblance > 0",
            [siren],
        )
        if row["jumelle_action_id"] in known
    }
