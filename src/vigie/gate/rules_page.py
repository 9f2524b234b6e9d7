"""The page that lists every rule, made from the rules themselves."""

from collections.abc import Iterator
from pathlib import Path

from expectations import SUITES
from expectations.rule import Rule, Suite
from vigie.files import write_atomically

_INTRO = """# Règles de Vigie

<!-- Page faite par `vigie rules --page` : ne pas la modifier à la main. -->

Chaque fichier reçu passe ces règles, dans l'ordre. Une règle porte un code qui ne change pas, une gravité, et la
phrase que lit l'expéditeur (entre accolades, ce qui vient de son fichier).

| gravité | effet |
|---|---|
| critique | le fichier, ou la ligne, n'entre pas dans les chiffres ; à l'entrepôt, rien n'est publié |
| majeure | la donnée entre, l'expéditeur est prié de la vérifier ; certaines demandent l'accord de la Région |
| remarque | la donnée entre ; le prochain rapport peut être meilleur |

Une remarque dont l'effet est « information » dit comment une écriture ordinaire a été lue : il n'y a rien à corriger,
et un rapport qui n'a que cela est accepté sans remarque.
"""


def text() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_INTRO, *(line for suite in SUITES for line in _section(suite))])


def write(path: Path) -> None:
    """Writes the page to `path`."""
    write_atomically(path, text().encode("utf-8"))


def _section(suite: Suite) -> Iterator[str]:
    owners = sorted({rule.owner for rule in suite.rules})
    yield f"## {suite.title}\n"
    yield f"Jeu de règles `{suite.name}` ({len(suite.rules)}). Responsable : {', '.join(owners)}.\n"
    yield "| code | gravité | effet | ce qui est dit | que faire | case vide |"
    yield "|---|---|---|---|---|---|"
    for rule in suite.rules:
        yield _row(rule)
    yield ""


def _row(rule: Rule) -> str:
    cells = (
        f"`{rule.code}`",
        rule.severity,
        rule.effect,
        rule.sentence,
        rule.advice,
        rule.if_missing,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
