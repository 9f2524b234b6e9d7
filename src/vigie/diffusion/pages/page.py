"""A page before it is written."""

from dataclasses import dataclass, field

from vigie.diffusion.pages.model import Figure, Row, Table


@dataclass
class Page:
    """`chemin` is relative to the site; `contenu` is what its template reads.

    `csv` maps a file name under `donnees/` to its table; `fiche` is the path of its PDF, if any.
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
