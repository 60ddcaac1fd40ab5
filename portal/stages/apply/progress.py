"""How far an application has come: the state of every item, what is missing by name, what keeps it from submission."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.domain.scheme import EvidenceRequest, Item, NotApplicablePolicy, Prerequisite, Scheme, Section
from portal.domain.self_report import Chapter, unwritten
from portal.domain.sheet import ItemScore, ItemState, SheetScore
from portal.models.application import Answer, Application, Correction
from portal.models.evidence import Evidence
from portal.models.statistics import YearlyStatistics


@dataclass(frozen=True)
class Lack:
    """One document that is asked for and not attached in full; `have` of `request.least` files are there."""

    place: Item | Prerequisite
    request: EvidenceRequest
    have: int


@dataclass(frozen=True)
class Row:
    """One item on the task list. `status`: none, now, missing, done, off, asked (correction) or corrected."""

    item: Item
    score: ItemScore
    answer: Answer | None
    lacks: tuple[Lack, ...]
    corrections: tuple[Correction, ...]
    status: str

    @property
    def at_risk(self) -> bool:
        """A star item that would fail the whole as things stand."""
        return self.item.star and self.score.state is not ItemState.NA and (
            self.score.points == 0 or bool(self.lacks))


@dataclass(frozen=True)
class Block:
    """One section of the checklist with its rows and totals."""

    section: Section
    rows: tuple[Row, ...]
    points: Decimal
    most: Decimal
    absent: int
    """How many of its items are not scored."""


@dataclass(frozen=True)
class Progress:
    """Everything that the task list and the check before submitting say."""

    scheme: Scheme
    sheet: SheetScore
    blocks: tuple[Block, ...]
    conditions: Mapping[str, bool | None]
    condition_lacks: tuple[Lack, ...]
    unreported: tuple[int, ...]
    chapters_left: tuple[Chapter, ...]
    open_corrections: tuple[Correction, ...]
    unanswered_corrections: tuple[Correction, ...]
    evidence: Mapping[tuple[str, str], Sequence[Evidence]] = field(repr=False)
    years: Mapping[int, YearlyStatistics] = field(repr=False)

    @property
    def files(self) -> list[Evidence]:
        """Everything attached, in the order in which it was attached."""
        return sorted((one for bound in self.evidence.values() for one in bound), key=lambda one: one.id)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All items in order."""
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """All documents that are missing."""
        return (*self.condition_lacks, *(lack for row in self.rows for lack in row.lacks))

    @property
    def unscored(self) -> tuple[Row, ...]:
        """Items without an answer (or without the figures they are computed from)."""
        return tuple(row for row in self.rows if row.score.state is ItemState.MISSING)

    @property
    def unanswered(self) -> tuple[Prerequisite, ...]:
        """Basic conditions without an answer."""
        return tuple(one for one in self.scheme.prerequisites if self.conditions.get(one.id) is None)

    @property
    def unmet(self) -> tuple[Prerequisite, ...]:
        """Basic conditions answered with no: the institution may not apply."""
        return tuple(one for one in self.scheme.prerequisites if self.conditions.get(one.id) is False)

    @property
    def complete(self) -> bool:
        """Whether nothing stands in the way of signing."""
        return not (self.lacks or self.unscored or self.unanswered or self.unmet or self.unreported
                    or self.chapters_left or self.unanswered_corrections)

    @property
    def stars(self) -> tuple[Row, ...]:
        """The star items."""
        return tuple(row for row in self.rows if row.item.star)

    @property
    def possible(self) -> Decimal:
        """Points that answers not given yet could still add, on the scale of the total."""
        raw = sum((row.score.max for row in self.unscored), Decimal())
        if self.scheme.na_policy is NotApplicablePolicy.EXCLUDE_RESCALE and self.sheet.applicable:
            return raw / self.sheet.applicable * self.scheme.base_total
        return raw


def requests_of(place: Item | Prerequisite, *, answer: Answer | None,
                score: ItemScore | None = None) -> tuple[EvidenceRequest, ...]:
    """What must be attached: nothing for an item that is not scored or claims nothing, or a condition denied."""
    if isinstance(place, Prerequisite):
        return place.evidence if answer is None or answer.met is not False else ()
    if score is not None and (score.state is ItemState.NA or (
            score.state is ItemState.SCORED and score.points == 0)):
        return ()
    return place.evidence


def progress(case: Application, scheme: Scheme, *, sheet: SheetScore, evidence: Iterable[Evidence],
             corrections: Iterable[Correction], statistics: Mapping[int, YearlyStatistics]) -> Progress:
    """Put together what is known of a case; reads nothing."""
    bound: dict[tuple[str, str], list[Evidence]] = {}
    for one in evidence:
        bound.setdefault((one.item_id, one.request_id), []).append(one)
    answers = {one.item_id: one for one in case.answers}
    pending = [one for one in corrections if one.resolved_at is None]

    def lacks(place: Item | Prerequisite, score: ItemScore | None = None) -> tuple[Lack, ...]:
        asked = requests_of(place, answer=answers.get(place.id), score=score)
        counted = [(request, len(bound.get((place.id, request.id), ()))) for request in asked]
        return tuple(Lack(place, request, have) for request, have in counted if have < request.least)

    blocks = []
    for section in scheme.sections_for(case.institution.type):
        rows = []
        for item in section.items:
            score = sheet.item(item.id)
            mine = tuple(one for one in pending if one.item_id == item.id)
            missing = lacks(item, score)
            touched = item.id in answers or any(key[0] == item.id for key in bound)
            rows.append(Row(item, score, answers.get(item.id), missing, mine,
                            _status(score, missing, mine, touched=touched)))
        blocks.append(Block(
            section, tuple(rows), sum((row.score.points for row in rows), Decimal()),
            sum((row.score.max for row in rows if row.score.state is not ItemState.NA), Decimal()),
            sum(row.score.state is ItemState.NA for row in rows)))
    last = case.round.statistics_year
    return Progress(
        scheme=scheme, sheet=sheet, blocks=tuple(blocks),
        conditions={one.id: answers[one.id].met if one.id in answers else None for one in scheme.prerequisites},
        condition_lacks=tuple(lack for one in scheme.prerequisites for lack in lacks(one)),
        unreported=tuple(year for year in (last - 2, last - 1, last) if year not in statistics),
        chapters_left=unwritten(case.report, scheme.id),
        open_corrections=tuple(pending),
        unanswered_corrections=tuple(one for one in pending if not one.reply.strip()),
        evidence=bound, years=statistics)


def _status(score: ItemScore, lacks: tuple[Lack, ...], corrections: tuple[Correction, ...], *, touched: bool) -> str:
    if any(not one.reply.strip() for one in corrections):
        return "asked"
    if score.state is ItemState.NA:
        return "off"
    if score.state is ItemState.MISSING:
        return "now" if touched else "none"
    if lacks:
        return "missing"
    return "corrected" if corrections else "done"


def dossier_entries(evidence: Iterable[Evidence]) -> list[tuple[str, str, str]]:
    """What the dossier digest covers: item, digest and name of every attached file."""
    return [(one.item_id, one.file.sha256, one.file.name) for one in evidence]


def as_plain(value: Decimal | None) -> Any:
    """A number for the record, as text."""
    return None if value is None else format(value, "f")
