"""Working days are counted from the next day, over weekends, holidays and make-up days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import workcalendar
from portal.domain.workdays import (
    add_workdays,
    by_calendar,
    is_over,
    notice_period,
    overdue_by,
    remaining,
    workdays_between,
)

weekdays = by_calendar()


@pytest.mark.parametrize(
    ("published", "n", "last"),
    [
        (date(2024, 1, 22), 5, date(2024, 1, 29)),  # Monday → next Monday
        (date(2024, 1, 19), 5, date(2024, 1, 26)),  # Friday → next Friday
        (date(2024, 1, 20), 5, date(2024, 1, 26)),  # Saturday → Friday
        (date(2024, 1, 22), 1, date(2024, 1, 23)),
        (
            date(2024, 9, 27),
            5,
            date(2024, 10, 10),
        ),  # National Day, with work on Sunday 29 September and Saturday 12 October
        (date(2024, 2, 8), 1, date(2024, 2, 9)),  # the eve of the Spring Festival was a working day by arrangement
        (date(2024, 2, 9), 1, date(2024, 2, 18)),  # then work began on a Sunday
    ],
)
def test_a_notice_ends_on_its_nth_working_day(published, n, last):
    assert notice_period(published, n, is_workday=workcalendar.is_workday) == last


def test_a_handed_in_calendar_with_holidays_and_make_up_days():
    calendar = by_calendar(holidays={date(2026, 11, 24)}, make_up_days={date(2026, 11, 28)})
    assert add_workdays(date(2026, 11, 23), 4, is_workday=calendar) == date(2026, 11, 28)
    assert add_workdays(date(2026, 11, 23), 0, is_workday=calendar) == date(2026, 11, 23)


def test_remaining_counts_today_and_ends_at_nought():
    last = date(2026, 11, 27)  # a Friday
    days = [date(2026, 11, 20) + timedelta(days=n) for n in range(10)]
    assert [remaining(day, last=last, is_workday=weekdays) for day in days] == [6, 5, 5, 5, 4, 3, 2, 1, 0, 0]
    assert [is_over(day, last=last) for day in days] == [False] * 8 + [True] * 2
    assert overdue_by(date(2026, 12, 1), last=last, is_workday=weekdays) == 2
    assert overdue_by(last, last=last, is_workday=weekdays) == 0


def test_impossible_requests_are_refused():
    with pytest.raises(ValueError):
        add_workdays(date(2026, 1, 1), -1, is_workday=weekdays)
    with pytest.raises(ValueError):
        notice_period(date(2026, 1, 1), 0, is_workday=weekdays)
    with pytest.raises(ValueError):
        add_workdays(date(2026, 1, 1), 1, is_workday=lambda day: False)


dates = st.dates(date(2005, 1, 1), date(2035, 12, 31))


@given(dates, st.integers(1, 60))
def test_adding_and_counting_agree(start, n):
    last = notice_period(start, n, is_workday=workcalendar.is_workday)
    assert last > start
    assert workcalendar.is_workday(last)
    assert workdays_between(start, last, is_workday=workcalendar.is_workday) == n
    assert remaining(start + timedelta(days=1), last=last, is_workday=workcalendar.is_workday) == n


@given(dates, st.integers(1, 30))
def test_later_publication_never_ends_earlier(start, n):
    one = notice_period(start, n, is_workday=workcalendar.is_workday)
    assert notice_period(start + timedelta(days=1), n, is_workday=workcalendar.is_workday) >= one


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 10, 1), False),
        (date(2024, 10, 7), False),  # a Monday of the long holiday
        (date(2024, 10, 12), True),  # a Saturday made up
        (date(2024, 10, 13), False),
        (date(2026, 11, 23), True),
    ],
)
def test_published_arrangements_are_known(day, works):
    assert workcalendar.is_workday(day) is works
    assert not workcalendar.is_provisional(day)


def test_beyond_the_published_years_weekends_and_fixed_holidays_count_provisionally():
    assert workcalendar.is_provisional(date(2199, 1, 2))
    assert not workcalendar.is_workday(date(2199, 1, 1))  # a Tuesday
    assert workcalendar.is_workday(date(2199, 1, 2))
    assert not workcalendar.is_workday(date(2199, 1, 5))  # a Saturday
    assert not workcalendar.is_workday(date(2199, 10, 3))  # a Thursday
    assert workcalendar.is_provisional(date(2003, 12, 31))
