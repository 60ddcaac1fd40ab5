"""What an acceptance visit has to have seen before it may end, and how often a case may be sent to rectify."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

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

    @property
    def none(self) -> bool:
        """Whether the visit may end in acceptance."""
        return not (self.unchecked or self.unexplained or self.samples or self.open or self.failed)


def to_check(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that the standard has verified on site, in the order of the checklist."""
    return tuple(item for item in items if item.check is not CheckMethod.DOCUMENTS)


def gaps(items: Iterable[Item], *, found: Mapping[str, tuple[str, str]], sampled: int, least: int,
         rechecks: Sequence[str]) -> Gaps:
    """What is missing; `found` is item id → (what was found, note), `rechecks` the state of every problem in order.

    An item that is not as reported needs a note: the record has to say what was seen (domain.md B5).
    """
    wanted = [item.id for item in to_check(items)]
    return Gaps(
        unchecked=tuple(each for each in wanted if each not in found),
        unexplained=tuple(each for each, (what, note) in found.items() if what != Found.TRUE and not note.strip()),
        samples=max(0, least - sampled),
        open=tuple(n for n, state in enumerate(rechecks, 1) if state == Recheck.OPEN),
        failed=tuple(n for n, state in enumerate(rechecks, 1) if state == Recheck.FAILED))


def may_require(*, rechecks: int, required: int) -> bool:
    """Whether a case sent to rectify `required` times may be sent once more: each time needs a re-check."""
    return required < rechecks


def opening_score(item: Item, *, mean: Decimal | None) -> Decimal | None:
    """The site score that an item starts from: the review's mean, to the item's step, half up; None when not scored."""
    if mean is None:
        return None
    steps = (mean / item.step).quantize(Decimal(1), ROUND_HALF_UP)
    return min(steps * item.step, item.points)
