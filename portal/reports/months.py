"""Months of the Chinese calendar as spans of instants."""

from datetime import UTC, date, datetime, time

from portal.clock import CHINA


def back(today: date, count: int) -> list[date]:
    """The first days of `count` months that end with today's, the oldest first."""
    first = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first - count + 1, first + 1)]


def bounds(month: date) -> tuple[datetime, datetime]:
    """When a month begins and when the next one does, in China."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return _midnight(month), _midnight(after)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
