"""Faulty flat CSV made for Table Schema validators: every kind of error they can find.

`READ` lists what the gate reads on purpose although the schema refuses it: a value, and what it means.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tests.gate.reports import action, actions, csv_report, label
from vigie.reading.fields import Fields

SEPARATOR = ";"
ENCODED = 400


@dataclass(frozen=True)
class Faulty:
    """A file, by name. `strict`: columns are compared by position with the whole schema, as a validator does by
    default; otherwise by name, as long as the required ones are there."""

    name: str
    content: Callable[[str], bytes]
    strict: bool = False


def _csv(*rows: dict[str, str], **options: object) -> Callable[[str], bytes]:
    return lambda siren: csv_report(siren, rows or [action()], **options)  # type: ignore[arg-type]


def _changed(**changes: str) -> Callable[[str], bytes]:
    """The first of two actions has something changed, the second is good."""
    return _csv(action(**changes), action(code_action="A2", intitule="Seconde action"))


def _lines(change: Callable[[list[str]], list[str]]) -> Callable[[str], bytes]:
    def write(siren: str) -> bytes:
        lines = csv_report(siren, actions(3)).decode().splitlines()
        return "\r\n".join([*change(lines), ""]).encode()

    return write


def _columns(
    change: Callable[[list[list[str]]], list[list[str]]], seeds: object
) -> Callable[[str], bytes]:
    """The whole template, all its columns in order, with something done to its columns."""

    def write(siren: str) -> bytes:
        columns = _whole(siren, seeds)
        rows = zip(*change(columns), strict=True)
        return "\r\n".join([*(SEPARATOR.join(row) for row in rows), ""]).encode()

    return write


def _whole(siren: str, seeds: object) -> list[list[str]]:
    values = {"siren_epci": siren, "date_situation": "31/12/2025", **action()}
    columns = []
    fields = Fields.load(seeds).by_name.values()  # type: ignore[arg-type]
    for field in fields:
        if field.niveau != "financement":
            columns.append([field.label(), values.get(field.champ, "")])
    for rank in (1, 2, 3):
        columns += [[f.label(rank), ""] for f in fields if f.niveau == "financement"]
    return columns


def _at(columns: list[list[str]], champ: str) -> int:
    return next(i for i, column in enumerate(columns) if column[0] == label(champ))


def _renamed(champ: str, header: str) -> Callable[[list[list[str]]], list[list[str]]]:
    def change(columns: list[list[str]]) -> list[list[str]]:
        columns[_at(columns, champ)][0] = header
        return columns

    return change


def _without(champ: str) -> Callable[[list[list[str]]], list[list[str]]]:
    return lambda columns: [c for c in columns if c[0] != label(champ)]


def _with(*added: list[str]) -> Callable[[list[list[str]]], list[list[str]]]:
    return lambda columns: [*columns, *added]


def _swapped(one: str, other: str) -> Callable[[list[list[str]]], list[list[str]]]:
    def change(columns: list[list[str]]) -> list[list[str]]:
        i, j = _at(columns, one), _at(columns, other)
        columns[i], columns[j] = columns[j], columns[i]
        return columns

    return change


DATES = ("date_debut_prevue", "date_fin_prevue", "date_debut_reelle", "date_fin_reelle")
NUMBERS = (
    "taux_avancement", "budget_prevu_eur", "montant_engage_eur", "montant_paye_eur", "valeur_initiale", "valeur_cible",
    "valeur_actuelle", "programme_eur_1", "engage_eur_2", "justifie_eur_3", "paye_eur_1",
)  # fmt: skip
AMOUNTS = tuple(name for name in NUMBERS if "_eur" in name)
ENUMERATED = ("statut", "meteo", "base_montant", "sens")


def faulty_files(seeds: object) -> Sequence[Faulty]:
    """Every file, at least one per error type that applies to the published schema."""
    whole = lambda change: _columns(change, seeds)  # noqa: E731
    return [
        *(Faulty(f"type-error: {champ}", _changed(**{champ: "dès que possible"})) for champ in DATES),
        *(Faulty(f"type-error: {champ}", _changed(**{champ: "beaucoup"})) for champ in NUMBERS),
        Faulty("type-error: date_adoption", _csv(date_adoption="bientôt")),
        Faulty("type-error: date_situation", _csv(date_situation="fin d'année")),
        Faulty("type-error: confidentiel", _changed(confidentiel="peut-être")),
        Faulty("type-error: a day that does not exist", _changed(date_fin_prevue="31/06/2026")),
        Faulty("type-error: a date of the United States", _changed(date_fin_prevue="12/14/2026")),
        Faulty("type-error: a range", _changed(budget_prevu_eur="200-500")),
        *(Faulty(f"minimum: {champ}", _changed(**{champ: "-1"})) for champ in ("taux_avancement", *AMOUNTS)),
        Faulty("maximum: taux_avancement", _changed(taux_avancement="101")),
        *(Faulty(f"enum: {champ}", _changed(**{champ: "Presque"})) for champ in ENUMERATED),
        Faulty("maxLength: intitule", _changed(intitule="Un titre sans fin " * 20)),
        Faulty("required: intitule", _changed(intitule="")),
        Faulty("required: siren_epci", _csv(siren_epci="")),
        Faulty("required: date_situation", _csv(date_situation="")),
        Faulty("pattern: siren_epci", lambda siren: csv_report(siren[:8], [action()])),
        Faulty("blank-row", _lines(lambda lines: [*lines[:2], SEPARATOR * 12, *lines[2:]])),
        Faulty("extra-cell", _lines(lambda lines: [*lines[:2], lines[2] + ";en trop", *lines[3:]])),
        Faulty("missing-cell", _lines(lambda lines: [*lines[:3], lines[3].rpartition(";")[0]])),
        Faulty("unmatched-header: a blank first line", _lines(lambda lines: ["", *lines[1:]])),
        Faulty("no header", _lines(lambda lines: lines[1:])),
        Faulty("source-error: empty", lambda siren: b""),
        Faulty("duplicate-row", _csv(action(), action())),
        Faulty("missing-label: a required column", _csv(drop=["intitule"])),
        Faulty("missing-label: siren_epci", _csv(drop=["siren_epci"])),
        Faulty("missing-label: statut", whole(_without("statut")), True),
        Faulty("missing-label: an optional column", whole(_without("paye_eur_3")), True),
        Faulty("extra-label", whole(_with(["Couleur", "bleu"])), True),
        Faulty("extra-label without data", whole(_with(["Couleur", ""])), True),
        Faulty("blank-label", whole(_with(["", "orpheline"])), True),
        Faulty("blank-label without data", whole(_with(["", ""])), True),
        Faulty("blank-label of a known column", whole(_renamed("commentaire", "")), True),
        Faulty("duplicate-label of a known column", whole(_renamed("axe", "Statut")), True),
        Faulty("duplicate-label", whole(_with(["Statut", "Réalisé"])), True),
        Faulty("duplicate-label of a column read whole", whole(_with(["Commentaire", "Suite."])), True),
        Faulty("incorrect-label: unknown", whole(_renamed("budget_prevu_eur", "Bugdet prévu")), True),
        Faulty("incorrect-label: alias", whole(_renamed("intitule", "Titre de l'action")), True),
        Faulty("incorrect-label: moved columns", whole(_swapped("statut", "axe")), True),
        Faulty("encoding-error", lambda siren: csv_report(
            siren, actions(ENCODED, taux_avancement="45"), encoding="cp1252"
        )),
        Faulty("read: dates", _csv(
            action(date_debut_prevue="2025-09-01", date_fin_prevue="31.12.2026"),
            action(code_action="A2", intitule="b", date_debut_prevue="1 septembre 2025", date_fin_prevue="12/2026"),
            action(code_action="A3", intitule="c", date_debut_prevue="45901", date_fin_prevue="2026"),
            action(code_action="A4", intitule="d", date_debut_prevue="01/09/25", date_fin_prevue="NC"),
        )),
        Faulty("read: amounts", _csv(
            action(budget_prevu_eur="45 k€"), action(code_action="A2", intitule="b", budget_prevu_eur="45.5"),
            action(code_action="A3", intitule="c", budget_prevu_eur="1.234,56 €"),
            action(code_action="A4", intitule="d", budget_prevu_eur="NR"),
            action(code_action="A5", intitule="e", budget_prevu_eur="45.000"),
            action(code_action="A6", intitule="f", budget_prevu_eur="45000 € HT"),
        )),
        Faulty("read: rates", _csv(
            *(action(code_action=f"A{n}", intitule=f"T{n}", taux_avancement=f"0.{n}5") for n in range(1, 5))
        )),
        Faulty("read: labels", _csv(
            action(statut="terminé", taux_avancement="100", meteo="soleil", confidentiel="non"),
            action(code_action="A2", intitule="b", statut="EN COURS", base_montant="ht", confidentiel="VRAI"),
            action(code_action="A3", intitule="c", statut="planifié", taux_avancement="0", sens="à la hausse"),
        )),
        Faulty("read: a SIREN with spaces", lambda s: csv_report(f"{s[:3]} {s[3:6]} {s[6:]}", [action()])),
        Faulty("read: a header said once", _lines(
            lambda lines: [*lines[:2], *(";;" + line.split(";", 2)[2] for line in lines[2:])]
        )),
    ]  # fmt: skip


# What the gate reads although the schema refuses it: (field, text) -> the value it must give, and why.
MISSING = "« rien à dire » écrit à sa façon"
OTHER_DATE = "date écrite autrement"
OTHER_NUMBER = "nombre écrit autrement"
OTHER_LABEL = "libellé connu sous un autre nom"
READ: dict[tuple[str, str], tuple[object, str]] = {
    ("date_debut_prevue", "2025-09-01"): (date(2025, 9, 1), OTHER_DATE),
    ("date_debut_prevue", "1 septembre 2025"): (date(2025, 9, 1), OTHER_DATE),
    ("date_fin_prevue", "31.12.2026"): (date(2026, 12, 31), OTHER_DATE),
    ("date_fin_prevue", "NC"): (None, MISSING),
    ("budget_prevu_eur", "45.5"): (45.5, OTHER_NUMBER),
    ("budget_prevu_eur", "1.234,56 €"): (1234.56, OTHER_NUMBER),
    ("budget_prevu_eur", "NR"): (None, MISSING),
    ("statut", "terminé"): ("realise", OTHER_LABEL),
    ("statut", "EN COURS"): ("en_cours", OTHER_LABEL),
    ("statut", "planifié"): ("a_venir", OTHER_LABEL),
    ("meteo", "soleil"): ("soleil", OTHER_LABEL),
    ("base_montant", "ht"): ("HT", OTHER_LABEL),
    ("sens", "à la hausse"): ("hausse", OTHER_LABEL),
    ("confidentiel", "non"): (False, OTHER_LABEL),
    ("confidentiel", "VRAI"): (True, OTHER_LABEL),
}
