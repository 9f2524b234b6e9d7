"""What is said of a report, in the same words to its sender, on the pages, in the letters and on the screens."""

from typing import NamedTuple


class _Words(NamedTuple):
    one: str
    several: str


_VERDICTS = {
    "accepte": _Words("accepté", "acceptés"),
    "accepte_avec_remarques": _Words("accepté, avec des remarques", "acceptés, avec des remarques"),
    "lignes_ecartees": _Words("accepté en partie", "acceptés en partie"),
    "a_valider": _Words(
        "en attente de validation par la Région", "en attente de validation par la Région"
    ),
    "rejete": _Words("non retenu", "non retenus"),
}
_DECISIONS = {"approuve": "approuvé par la Région", "refuse": "refusé par la Région"}


def said(verdict: str, decision: str | None = None) -> str:
    """The verdict in words, the Région's decision taking over once made."""
    return _DECISIONS.get(decision or "") or _VERDICTS[verdict].one


def titled(verdict: str, decision: str | None = None) -> str:
    """The same, as a title."""
    return f"Rapport {said(verdict, decision)}"


def counted() -> dict[str, str]:
    """What is said of the reports counted under each verdict, the best verdict first."""
    # Not `capitalize`, which would write « région ».
    return {code: words.several[0].upper() + words.several[1:] for code, words in _VERDICTS.items()}
