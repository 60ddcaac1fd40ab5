"""A sheet as its expert sees it: every item with the scores beside each other, what is open, and what it scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal import scorecards
from portal.domain import judging
from portal.domain.explanation import Explanation
from portal.domain.judging import Basis, Mark, Need, State
from portal.domain.scheme import Item, Scheme, Section
from portal.domain.scoring import ItemState
from portal.domain.scoring import SheetScore as Scored
from portal.models.application import Answer, Application
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Sheet, SheetScore


@dataclass(frozen=True, kw_only=True)
class Said:
    """A score to show: points, or not applicable, or nothing."""

    points: Decimal | None = None
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item on the sheet."""

    item: Item
    mark: Mark
    revision: int
    state: State
    need: Need | None
    own: Said
    preliminary: Said
    computed: Decimal | None
    explanation: Explanation
    saved: datetime | None = None
    note: str = ""
    preliminary_note: str = ""

    @property
    def unreasoned(self) -> bool:
        """Whether the score lacks the reason that it needs."""
        return judging.unreasoned(self.item, self.mark, computed=self.computed)

    @property
    def waits(self) -> bool:
        """Whether the item keeps the sheet from being sealed."""
        return not self.mark.given or self.unreasoned


@dataclass(frozen=True, kw_only=True)
class Worksheet:
    """The whole sheet, its items in the order of the checklist."""

    scheme: Scheme
    groups: tuple[tuple[Section, tuple[Line, ...]], ...]
    total: Decimal
    """Points given so far, before any rescaling; the rescaled total once everything is scored."""

    @property
    def lines(self) -> list[Line]:
        """Every item in order."""
        return [line for _, lines in self.groups for line in lines]

    @property
    def scored(self) -> int:
        """How many items have a score or are not applicable."""
        return sum(line.mark.given for line in self.lines)

    @property
    def unscored(self) -> list[Line]:
        """Items without a score."""
        return [line for line in self.lines if not line.mark.given]

    @property
    def unreasoned(self) -> list[Line]:
        """Scored items whose reason is missing."""
        return [line for line in self.lines if line.unreasoned]

    @property
    def left(self) -> int:
        """How many items keep the sheet from being sealed."""
        return len(self.unscored) + len(self.unreasoned)

    def at(self, item_id: str | None) -> int:
        """The position of an item; the first open one when there is no such item."""
        for number, line in enumerate(self.lines):
            if line.item.id == item_id:
                return number
        return self.next_waiting(-1) or 0

    def next_waiting(self, at: int) -> int | None:
        """The position of the next item that keeps the sheet open, from the top again after the last; None for none."""
        waiting = [number for number, line in enumerate(self.lines) if line.waits and number != at]
        return next((number for number in waiting if number > at), waiting[0] if waiting else None)


def mark_of(row: SheetScore | None) -> Mark:
    """What a row says."""
    if row is None:
        return Mark()
    return Mark(points=row.points, not_applicable=row.not_applicable, reason=row.reason, steps=tuple(row.steps or ()),
                basis=None if row.basis_id is None else Basis(evidence=row.basis_id, page=row.basis_page or 1))


def scored(sheet: Sheet) -> Scored:
    """What a sheet scores by the edition and the figures its case was frozen with."""
    return scorecards.score_by(sheet.application,
                               {row.item_id: (row.points, row.not_applicable) for row in sheet.scores})


def build(sheet: Sheet, *, preliminary: Iterable[PreliminaryScore] = (),
          answers: Sequence[Answer] | None = None) -> Worksheet:
    """The worksheet of a sheet; `preliminary` are the recommending body's scores of the case, `answers` the
    institution's (default: the case's; none where nobody looks at what it claims)."""
    case = sheet.application
    answers = case.answers if answers is None else answers
    scheme = scorecards.scheme_of(case)
    figures = scorecards.frozen_figures(case)
    own = scorecards.self_score(case, answers, figures=figures)
    plain = scorecards.score_by(case, {}, figures=figures)
    rows = {row.item_id: row for row in sheet.scores}
    first = {row.item_id: row for row in preliminary}
    notes = {row.item_id: row.note for row in answers}
    groups = tuple(
        (section, tuple(_line(item, rows.get(item.id), own, plain, first.get(item.id), notes.get(item.id, ""))
                        for item in section.items))
        for section in scheme.sections_for(figures["institution_type"]))
    lines = [line for _, lines in groups for line in lines]
    done = all(line.mark.given for line in lines)
    total = scored(sheet).total if done else sum((line.mark.points or Decimal() for line in lines), Decimal())
    return Worksheet(scheme=scheme, groups=groups, total=total)


def _line(item: Item, row: SheetScore | None, own: Scored, plain: Scored, first: PreliminaryScore | None,
          note: str) -> Line:
    mark, claimed, given = mark_of(row), own.item(item.id), plain.item(item.id)
    return Line(
        item=item, mark=mark, revision=row.revision if row else 0, saved=row.updated_at if row else None,
        state=judging.state(item, mark, computed=given.computed),
        need=judging.need(item, mark, computed=given.computed),
        own=Said(points=None if claimed.state in {ItemState.NA, ItemState.MISSING} else claimed.points,
                 absent=claimed.state is ItemState.NA),
        preliminary=Said(points=first.points, absent=first.not_applicable) if first else Said(),
        computed=given.computed, explanation=given.explanation, note=note,
        preliminary_note=first.note if first else "")


def subtotal(lines: Sequence[Line]) -> Decimal:
    """Points given so far in a section."""
    return sum((line.mark.points or Decimal() for line in lines), Decimal())


def items(case: Application) -> tuple[Item, ...]:
    """The items that the sheets of a case score, in order."""
    return scorecards.scheme_of(case).items(scorecards.frozen_figures(case)["institution_type"])
