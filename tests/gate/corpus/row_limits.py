"""The rules of rows at their very limits, and in each of their fields."""

from collections.abc import Sequence

from tests.gate.corpus.case import Case, flat_csv
from tests.gate.corpus.report_limits import silent
from tests.gate.reports import Row, action


def _limit(
    code: str, at: Row, beyond: Row, *, also: Sequence[str] = (), accepted: int = 2, of: str = ""
) -> Case:
    """One action at the very limit of a rule, which stays silent; another one just beyond."""
    rows = (
        action() | at,
        action(code_action="B1", intitule="Seconde action") | beyond,
        action(code_action="C1", intitule="Une action ordinaire"),
    )
    verdict = "lignes_ecartees" if accepted == 2 else "accepte_avec_remarques"
    name = f"{code} at its limit{of}"
    return Case(name, verdict, (f"{code}:3", *also), flat_csv(*rows), "", 3, accepted)


def _doubtful(code: str, at: Row, beyond: Row) -> Case:
    return _limit(code, at, beyond, accepted=3)


def _each(code: str, *rows: Row, also: Sequence[str] = (), critical: bool = True) -> Case:
    """The same rule broken once by each row: in each of its fields, or for each status it speaks of."""
    written = [action(code_action=f"B{n}", intitule=f"Action {n}") | r for n, r in enumerate(rows)]
    told = *(f"{code}:{3 + n}" for n in range(len(rows))), *also
    count = 1 + len(rows)
    return Case(
        f"{code} in each way",
        "lignes_ecartees" if critical else "accepte_avec_remarques",
        told,
        flat_csv(action(), *written),
        "",
        count,
        1 if critical else count,
    )


NOT_STARTED = ("À venir", "À discuter")

DONE = {"statut": "Réalisé", "taux_avancement": "100"}

TO_COME = {"statut": "À venir", "taux_avancement": "0"}

TARGET = {"indicateur": "Visites", "valeur_initiale": "10", "valeur_cible": "10"}

STARTED = {"date_debut_reelle": "01/09/2025"}

STARTS = ("date_debut_prevue", "date_debut_reelle")

ENDS = ("date_fin_prevue", "date_fin_reelle")

AMOUNTS = ("budget_prevu_eur", "montant_engage_eur", "montant_paye_eur")

MEASURES = ("valeur_initiale", "valeur_cible", "valeur_actuelle")

# Without a budget, an amount is compared with nothing.
ALONE = {"budget_prevu_eur": "", "statut": "Abandonné"}

