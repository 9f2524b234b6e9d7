"""Other formats than the template: Territoires en Transitions, remote tools; territories of a kind apart."""

import json
from collections.abc import Callable, Sequence

from openpyxl import Workbook

from tests.gate.corpus.case import AFTER_REGISTER, OTHER, REGISTERED, Case, File, flat_csv, refused
from tests.gate.reports import action, csv_report, saved

TET_ACTION = {
    "Axe (x)": "Axe 1",
    "Titre de l'action": "Action A",
    "Statut": "En cours",
    "Thématique principale": "Mobilité",
    "Date de fin": "31/12/2026",
}


def _tet(*rows: dict[str, str], above: Sequence[str] = ()) -> Callable[[str], list[File]]:
    """A sheet in the import shape of Territoires en Transitions: sections, headers, then rows."""

    def write(siren: str) -> list[File]:
        titles = list(dict.fromkeys(title for row in (TET_ACTION, *rows) for title in row))
        workbook = Workbook()
        sheet = workbook.active
        sheet.append(["Présentation de l'action"])
        sheet.append(titles)
        for kind in above:
            sheet.append([kind] * len(titles))
        for row in rows or (TET_ACTION,):
            sheet.append([row.get(title) for title in titles])
        return [File(saved(workbook), "plan.xlsx")]

    return write


TET_TOLD = ("LEC-CODE-DERIVE", "LEC-DATE-SITUATION-DEPOT", "LEC-SIREN-SOURCE")


def _tet_case(
    name: str,
    words: str,
    *told: str,
    received: int = 1,
    rows: Sequence[dict[str, str]] = (),
    **more: object,
) -> Case:
    return Case(
        name,
        "accepte_avec_remarques",
        (*TET_TOLD, *told),
        _tet(*rows, **more),  # type: ignore[arg-type]
        words,
        received,
        received,
    )


TET = [
    _tet_case("LEC-DATE-SITUATION-DEPOT", "le jour du dépôt"),
    _tet_case("FOR-LIGNE-AIDE", "ligne d'aide", "FOR-LIGNE-AIDE:3", above=["Champ texte"]),
    _tet_case(
        "FOR-LIGNE-EXEMPLE",
        "ligne d'exemple",
        "FOR-LIGNE-EXEMPLE:3",
        rows=[
            TET_ACTION | {"Titre de l'action": "Action 1 - Assurer la coordination du plan"},
            TET_ACTION,
        ],
    ),
    _tet_case(
        "FOR-SOUS-ACTION",
        "sous-action(s)",
        "FOR-SOUS-ACTION",
        rows=[TET_ACTION, TET_ACTION | {"Titre de la sous-action": "Sous-action A"}],
        received=2,
    ),
    _tet_case(
        "FOR-BUDGET-TET",
        "somme des lignes",
        "FOR-BUDGET-TET:2",
        rows=[TET_ACTION | {"Budgets d'investissement": "2024 :\n  - 1000 € HT prévisionnels"}],
    ),
    _tet_case(
        "FOR-BUDGET-TET-ILLISIBLE",
        "ne donnent pas un montant unique",
        "FOR-BUDGET-TET-ILLISIBLE:3",
        rows=[TET_ACTION | {"Budgets d'investissement": "selon les années"}],
    ),
    _tet_case(
        "FOR-BASE-MELANGEE",
        "HT et TTC",
        "FOR-BASE-MELANGEE:2",
        rows=[
            TET_ACTION
            | {
                "Budget prévisionnel total € HT": "1000",
                "Financeur 1": "Région",
                "Montant (TTC)": "500",
            }
        ],
    ),
]

LIMITROPHE, RETIRED, SUCCESSOR = "247600588", "246201149", "200090751"

TERRITORIES = [
    Case(
        "ENT-LIMITROPHE",
        "accepte",
        ("ENT-LIMITROPHE:2",),
        flat_csv(),
        "hors de la région",
        siren=LIMITROPHE,
    ),
    Case(
        "LEC-SIREN-REMPLACE",
        "accepte_avec_remarques",
        ("LEC-SIREN-REMPLACE:2",),
        flat_csv(siren_epci=RETIRED),
        "n'est plus en usage",
        siren=SUCCESSOR,
    ),
    Case(
        "CMP-SANS-FEUILLE-DE-ROUTE",
        "a_valider",
        ("CMP-SANS-FEUILLE-DE-ROUTE:2",),
        lambda s: [File(csv_report(s, [action()]), deposited=AFTER_REGISTER)],
        "ne connaît pas de feuille de route",
    ),
    Case(
        "registered roadmap",
        "accepte",
        (),
        lambda s: [File(csv_report(s, [action()]), deposited=AFTER_REGISTER)],
        siren=REGISTERED,
    ),
]

DOSSIER = {"format": "ds_json", "number": 1234, "state": "en_instruction"}


def _json(document: dict[str, object]) -> Callable[[str], list[File]]:
    return lambda siren: [File(json.dumps(document).encode(), "donnees.json")]


REMOTE = [
    refused("FIC-DOSSIER-SUPPRIME", "a été supprimé", _json(DOSSIER | {"suppression": {}})),
    refused("FIC-DOSSIER-CLOS", "est refusé", _json(DOSSIER | {"state": "refuse"})),
    refused(
        "FIC-DOSSIER-SIRET",
        "qui n'est pas le sien",
        _json(
            DOSSIER
            | {
                "siret": "20001808300017",
                "champs": [{"__typename": "EpciChamp", "label": "EPCI", "epci": {"code": OTHER}}],
            }
        ),
    ),
    Case(
        "FOR-CELLULE-EN-ERREUR",
        "accepte_avec_remarques",
        ("FOR-CELLULE-EN-ERREUR:7", "LEC-DATE-SITUATION-DEPOT", "LEC-SIREN-SOURCE"),
        _json(
            {
                "format": "grist_json",
                "table": "Actions",
                "colonnes": {
                    name: {"type": "Text", "libelle": name}
                    for name in ("Code", "Intitulé", "Thèmes", "Statut", "Freins")
                },
                "lignes": [
                    {
                        "id": 7,
                        "fields": {
                            "Code": "A1",
                            "Intitulé": "Guichet",
                            "Thèmes": "Mobilité",
                            "Statut": "En cours",
                            "Freins": ["E", "ValueError"],
                        },
                    }
                ],
            }
        ),
        "erreur de formule",
    ),
]
