"""A page before it is written, and its fingerprint: same content, same page, not made again."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from vigie.steering.model import Figure, Row, Table


@dataclass
class Page:
    """`chemin` is relative to the site; `contenu` is what its template reads.

    `csv` maps a file name under `donnees/` to its table; `fiche` is the content of the PDF sheet, if any.
    """

    chemin: str
    modele: str
    contenu: Row
    csv: dict[str, Table] = field(default_factory=dict)
    fiche: str | None = None

    def __post_init__(self) -> None:
        stem = self.chemin.removesuffix(".html").replace("/", "-")
        for figure in self.figures():
            figure.page = stem
            self.csv[figure.fichier] = figure.table

    def figures(self) -> list[Figure]:
        """The figures of the page, wherever they stand in its content."""
        found: list[Figure] = []
        for value in self.contenu.values():
            found.extend(
                f for f in (value if isinstance(value, list) else [value]) if isinstance(f, Figure)
            )
        return found

    def fingerprint(self, shared: str) -> str:
        """A digest of everything shown; `shared` stands for what all pages have in common."""
        content = json.dumps(
            [self.chemin, self.modele, self.contenu],
            default=_plain,
            sort_keys=True,
            ensure_ascii=False,
        )
        return hashlib.sha256((shared + content).encode()).hexdigest()[:20]


def _plain(value: Any) -> Any:
    if isinstance(value, Figure):
        return [value.code, value.titre, value.note, value.si_vide, value.lignes, value.points]
    if isinstance(value, Table):
        return [
            value.code,
            value.titre,
            [column.libelle for column in value.colonnes],
            value.lignes,
        ]
    return str(value)
