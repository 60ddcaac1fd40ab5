"""All sheets of a case side by side, as the moderator sees them: result, spread, what may be concluded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal import editions, scorecards
from portal.domain import judging
from portal.domain.judging import Basis
from portal.domain.results import CombinedItem, Outcome, decide
from portal.domain.scheme import Item, Scheme, Section
from portal.domain.scoring import ItemState
from portal.domain.scoring import SheetScore as Scored
from portal.models.application import Application
from portal.models.review import Moderation, Sheet, SheetScore
from portal.stages.review import worksheet


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One sheet's mark on one item; all empty while the sheet is open."""

    points: Decimal | None = None
    absent: bool = False
    reason: str = ""
    basis: Basis | None = None
    steps: tuple[int, ...] = ()

    @property
    def speaks(self) -> bool:
        """Whether the expert said more than a figure."""
        return bool(self.reason or self.basis or self.steps)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item over all sealed sheets, with the scores given before."""

    item: Item
    cells: tuple[Cell, ...]
    joined: CombinedItem | None
    computed: Decimal | None
    own: Decimal | None

    @property
    def differs(self) -> bool:
        """Whether the sheets say different things."""
        return len({(cell.points, cell.absent) for cell in self.cells}) > 1

    @property
    def contradicts(self) -> bool:
        """A ★ item at zero on some sheets only, or not applicable on some sheets only."""
        one = self.joined
        return one is not None and ((self.item.star and one.divided) or 0 < one.na < one.na + one.scored)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Sheets of a case and what they say together; `outcome` is None while none is sealed."""

    case: Application
    scheme: Scheme
    active: tuple[Sheet, ...]
    sealed: tuple[Sheet, ...]
    recused: tuple[Sheet, ...]
    totals: dict[int, Decimal]
    outcome: Outcome | None
    moderations: tuple[Moderation, ...]
    groups: tuple[tuple[Section, tuple[Row, ...]], ...]

    @property
    def complete(self) -> bool:
        """Whether all sheets are in, and as many as the scheme asks for."""
        return judging.complete([sheet.state for sheet in self.active], experts=self.scheme.process.experts)

    @property
    def settled(self) -> Moderation | None:
        """The moderator's word that the result stands, given after the last seal."""
        last = max((sheet.sealed_at for sheet in self.sealed if sheet.sealed_at), default=None)
        for one in self.moderations:
            if one.outcome == "stands" and last is not None and one.settled_at >= last:
                return one
        return None

    @property
    def to_settle(self) -> bool:
        """Whether the sheets contradict each other and nobody has settled it."""
        return bool(self.complete and self.outcome and self.outcome.needs_moderation and not self.settled)

    @property
    def may_pass(self) -> bool:
        """Whether the case can be concluded as passed."""
        return bool(self.complete and not self.to_settle and self.outcome and self.outcome.passed)

    @property
    def may_fail(self) -> bool:
        """Whether the case can be concluded as not passed."""
        return bool(self.complete and not self.to_settle and self.outcome and not self.outcome.passed)

    def why_not(self) -> str:
        """Why the case does not pass, in the words of the record; empty when it passes."""
        return "\n".join(reason.line("zh") for reason in self.outcome.reasons if reason.fails) if self.outcome else ""

    @property
    def rows(self) -> list[Row]:
        """Every item in order."""
        return [row for _section, rows in self.groups for row in rows]

    @property
    def differing(self) -> int:
        """On how many items the sheets differ."""
        return sum(row.differs for row in self.rows)

    @property
    def dropped(self) -> list[int]:
        """Positions (in `sealed`) of the totals that the trimmed mean leaves out."""
        if self.outcome is None or self.outcome.combined is None:
            return []
        found: list[int] = []
        for value in self.outcome.combined.dropped:
            found.append(next(at for at, sheet in enumerate(self.sealed)
                              if self.totals[sheet.id] == value and at not in found))
        return found


def codes(sheets: Sequence[Sheet]) -> dict[int, str]:
    """Sheet → the letter by which papers and tables name its expert."""
    return {sheet.id: chr(ord("A") + at) for at, sheet in enumerate(sheets)}


def schemes() -> dict[str, Scheme]:
    """Every edition by its name."""
    return {one.edition: one for one in editions.every()}


def outcome(case: Application, sealed: Sequence[Sheet]) -> Outcome:
    """What sealed sheets say together, by the edition that the case started under."""
    return decide(scorecards.scheme_of(case), sheets=[worksheet.scored(sheet) for sheet in sealed])


def build(case: Application, sheets: Sequence[Sheet], moderations: Sequence[Moderation] = ()) -> Bench:
    """Lay the sheets of a case side by side; `moderations` newest first."""
    scheme, figures = scorecards.scheme_of(case), scorecards.frozen_figures(case)
    active = tuple(sheet for sheet in sheets if sheet.state != "recused")
    sealed = tuple(sheet for sheet in active if sheet.state == "sealed")
    scores = [worksheet.scored(sheet) for sheet in sealed]
    found = decide(scheme, sheets=scores) if scores else None
    joined = {one.id: one for one in found.items} if found else {}
    own = scorecards.self_score(case, case.answers, figures=figures)
    plain = scorecards.score_by(case, {}, figures=figures)
    reasons = {(row.sheet_id, row.item_id): row for sheet in sealed for row in sheet.scores}
    groups = tuple(
        (section, tuple(
            Row(item=item, joined=joined.get(item.id), computed=plain.item(item.id).computed,
                own=None if own.item(item.id).state is ItemState.NA else own.item(item.id).points,
                cells=tuple(_cell(score, item.id, reasons.get((sheet.id, item.id)))
                            for sheet, score in zip(sealed, scores, strict=True)))
            for item in section.items))
        for section in scheme.sections_for(figures["institution_type"]))
    return Bench(
        case=case, scheme=scheme, active=active, sealed=sealed,
        recused=tuple(sheet for sheet in sheets if sheet.state == "recused"),
        totals={sheet.id: score.total for sheet, score in zip(sealed, scores, strict=True)},
        outcome=found, moderations=tuple(moderations), groups=groups)


def _cell(score: Scored, item_id: str, row: SheetScore | None) -> Cell:
    one = score.item(item_id)
    absent = one.state is ItemState.NA
    mark = worksheet.mark_of(row)
    return Cell(points=None if absent else one.points, absent=absent, reason=mark.reason, basis=mark.basis,
                steps=mark.steps)
