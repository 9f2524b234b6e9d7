"""Defects of Vigie met on a file: never a verdict on its sender, told to the operator, tried again the next night."""

import traceback
from dataclasses import dataclass
from pathlib import Path

from vigie.records import Receipt

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Defect:
    """What went wrong: `nature` for a sentence, `trace` for whoever mends it. Neither holds a sender's words."""

    nature: str
    trace: str


@dataclass(frozen=True)
class Incident:
    """A report that a defect of Vigie kept from being judged."""

    receipt: Receipt
    defect: Defect

    def sentence(self, territory: str) -> str:
        """What the operator must know and do; `territory` is the name of the source."""
        return (
            f"{territory} : « {self.receipt.nom_fichier} » ({self.receipt.rapport_id}) n'est ni jugé ni chargé, par un "
            f"défaut de Vigie ({self.defect.nature}) ; rien n'a été répondu à l'expéditeur. Transmettez le journal à "
            "qui maintient Vigie ; le fichier sera repris la nuit prochaine, ou dès la correction par « vigie gate »."
        )


def defect_of(error: Exception) -> Defect:
    """The kind and the place of an exception, without its message: that may quote the file of a sender."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    where = (ours or frames)[-1]
    place = f"{where.filename.rpartition('/')[2]}, ligne {where.lineno}"
    kind = getattr(error, "regle_code", "") or type(error).__name__
    # The message of a rule that broke comes after the removal of personal data, and is all there is to go by.
    told = f"{type(error).__name__}: {error}" if hasattr(error, "regle_code") else kind
    return Defect(f"{kind}, {place}", "".join(traceback.format_list(frames)) + told)
