"""Counting in working days; what a working day is gets handed in.

The counting rule is that of the Civil Code 民法典 art. 201 and 203: the day on which a period begins is not
counted, the period runs from the next day. A public notice of five working days that is published on a
Monday therefore ends with the following Monday, and may be closed from the Tuesday on. Since periods here are
counted in working days, their last day is always a working day. Deadlines run to the end of that day in
China; the caller turns that into an instant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

IsWorkday = Callable[[date], bool]

_LONGEST_REST = 60
_DAY = timedelta(days=1)


def by_calendar(*, holidays: Collection[date] = (), make_up_days: Collection[date] = ()) -> IsWorkday:
    """Give the predicate of a calendar: Monday to Friday without the holidays, plus the make-up days 调休上班."""
    off, on = frozenset(holidays), frozenset(make_up_days)

    def is_workday(day: date) -> bool:
        return day in on or (day.weekday() < 5 and day not in off)

    return is_workday


def add_workdays(start: date, n: int, *, is_workday: IsWorkday) -> date:
    """Give the n-th working day after `start`, which itself is not counted; n = 0 gives `start`.

    Raises ValueError for a negative n, and when the calendar knows no working day for two months.
    """
    if n < 0:
        raise ValueError("a number of working days is not negative")
    day, rest = start, 0
    while n:
        day += _DAY
        if is_workday(day):
            n, rest = n - 1, 0
        elif (rest := rest + 1) > _LONGEST_REST:
            raise ValueError("this calendar has no working days")
    return day


def notice_period(published: date, n: int, *, is_workday: IsWorkday) -> date:
    """Give the last day of a public notice of n ≥ 1 working days, counted from the day after publication.

    Raises ValueError for fewer than one day.
    """
    if n < 1:
        raise ValueError("a notice lasts at least one working day")
    return add_workdays(published, n, is_workday=is_workday)


def workdays_between(start: date, end: date, *, is_workday: IsWorkday) -> int:
    """Count the working days after `start` up to and including `end`; 0 when `end` is not after `start`."""
    return sum(is_workday(start + _DAY * step) for step in range(1, (end - start).days + 1))


def remaining(today: date, *, last: date, is_workday: IsWorkday) -> int:
    """Count the working days still left, today included: 1 on the last day, 0 when it is over."""
    return workdays_between(today - _DAY, last, is_workday=is_workday)


def is_over(today: date, *, last: date) -> bool:
    """Tell whether a period whose last day is `last` has ended."""
    return today > last


def overdue_by(today: date, *, last: date, is_workday: IsWorkday) -> int:
    """Count the working days by which `last` has been missed; 0 while it has not."""
    return workdays_between(last, today, is_workday=is_workday)
