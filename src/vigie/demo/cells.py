"""A value as a territory writes it: dates, amounts, percentages, labels, in its own habits."""

import csv
from datetime import date
from typing import Any

from vigie.demo.habits import Habits
from vigie.reference.columns import ACTION, Field
from vigie.reference.seeds import Reference

Cell = str | float | int | bool | date | None

_EPOCH = date(1899, 12, 30)
_NO_BREAK = "\u00a0"
_SIRET_END = "00019"
_SYNONYMS = {
    "a_discuter": ("À l'étude", "En réflexion", "À définir"),
    "a_venir": ("Planifié", "Prévu", "Non démarré", "À faire"),
    "en_cours": ("Lancé", "Démarré", "Engagée", "En déploiement"),
    "realise": ("Terminé", "Achevée", "Livré", "Fait"),
    "en_pause": ("Suspendu", "Reporté", "En attente"),
    "bloque": ("Bloquée", "Point bloquant"),
    "abandonne": ("Annulé", "Sans suite"),
    "non_renseigne": ("NR", "Sans statut"),
}
_SUNS = {"soleil": "☀", "couvert": "⛅", "nuage": "☁", "orage": "⛈"}
_BLANKED = {"date", "montant", "nombre", "texte"}


class Writer:
    """Writes the fields of one territory's reports; `is_text` when the file holds only text (CSV)."""

    def __init__(self, reference: Reference, habits: Habits, is_text: bool) -> None:
        self._habits = habits
        self._is_text = is_text
        self._statuses = {code: status.libelle for code, status in reference.statuses.items()}
        self._weathers = dict(reference.weathers)
        self._themes = _theme_labels(reference)
        self._written = 0

    def cell(self, field: Field, value: Any) -> Cell:
        """The cell for `value`, a Python value of the field's type."""
        self._written += 1
        if value is None or value == () or value == "":
            return self._blank(field)
        write = getattr(self, f"_{field.type}", None)
        return write(value, field) if write else str(value)

    def _blank(self, field: Field) -> Cell:
        """Nothing to say: a blank, or the mark this territory likes, most of the time."""
        is_marked = field.niveau == ACTION and field.type in _BLANKED and self._written % 3
        return self._habits.vides if is_marked else ""

    def _code(self, value: str, field: Field) -> Cell:
        return self._code_siren(value) if field.champ == "siren_epci" else self._code_action(value)

    def _code_siren(self, siren: str) -> Cell:
        style = self._habits.siren
        if style == "espaces":
            return f"{siren[:3]} {siren[3:6]} {siren[6:]}"
        if style == "siret":
            return siren + _SIRET_END
        return int(siren) if style == "nombre" and not self._is_text else siren

    def _code_action(self, code: str) -> Cell:
        axis, _, rank = code.removeprefix("A").partition("-")
        if self._habits.codes == "point":
            return f"{axis}.{rank}"
        if self._habits.codes == "zeros_perdus":
            return f"A{axis}-{int(rank)}"
        return code

    def _date(self, value: date, field: Field) -> Cell:
        style = self._habits.dates
        if field.niveau == "entete" and style in ("serie", "mois", "court"):
            style = "fr"
        if style == "natif" and not self._is_text:
            return value
        if style == "serie":
            serial = (value - _EPOCH).days
            return str(serial) if self._is_text or serial % 2 else serial
        if style == "mois" and field.champ.endswith("_prevue"):
            return f"{value:%m/%Y}"
        if style == "court":
            return f"{value:%d/%m/%y}"
        return value.isoformat() if style in ("iso", "natif") else f"{value:%d/%m/%Y}"

    def _pourcentage(self, value: float, field: Field) -> Cell:
        style = self._habits.taux
        if style == "signe":
            return f"{value:g} %"
        if style == "colle":
            return f"{value:g}%"
        if style == "fraction":
            return self._decimal(value / 100) if self._is_text else value / 100
        return f"{value:g}" if self._is_text else value

    def _montant(self, value: float, field: Field) -> Cell:
        style = self._habits.montants
        if style == "espaces":
            return f"{value:,.2f}".replace(",", " ").replace(".", ",")
        if style == "insecables":
            return f"{value:,.2f}".replace(",", _NO_BREAK).replace(".", ",") + f"{_NO_BREAK}€"
        if style == "eur":
            return f"{self._decimal(value)} EUR"
        if style == "mixtes":
            return f"{value:.2f}" if self._written % 2 else f"{value:.2f}".replace(".", ",")
        if style == "milliers" and value >= 1000:
            return f"{self._decimal(value / 1000)} k€"
        return self._decimal(value) if self._is_text else value

    def _nombre(self, value: float, field: Field) -> Cell:
        return self._decimal(value) if self._is_text else value

    def _decimal(self, value: float) -> str:
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")

    def _booleen(self, value: bool, field: Field) -> Cell:
        yes, _, no = self._habits.booleens.partition("|")
        return yes if value else no

    def _statut(self, code: str, field: Field) -> Cell:
        if code not in self._statuses:
            return code
        style, label = self._habits.statuts, self._statuses[code]
        if style == "synonyme":
            return _SYNONYMS[code][self._written % len(_SYNONYMS[code])]
        if style == "minuscule":
            return label.lower()
        if style == "majuscule":
            return label.upper()
        return f"{label}  " if style == "espaces" else label

    def _meteo(self, code: str, field: Field) -> Cell:
        has_symbols = self._habits.statuts == "synonyme" and self._habits.encodage != "cp1252"
        return _SUNS[code] if has_symbols else self._weathers[code]

    def _enumeration(self, value: str, field: Field) -> Cell:
        return value

    def _liste_silos(self, values: tuple[str, ...], field: Field) -> Cell:
        return " ; ".join(values)

    def _texte_long(self, value: str | tuple[str, ...], field: Field) -> Cell:
        return value if isinstance(value, str) else " ; ".join(value)

    def _liste_themes(self, codes: tuple[str, ...], field: Field) -> Cell:
        return " ; ".join(self._theme(code) for code in codes)

    def _theme(self, code: str) -> str:
        if self._habits.themes == "code" or code not in self._themes:
            return code
        labels = self._themes[code]
        return labels[self._written % len(labels)] if self._habits.themes == "alias" else labels[0]


def _theme_labels(reference: Reference) -> dict[str, list[str]]:
    """The label of each theme, then the aliases that may stand in a list (no separator inside)."""
    labels = {code: [theme.libelle] for code, theme in reference.themes.items()}
    with (reference.seeds / "themes_alias.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if not set(row["alias"]) & set(";,/|") and len(labels[row["theme_code"]]) < 5:
                labels[row["theme_code"]].append(row["alias"])
    return labels
