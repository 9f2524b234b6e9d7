"""What the gate said of one file, as its sender reads it in a terminal of any width."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from vigie.answers.grouping import Group, grouped

_STYLES = {"critique": "bold red", "majeure": "yellow", "remarque": "cyan"}


def print_remarks(console: Console, controls: Sequence[dict[str, Any]]) -> None:
    """Prints what is to mend, the gravest first, then what was understood. `controls`: see `grouping.grouped`."""
    groups = grouped(controls)
    severities = list(_STYLES)
    to_mend = sorted(
        (group for group in groups if not group.informs),
        key=lambda group: severities.index(group.first["severite"]),
    )
    for group in to_mend:
        _print_group(console, group, group.first["severite"])
    understood = [group for group in groups if group.informs]
    if understood:
        console.print("\n[bold]Ce que Vigie a compris, à vérifier seulement[/bold]")
    for group in understood:
        _print_group(console, group, "compris")


def _print_group(console: Console, group: Group, title: str) -> None:
    sheet = group.first["feuille"]
    place = f"feuille « {sheet} », {group.lieu[0].lower()}{group.lieu[1:]}" if sheet else group.lieu
    style = _STYLES.get(title, "dim")
    console.print(f"\n[{style}]{title}[/{style}] · {escape(place)}", soft_wrap=True)
    console.print(f"  {escape(group.message)}", soft_wrap=True)
    if group.titres and title != "compris":
        console.print(f"  Actions : {escape(' · '.join(group.titres))}", soft_wrap=True)
    if group.valeur and group.valeur not in group.message:
        console.print(f"  Valeur : {escape(group.valeur)}", soft_wrap=True)
    console.print(
        f"  [bold]→[/bold] {escape(group.consigne)} [dim]({group.first['regle_code']})[/dim]",
        soft_wrap=True,
    )
