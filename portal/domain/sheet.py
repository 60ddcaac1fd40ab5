"""A scored sheet: its items, sections, total and verdict, and the shape in which it leaves as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.domain.explanation import Explanation, Reason
from portal.domain.indicators import rounded


class ItemState(StrEnum):
    """How an item came by its points."""

    COMPUTED = "computed"
    SCORED = "scored"
    NA = "na"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """One item's points; not applicable and missing items have 0 and say so by their state."""

    id: str
    points: Decimal
    max: Decimal
    state: ItemState
    explanation: Explanation
    computed: Decimal | None = None
    """What the formula gives, also when the points were given by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """A section's points before any rescaling; `max` leaves out items that are not applicable."""

    id: str
    points: Decimal
    max: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetScore:
    """One sheet's result; all figures unrounded."""

    edition: str
    items: tuple[ItemScore, ...]
    sections: tuple[SectionScore, ...]
    total: Decimal
    max: Decimal
    pass_mark: Decimal
    passed: bool
    reasons: tuple[Reason, ...]
    """Why it fails, then what is missing (`Reason.fails` tells them apart)."""
    unmet: tuple[str, ...] = ()
    """Prerequisites answered with no."""
    earned: Decimal = Decimal()
    """Base points before rescaling."""
    applicable: Decimal = Decimal()
    """Base points that could be earned; total = earned ÷ applicable × base when rescaled."""

    def item(self, id: str) -> ItemScore:
        """One item's score; KeyError when the sheet has none."""
        for one in self.items:
            if one.id == id:
                return one
        raise KeyError(id)

    def as_dict(self, language: str = "zh") -> dict[str, Any]:
        """The result as plain JSON values: figures as texts with two decimals."""

        def two(value: Decimal) -> str:
            return f"{rounded(value):.2f}"

        return {
            "edition": self.edition,
            "items": [
                {
                    "id": i.id,
                    "points": two(i.points),
                    "max": two(i.max),
                    "state": i.state.value,
                    "explanation": i.explanation.text(language),
                }
                for i in self.items
            ],
            "sections": [
                {"id": s.id, "points": two(s.points), "max": two(s.max)} for s in self.sections
            ],
            "total": two(self.total),
            "max": two(self.max),
            "pass_mark": two(self.pass_mark),
            "passed": self.passed,
            "reasons": [r.line(language) for r in self.reasons],
        }
