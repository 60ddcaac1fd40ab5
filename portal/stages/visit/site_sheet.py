"""The site sheet: self, preliminary, review and site score of every item beside each other, and what they add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from portal import scorecards
from portal.domain.acceptance import Gaps, Recheck, drawn, gaps, inventory, opening_score, seed_of, to_check
from portal.domain.results import CombinedItem, combined_items
from portal.domain.scheme import Item, Scheme, Section
from portal.domain.scoring import ItemScore, ItemState
from portal.domain.scoring import SheetScore as Scored
from portal.models.application import Application
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Sheet
from portal.models.visit import RivalNote, SamplePoint, SiteScore, Visit
from portal.stages.visit import queries


@dataclass(frozen=True, kw_only=True)
class Said:
    """A score to show: points, or not applicable, or nothing."""

    points: Decimal | None = None
    absent: bool = False

    @property
    def given(self) -> bool:
        """Whether there is anything to show."""
        return self.absent or self.points is not None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item; `start` is the site score that it has until the team gives another."""

    item: Item
    own: Said
    preliminary: Said
    review: Said
    start: Said
    row: SiteScore | None
    on_site: bool
    note: str = ""

    @property
    def site(self) -> Said:
        """The site score in force."""
        if self.row is None:
            return self.start
        if self.row.not_applicable or self.row.points is not None:
            return Said(points=self.row.points, absent=self.row.not_applicable)
        return self.start

    @property
    def found(self) -> str:
        """What was found: true, partly or false; empty while nobody has looked."""
        return self.row.found if self.row else ""

    @property
    def photos(self) -> list[object]:
        """Photos of this item that belong to no problem."""
        return [one for one in self.row.visit.photos if one.item_id == self.item.id and not one.finding_id] \
            if self.row else []


@dataclass(frozen=True)
class SiteSheet:
    """The whole sheet of one visit, its items in the order of the checklist."""

    case: Application
    visit: Visit
    scheme: Scheme
    groups: tuple[tuple[Section, tuple[Line, ...]], ...]

    @property
    def lines(self) -> list[Line]:
        """Every item in order."""
        return [line for _, lines in self.groups for line in lines]

    @property
    def to_check(self) -> list[Line]:
        """The items that the standard has verified on site."""
        return [line for line in self.lines if line.on_site]

    @property
    def others(self) -> list[Line]:
        """The items that are verified by documents; the team may look at them all the same."""
        return [line for line in self.lines if not line.on_site]

    @property
    def checked(self) -> int:
        """How many of the items to check have been looked at."""
        return sum(bool(line.found) for line in self.to_check)

    def line(self, item_id: str) -> Line | None:
        """The line of an item; None when this institution's checklist has none."""
        return next((line for line in self.lines if line.item.id == item_id), None)

    @property
    def gaps(self) -> Gaps:
        """What keeps the visit from ending in acceptance."""
        return gaps([line.item for line in self.lines],
                    found={row.item_id: (row.found, row.note) for row in self.visit.site_scores},
                    sampled=len(self.visit.samples), least=self.scheme.process.visit_points,
                    rechecks=[one.recheck for one in self.visit.findings],
                    disputed=[one.item_id for one in self.visit.rivals if one.settled_at is None])

    def rivals(self, item_id: str) -> list[RivalNote]:
        """Notes of an item that stand beside the one on the record until they are settled."""
        return [one for one in self.visit.rivals if one.item_id == item_id and one.settled_at is None]

    @property
    def seed(self) -> str:
        """What the points are drawn by."""
        return self.visit.seed or seed_of(self.case.dossier_digest, self.case.number)

    @cached_property
    def inventory(self) -> int:
        """How many points the institution declared; 0 when the scheme draws none."""
        if not self.scheme.process.visit_points:
            return 0
        return inventory([line.item for line in self.lines], {row.item_id: row.counts for row in self.case.answers})

    @cached_property
    def draw(self) -> list[tuple[int, SamplePoint | None]]:
        """The drawn numbers of the institution's list, each with what was written down of it."""
        seen = {one.listed: one for one in self.visit.samples if one.listed}
        return [(n, seen.get(n)) for n in drawn(self.inventory, self.scheme.process.visit_points, seed=self.seed)]

    @property
    def to_see(self) -> list[int]:
        """The drawn numbers that nobody has looked at."""
        return [n for n, seen in self.draw if seen is None]

    @cached_property
    def score(self) -> Scored:
        """What the site scores add up to, by the edition and the figures the case was frozen with."""
        return scorecards.score_by(self.case, {
            line.item.id: (line.site.points, line.site.absent) for line in self.lines if line.site.given})


def build(case: Application, visit: Visit, *, sheets: Iterable[Sheet],
          preliminary: Iterable[PreliminaryScore]) -> SiteSheet:
    """The site sheet of a visit; `sheets` are the sealed ones with their scores, `preliminary` the recommender's."""
    scheme, figures = scorecards.scheme_of(case), scorecards.frozen_figures(case)
    own = scorecards.self_score(case, case.answers, figures=figures)
    sealed = [scorecards.score_by(case, {row.item_id: (row.points, row.not_applicable) for row in sheet.scores},
                                  figures=figures) for sheet in sheets]
    review = {one.id: one for one in combined_items(sealed)}
    first = {row.item_id: Said(points=row.points, absent=row.not_applicable) for row in preliminary}
    rows = {row.item_id: row for row in visit.site_scores}
    notes = {row.item_id: row.note for row in case.answers}
    groups = tuple(
        (section, tuple(_line(item, own.item(item.id), first.get(item.id, Said()), review.get(item.id),
                              rows, notes) for item in section.items))
        for section in scheme.sections_for(figures["institution_type"]))
    return SiteSheet(case, visit, scheme, groups)


def of(case: Application, visit: Visit) -> SiteSheet:
    """The site sheet of a visit as it is stored."""
    return build(case, queries.records(visit), sheets=queries.sheets(case), preliminary=queries.preliminary(case))


def _line(item: Item, claimed: ItemScore, preliminary: Said, joined: CombinedItem | None,
          rows: Mapping[str, SiteScore], notes: Mapping[str, str]) -> Line:
    own = Said(points=None if claimed.state in {ItemState.NA, ItemState.MISSING} else claimed.points,
               absent=claimed.state is ItemState.NA)
    review = Said(points=joined.mean, absent=joined.mean is None) if joined else Said()
    begin = review if review.given else preliminary if preliminary.given else own
    start = Said(points=opening_score(item, mean=begin.points), absent=begin.absent and item.not_applicable is not None)
    return Line(item=item, own=own, preliminary=preliminary, review=review, start=start, row=rows.get(item.id),
                on_site=item in to_check([item]), note=notes.get(item.id, ""))


def waiting(visit: Visit) -> int:
    """How many problems are reported as rectified and wait for their re-check."""
    return sum(one.recheck == Recheck.OPEN and one.reported_at is not None for one in visit.findings)
