"""The only reader of the system clock: instants in UTC, days in China time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC, to the microsecond."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def pretending(moment: datetime) -> Iterator[None]:
    """Make `moment` (aware) the present inside the block.

    Demonstration data are deeds of the past, done for real; tests let notices run out.
    """
    if moment.tzinfo is None:
        raise ValueError(f"naive instant {moment!r}")
    token = _pretended.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def today() -> date:
    """The calendar day in China."""
    return now().astimezone(CHINA).date()


def in_china(moment: datetime) -> datetime:
    """The same instant on a Chinese wall clock; a naive value is taken as UTC, as databases return it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(CHINA)
