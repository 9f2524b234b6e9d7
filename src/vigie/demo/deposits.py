"""When each report reaches the drop folder, and under which name."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from vigie.demo.habits import Habits
from vigie.text import slug

NIGHT_AFTER = timedelta(days=20)
_NIGHT = time(2)
_MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout"),
    *("septembre", "octobre", "novembre", "decembre"),
)


@dataclass(frozen=True)
class Deposit:
    """One file to drop: the state of `day`, at the moment `at` (UTC).

    `nature`: `rapport`, `brouillon` (soon corrected), `correction`, `copie` (same bytes, other name).
    """

    day: date
    at: datetime
    nature: str
    nom: str


def month_ends(until: date, months: int) -> list[date]:
    """The last days of the `months` months that end with the month of `until`, oldest first."""
    days = []
    first = until.replace(day=1)
    for _ in range(months):
        following = (first + timedelta(days=32)).replace(day=1)
        days.append(following - timedelta(days=1))
        first = (first - timedelta(days=1)).replace(day=1)
    return days[::-1]


def night_of(until: date) -> datetime:
    """The moment of the demonstration's night."""
    return datetime.combine(until + NIGHT_AFTER, _NIGHT)


def deposits(
    siren: str, nom: str, habits: Habits, days: list[date], night: datetime, rng: Random
) -> list[Deposit]:
    """The files of one territory in order of deposit; what would come after the night is not there yet."""
    result: list[Deposit] = []
    stops = rng.randint(3, max(3, len(days) - 3)) if habits.ponctualite == "arrete" else len(days)
    for number, day in enumerate(days):
        delay = _delay(habits.ponctualite, rng)
        draw, extra = rng.random(), rng.random()
        if delay is None or number >= stops:
            continue
        at = _moment(day, delay, rng)
        name = _file_name(siren, nom, habits, day, at)
        if draw < 0.05:
            result.append(Deposit(day, at, "brouillon", name))
            later = at + timedelta(days=14, hours=1)
            result.append(Deposit(day, later, "correction", _renamed(name, "_corrige")))
            continue
        result.append(Deposit(day, at, "rapport", name))
        if extra < 0.03:
            again = at + timedelta(days=2, minutes=7)
            result.append(Deposit(day, again, "copie", _renamed(name, " - Copie")))
    return sorted((d for d in result if d.at < night), key=lambda d: (d.at, d.nom))


def _delay(punctuality: str, rng: Random) -> int | None:
    """Days between the end of the month and the deposit; None when the report never comes."""
    draw = rng.random()
    if punctuality == "muet":
        return None
    if punctuality == "tardif":
        return rng.randint(12, 30) if draw < 0.85 else rng.randint(35, 60)
    if punctuality == "irregulier":
        return None if draw < 0.35 else rng.randint(3, 50)
    return None if draw < 0.02 else rng.randint(2, 14) if draw < 0.94 else rng.randint(16, 45)


def _moment(day: date, delay: int, rng: Random) -> datetime:
    """A working day and hour."""
    drop = day + timedelta(days=delay)
    drop -= timedelta(days=max(0, drop.weekday() - 4))
    return datetime.combine(drop, time(rng.randint(7, 16), rng.randint(0, 59), rng.randint(0, 59)))


def _file_name(siren: str, nom: str, habits: Habits, day: date, at: datetime) -> str:
    end = ".csv" if habits.is_csv else ".xlsx"
    if habits.is_tet:
        kind = "import_pa" if habits.famille == "tet_import" else "export_plan_action"
        return f"{kind}_{siren}_{at:%Y-%m-%d}{end}"
    month = f"{_MONTHS[day.month - 1]} {day.year}"
    return {
        "mois": f"rapport_{siren}_{day:%Y-%m}{end}",
        "date_fr": f"Feuille de route - situation au {day:%d-%m-%Y}{end}",
        "suivi": f"suivi actions {month}{end}",
        "version": f"FDR_{slug(nom)[:24]}_{day:%y%m}_VF{end}",
        "date_feuille": f"tableau_suivi_{day:%d%m%Y}{end}",
    }[habits.noms]


def _renamed(name: str, suffix: str) -> str:
    stem, dot, end = name.rpartition(".")
    return f"{stem}{suffix}{dot}{end}"
