"""The colours of the pages, by role: the light ones also serve charts and PDF, the dark ones the screen.

Every text role keeps a contrast of at least 4.5 with the ground it is written on, in both modes.
"""

from bisect import bisect_left
from collections.abc import Sequence
from types import MappingProxyType

LIGHT = MappingProxyType(
    {
        "fond": "#ffffff",
        "fond-2": "#f6f5f1",
        "encre": "#17232e",
        "encre-2": "#4f5d69",
        "filet": "#d9d6cc",
        "accent": "#0a4f6e",
        "alerte": "#9a3412",
        "fait": "#1c6b52",
        "en-cours": "#2c719f",
        "programme": "#b5d0e1",
        "bloque": "#b24d1b",
        "abandonne": "#6a7079",
        "non-renseigne": "#e3e0d6",
        "sans-nouvelles": "#c6c3b9",
        "sur-fonce": "#fffffe",
        "sur-clair": "#17232f",
        "bande": "#cfe0ea",
        "repere": "#8a949c",
        "seq-1": "#e4eef4",
        "seq-2": "#b9d5e4",
        "seq-3": "#7fb0cc",
        "seq-4": "#31739b",
        "seq-5": "#0f5175",
    }
)
DARK = MappingProxyType(
    {
        "fond": "#10171d",
        "fond-2": "#18222b",
        "encre": "#e9eef2",
        "encre-2": "#a9b7c3",
        "filet": "#364451",
        "accent": "#86c8ea",
        "alerte": "#f2a27c",
        "fait": "#57b993",
        "en-cours": "#5ea8d6",
        "programme": "#2f5068",
        "bloque": "#e58a5b",
        "abandonne": "#98a1aa",
        "non-renseigne": "#2b353e",
        "sans-nouvelles": "#434e58",
        "sur-fonce": "#0d1317",
        "sur-clair": "#e9eef3",
        "bande": "#274353",
        "repere": "#7d8a95",
        "seq-1": "#1d2b36",
        "seq-2": "#27475c",
        "seq-3": "#357095",
        "seq-4": "#6aafd6",
        "seq-5": "#b9def2",
    }
)
STATUS_GROUPS = MappingProxyType(
    {
        "fait": "Fait",
        "en_cours": "En cours",
        "programme": "Programmé",
        "bloque": "Bloqué ou en pause",
        "non_renseigne": "Non renseigné",
        "sans_nouvelles": "Sans nouvelles",
    }
)


def status_role(group: str) -> str:
    """The colour role of a status group: `en_cours` -> `en-cours`."""
    return group.replace("_", "-")


def sequence_role(value: float | None, bounds: Sequence[int]) -> str | None:
    """The role of a percentage in the classes that end at `bounds`, a last one beyond; None when there is no value.

    Classes are of whole percentages, as they are written: 0,4 % is written 0 % and is of the class of zero.
    """
    if value is None:
        return None
    return f"seq-{bisect_left(bounds, round(value)) + 1}"


def as_css() -> str:
    """The roles as custom properties; printing always uses the light ones."""

    def properties(roles: MappingProxyType[str, str]) -> str:
        return "".join(f"--{role}:{value};" for role, value in roles.items())

    return (
        f":root{{color-scheme:light dark;{properties(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{properties(DARK)}}}}}\n"
    )


def for_screen(svg: str) -> str:
    """The same drawing with the custom properties in place of the light colours."""
    for role, value in LIGHT.items():
        svg = svg.replace(f'"{value}"', f'"var(--{role})"')
    return svg
