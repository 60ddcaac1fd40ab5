"""What an acceptance visit has to have seen before it may end, and how often a case may be sent to rectify."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from heapq import nsmallest

from portal.domain.scheme import CheckMethod, Item


class Found(StrEnum):
    """What the team found of an item: as reported, partly, or not; stored by value."""

    TRUE = "true"
    PARTLY = "partly"
    FALSE = "false"


class Recheck(StrEnum):
    """How a problem came out of its re-check; OPEN while nobody has looked again."""

    OPEN = ""
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What keeps a visit from ending in acceptance: item ids, points still to sample, positions of problems from 1."""

    unchecked: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    samples: int = 0
    open: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    disputed: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether the visit may end in acceptance."""
        return not (self.unchecked or self.unexplained or self.samples or self.open or self.failed or self.disputed)


def to_check(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that the standard has verified on site, in the order of the checklist."""
    return tuple(item for item in items if item.check is not CheckMethod.DOCUMENTS)


def gaps(items: Iterable[Item], *, found: Mapping[str, tuple[str, str]], sampled: int, least: int,
         rechecks: Sequence[str], disputed: Iterable[str] = ()) -> Gaps:
    """What is missing; `found` is item id → (what was found, note), `rechecks` the state of every problem in order.

    `disputed` are items of which two people noted different things and nobody has settled which holds.
    An item that is not as reported needs a note: the record has to say what was seen (domain.md B5).
    """
    wanted = [item.id for item in to_check(items)]
    return Gaps(
        unchecked=tuple(each for each in wanted if each not in found),
        unexplained=tuple(each for each, (what, note) in found.items() if what != Found.TRUE and not note.strip()),
        samples=max(0, least - sampled),
        open=tuple(n for n, state in enumerate(rechecks, 1) if state == Recheck.OPEN),
        failed=tuple(n for n, state in enumerate(rechecks, 1) if state == Recheck.FAILED),
        disputed=tuple(sorted(set(disputed))))


def may_require(*, rechecks: int, required: int) -> bool:
    """Whether a case sent to rectify `required` times may be sent once more: each time needs a re-check."""
    return required < rechecks


def opening_score(item: Item, *, mean: Decimal | None) -> Decimal | None:
    """The site score that an item starts from: the review's mean, to the item's step, half up; None when not scored."""
    if mean is None:
        return None
    steps = (mean / item.step).quantize(Decimal(1), ROUND_HALF_UP)
    return min(steps * item.step, item.points)


SEED_DIGITS = 6
LIST_COUNT = "total"
"""The count that says how long an institution's list of points is."""
MOST_LISTED = 100_000
"""No list of points is longer; each of its numbers gets a lot when points are drawn."""


def inventory(items: Iterable[Item], counts: Mapping[str, Mapping[str, object]]) -> int:
    """How many points the institution declared: the longest list of an item that is looked at on site; 0 when none.

    `counts` is item id → the answer's counts as they were declared.
    """
    declared = []
    for item in to_check(items):
        said = str(counts.get(item.id, {}).get(LIST_COUNT) or "")
        if any(count.id == LIST_COUNT for count in item.counts) and said.isdecimal():
            declared.append(int(said) if len(said) <= len(str(MOST_LISTED)) else MOST_LISTED)
    return min(MOST_LISTED, max(declared, default=0))


def seed_of(*facts: object) -> str:
    """Six digits that follow from these facts and from nothing else."""
    number = int.from_bytes(sha256(":".join(map(str, facts)).encode()).digest()[:8], "big")
    return f"{number % 10 ** SEED_DIGITS:0{SEED_DIGITS}d}"


@lru_cache(maxsize=256)
def drawn(inventory: int, wanted: int, *, seed: str) -> tuple[int, ...]:
    """The numbers, from 1, of the points that are drawn from a list, in order; the same seed draws the same points.

    A point's lot is the digest of seed and number, and the lowest lots are drawn: anybody can repeat it by hand.
    """
    lots = nsmallest(wanted, range(1, inventory + 1), key=lambda n: sha256(f"{seed}:{n}".encode()).hexdigest())
    return tuple(sorted(lots))
