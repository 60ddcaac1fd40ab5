"""What an institution handed in, put together for a case page: items with answers, scores, evidence and corrections."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from portal import scorecards
from portal.db import db
from portal.domain import wording
from portal.domain.evidence import dossier_digest
from portal.domain.indicators import STATISTICS_UNITS
from portal.domain.scheme import EvidenceRequest, Item, Prerequisite, Scheme, Section
from portal.domain.scoring import InputErrors, ItemScore, SheetScore
from portal.models.application import Answer, Application, Correction
from portal.models.evidence import Evidence, File
from portal.models.recommendation import PreliminaryScore
from portal.models.statistics import QUANTITIES, YearlyStatistics

YEARS = 3


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One document that is asked for, and what was attached for it."""

    request: EvidenceRequest
    files: tuple[Evidence, ...]

    @property
    def missing(self) -> int:
        """How many files are still missing."""
        return max(0, self.request.least - len(self.files))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item with everything said about it."""

    item: Item
    answer: Answer | None
    score: ItemScore | None
    asked: tuple[Asked, ...]
    preliminary: PreliminaryScore | None
    corrections: tuple[Correction, ...]

    @property
    def files(self) -> int:
        """How many files are attached."""
        return sum(len(one.files) for one in self.asked)

    @property
    def missing(self) -> tuple[EvidenceRequest, ...]:
        """Documents of which too few are there; none for an item that is not applicable."""
        if self.answer is not None and self.answer.not_applicable:
            return ()
        return tuple(one.request for one in self.asked if one.missing)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One basic condition with its answer."""

    condition: Prerequisite
    answer: Answer | None
    asked: tuple[Asked, ...]
    corrections: tuple[Correction, ...]

    @property
    def met(self) -> bool | None:
        """What the institution answered."""
        return self.answer.met if self.answer else None

    @property
    def missing(self) -> tuple[EvidenceRequest, ...]:
        """Documents of which too few are there."""
        return tuple(one.request for one in self.asked if one.missing)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section with its items."""

    section: Section
    rows: tuple[Row, ...]

    @property
    def self_points(self) -> Decimal:
        """Points of the self-score."""
        return sum((row.score.points for row in self.rows if row.score), Decimal())

    @property
    def preliminary_points(self) -> Decimal:
        """Points given by the recommending body so far."""
        return sum((row.preliminary.points or Decimal() for row in self.rows if row.preliminary), Decimal())


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A whole case as handed in; `sheet` is the self-score, None when the answers cannot be scored.

    `years` are the reported ones of the three up to the round's, oldest first.
    """

    scheme: Scheme
    figures: dict[str, Any]
    sheet: SheetScore | None
    parts: tuple[Part, ...]
    conditions: tuple[Condition, ...]
    corrections: tuple[Correction, ...]
    years: tuple[YearlyStatistics, ...]

    @property
    def rows(self) -> list[Row]:
        """Every item in the order of the checklist."""
        return [row for part in self.parts for row in part.rows]

    @property
    def files(self) -> int:
        """How many files the dossier holds, one that proves two items counted twice."""
        return sum(row.files for row in self.rows) + sum(len(a.files) for one in self.conditions for a in one.asked)

    def table(self, language: str) -> list[tuple[str, str, list[Decimal]]]:
        """The years side by side: quantity, unit, its figure in each year; only what any year reports."""
        return [(wording.label(key, language), wording.unit(STATISTICS_UNITS.get(key, ""), language),
                 [getattr(year, key) for year in self.years])
                for key in QUANTITIES if any(getattr(year, key) for year in self.years)]

    @property
    def explained(self) -> list[tuple[int, str]]:
        """Reasons that the institution gives for figures out of line, with their year."""
        return [(year.year, str(reason)) for year in self.years for reason in (year.acknowledged or {}).values()]

    @property
    def digest(self) -> str:
        """The digest of the evidence as it is bound now, to be held against the one frozen at submission."""
        bound = [file for row in self.rows for asked in row.asked for file in asked.files]
        bound += [file for one in self.conditions for asked in one.asked for file in asked.files]
        return dossier_digest((one.item_id, one.file.sha256, one.file.name) for one in bound)

    @property
    def missing(self) -> list[tuple[str, EvidenceRequest]]:
        """Every document of which too few are there, with the id of its item or condition."""
        owners: list[tuple[str, Row | Condition]] = [(one.condition.id, one) for one in self.conditions]
        owners += [(row.item.id, row) for row in self.rows]
        return [(name, request) for name, owner in owners for request in owner.missing]


def dossier(case: Application) -> Dossier:
    """Everything handed in for a case, in seven queries whatever its size."""
    scheme = scorecards.scheme_of(case)
    figures = scorecards.frozen_figures(case)
    answers = {row.item_id: row for row in db.session.scalars(
        select(Answer).where(Answer.application_id == case.id))}
    evidence = _by_owner(db.session.scalars(
        select(Evidence).join(Evidence.file).where(Evidence.application_id == case.id)
        .options(contains_eager(Evidence.file).selectinload(File.pictures)).order_by(Evidence.id)).unique())
    preliminary = {row.item_id: row for row in db.session.scalars(
        select(PreliminaryScore).where(PreliminaryScore.application_id == case.id))}
    corrections = tuple(db.session.scalars(
        select(Correction).where(Correction.application_id == case.id).order_by(Correction.id)))
    year = case.round.statistics_year
    years = tuple(db.session.scalars(select(YearlyStatistics).where(
        YearlyStatistics.institution_id == case.institution_id, YearlyStatistics.year > year - YEARS,
        YearlyStatistics.year <= year).order_by(YearlyStatistics.year)))
    sheet = _self_score(case, answers.values(), figures)
    scores = {one.id: one for one in sheet.items} if sheet else {}

    def asked(owner: Item | Prerequisite) -> tuple[Asked, ...]:
        return tuple(Asked(request=one, files=tuple(evidence.get((owner.id, one.id), ()))) for one in owner.evidence)

    def own(owner: str) -> tuple[Correction, ...]:
        return tuple(one for one in corrections if one.item_id == owner)

    parts = tuple(
        Part(section=section, rows=tuple(
            Row(item=item, answer=answers.get(item.id), score=scores.get(item.id), asked=asked(item),
                preliminary=preliminary.get(item.id), corrections=own(item.id))
            for item in section.items))
        for section in scheme.sections_for(figures["institution_type"]))
    conditions = tuple(
        Condition(condition=one, answer=answers.get(one.id), asked=asked(one), corrections=own(one.id))
        for one in scheme.prerequisites)
    return Dossier(scheme=scheme, figures=figures, sheet=sheet, parts=parts, conditions=conditions,
                   corrections=corrections, years=years)


def _by_owner(rows: Iterable[Evidence]) -> dict[tuple[str, str], list[Evidence]]:
    found: dict[tuple[str, str], list[Evidence]] = {}
    for row in rows:
        found.setdefault((row.item_id, row.request_id), []).append(row)
    return found


def _self_score(case: Application, answers: Iterable[Answer], figures: dict[str, Any]) -> SheetScore | None:
    try:
        return scorecards.self_score(case, answers, figures=figures)
    except InputErrors:
        return None


def evidence_of(case: Application, number: int) -> Evidence | None:
    """One piece of evidence of this case with its file and pictures; None when it is another's."""
    return db.session.scalar(
        select(Evidence).where(Evidence.id == number, Evidence.application_id == case.id)
        .options(selectinload(Evidence.file).selectinload(File.pictures)))
