"""China's working days: weekends, public holidays and make-up days, from the published arrangements.

The State Council publishes the arrangement for a year in the autumn before; `chinesecalendar` carries the
published ones. For a year that it does not know, weekends and those holidays whose dates the regulation itself
fixes (全国年节及纪念日放假办法, as amended by 国务院令第795号) are counted as days off, and the result is
provisional: a deadline in such a year is to be computed again when the arrangement is out.
"""

from __future__ import annotations

from datetime import date

import chinese_calendar
from chinese_calendar.constants import holidays as _published

_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_FIRST_YEAR = min(_published).year
_LAST_YEAR = max(_published).year


def is_provisional(day: date) -> bool:
    """Tell whether the arrangement for that day's year is unknown here."""
    return not _FIRST_YEAR <= day.year <= _LAST_YEAR


def is_workday(day: date) -> bool:
    """Tell whether public institutions work on that day; see `is_provisional` for how sure this is."""
    if is_provisional(day):
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS
    return bool(chinese_calendar.is_workday(day))
