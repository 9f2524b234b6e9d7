"""Which of the first two numbers of a date is the month, told by all the dates of a report together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigie.reading.values.columns import Mask, Notes, Text, read_dates
from vigie.reading.values.notices import Notices

_SMALL, _LARGE = "(0?[1-9]|1[0-2])", "(1[3-9]|2[0-9]|3[01])"
_END = "([-/.](?:[0-9]{2}|[0-9]{4})(?: [0-9]{1,2}:[0-9]{2}.*)?)$"
_MONTH_FIRST = f"^{_SMALL}([-/.]){_LARGE}{_END}"
_DAY_FIRST = f"^{_LARGE}([-/.]){_SMALL}{_END}"
_EITHER = f"^{_SMALL}([-/.]){_SMALL}{_END}"

_EXCHANGED = re.compile(r"^(0?[1-9]|1[0-2])([-/.])(\d{1,2})(?=[-/.]\d{2})")


@dataclass(frozen=True)
class DateOrder:
    """Per report, by its position: whether its dates have the month first, or only some of them (`is_doubtful`).

    A date such as 12/31/2026 can only have the month first, 31/12/2026 only the day: the most numerous decide.
    """

    month_first: Mask
    is_doubtful: Mask

    @classmethod
    def of(cls, dates: Iterable[Text], reports: npt.NDArray[np.int64], size: int) -> "DateOrder":
        """The order of the dates of each of `size` reports, told by all its columns of dates."""
        months, days = np.zeros(size, np.int64), np.zeros(size, np.int64)
        for array in dates:
            if (mask := _like(array, _MONTH_FIRST)).any():
                months += np.bincount(reports[mask], minlength=size)
            if (mask := _like(array, _DAY_FIRST)).any():
                days += np.bincount(reports[mask], minlength=size)
        return cls(months > days, (months > 0) & (months <= days))

    def read(
        self, array: Text, is_end: bool, reports: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.datetime64], Notes]:
        """Days as `read_dates` gives them, each date read in the order of its report, and the remarks of the rows."""
        if not (self.month_first.any() or self.is_doubtful.any()):
            return read_dates(array, is_end)
        reversed_ = _like(array, _MONTH_FIRST)
        either = _like(array, _EITHER)
        swapped = (reversed_ | either) & self.month_first[reports]
        exchanged = pc.replace_substring_regex(
            array, f"^([0-9]+)([-/.])([0-9]+){_END}", r"\3\2\1\4"
        )
        days, notes = read_dates(pc.if_else(pa.array(swapped), exchanged, array), is_end)
        # One remark tells all that was exchanged in a report.
        notes = {code: mask & ~swapped for code, mask in notes.items()}
        doubtful = self.is_doubtful[reports]
        return days, notes | {
            "LEC-DATE-AMBIGUE": either & doubtful,
            "LEC-DATE-INVERSEE": reversed_ & doubtful,
        }

    def as_day_first(self, text: str, position: int) -> str:
        """A date repeated on the rows of a report, as `read_date` expects it."""
        if not self.month_first[position]:
            return text
        return _EXCHANGED.sub(r"\3\2\1", text)

    def tell(self, dates: Iterable[Text], reports: npt.NDArray[np.int64], notices: Notices) -> None:
        """One remark for each report whose dates are read with the month first, with one of them."""
        examples: dict[int, str] = {}
        for array in dates if self.month_first.any() else ():
            for at in np.flatnonzero(_like(array, _MONTH_FIRST) & self.month_first[reports]):
                examples.setdefault(int(reports[at]), array[int(at)].as_py())
        for position, example in sorted(examples.items()):
            notices.add(position, "LEC-DATE-MOIS-DEVANT", value=example)


def _like(array: Text, pattern: str) -> Mask:
    found: Mask = pc.fill_null(pc.match_substring_regex(array, pattern), False).to_numpy()
    return found
