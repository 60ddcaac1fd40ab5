"""What an expert's mark on an item may be, when it needs a reason, and which cases are drawn for a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from portal.domain.scheme import Item

MOST_CELLS = 10
"""More values than this are typed instead of chosen from cells."""


class Need(StrEnum):
    """Why a mark needs a reason."""

    DEPARTED = "departed"
    """It is not what the formula gives."""
    STAR_ZERO = "star-zero"
    """It is a zero on a ★ item, which fails the case."""


class State(StrEnum):
    """How far an item is on a sheet."""

    OPEN = "open"
    DRAFT = "draft"
    """Begun: a score without the reason it needs, or a reason without a score."""
    NA = "na"
    DEPARTED = "departed"
    """Scored with a reason, but not as the formula computes."""
    SCORED = "scored"


class Fault(StrEnum):
    """Why points are refused."""

    RANGE = "range"
    STEP = "step"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The page of the evidence on which a mark rests: the id of the evidence, and its page from 1 on."""

    evidence: int
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What an expert says of one item: points, or not applicable, or nothing yet; with a reason where needed.

    `steps` are the positions of the item's steps found to be met, where the points are their sum.
    """

    points: Decimal | None = None
    not_applicable: bool = False
    reason: str = ""
    basis: Basis | None = None
    steps: tuple[int, ...] = ()

    @property
    def given(self) -> bool:
        """Whether anything was said."""
        return self.not_applicable or self.points is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value to choose, with the band that it stands for (may be empty)."""

    points: Decimal
    label: str = ""


def fault(item: Item, mark: Mark) -> Fault | None:
    """Why this mark is refused; None when it may stand. Points lie in 0 … item.points by item.step."""
    if mark.not_applicable:
        return None if item.not_applicable is not None else Fault.NOT_APPLICABLE
    if mark.points is None:
        return None
    if not Decimal(0) <= mark.points <= item.points:
        return Fault.RANGE
    return Fault.STEP if mark.points % item.step else None


def need(item: Item, mark: Mark, *, computed: Decimal | None) -> Need | None:
    """Why this mark needs a reason; `computed` is what the formula gives, None where it gives nothing."""
    if not mark.given:
        return None
    if item.star and mark.points == 0 and not mark.not_applicable:
        return Need.STAR_ZERO
    if computed is not None and (mark.not_applicable or mark.points != computed):
        return Need.DEPARTED
    return None


def unreasoned(item: Item, mark: Mark, *, computed: Decimal | None) -> bool:
    """Whether the mark lacks the reason that it needs."""
    return need(item, mark, computed=computed) is not None and not mark.reason.strip()


def state(item: Item, mark: Mark, *, computed: Decimal | None) -> State:
    """How far the item is: open, begun, not applicable, scored as computed or otherwise."""
    if not mark.given:
        return State.DRAFT if mark.reason.strip() or mark.basis else State.OPEN
    if unreasoned(item, mark, computed=computed):
        return State.DRAFT
    if mark.not_applicable:
        return State.NA
    return State.SCORED if computed is None or mark.points == computed else State.DEPARTED


def choices(item: Item) -> tuple[Choice, ...]:
    """The values to choose from, rising: the bands', else every step, else whole points; empty when too many."""
    if item.bands:
        labels: dict[Decimal, str] = {}
        for band in item.bands:
            labels[band.points] = f"{labels[band.points]}、{band.label}" if band.points in labels else band.label
        labels.setdefault(Decimal(0), "")
        return tuple(Choice(points=points, label=labels[points]) for points in sorted(labels))
    every = [item.step * n for n in range(int(item.points / item.step) + 1)]
    whole = [points for points in every if points == int(points) or points == item.points]
    cells = every if len(every) <= MOST_CELLS else whole
    return tuple(Choice(points=points) for points in cells) if len(cells) <= MOST_CELLS else ()


def complete(states: Sequence[str], *, experts: int) -> bool:
    """Whether a case's sheets are all in: none is open, and at least as many are sealed as the scheme asks for.

    `states` are those of models.review.Sheet: assigned, sealed, recused.
    """
    return "assigned" not in states and sum(state == "sealed" for state in states) >= experts


def drawn(number: str, *, share: Decimal) -> bool:
    """Whether a case is drawn for a visit: by the digest of its number, so that anybody can draw again and compare.

    `share` is the part of the cases that is visited, 0 to 1.
    """
    place = int(sha256(number.encode("utf-8")).hexdigest()[:12], 16)
    return Decimal(place) < share * Decimal(16**12)
