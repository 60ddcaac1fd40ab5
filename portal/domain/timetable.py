"""The dates of a round: their order, and which parts of a round are used and stay as they are."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

DATES: tuple[str, ...] = ("opens_at", "closes_at", "recommend_by", "review_by", "visit_by")
"""In the order in which they must stand."""
BASIS: tuple[str, ...] = ("edition", "year", "name", "statistics_year")
"""What an application starts under: fixed with the first case."""


class Fault(StrEnum):
    """What is wrong with a date."""

    MISSING = "missing"
    ORDER = "order"
    PAST = "past"


def used_parts(dates: Mapping[str, datetime], *, cases: int, at: datetime) -> frozenset[str]:
    """The parts of a round that may no longer change at an instant.

    Without a case everything may change. With the first case the basis is fixed, and each date once it has passed;
    the quota once recommending is over.
    """
    if not cases:
        return frozenset()
    passed = {name for name in DATES if dates[name] <= at}
    quota = {"quota"} if "recommend_by" in passed else set()
    return frozenset({*BASIS, *passed, *quota})


def faults(wanted: Mapping[str, datetime | None], before: Mapping[str, datetime] | None = None, *, cases: int = 0,
           at: datetime) -> dict[str, Fault]:
    """What is wrong with a round's dates, by name.

    The window must open before it closes, later dates may coincide but never run backwards; a round with cases
    cannot have a date moved into the past, because that would end somebody's time after the fact.
    """
    found: dict[str, Fault] = {}
    last: datetime | None = None
    for name in DATES:
        value = wanted[name]
        if value is None:
            found[name] = Fault.MISSING
            continue
        changed = before is None or before[name] != value
        if last is not None and (value < last or (name == "closes_at" and value == last)):
            found[name] = Fault.ORDER
        elif cases and changed and value <= at:
            found[name] = Fault.PAST
        last = value if last is None else max(last, value)
    return found
