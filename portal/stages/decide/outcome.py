"""The decision's basis for one case: its sheets scored anew by its edition, the outcome and what is kept as grounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal import scorecards
from portal.domain.explanation import Explanation
from portal.domain.indicators import rounded
from portal.domain.results import Outcome, decide
from portal.domain.scheme import Item, Scheme, Section
from portal.domain.sheet import ItemState, SheetScore
from portal.models.application import Application
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Moderation, Sheet
from portal.models.visit import SiteScore, Visit
from portal.stages.decide import queries


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item with its four scores beside each other; None where nobody scored it, "na" where it is not scored.

    `given` are the experts' points from low to high, `way` how the institution's own score was computed.
    """

    item: Item
    own: Decimal | str | None
    preliminary: Decimal | str | None
    review: Decimal | str | None
    lowest: Decimal | None
    highest: Decimal | None
    site: Decimal | str | None
    found: str
    note: str = ""
    given: tuple[Decimal, ...] = ()
    way: Explanation | None = None

    @property
    def explained(self) -> bool:
        """Whether there is more to say than the figures in the row."""
        return bool(self.way or self.note or (self.lowest is not None and self.lowest != self.highest))


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Everything that a decision on one case rests on."""

    scheme: Scheme
    outcome: Outcome
    own: SheetScore
    totals: tuple[Decimal, ...]
    sections: tuple[tuple[Section, tuple[Row, ...]], ...]
    visit: Visit | None
    moderation: Moderation | None

    @property
    def dropped(self) -> list[int]:
        """Positions in the totals from low to high that the trimmed mean leaves out."""
        combined = self.outcome.combined
        return [0, len(self.totals) - 1] if combined and combined.dropped else []

    def grounds(self) -> dict[str, Any]:
        """The figures and reasons that a decision keeps: plain JSON, numbers as text."""
        combined = self.outcome.combined
        return {
            "result": _text(self.outcome.total), "pass_mark": _text(self.scheme.pass_mark),
            "aggregation": self.scheme.process.aggregation.value,
            "totals": [_text(one) for one in self.totals],
            "dropped": [_text(one) for one in combined.dropped] if combined else [],
            "spread": _text(combined.spread) if combined else "",
            "visit": self.visit.verdict if self.visit else "documents",
            "reasons": [{"code": one.code, "fails": one.fails, "zh": one.line("zh"), "en": one.line("en")}
                        for one in self.outcome.reasons],
        }


def basis(case: Application) -> Basis:
    """The basis of a case, read and scored now; a sealed sheet keeps its scores, so the basis stays the same."""
    scheme = scorecards.scheme_of(case)
    figures = scorecards.frozen_figures(case)
    sheets = queries.sheets(case.id)
    scored = [_scored(case, sheet, figures) for sheet in sheets]
    outcome = decide(scheme, sheets=scored)
    own = scorecards.self_score(case, case.answers, figures=figures)
    visit = queries.last_visit(case.id)
    rows = _rows(scheme, case, own=own, outcome=outcome, preliminary=queries.preliminary(case.id),
                 site=queries.site(visit), scored=scored)
    return Basis(scheme=scheme, outcome=outcome, own=own, totals=tuple(sorted(one.total for one in scored)),
                 sections=rows, visit=visit, moderation=queries.moderation(case.id))


def _scored(case: Application, sheet: Sheet, figures: dict[str, Any]) -> SheetScore:
    given = {one.item_id: (one.points, one.not_applicable) for one in sheet.scores}
    return scorecards.score_by(case, given, figures=figures)


def _rows(scheme: Scheme, case: Application, *, own: SheetScore, outcome: Outcome,
          preliminary: dict[str, PreliminaryScore],
          site: dict[str, SiteScore], scored: Sequence[SheetScore]) -> tuple[tuple[Section, tuple[Row, ...]], ...]:
    claimed = {one.id: one for one in own.items}
    joined = {one.id: one for one in outcome.items}
    found = []
    for section in scheme.sections_for(case.institution.type):
        rows = []
        for item in section.items:
            said, mean = claimed.get(item.id), joined.get(item.id)
            first, seen = preliminary.get(item.id), site.get(item.id)
            rows.append(Row(
                item=item,
                own=None if said is None or said.state is ItemState.MISSING
                else "na" if said.state is ItemState.NA else said.points,
                preliminary=None if first is None else "na" if first.not_applicable else first.points,
                review=None if mean is None else "na" if mean.mean is None else mean.mean,
                lowest=mean.lowest if mean else None, highest=mean.highest if mean else None,
                site=None if seen is None else "na" if seen.not_applicable else seen.points,
                found=seen.found if seen else "", note=seen.note if seen else "",
                given=tuple(sorted(one.points for one in (sheet.item(item.id) for sheet in scored)
                                   if one.state is not ItemState.NA)),
                way=said.explanation if said and said.explanation.inputs else None))
        found.append((section, tuple(rows)))
    return tuple(found)


def _text(value: Decimal | None) -> str:
    return "" if value is None else format(rounded(value, 6).normalize(), "f")
