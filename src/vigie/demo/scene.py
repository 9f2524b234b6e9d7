"""One territory ready to write its reports, the good ones and what the bad ones start from."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from stdnum import luhn

from vigie.demo.deposits import Deposit, deposits
from vigie.demo.faults import Case
from vigie.demo.habits import Habits, deal
from vigie.demo.region import Place
from vigie.demo.roadmap import Roadmap, write_roadmap
from vigie.demo.states import Row, header, rows, with_slips
from vigie.demo.tables import Shaper
from vigie.demo.tet import export_workbook, import_workbook
from vigie.reference.seeds import Reference


class Scene:
    """The roadmap, the habits and the calendar of one territory."""

    def __init__(
        self,
        reference: Reference,
        place: Place,
        adoption: date,
        days: list[date],
        night: datetime,
        seed: int,
    ) -> None:
        self.habits: Habits = deal(place.rank, seed)
        self.place = place
        self.reference = reference
        self.night = night
        self.roadmap: Roadmap = write_roadmap(place, adoption, (days[0], days[-1]), seed)
        self.days = [day for day in days if day > adoption]
        self.shaper = Shaper(reference, self.habits, place.nom, place.rng(seed, "columns"))
        self._rng = place.rng(seed, "deposits")
        self._themes = {code: theme.libelle for code, theme in reference.themes.items()}

    def deposits(self) -> list[Deposit]:
        return deposits(
            self.place.siren,
            self.place.nom,
            self.habits,
            self.days,
            self.night,
            self._rng,
        )

    def rows(self, day: date) -> list[Row]:
        return rows(self.roadmap, day, self.habits.pas)

    def content(self, deposit: Deposit) -> bytes:
        """The bytes of a report, a hasty draft of it when a correction follows."""
        lines = self.rows(deposit.day)
        if deposit.nature == "brouillon":
            lines = with_slips(lines, self._rng)
        if self.habits.famille == "tet_import":
            return import_workbook(deposit.day, lines, self.habits.forme == "consignes")
        if self.habits.famille == "tet_export":
            return export_workbook(deposit.day, lines, self._themes)
        head = header(self.roadmap, deposit.day) | {"siren_epci": self._siren(deposit.day)}
        if self.habits.is_csv:
            return self.shaper.flat(head, lines)
        dated = self.habits.noms == "date_feuille"
        return self.shaper.workbook(
            head, lines, f"Actions {deposit.day:%d-%m-%Y}" if dated else "Actions"
        )

    def _siren(self, day: date) -> str:
        """The SIREN that its report of that day bears: once more, the first time, the one it bore before it merged."""
        if day == self.days[-1] or day != self.days[0]:
            return self.place.siren
        retired = self.reference.retired_sirens.values()
        former = (one.siren_ancien for one in retired if one.siren_epci == self.place.siren)
        return min(former, default=self.place.siren)

    def case(self, deposit: Deposit) -> Case:
        """What a bad report of that date starts from."""
        known = self.reference.territories
        before = max((day for day in self.days if day < deposit.day), default=deposit.day)
        return Case(
            shaper=self.shaper,
            is_csv=self.habits.is_csv,
            header=header(self.roadmap, deposit.day),
            rows=self.rows(deposit.day),
            previous=self.rows(before),
            unknown_siren=next(s for s in _sirens() if s not in known),
            other_siren=next(s for s in sorted(known) if s != self.place.siren),
            future=self.night.date() + timedelta(days=130),
        )


def _sirens() -> Iterator[str]:
    """Well-formed SIREN numbers of a range where no authority stands."""
    for number in range(29999000, 29999999):
        yield f"{number}{luhn.calc_check_digit(str(number))}"
