"""Faulty files, at least one per rule, each with the verdict, the rows and the words it must receive.

A case is judged for a territory of its own, so that the whole corpus is one night of the gate. `told` holds every
control expected on its last file, as `CODE` (whole file) or `CODE:row`: what is not listed must stay silent, so that
each case also shows the other rules green.
"""

from tests.gate.corpus.answered import ANSWERED
from tests.gate.corpus.behaviour import BEHAVIOUR
from tests.gate.corpus.clean import GOOD
from tests.gate.corpus.documents import DOCUMENTS
from tests.gate.corpus.files import FILES
from tests.gate.corpus.formats import REMOTE, TERRITORIES, TET
from tests.gate.corpus.groups import GROUPS
from tests.gate.corpus.others import OTHERS
from tests.gate.corpus.readings import HEADERS, READINGS
from tests.gate.corpus.report_limits import REPORT_LIMITS
from tests.gate.corpus.row_limits import ROW_LIMITS
from tests.gate.corpus.rows import ROWS
from tests.gate.corpus.shapes import SHAPES

CASES = [
    *FILES,
    *DOCUMENTS,
    *SHAPES,
    *GROUPS,
    *READINGS,
    *HEADERS,
    *ROWS,
    *BEHAVIOUR,
    *TET,
    *TERRITORIES,
    *REMOTE,
    *OTHERS,
    *GOOD,
    *ROW_LIMITS,
    *REPORT_LIMITS,
    *ANSWERED.values(),
]
