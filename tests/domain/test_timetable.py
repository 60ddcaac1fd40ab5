"""The dates of a round: order, and what is used stays."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.timetable import BASIS, DATES, Fault, faults, used_parts

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def dates(*days: int) -> dict[str, datetime]:
    return {name: START + DAY * day for name, day in zip(DATES, days, strict=True)}


PLAN = dates(0, 30, 40, 60, 90)


@pytest.mark.parametrize(("cases", "at", "used"), [
    (0, 100, set()),
    (1, -5, {*BASIS}),
    (1, 0, {*BASIS, "opens_at"}),
    (1, 31, {*BASIS, "opens_at", "closes_at"}),
    (3, 40, {*BASIS, "opens_at", "closes_at", "recommend_by", "quota"}),
    (3, 91, {*BASIS, *DATES, "quota"}),
])
def test_parts_become_used_with_cases_and_time(cases: int, at: int, used: set[str]) -> None:
    assert used_parts(PLAN, cases=cases, at=START + DAY * at) == used


@pytest.mark.parametrize(("days", "found"), [
    ((0, 30, 40, 60, 90), {}),
    ((0, 30, 30, 30, 30), {}),
    ((0, 0, 40, 60, 90), {"closes_at": Fault.ORDER}),
    ((30, 0, 40, 60, 90), {"closes_at": Fault.ORDER}),
    ((0, 30, 20, 60, 90), {"recommend_by": Fault.ORDER}),
    ((0, 30, 70, 60, 65), {"review_by": Fault.ORDER, "visit_by": Fault.ORDER}),
])
def test_dates_stand_in_order(days: tuple[int, ...], found: dict[str, Fault]) -> None:
    assert faults(dates(*days), at=START) == found


def test_a_missing_date_is_named_and_hides_no_other_fault() -> None:
    assert faults({**dates(0, 30, 40, 60, 20), "review_by": None}, at=START) == {
        "review_by": Fault.MISSING, "visit_by": Fault.ORDER}


def test_with_cases_no_date_moves_into_the_past() -> None:
    at = START + DAY * 20
    sooner = {**PLAN, "closes_at": START + DAY * 10}
    assert faults(sooner, PLAN, cases=1, at=at) == {"closes_at": Fault.PAST}
    assert faults(sooner, PLAN, cases=0, at=at) == {}
    assert faults(PLAN, PLAN, cases=1, at=START + DAY * 200) == {}, "unchanged dates may lie in the past"


@given(st.lists(st.integers(-100, 100), min_size=5, max_size=5), st.integers(-100, 100), st.integers(0, 3))
def test_what_is_used_never_becomes_free_again(days: list[int], at: int, cases: int) -> None:
    plan = dates(*sorted(days))
    now = START + DAY * at
    assert used_parts(plan, cases=cases, at=now) <= used_parts(plan, cases=cases + 1, at=now + DAY)