ROW_LIMITS = [
    _limit("LIG-TAUX-BORNES", DONE, DONE | {"taux_avancement": "100,4"}),
    _limit("LIG-TAUX-BORNES", {"taux_avancement": "0"}, {"taux_avancement": "-0,4"}, of=" (low)"),
    _limit(
        "LIG-MONTANT-BORNES", {"budget_prevu_eur": "0"}, {"budget_prevu_eur": "-0,01"}, of=" (low)"
    ),
    _limit(
        "LIG-MONTANT-BORNES",
        {"budget_prevu_eur": "999999999999"},
        {"budget_prevu_eur": "999999999999,50"},
        also=("LIG-MONTANT-ELEVE:2",),
    ),
    _limit(
        "LIG-DATE-PLAUSIBLE",
        {"date_debut_prevue": "01/01/2000", "date_fin_prevue": "31/12/2060"},
        {"date_debut_prevue": "31/12/1999"},
        of=" (low)",
    ),
    _limit("LIG-DATE-PLAUSIBLE", {}, {"date_fin_prevue": "01/01/2061"}),
    _limit("LIG-FIN-PREVUE", {"date_fin_prevue": "01/09/2025"}, {"date_fin_prevue": "31/08/2025"}),
    _limit(
        "LIG-FIN-REELLE",
        DONE | STARTED | {"date_fin_reelle": "01/09/2025"},
        DONE | STARTED | {"date_fin_reelle": "31/08/2025"},
    ),
    _doubtful("LIG-REALISE-TAUX", DONE, DONE | {"taux_avancement": "99,6"}),
    _doubtful(
        "LIG-REALISE-FUTUR",
        DONE | {"date_fin_reelle": "31/12/2025"},
        DONE | {"date_fin_reelle": "01/01/2026"},
    ),
    _each("LIG-DATE-ILLISIBLE", *({name: "bientôt"} for name in (*STARTS, *ENDS))),
    _each(
        "LIG-DATE-PLAUSIBLE",
        *({name: "01/09/1925"} for name in STARTS),
        *({"statut": "Abandonné", name: "31/12/2061"} for name in ENDS),
    ),
    _each("LIG-MONTANT-ILLISIBLE", *({name: "beaucoup"} for name in AMOUNTS)),
    _each("LIG-MONTANT-BORNES", *(ALONE | {name: "-45000"} for name in AMOUNTS)),
    _each("LIG-VALEUR-ILLISIBLE", *({"indicateur": "V", name: "peu"} for name in MEASURES)),
    _each(
        "LIG-VALEUR-DEMESUREE",
        *(
            {"indicateur": "V", name: f"{sign}1000000000000"}
            for name in MEASURES
            for sign in ("", "-")
        ),
        critical=False,
    ),
    _each("LIG-MONTANT-ELEVE", *(ALONE | {name: "60000000"} for name in AMOUNTS), critical=False),
    _each(
        "LIG-LISTE",
        {"sens": "neuf"},
        {"base_montant": "brut"},
        also=("LIG-MONTANT-BASE:4",),
        critical=False,
    ),
    _each(
        "LIG-PAYE-AVANT",
        *({"statut": s, "taux_avancement": "0", "montant_paye_eur": "9"} for s in NOT_STARTED),
        critical=False,
    ),
    _each("LIG-TAUX-AVANT", *({"statut": s} for s in NOT_STARTED), critical=False),
    _each(
        "LIG-FIN-EN-COURS",
        *(
            {"statut": s, "taux_avancement": "0", "date_fin_reelle": "15/12/2025"}
            for s in ("En cours", *NOT_STARTED)
        ),
        critical=False,
    ),
    silent(
        "LIG-REALISE-FUTUR speaks of what is done alone",
        flat_csv(action(statut="Abandonné", date_fin_reelle="01/01/2026")),
    ),
    _doubtful(
        "LIG-PAYE-AVANT",
        TO_COME | {"montant_paye_eur": "0"},
        TO_COME | {"montant_paye_eur": "0,40"},
    ),
    _limit(
        "LIG-TAUX-AVANT",
        TO_COME,
        TO_COME | {"taux_avancement": "0,4"},
        also=("LEC-TAUX-AMBIGU:3",),
        accepted=3,
    ),
    _doubtful(
        "LIG-DEBUT-FUTUR",
        {"date_debut_reelle": "31/12/2025"},
        {"date_debut_reelle": "01/01/2026"},
    ),
    _doubtful(
        "LIG-CIBLE-HAUSSE",
        TARGET | {"sens": "hausse"},
        TARGET | {"sens": "hausse", "valeur_cible": "9,9"},
    ),
    _doubtful(
        "LIG-CIBLE-BAISSE",
        TARGET | {"sens": "baisse"},
        TARGET | {"sens": "baisse", "valeur_cible": "10,1"},
    ),
    _doubtful(
        "LIG-AIDES",
        {"financeur_1": "Région", "programme_eur_1": "45000"},
        {"financeur_1": "Région", "programme_eur_1": "45000,01"},
    ),
    _doubtful(
        "LIG-PAYE-ENGAGE",
        {"montant_engage_eur": "100", "montant_paye_eur": "100"},
        {"montant_engage_eur": "100", "montant_paye_eur": "100,01"},
    ),
    _doubtful(
        "LIG-ENGAGE-BUDGET", {"montant_engage_eur": "45000"}, {"montant_engage_eur": "45000,01"}
    ),
    _doubtful("LIG-INTITULE-LONG", {"intitule": "a" * 300}, {"intitule": "b" * 301}),
    _doubtful(
        "LIG-MONTANT-ELEVE",
        {"budget_prevu_eur": "50000000"},
        {"budget_prevu_eur": "50000000,01"},
    ),
]
