"""The bad reports of the demonstration: one file each, and the verdict it should receive."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath

from vigie.demo.books import Sheet, workbook_bytes
from vigie.demo.states import Row
from vigie.demo.tables import Extra, Shaper

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAMES = ("Alix FICTIF", "Camille FICTIF", "Sacha FICTIF")
UNKNOWN_STATUS, UNKNOWN_THEME = "Presque fini", "Métavers territorial"
_LONG_WORD = "dématérialisation" * 24
_RIGHT_TO_LEFT = "\u202e\u200f"
# 01 99 00 and 06 39 98 are the ranges that the regulator keeps for fiction; .invalid never resolves.
PLANTED_MAIL = "alix.fictif@exemple.invalid"
PLANTED_PHONE = "01 99 00 12 34"


@dataclass
class Case:
    """What a fault starts from: the good report of a territory, and the one before."""

    shaper: Shaper
    is_csv: bool
    header: Row
    rows: list[Row]
    previous: list[Row]
    unknown_siren: str
    other_siren: str
    future: date

    def good(self, rows: list[Row] | None = None, **header: object) -> bytes:
        """The report in the territory's own format, with other rows or other header fields."""
        write = self.shaper.flat if self.is_csv else self.shaper.workbook
        return write(self.header | header, self.rows if rows is None else rows)

    def altered(self, count: int, **changes: object) -> bytes:
        """The report with the same fields changed in its first `count` actions."""
        first = [row | changes for row in self.rows[:count]]
        return self.good([*first, *self.rows[count:]])


@dataclass(frozen=True)
class Fault:
    """One kind of bad report and the verdict it should get; `accepte` leaves room for remarks on other habits.

    `extension` when the file is not in the territory's own format, `is_corrected` when a good report follows,
    `keeps_good` when the good report of the same date came before.
    """

    code: str
    verdict: str
    write: Callable[[Case], bytes]
    extension: str = ""
    is_corrected: bool = False
    keeps_good: bool = False

    def name(self, good: str) -> str:
        """The name of the bad file, close to the one expected."""
        path = PurePath(good)
        mark = "_bis" if self.keeps_good else ""
        return f"{path.stem}{mark}{self.extension or path.suffix}"


