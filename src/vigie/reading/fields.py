"""The columns of the report, as `seeds/champs.csv` tells them, and how a header written by a person is recognised."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from vigie.errors import SettingsError
from vigie.reference.columns import CONFIDENTIALITY, Field, report_columns
from vigie.reference.files import rows
from vigie.text import alias_key, header_key, known_key

PERSON, IGNORED, OPENNESS, SUB_ACTION, TET_BUDGET, STEP, PHASE = (
    "_personne",
    "_ignore",
    "_diffusion",
    "_sous_action",
    "_budget_tet",
    "_etape",
    "_phase",
)
CONTEXTS = ("vigie", "tet", "communs")
ANY_VALUE = "*"
CONFIDENTIAL, OPEN = "Oui", "Non"

_NUMBER = re.compile(r"\d+")
LONGEST_LABEL = 120
_LABELS_KEPT = 10_000
_RANK = "{n}"
_QUOTES = ("«", "“", '"')
_UNIT = re.compile(r"(?: (?:€|%|ht|ttc)){1,3}$")
# « Statut (liste déroulante) », « Échéance (JJ/MM/AAAA) »: how to fill the column, not what it is.
_HINT = re.compile(
    r"\s*\((?:liste|menu|choi|[àa] (?:choisir|compl[ée]ter|remplir)|jj|mm/|aaaa|date au|format|obligatoire|facultatif"
    r"|oui ?/|texte|cf\b|voir\b|si\b|un seul|plusieurs|0 ?(?:[-–]|[àa]) ?100)[^()]*\)\s*$",
    re.IGNORECASE,
)
_TELLS_CONFIDENTIALITY = re.compile(r"confidenti(?:el|alite)")
# Several columns or choices may say it.
_ANSWERS = re.compile(r"[\n|;]")
# « Statut du projet », « Coût de la mesure »: of what the row is.
_OBJECT = re.compile(r" (?:fiche )?(?:action|projet|fiche|operation|mesure|tache)$")


@dataclass(frozen=True)
class Fields:
    """The fields in the order of the template, the headers that lead to them and the aliases of their values.

    `aliases` are compared to the letter (`alias_key`), `folded` by their words (`header_key`), for the headers that no
    alias names to the letter. `statuses` are the codes of the statuses by the `alias_key` of what is written.
    """

    by_name: dict[str, Field]
    aliases: dict[str, dict[str, str]]
    folded: dict[str, dict[str, str]]
    values: dict[str, dict[str, str]]
    statuses: dict[str, str]

    @classmethod
    def load(cls, seeds: Path) -> "Fields":
        """Reads champs.csv, champs_alias.csv and champs_valeurs.csv under `seeds`, once per process."""
        return _load(seeds)

    def of_level(self, niveau: str) -> list[Field]:
        return [field for field in self.by_name.values() if field.niveau == niveau]

    def is_end(self, champ: str) -> bool:
        """Whether a day written less than whole (a month, a year) in this column is its last one."""
        return champ in self.by_name and self.by_name[champ].est_fin

    def find(self, label: str, context: str) -> tuple[str, int] | None:
        """The field a header designates and, for a column repeated per funder, its rank (0 without a number).

        Never by likeness: an unknown header gives None. To the letter first, then by its words, then without the unit
        or the object that its sheet already tells. `context` is one of CONTEXTS.
        """
        return self._found(label[:LONGEST_LABEL], context)

    @cached_property
    def _found(self) -> Callable[[str, str], tuple[str, int] | None]:
        # Every look for a header asks again of the same cells, and the same ones come back in every file.
        return lru_cache(maxsize=_LABELS_KEPT)(self._look_for)

    def _look_for(self, label: str, context: str) -> tuple[str, int] | None:
        found = _ranked(label_key(label), self.aliases[context])
        if found is None and (hint := _HINT.search(label)):
            return self._look_for(label[: hint.start()], context)
        # In quotes a header is told about, in the template's instructions: it is none.
        if found is None and not label.lstrip().startswith(_QUOTES):
            known, key = self.folded[context], folded_key(label)
            bare = _UNIT.sub("", key)
            forms = dict.fromkeys([key, bare, _OBJECT.sub("", key), _OBJECT.sub("", bare)])
            found = next(
                (match for form in forms if form and (match := _ranked(form, known))), None
            )
        return found

    def closest(self, label: str, context: str) -> str:
        """The field whose known header looks most like an unknown one, to be suggested, never applied; or ""."""
        known = self.aliases[context]
        nearest = difflib.get_close_matches(alias_key(label)[:80], known, n=1, cutoff=0.75)
        champ = known[nearest[0]] if nearest else ""
        return champ if champ in self.by_name else ""

    def name_statuses(self, labels: Iterable[str]) -> bool:
        """Whether several titles of a header are statuses, each another: columns to be ticked."""
        codes = {self._status(label[:LONGEST_LABEL]) for label in labels if label}
        return len(codes - {None}) > 1

    @cached_property
    def _status(self) -> Callable[[str], str | None]:
        statuses = self.statuses
        return lru_cache(maxsize=_LABELS_KEPT)(
            lambda label: statuses.get(known_key(label, statuses))
        )

    def value_aliases(self, champ: str) -> dict[str, str]:
        """`alias_key` of a written value -> canonical value, for an enumeration or a boolean."""
        return self.values.get(champ, {})

    def tells_confidentiality(self, label: str) -> bool:
        """Whether a column is about confidentiality, in words that no alias knows: unread, it would publish what its
        sender keeps."""
        found = self.find(label, "vigie")
        if found is None:
            return _TELLS_CONFIDENTIALITY.search(label_key(label)) is not None
        return found[0] == CONFIDENTIALITY

    def confidentiality(self, cell: str) -> str | None:
        """CONFIDENTIAL as soon as one answer of a cell says so, OPEN when they all do, nothing otherwise."""
        aliases = self.value_aliases(CONFIDENTIALITY)
        words = {
            aliases.get(known_key(word, aliases)) for word in _ANSWERS.split(cell) if word.strip()
        }
        return CONFIDENTIAL if CONFIDENTIAL in words else words.pop() if len(words) == 1 else None

    @property
    def missing_marks(self) -> frozenset[str]:
        """The `alias_key`s of what people write for "nothing to say": NR, NC, n.d., a dash..."""
        return frozenset(self.values[ANY_VALUE])


@lru_cache(maxsize=_LABELS_KEPT)
def label_key(label: str) -> str:
    """The `alias_key` of a header: the same ones come back in every file."""
    return alias_key(label[:LONGEST_LABEL])


@lru_cache(maxsize=_LABELS_KEPT)
def folded_key(label: str) -> str:
    """The `header_key` of a header."""
    return header_key(label[:LONGEST_LABEL])


def _ranked(key: str, known: Mapping[str, str]) -> tuple[str, int] | None:
    """The field known under this key, or under it with its first number for the rank of a funder."""
    if key in known:
        return known[key], 0
    number = _NUMBER.search(key)
    if number is None:
        return None
    champ = known.get(key[: number.start()] + _RANK + key[number.end() :])
    return (champ, int(number.group())) if champ else None


def _folded(written: list[tuple[str, str]]) -> dict[str, str]:
    """The fields by the words of their aliases; words that two fields share lead to neither, a field before what is
    not read."""
    by_key: dict[str, set[str]] = {}
    for alias, champ in written:
        by_key.setdefault(header_key(alias), set()).add(champ)
    read = {key: champs - {IGNORED} or champs for key, champs in by_key.items()}
    return {key: min(champs) for key, champs in read.items() if len(champs) == 1}


@lru_cache(maxsize=4)
def _load(seeds: Path) -> Fields:
    fields = report_columns(seeds)
    lines = list(_lines(seeds / "champs_alias.csv"))
    for row in lines:
        if row["champ"] not in fields and not row["champ"].startswith("_"):
            raise SettingsError(f"champs_alias.csv : champ inconnu « {row['champ']} »")
    own = [(field.libelle, field.champ) for field in fields.values()]
    own += [(field.champ, field.champ) for field in fields.values()]
    aliases, folded = {}, {}
    for context in CONTEXTS:
        # What one tool means by a header is said before what all do.
        among = sorted((r for r in lines if r["contexte"] in ("*", context)), key=_is_common)
        written = [*own, *((row["alias"], row["champ"]) for row in among)]
        aliases[context] = {alias_key(alias): champ for alias, champ in reversed(written)}
        folded[context] = _folded(written)
    values: dict[str, dict[str, str]] = {}
    for field in fields.values():
        values[field.champ] = {alias_key(value): value for value in field.valeurs}
    for row in _lines(seeds / "champs_valeurs.csv"):
        values.setdefault(row["champ"], {})[alias_key(row["alias"])] = row["valeur"]
    return Fields(fields, aliases, folded, values, _statuses(seeds))


def _statuses(seeds: Path) -> dict[str, str]:
    labels = ((row["libelle"], row["statut_code"]) for row in _lines(seeds / "statuts.csv"))
    others = ((row["alias"], row["statut_code"]) for row in _lines(seeds / "statuts_alias.csv"))
    return {alias_key(label): code for label, code in (*others, *labels)}


def _is_common(row: Mapping[str, str]) -> bool:
    return row["contexte"] == "*"


def _lines(path: Path) -> Iterator[Mapping[str, str]]:
    return (row.values for row in rows(path))
