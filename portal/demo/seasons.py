"""When things happen in the demonstration: days counted from today, and the rounds of every scheme."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from portal import editions, workcalendar
from portal.clock import CHINA
from portal.models.round import Round

EDITIONS = {"national": "national-2017", "municipal": "municipal-2016", "water-saving": "water-saving-2013"}
"""The edition that each scheme's rounds use."""

PAST = 5
"""How many years of certificates there are, the oldest first."""

_LAST_ISSUE = {"national": 131, "municipal": 158, "water-saving": 186}


@dataclass(frozen=True)
class Days:
    """Instants by their distance from today, on working days only."""

    today: date

    def day(self, offset: int) -> date:
        """The working day `offset` days from today, or the last one before it (the next one for days to come)."""
        day, step = self.today + timedelta(days=offset), timedelta(days=-1 if offset <= 0 else 1)
        while offset and not workcalendar.is_workday(day):
            day += step
        return day

    def at(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """An hour of that day in China."""
        return datetime.combine(self.day(offset), time(hour, minute), CHINA).astimezone(UTC)

    def end(self, offset: int) -> datetime:
        """The end of office hours of that day."""
        return self.at(offset, 18)


@dataclass(frozen=True, kw_only=True)
class Window:
    """A round's dates as distances from today."""

    opens: int
    closes: int
    recommend_by: int
    review_by: int
    visit_by: int


OPEN = Window(opens=-24, closes=11, recommend_by=25, review_by=60, visit_by=95)
"""The round that institutions are applying in."""
RUNNING = Window(opens=-100, closes=-66, recommend_by=-52, review_by=8, visit_by=38)
"""The round that is being reviewed, visited and decided."""
RUNNING_NATIONAL = Window(opens=-540, closes=-505, recommend_by=-490, review_by=8, visit_by=38)
"""The national one: a year of creation lies between the candidate list and the review."""


def issued(scheme: str, batch: int) -> int:
    """The day (from today) on which the certificates of a past batch were issued; batch 0 is the oldest."""
    return -(_LAST_ISSUE[scheme] + 365 * (PAST - 1 - batch))


def past(scheme: str, batch: int) -> Window:
    """The dates of a past round, counted back from the day its certificates were issued."""
    end = issued(scheme, batch)
    lead = 365 if scheme == "national" else 0
    return Window(opens=end - 215 - lead, closes=end - 180 - lead, recommend_by=end - 166 - lead,
                  review_by=end - 110, visit_by=end - 70)


def rounds(session: Session, days: Days) -> dict[tuple[str, str], Round]:
    """Write every round: by scheme and "open", "running" or the number of a past batch."""
    made: dict[tuple[str, str], Round] = {}
    for scheme, edition in EDITIONS.items():
        windows = {str(batch): past(scheme, batch) for batch in range(PAST)}
        windows["running"] = RUNNING_NATIONAL if scheme == "national" else RUNNING
        windows["open"] = OPEN
        years = Counter(days.day(one.opens).year for one in windows.values())
        seen: Counter[int] = Counter()
        name = editions.get(edition).name
        for key, window in sorted(windows.items(), key=lambda pair: pair[1].opens):
            year = days.day(window.opens).year
            seen[year] += 1
            batch = f"（第{'一二三四五'[seen[year] - 1]}批）" if years[year] > 1 else ""
            made[scheme, key] = Round(
                scheme=scheme, edition=edition, edition_digest=editions.digest_of(edition), year=year,
                name=f"{year}年度{name}创建{batch}", statistics_year=year - 1,
                quota=6 if key == "open" else None, opens_at=days.at(window.opens, 9), closes_at=days.end(window.closes),
                recommend_by=days.end(window.recommend_by), review_by=days.end(window.review_by),
                visit_by=days.end(window.visit_by))
    session.add_all(made.values())
    session.flush()
    return made
