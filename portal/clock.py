"""The only reader of the system clock: instants in UTC, days in China time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in China."""
    return now().astimezone(CHINA).date()


def in_china(moment: datetime) -> datetime:
    """The same instant on a Chinese wall clock; a naive value is taken as UTC, as databases return it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(CHINA)
