"""The life of one action over time: planned, started, frozen, postponed, finished, abandoned, forgotten."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


@dataclass(frozen=True)
class Freeze:
    """A time without work; `statut` is `bloque` or `en_pause`."""

    debut: date
    fin: date
    statut: str

    def days_before(self, day: date) -> int:
        return max(0, (min(day, self.fin) - self.debut).days)


@dataclass(frozen=True)
class Life:
    """Everything that happens to an action; the state at any date follows from it alone."""

    debut_prevu: date
    fin_prevue: date
    debut_reel: date
    jours_de_travail: int
    gel: Freeze | None
    abandon: date | None
    reports: tuple[tuple[date, date], ...]
    apparait: date | None
    disparait: date | None
    renommee: date | None
    a_discuter: bool
    statut_tu: bool
    taux_donne: bool
    sans_echeance: bool

    def start_after(self, days: int) -> date:
        """The day `days` after the real start."""
        return self.debut_reel + timedelta(days=days)

    def is_listed(self, day: date) -> bool:
        """Whether a report of that day still (or already) lists the action."""
        return (self.apparait is None or self.apparait <= day) and (
            self.disparait is None or day < self.disparait
        )

    def worked_share(self, day: date) -> float:
        """Work done by `day`, 0 to 1, linear; nothing while frozen or once abandoned."""
        until = min(day, self.abandon) if self.abandon else day
        days = (until - self.debut_reel).days
        if self.gel:
            days -= self.gel.days_before(until)
        return min(1.0, max(0.0, days / self.jours_de_travail))

    @property
    def fin_reelle(self) -> date:
        """The day the work ends when nothing stops it for good."""
        frozen = (self.gel.fin - self.gel.debut).days if self.gel else 0
        return self.debut_reel + timedelta(days=self.jours_de_travail + frozen)

    def planned_end(self, day: date) -> date:
        """The planned end as announced on `day`, after the postponements known by then."""
        end = self.fin_prevue
        for known, postponed in self.reports:
            if known <= day:
                end = postponed
        return end

    def status(self, day: date) -> str:
        """The status code on `day`."""
        if self.abandon and day >= self.abandon:
            return "abandonne"
        if day < self.debut_reel:
            far = self.debut_reel - timedelta(days=120)
            return "a_discuter" if self.a_discuter and day < far else "a_venir"
        if day >= self.fin_reelle:
            return "realise"
        if self.gel and self.gel.debut <= day < self.gel.fin:
            return self.gel.statut
        return "en_cours"

    def progress(self, day: date) -> float:
        """Progress in percent on `day`: slow start, slow end, never 100 before the end."""
        share = self.worked_share(day)
        if share >= 1.0 and self.status(day) == "realise":
            return 100.0
        return min(97.0, 100 * share * share * (3 - 2 * share))


def write_life(adoption: date, window: tuple[date, date], rng: Random) -> Life:
    """Draws a plausible life for an action of a roadmap adopted on `adoption`, told over `window`."""
    first, last = window
    latest = max(last + timedelta(days=150), adoption + timedelta(days=540))
    span = (latest - adoption).days
    start = _month_start(adoption + timedelta(days=30 + round(span * rng.random() ** 1.25)))
    length = rng.choice((120, 180, 240, 365, 365, 545, 730, 900))
    end = _month_end(start + timedelta(days=length))
    real_start = start + timedelta(days=rng.choice((-10, 0, 0, 7, 20, 45, 90, 150)))
    work = max(60, round(length * rng.uniform(0.75, 1.6)))
    freeze = abandon = None
    draw = rng.random()
    if draw < 0.28:
        begins = real_start + timedelta(days=round(work * rng.uniform(0.1, 0.8)))
        lasts = timedelta(days=rng.randint(90, 500))
        freeze = Freeze(begins, begins + lasts, rng.choice(("bloque", "en_pause")))
    elif draw < 0.35:
        abandon = real_start + timedelta(days=round(work * rng.uniform(0.05, 0.7)))
    frozen = (freeze.fin - freeze.debut) if freeze else timedelta()
    real_end = real_start + timedelta(days=work) + frozen
    return Life(
        debut_prevu=start,
        fin_prevue=end,
        debut_reel=real_start,
        jours_de_travail=work,
        gel=freeze,
        abandon=abandon,
        reports=_postponements(end, real_end, rng),
        apparait=_some_day(first, last, rng) if rng.random() < 0.08 else None,
        disparait=_some_day(first, last, rng) if rng.random() < 0.03 else None,
        renommee=_some_day(first, last, rng) if rng.random() < 0.02 else None,
        a_discuter=rng.random() < 0.35,
        statut_tu=rng.random() < 0.015,
        taux_donne=rng.random() < 0.88,
        sans_echeance=rng.random() < 0.06,
    )


def _postponements(end: date, real_end: date, rng: Random) -> tuple[tuple[date, date], ...]:
    """The new ends announced while the work runs late; some territories never announce any."""
    announced: list[tuple[date, date]] = []
    while end < real_end and len(announced) < 3 and rng.random() < 0.7:
        known = end - timedelta(days=rng.randint(10, 90))
        end = _month_end(end + timedelta(days=rng.choice((60, 90, 120, 180, 240))))
        announced.append((known, end))
    return tuple(announced)


def _some_day(first: date, last: date, rng: Random) -> date:
    days = max(2, (last - first).days)
    return first + timedelta(days=rng.randint(days // 4 + 1, days))


def _month_start(day: date) -> date:
    return day.replace(day=1)


def _month_end(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - timedelta(days=1)
