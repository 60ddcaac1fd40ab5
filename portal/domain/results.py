"""Several sheets become one result: mean or trimmed mean, spread, star items, pass or why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.domain.explanation import Reason, Values
from portal.domain.indicators import as_number, reading, rounded
from portal.domain.scheme import Aggregation, Item, Scheme
from portal.domain.sheet import ItemScore, ItemState, SheetScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """Several totals as one; `used` and `dropped` are totals from low to high."""

    result: Decimal
    spread: Decimal
    wide: bool
    used: tuple[Decimal, ...]
    dropped: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedItem:
    """One item over all sheets; sheets that did not score it (不评分) do not count in the mean."""

    id: str
    max: Decimal
    mean: Decimal | None
    """None when no sheet scored it."""
    lowest: Decimal | None
    highest: Decimal | None
    scored: int
    na: int
    zeros: int

    @property
    def spread(self) -> Decimal:
        """Highest less lowest; 0 when no sheet scored it."""
        if self.lowest is None or self.highest is None:
            return Decimal()
        return self.highest - self.lowest

    @property
    def divided(self) -> bool:
        """Some sheets say zero and others do not."""
        return 0 < self.zeros < self.scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The experts' result for one application; reasons that do not fail are remarks."""

    passed: bool
    total: Decimal | None
    combined: Combined | None
    items: tuple[CombinedItem, ...]
    reasons: tuple[Reason, ...]

    @property
    def needs_moderation(self) -> bool:
        """Sheets that contradict each other are settled before anybody decides."""
        codes = {"wide-spread", "star-divided", "na-divided", "prerequisite-divided"}
        return any(r.code in codes for r in self.reasons)


def combine(
    totals: Iterable[Decimal],
    *,
    aggregation: Aggregation | str = Aggregation.MEAN,
    trim_from: int = 5,
    spread_limit: Decimal = Decimal(10),
) -> Combined:
    """The result of unrounded totals, itself unrounded.

    The trimmed mean drops one highest and one lowest from `trim_from` sheets on (at least 3) and
    is the plain mean below. The spread is measured over all sheets, also dropped ones, and is wide
    when it exceeds the limit. ValueError without totals.
    """
    ranked = sorted(totals)
    if not ranked:
        raise ValueError("no totals to combine")
    if trim_from < 3:
        raise ValueError("trimming needs at least three sheets")
    trimmed = Aggregation(aggregation) is Aggregation.TRIMMED_MEAN and len(ranked) >= trim_from
    used = ranked[1:-1] if trimmed else ranked
    spread = ranked[-1] - ranked[0]
    return Combined(
        result=as_number(_mean(used)),
        spread=spread,
        wide=spread > spread_limit,
        used=tuple(used),
        dropped=(ranked[0], ranked[-1]) if trimmed else (),
    )


def combined_items(sheets: Sequence[SheetScore]) -> tuple[CombinedItem, ...]:
    """Every item's mean over the sheets that scored it, in the order of the checklist.

    A missing item counts 0; one that is not applicable never counts as zero.
    """
    by_id: dict[str, list[ItemScore]] = {}
    for sheet in sheets:
        for one in sheet.items:
            by_id.setdefault(one.id, []).append(one)
    return tuple(_joined(id, ones) for id, ones in by_id.items())


def decide(scheme: Scheme, *, sheets: Sequence[SheetScore]) -> Outcome:
    """What sealed sheets say together, by the scheme's aggregation.

    Fails: a total below the pass mark (inclusive, unrounded); a ★ item whose mean is 0; a
    prerequisite that every sheet denies. Remarks: a wide spread; a ★ item at 0 on some sheets
    only; disagreement about n/a or about a prerequisite. Every sheet weighs the same.
    """
    if not sheets:
        return Outcome(
            passed=False, total=None, combined=None, items=(), reasons=(Reason(code="no-sheets"),)
        )
    process = scheme.process
    combined = combine(
        (sheet.total for sheet in sheets),
        aggregation=process.aggregation,
        trim_from=process.trim_from,
        spread_limit=process.spread_limit,
    )
    items = combined_items(sheets)
    reasons = [
        *_prerequisites(scheme, sheets),
        *_items(scheme, items, len(sheets)),
    ]
    if combined.result < scheme.pass_mark:
        total = reading(combined.result, against=scheme.pass_mark)
        values = (("total", total), ("pass_mark", str(rounded(scheme.pass_mark))))
        reasons.append(Reason(code="below-pass-mark", values=values))
    if combined.wide:
        spread = reading(combined.spread, against=process.spread_limit)
        values = (("spread", spread), ("limit", str(rounded(process.spread_limit))))
        reasons.append(Reason(code="wide-spread", values=values, fails=False))
    reasons.sort(key=lambda reason: not reason.fails)
    return Outcome(
        passed=not any(r.fails for r in reasons),
        total=combined.result,
        combined=combined,
        items=items,
        reasons=tuple(reasons),
    )


def _prerequisites(scheme: Scheme, sheets: Sequence[SheetScore]) -> list[Reason]:
    found = []
    for one in scheme.prerequisites:
        denied = sum(one.id in sheet.unmet for sheet in sheets)
        values: Values = (("item", one.id), ("title", one.text), ("title_en", one.text_en))
        if denied == len(sheets):
            found.append(Reason(code="prerequisite-unmet", values=values))
        elif denied:
            values = (*values, ("zero", str(denied)), ("sheets", str(len(sheets))))
            found.append(Reason(code="prerequisite-divided", values=values, fails=False))
    return found


def _items(scheme: Scheme, items: tuple[CombinedItem, ...], sheets: int) -> list[Reason]:
    found = []
    for one in items:
        item: Item = scheme.item(one.id)
        values = (("item", item.id), ("title", item.title), ("title_en", item.title_en))
        if item.star and one.scored and one.mean == 0:
            found.append(Reason(code="star-zero", values=values))
        elif item.star and one.divided:
            counts = (("zero", str(one.zeros)), ("sheets", str(sheets)))
            found.append(Reason(code="star-divided", values=(*values, *counts), fails=False))
        if 0 < one.na < sheets:
            counts = (("na", str(one.na)), ("sheets", str(sheets)))
            found.append(Reason(code="na-divided", values=(*values, *counts), fails=False))
    return found


def _joined(id: str, ones: list[ItemScore]) -> CombinedItem:
    points = [one.points for one in ones if one.state is not ItemState.NA]
    return CombinedItem(
        id=id,
        max=ones[0].max,
        mean=as_number(_mean(points)) if points else None,
        lowest=min(points, default=None),
        highest=max(points, default=None),
        scored=len(points),
        na=len(ones) - len(points),
        zeros=sum(value == 0 for value in points),
    )


def _mean(values: Sequence[Decimal]) -> Fraction:
    return sum(map(Fraction, values), Fraction()) / len(values)
