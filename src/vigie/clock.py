"""The one time zone people live in: every moment is kept as naive UTC, every day told is a day in Paris."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def day_in_paris(moment: datetime) -> date:
    """The day in Paris of a moment in naive UTC."""
    return moment.replace(tzinfo=UTC).astimezone(PARIS).date()
