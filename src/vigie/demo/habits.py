"""The stable habits of each territory: how it writes, in what shape, and how punctual it is.

Habits are dealt like cards from one shuffled deck per dimension, so that a region of normal size shows them all.
"""

from dataclasses import dataclass
from random import Random

DECKS: dict[str, tuple[str, ...]] = {
    "famille": (
        *("modele",) * 8,
        *("csv",) * 5,
        *("tet_import", "tet_export"),
        *("modele",) * 1,
    ),
    "encodage": ("utf-8", "utf-8", "utf-8-sig", "cp1252", "cp1252"),
    "separateur": (";", ";", ";", ",", "tab"),
    "montants": (
        *("nombre",) * 6,
        *("espaces", "espaces", "insecables", "insecables", "eur", "mixtes", "milliers"),
    ),
    "taux": (*("nombre",) * 7, "signe", "signe", "colle", "fraction"),
    "dates": (*("natif",) * 5, *("fr",) * 3, "iso", "iso", "serie", "mois", "court"),
    "statuts": ("libelle", "libelle", "minuscule", "majuscule", "espaces", "synonyme", "synonyme"),
    "themes": ("libelle", "libelle", "libelle", "alias", "alias", "code"),
    "vides": ("", "", "", "-", "NR", "NC"),
    "booleens": ("Oui|Non", "Oui|Non", "VRAI|FAUX", "True|False", "x|"),
    "siren": (*("nu",) * 8, "espaces", "nombre", "siret"),
    "codes": (*("complet",) * 8, "point", "point", "zeros_perdus", "absent"),
    "fins_de_ligne": ("justes", "justes", "separateur_final", "ligne_finale"),
    "colonnes": ("ordre", "ordre", "melangees", "renommees", "reduites", "entete_apres"),
    "forme": (
        *(
            "nette",
            "titres_fusionnes",
            "nette",
            "ligne_total",
            "nette",
            "consignes",
            "nette",
        ),
        *(
            "feuille_masquee",
            "couverture",
            "nette",
            "lignes_vides",
            "axes_fusionnes",
            "nette",
        ),
        *("axes_repetes", "nette"),
    ),
    "entetes": (
        *("justes",) * 10,
        *("saut_de_ligne", "saut_de_ligne", "faute", "en_plus", "en_double", "repetes"),
    ),
    "noms": ("mois", "mois", "date_fr", "suivi", "version", "date_feuille"),
    "pas": (*("5",) * 5, "1", "1", "10", "10", "25"),
    "ponctualite": (
        *("ponctuel",) * 7,
        *(
            "tardif",
            "ponctuel",
            "tardif",
            "irregulier",
            "ponctuel",
            "irregulier",
            "arrete",
        ),
        *("ponctuel",) * 4,
        "muet",
    ),
}
# The names people know keep the official template and answer: the tour of the demonstration starts with them.
_SHOWCASE = {
    "famille": "modele",
    "ponctualite": "ponctuel",
    "forme": "nette",
    "codes": "complet",
}
SHOWN = 4


@dataclass(frozen=True)
class Habits:
    """One card of each deck."""

    famille: str
    encodage: str
    separateur: str
    montants: str
    taux: str
    dates: str
    statuts: str
    themes: str
    vides: str
    booleens: str
    siren: str
    codes: str
    fins_de_ligne: str
    colonnes: str
    forme: str
    entetes: str
    noms: str
    pas: int
    ponctualite: str

    @property
    def is_csv(self) -> bool:
        return self.famille == "csv"

    @property
    def is_tet(self) -> bool:
        return self.famille.startswith("tet")

    @property
    def delimiter(self) -> str:
        return "\t" if self.separateur == "tab" else self.separateur


def deal(rank: int, seed: int) -> Habits:
    """The habits of the territory of that rank in the region."""
    dealt: dict[str, str] = {}
    for dimension, deck in DECKS.items():
        cards = list(deck)
        Random(f"{seed}/{dimension}").shuffle(cards)
        dealt[dimension] = cards[rank % len(cards)]
    if rank < SHOWN:
        dealt |= _SHOWCASE
    return Habits(pas=int(dealt.pop("pas")), **dealt)
