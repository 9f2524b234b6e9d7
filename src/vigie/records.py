"""The records that pass between the steps of a night. Fields that are columns carry the column's name."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

REPORT = "rapport_avancement"
ROADMAP_REGISTER = "registre_feuilles_de_route"
LONG_INDICATORS = "indicateurs_longs"
GRANTS = "subventions"


@dataclass(frozen=True)
class Source:
    """One line of `seeds/sources.csv`: where the reports of one territory are found.

    `siren_epci` is empty for a source shared by several territories (the report's header then tells).
    `canal` names the module of `vigie.arrival.sources`; `format` the adapter, or `auto`; `adresse` is a path relative
    to the channel's root or a URL; `connexion` the id of an Airflow connection holding the secrets.
    `correspondance` names an optional column-mapping file under `seeds/correspondances/`.
    """

    source_id: str
    siren_epci: str
    nom: str
    canal: str
    adresse: str
    format: str = "auto"
    connexion: str = ""
    correspondance: str = ""
    est_active: bool = True


@dataclass(frozen=True)
class Receipt:
    """What was received, from whom and when: one per source and content, beside the immutable bytes.

    `depose_le` is the deposit time attested by the channel (UTC, None when it says nothing), `collecte_le` the
    time of the run, `connu_le` the moment from which Vigie knew it (second clock).
    """

    source_id: str
    siren_epci: str
    canal: str
    format: str
    nom_fichier: str
    adresse: str
    sha256: str
    taille_octets: int
    depose_le: datetime | None
    collecte_le: datetime
    connu_le: datetime
    correspondance: str = ""
    est_synthetique: bool = False

    @property
    def rapport_id(self) -> str:
        """Stable over nights and machines: the same bytes from the same source are the same report."""
        return hashlib.sha256(f"{self.source_id}/{self.sha256}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Cell:
    """A raw value and where it stands in the sender's file; `colonne` is a letter, empty when meaningless."""

    valeur: str
    feuille: str = ""
    ligne: int = 0
    colonne: str = ""


@dataclass(frozen=True)
class Observation:
    """Something an adapter or the reading of a cell noticed, told to the sender under the rule `regle_code`.

    `champ` is the field concerned, or the one suggested for an unknown header; `nombre` how many cells it is about."""

    regle_code: str
    feuille: str = ""
    ligne: int = 0
    colonne: str = ""
    valeur: str = ""
    champ: str = ""
    nombre: int = 0


def _empty_table() -> "pa.Table":
    # Ninety fetches handle records every night and never meet a table: only reading pays for Arrow.
    import pyarrow as pa

    return pa.table({})


@dataclass
class ParsedReport:
    """A file read by its adapter, values still as written by the sender.

    `jeu` names the data set. `entete` maps a header field (see `seeds/champs.csv`, niveau `entete`) to its cell.
    `lignes` holds one row per action: `feuille` (text), `ligne` (int, row number seen by the sender, 1-based) and
    one text column per canonical field found, null where blank; several values of a list field are joined by
    `|`. `financements` holds `feuille, ligne, financeur, programme, programme_eur, engage_eur, justifie_eur,
    paye_eur` as texts, one row per funder of an action. `colonnes` maps a field to
    (label in the file, column letter). Columns meant for persons are already dropped.
    """

    receipt: Receipt
    jeu: str
    format: str
    entete: dict[str, Cell] = field(default_factory=dict)
    lignes: "pa.Table" = field(default_factory=_empty_table)
    financements: "pa.Table" = field(default_factory=_empty_table)
    colonnes: dict[str, tuple[str, str]] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
