"""The same reports in the two shapes of Territoires en Transitions: its import file and its export."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vigie.demo.books import Sheet, workbook_bytes
from vigie.demo.states import Row
from vigie.demo.words import FICTITIOUS

PERSON = "Alix FICTIF"
_STATUSES = {
    "a_discuter": "À discuter",
    "a_venir": "À venir",
    "en_cours": "En cours",
    "realise": "Réalisé",
    "en_pause": "En pause",
    "bloque": "Bloqué ",
    "abandonne": "Abandonné",
    "non_renseigne": "",
}
_IMPORT_SECTIONS = {
    0: "Présentation de l'action",
    7: "Objectifs et indicateurs",
    9: "Acteurs",
}
_IMPORT_SECTIONS |= {16: "Modalités de mise en œuvre"}
_PRIORITIES = ("Élevé", "Moyen", "Bas")


def import_workbook(day: date, rows: list[Row], keeps_help: bool) -> bytes:
    """The import shape: sections, headers, then the rows of help that some leave in place, then actions."""
    base = rows[0]["base_montant"] if rows else "HT"
    headers = [
        *("Axe (x)", "Sous-axe (x.x)", "Sous-sous axe (x.x.x)"),
        *("Titre de l'action", "Titre de la sous-action", "Descriptif"),
        *(
            "Instances de gouvernance",
            "Objectifs",
            "Indicateurs liés",
            "Structure pilote",
        ),
        *(
            "Moyens humains et techniques",
            "Partenaires ",
            "Direction ou service pilote",
        ),
        *(
            "Personne pilote",
            "Élu·e référent·e ",
            "Participation Citoyenne",
            "Financements",
        ),
        *("Financeur 1", f"Montant € {base}", "Financeur 2", f"Montant € {base}"),
        *("Financeur 3", f"Montant € {base}", f"Budget prévisionnel total € {base}"),
        *("Statut ", "Niveau de priorité", "Date de début", "Date de fin"),
        *("Action en amélioration continue", "Notes", "Documents et liens"),
    ]
    sections = [_IMPORT_SECTIONS.get(i, "") for i in range(len(headers))]
    lines: list[Sequence[Any]] = [sections, headers]
    if keeps_help:
        lines.append([_type_of(header) for header in headers])
        lines.append(["➔ À compléter selon vos usages"] * len(headers))
    lines += [_import_row(row, number) for number, row in enumerate(rows)]
    intro = [[FICTITIOUS], ["Plan importé depuis un fichier de suivi."]]
    sheets = [
        Sheet("Mode demploi", intro),
        Sheet(f"Plan au {day:%d-%m-%Y}", lines, ["A1:G1", "H1:I1", "J1:P1"]),
        Sheet(
            "Listes déroulantes",
            [["Statut "], *([v] for v in _STATUSES.values())],
            [],
            True,
        ),
    ]
    return workbook_bytes(sheets)


def export_workbook(day: date, rows: list[Row], themes: Mapping[str, str]) -> bytes:
    """The export shape: empty columns left out, one pair of columns per funder, notes by year.

    `themes` gives the labels of the regional themes, which these territories keep as sub-themes."""
    columns: list[tuple[str, str, list[Any]]] = [
        ("Présentation de l'action", "Axe (x)", [row["axe"] for row in rows]),
        ("", "Titre de l'action", [row["intitule"] for row in rows]),
        ("", "Descriptif", [row["descriptif"] for row in rows]),
        ("", "Thématique principale", [_theme(row["themes"][0]) for row in rows]),
        (
            "",
            "Sous-thématiques",
            ["\n".join(themes[t] for t in row["themes"]) for row in rows],
        ),
        (
            "Gestion des accès",
            "Confidentialité de l'action",
            [_yes(row["confidentiel"]) for row in rows],
        ),
        (
            "Modalités de mise en œuvre",
            "Statut",
            [_STATUSES[row["statut"]] for row in rows],
        ),
        ("", "Niveau de priorité", [_PRIORITIES[i % 3] for i in range(len(rows))]),
        ("", "Date de début", [_day(row["date_debut_prevue"]) for row in rows]),
        ("", "Date de fin", [_day(row["date_fin_prevue"]) for row in rows]),
        ("Acteurs", "Personne pilote", [PERSON] * len(rows)),
        ("", "Direction ou service pilote", [row["service_pilote"] for row in rows]),
        ("", "Structure pilote", [row["structure_porteuse"] for row in rows]),
        ("", "Partenaires", ["\n".join(row["partenaires"]) for row in rows]),
        ("Notes", str(day.year), [row["commentaire"] or "" for row in rows]),
        ("Budget", "Budgets d'investissement", [_budget(row, day) for row in rows]),
    ]
    for rank in range(3):
        names = [_funder(row, rank, "financeur") for row in rows]
        amounts = [_funder(row, rank, "programme_eur") for row in rows]
        columns += [
            ("", f"Financeur {rank + 1}", names),
            ("", "Montant (TTC)", amounts),
        ]
    columns += [
        (
            "Indicateurs de suivi",
            "Indicateurs liés",
            [row["indicateur"] or "" for row in rows],
        ),
        (
            "Autres informations liées",
            "Documents et liens",
            [row["preuve"] or "" for row in rows],
        ),
        ("Données de création et de modification", "Modifié par", [PERSON] * len(rows)),
    ]
    kept = [column for column in columns if any(value != "" for value in column[2])]
    lines: list[Sequence[Any]] = [[c[0] for c in kept], [c[1] for c in kept]]
    lines += [list(line) for line in zip(*(c[2] for c in kept), strict=True)]
    return workbook_bytes([Sheet("Plan d'action", lines)])


def _import_row(row: Row, number: int) -> list[Any]:
    funders: list[Any] = []
    for rank in range(3):
        funders += [
            _funder(row, rank, "financeur"),
            _funder(row, rank, "programme_eur"),
        ]
    return [
        *(row["axe"], "", "", row["intitule"], "", row["descriptif"], "", ""),
        *(row["indicateur"] or "", row["structure_porteuse"], ""),
        *(", ".join(row["partenaires"]), row["service_pilote"], PERSON, "", "", ""),
        *funders,
        *(
            row["budget_prevu_eur"] or "",
            _STATUSES[row["statut"]],
            _PRIORITIES[number % 3],
        ),
        *(_day(row["date_debut_prevue"]), _day(row["date_fin_prevue"])),
        *("FAUX", row["commentaire"] or "", row["preuve"] or ""),
    ]


def _type_of(header: str) -> str:
    if "Montant" in header or "Budget" in header:
        return "Champ numérique"
    if header.startswith("Date"):
        return "Champ date"
    return (
        "Champ liste déroulante"
        if header.strip() in ("Statut", "Niveau de priorité")
        else "Champ texte"
    )


def _funder(row: Row, rank: int, champ: str) -> Any:
    funders = row["financements"]
    return funders[rank][champ] if rank < len(funders) else ""


def _budget(row: Row, day: date) -> str:
    """The budget lines as this tool writes them, in one cell of text."""
    if not row["budget_prevu_eur"]:
        return ""
    lines = [f"{day.year} :", f"  - {row['budget_prevu_eur']:.0f} € HT prévisionnels"]
    if row["montant_paye_eur"]:
        lines.append(f"  - {row['montant_paye_eur']:.0f} € HT dépensés")
    return "\n".join(lines)


def _day(value: date | None) -> Any:
    return value if value else ""


def _yes(value: bool) -> str:
    return "Oui" if value else "Non"


def _theme(code: str) -> str:
    return _TET_THEMES.get(code, "Stratégie, organisation interne, coopération et valorisation")


_TET_THEMES = {
    "inclusion_numerique": "Solidarité et lien social",
    "numerique_entreprises": "Activités économiques",
    "mobilite": "Mobilité et transport",
    "dechets": "Économie circulaire et déchets",
    "tourisme": "Activités économiques",
    "attractivite": "Activités économiques",
    "sante": "Solidarité et lien social",
    "education": "Solidarité et lien social",
    "culture": "Culture, identité collective, sport",
    "environnement_energie": "Énergie et climat",
}