def _truncated(case: Case) -> bytes:
    content = case.shaper.workbook(case.header, case.rows)
    return content[: len(content) * 3 // 5]


def _protected(case: Case) -> bytes:
    """The container in which a spreadsheet program encrypts a workbook."""
    return _OLE + "EncryptedPackage".encode("utf-16-le").join([b"\x00" * 504, b"\x00" * 3552])


def _pdf(case: Case) -> bytes:
    return (
        b"%PDF-1.4\n% DONNEES FICTIVES\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"
    )


def _other_table(case: Case) -> bytes:
    head = ["Chapitre", "Article", "Crédits ouverts"]
    return workbook_bytes([Sheet("Budget annexe", [head, [20, 2051, 48000], [21, 2183, 12500]])])


def _wrong_key(case: Case) -> bytes:
    siren = case.header["siren_epci"]
    return case.good(siren_epci=siren[:8] + str((int(siren[8]) + 1) % 10))


def _tenfold(case: Case) -> bytes:
    return case.good(
        [row | {"budget_prevu_eur": row["budget_prevu_eur"] * 10} for row in case.rows]
    )


def _same_date(case: Case) -> bytes:
    return case.altered(3, commentaire="Chiffres revus après le comité de suivi.")


def _ends_before_start(case: Case) -> bytes:
    changed = [
        row | {"date_fin_prevue": row["date_debut_prevue"] - timedelta(days=200)}
        for row in case.rows[:2]
    ]
    return case.good([*changed, *case.rows[2:]])


def _twice(case: Case) -> bytes:
    return case.good([*case.rows, case.rows[0] | {"commentaire": "Copiée par erreur."}])


def _persons(case: Case) -> bytes:
    """Columns of persons, and contact details inside a text."""
    count = len(case.rows)
    more: Extra = [
        ("Nom du contact", [_NAMES[number % 3] for number in range(count)]),
        ("Courriel", [f"contact{number}@exemple.invalid" for number in range(count)]),
        ("Téléphone", [f"06 39 98 00 {number:02d}" for number in range(count)]),
    ]
    remark = f"Contacter {PLANTED_MAIL} ou {PLANTED_PHONE}."
    told = [{**row, "commentaire": remark} for row in case.rows[:4]]
    write = case.shaper.flat if case.is_csv else case.shaper.workbook
    return write(case.header, [*told, *case.rows[4:]], more=more)


def _formulas(case: Case) -> bytes:
    """Formulas where text is expected, for whoever opens an export in a spreadsheet."""
    texts = ("=cmd|' /C calc'!A0", "+SOMME(1;2)", "-2+3+cmd|' /C calc'!A0", '@HYPERLINK("x")')
    changed = [
        {**row, "descriptif": text, "commentaire": text}
        for row, text in zip(case.rows, texts, strict=False)
    ]
    return case.good([*changed, *case.rows[4:]])


def _html(case: Case) -> bytes:
    script = "<script>alert('fictif')</script><b>gras</b> <img src=x onerror=alert(1)>"
    return case.altered(4, commentaire=script, descriptif=f"{script} & quelques mots")


def _long_words(case: Case) -> bytes:
    return case.altered(2, intitule=f"Plateforme de {_LONG_WORD}", commentaire=_LONG_WORD)


def _right_to_left(case: Case) -> bytes:
    """Marks that turn the reading order around, in a workbook since cp1252 cannot hold them."""
    changed = [
        {**row, "intitule": f"{row['intitule']}{_RIGHT_TO_LEFT} fdp.exe"} for row in case.rows[:2]
    ]
    return case.shaper.workbook(case.header, [*changed, *case.rows[2:]])


# The first four bring the four verdicts that a good report never gets, even in a region of five territories.
FAULTS: tuple[Fault, ...] = (
    Fault("fichier_vide", "rejete", lambda c: b"", is_corrected=True),
    Fault("taux_250", "lignes_ecartees", lambda c: c.altered(1, taux_avancement=250.0)),
    Fault("moitie_disparue", "a_valider", lambda c: c.good(c.rows[: len(c.rows) * 2 // 5])),
    Fault(
        "theme_inconnu",
        "accepte_avec_remarques",
        lambda c: c.altered(3, themes=(UNKNOWN_THEME,)),
    ),
    Fault("archive_tronquee", "rejete", _truncated, ".xlsx", is_corrected=True),
    Fault("classeur_protege", "rejete", _protected, ".xlsx"),
    Fault("pdf_renomme", "rejete", _pdf, ".xlsx", is_corrected=True),
    Fault("autre_tableau", "rejete", _other_table, ".xlsx"),
    Fault(
        "siren_inconnu",
        "rejete",
        lambda c: c.good(siren_epci=c.unknown_siren),
        is_corrected=True,
    ),
    Fault("siren_mauvaise_cle", "rejete", _wrong_key),
    Fault(
        "siren_du_voisin",
        "rejete",
        lambda c: c.good(siren_epci=c.other_siren),
        is_corrected=True,
    ),
    Fault(
        "date_future",
        "rejete",
        lambda c: c.good(date_situation=c.future),
        is_corrected=True,
    ),
    Fault("aucune_action", "rejete", lambda c: c.good([])),
    Fault(
        "statut_inconnu",
        "lignes_ecartees",
        lambda c: c.altered(2, statut=UNKNOWN_STATUS),
    ),
    Fault("fin_avant_debut", "lignes_ecartees", _ends_before_start),
    Fault("action_en_double", "lignes_ecartees", _twice),
    Fault("budget_fois_dix", "a_valider", _tenfold),
    Fault("deux_rapports_meme_date", "accepte_avec_remarques", _same_date, keeps_good=True),
    Fault("rapport_identique", "accepte_avec_remarques", lambda c: c.good(c.previous)),
    Fault("donnees_personnelles", "accepte_avec_remarques", _persons),
    Fault("formules", "accepte", _formulas),
    Fault("balises_html", "accepte", _html),
    Fault("mots_tres_longs", "accepte_avec_remarques", _long_words),
    Fault("ecriture_de_droite_a_gauche", "accepte_avec_remarques", _right_to_left, ".xlsx"),
)
WITHOUT_ROADMAP = Fault("sans_feuille_de_route", "a_valider", lambda c: c.good())
