"""The sentence that opens a territory's page: the silos, the places and the words that are its own."""

import math
import re
from collections import Counter

from vigie.diffusion.pages.content import actions
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication
from vigie.text import without_accents
from vigie.warehouse.terms import words

_SILOS = 2
_WORDS = 3
_PLACES = 2
# A word of more territories than this share says nothing of one of them.
_MOST_SHARED = 0.08
_SHORTEST = 4
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu)['’]", re.IGNORECASE)
# Actions that nothing places yet, and what says nothing of a place.
_NOT_OWN = frozenset(["a_classer", "non_renseigne", "autre", "autres"])


def sentence(publication: Publication, siren: str) -> str:
    """What is this roadmap's own, in a sentence; empty when nothing of it is."""
    silos, own = own_silos(publication, siren), own_words(publication, siren)
    if silos:
        told = f"Une feuille de route {_listed([f'de « {_lower(silo)} »' for silo in silos])}"
        return f"{told} : {', '.join(own)}." if own else f"{told}."
    return f"Ses mots bien à elle : {', '.join(own)}." if own else ""


def own_silos(publication: Publication, siren: str) -> list[str]:
    """The silos that its actions serve more than those of others do, the most its own first."""
    shares = publication.once(_silo_shares)
    own, everywhere = shares.get(siren, {}), shares[""]
    whole, region = sum(own.values()), sum(everywhere.values())
    scored = [
        (weight / whole - everywhere[silo] / region, weight, silo)
        for silo, weight in own.items()
        if weight / whole > everywhere[silo] / region
    ]
    return [silo for _, _, silo in sorted(scored, key=lambda s: (-s[0], s[2]))[:_SILOS]]


def _silo_shares(publication: Publication) -> dict[str, dict[str, float]]:
    """How much each territory, and the region under an empty name, serves each silo."""
    found: dict[str, dict[str, float]] = {"": {}}
    for row in publication.rows(
        "select a.siren_epci, p.silo_code, p.silo_libelle, sum(p.poids) as poids"
        " from marts.pont_actions_silos as p join marts.fct_actions as a using (action_id)"
        " group by all order by all"
    ):
        if row["silo_code"] in _NOT_OWN or row["siren_epci"] not in publication.names:
            continue
        silo, weight = row["silo_libelle"], float(row["poids"])
        found.setdefault(row["siren_epci"], {})[silo] = weight
        found[""][silo] = found[""].get(silo, 0.0) + weight
    return found


def own_words(publication: Publication, siren: str) -> list[str]:
    """The words and places of its titles that few other territories write, the most its own first."""
    return publication.once(_own_words).get(siren, [])


def _own_words(publication: Publication) -> dict[str, list[str]]:
    counted: dict[str, Counter[str]] = {}
    spelled: dict[str, Counter[str]] = {}
    served = publication.once(_silos_of_actions)
    for action in actions.every(publication):
        siren = action["siren_epci"]
        own = counted.setdefault(siren, Counter())
        # A word of what it does for its own silos tells more of it than another.
        is_own = not served.get(action["action_id"], set()).isdisjoint(
            own_silos(publication, siren)
        )
        for word, spelling in _spelled(action["intitule"]):
            own[word] += 2 if is_own else 1
            spelled.setdefault(word, Counter())[spelling] += 1
    owners = Counter(word for own in counted.values() for word in own)
    most = max(1, _MOST_SHARED * len(counted))
    names = _names(publication)
    found = {}
    for siren, own in counted.items():
        score = {
            word: times * math.log(1 + len(counted) / owners[word])
            for word, times in own.items()
            if owners[word] <= most and word not in names.get(siren, ())
        }
        best = sorted(score, key=lambda word: (-score[word], -len(word), word))
        told = [_usual(spelled[word]) for word in best]
        places = [word for word in told if word[:1].isupper()][:_PLACES]
        found[siren] = [*[word for word in told if not word[:1].isupper()][:_WORDS], *places]
    return found


def _silos_of_actions(publication: Publication) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in publication.rows("select action_id, silo_libelle from marts.pont_actions_silos"):
        found.setdefault(row["action_id"], set()).add(row["silo_libelle"])
    return found


def _spelled(title: str) -> list[tuple[str, str]]:
    """The words of a title that carry meaning: as they are compared, and as they are written there."""
    found = []
    for place, written in enumerate(_WORD.findall(title)):
        bare = _ELIDED.sub("", written)
        folded = words(bare)
        if len(folded) != 1 or len(folded[0]) < _SHORTEST:
            continue
        # The first word of a title has a capital whatever it is.
        found.append((folded[0], bare if place else _lower(bare)))
    return found


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda word: (-spellings[word], word))


def _names(publication: Publication) -> dict[str, set[str]]:
    """The words of each territory's own name: they tell nothing more."""
    return {
        siren: {word for part in name.split() for word in words(without_accents(part))}
        for siren, name in publication.names.items()
    }


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _listed(parts: list[str]) -> str:
    return " et ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def missing_themes(publication: Publication, siren: str) -> list[Row]:
    """The themes that none of its actions serves: said as missing, never as zero."""
    served = publication.once(_served).get(siren, set())
    return [
        theme
        for theme in publication.themes
        if theme["theme_code"] not in served and theme["theme_code"] not in _NOT_OWN
    ]


def _served(publication: Publication) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in publication.rows(
        "select distinct a.siren_epci, p.theme_code from marts.pont_actions_themes as p"
        " join marts.fct_actions as a using (action_id)"
    ):
        found.setdefault(row["siren_epci"], set()).add(row["theme_code"])
    return found
