"""The score of a case: answers, figures and averages brought together for every desk that scores or shows scores."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal import editions
from portal.clock import today
from portal.db import db
from portal.domain.certificate import CertificateDates, Standing, standing
from portal.domain.indicators import AVERAGES_UNITS
from portal.domain.scheme import InstitutionType, Scheme
from portal.domain.scoring import SheetScore, score
from portal.domain.workflow import EDITABLE
from portal.models.application import Answer, Application
from portal.models.certificate import Certificate
from portal.models.institution import Institution
from portal.models.statistics import QUANTITIES, YearlyStatistics

WATER_SAVING = "water-saving"

Given = Mapping[str, tuple[Decimal | None, bool]]
"""Points by item id as (points or None while unscored, not applicable)."""


def present_figures(case: Application) -> dict[str, Any]:
    """What would be frozen if the case were submitted now."""
    return freeze(case.institution, case.round.statistics_year)


def freeze(house: Institution, year: int) -> dict[str, Any]:
    """The figures of an institution that score a round of this statistics year, as plain JSON (numbers as text).

    {"year", "statistics" or None where the year is not reported, "averages", "average_source", "average_provenance",
    "holds_water_certificate", "institution_type"}; three queries.
    """
    row = db.session.scalar(select(YearlyStatistics).where(
        YearlyStatistics.institution_id == house.id, YearlyStatistics.year == year))
    average = editions.average_of(house.type, year)
    return {
        "year": year,
        "statistics": statistics_of(row) if row else None,
        "averages": {key: format(getattr(average, key), "f") for key in AVERAGES_UNITS} if average else {},
        "average_source": f"{average.label}（{average.area}，{average.year}年）" if average else "",
        "average_provenance": average.provenance.value if average else "",
        "holds_water_certificate": holds_water_certificate(house.id),
        "institution_type": InstitutionType(house.type).value,
    }


def statistics_of(row: YearlyStatistics) -> dict[str, str]:
    """A year's quantities as texts by their keys."""
    return {key: format(getattr(row, key) or Decimal(0), "f") for key in QUANTITIES}


def holds_water_certificate(institution_id: int) -> bool:
    """Whether the institution holds a water-saving certificate that is in force today (domain.md A1.1: full points)."""
    found = db.session.scalars(select(Certificate).where(
        Certificate.institution_id == institution_id, Certificate.scheme == WATER_SAVING))
    return any(standing(CertificateDates(issued=one.issued_on, until=one.expires_on), today()) is Standing.VALID
               for one in found if not one.ended_as and one.published_at)


def frozen_figures(case: Application) -> dict[str, Any]:
    """The figures that count: those frozen at submission, or the present ones while the institution may still edit."""
    if case.figures and case.stage not in EDITABLE:
        return dict(case.figures)
    return present_figures(case)


def scheme_of(case: Application) -> Scheme:
    """The edition that the case started under; EditionChanged when its file was altered."""
    return editions.frozen(case.edition, case.edition_digest)


def self_score(case: Application, answers: Iterable[Answer], *, figures: Mapping[str, Any] | None = None) -> SheetScore:
    """What the institution's own answers score; pass `figures` when they are at hand already."""
    known = figures if figures is not None else frozen_figures(case)
    scheme = scheme_of(case)
    return _scored(scheme, known, {row.item_id: _said(scheme, row) for row in answers})


def score_by(case: Application, points: Given, *, answers: Iterable[Answer] | None = None,
             figures: Mapping[str, Any] | None = None) -> SheetScore:
    """The sheet of somebody who judges: given points win, an item without points falls back on what is computed.

    Counts and basic conditions are the institution's; every ItemScore still tells what the formula gives (`computed`).
    InputErrors when points exceed an item or "not applicable" is given where the standard knows no such case.
    """
    known = figures if figures is not None else frozen_figures(case)
    scheme = scheme_of(case)
    said: dict[str, dict[str, Any]] = {}
    for row in case.answers if answers is None else answers:
        base = _said(scheme, row)
        if row.item_id not in points:
            # what the institution claims by hand is a claim, not a judgement: an unscored item counts nothing
            base.pop("points", None)
        said[row.item_id] = base
    for item_id, (given, absent) in points.items():
        base = said.get(item_id, {})
        base.pop("points", None)
        base.pop("na", None)
        if absent:
            base = {"na": True}
        elif given is not None:
            base["points"] = given
        said[item_id] = base
    return _scored(scheme, known, said)


def _said(scheme: Scheme, row: Answer) -> dict[str, Any]:
    """A stored answer in the shape that scoring takes."""
    if not scheme.has_item(row.item_id):
        return {} if row.met is None else {"met": row.met}
    if row.not_applicable:
        return {"na": True}
    said: dict[str, Any] = {}
    counts = {count.id: row.counts[count.id] for count in scheme.item(row.item_id).counts
              if row.counts.get(count.id) not in (None, "")}
    if counts:
        said["counts"] = counts
    if row.points is not None:
        said["points"] = row.points
    return said


def _scored(scheme: Scheme, figures: Mapping[str, Any], said: Mapping[str, dict[str, Any]]) -> SheetScore:
    kind = figures["institution_type"]
    own = {item.id for item in scheme.items(kind)} | {one.id for one in scheme.prerequisites}
    return score(
        scheme, institution_type=kind, holds_water_certificate=bool(figures.get("holds_water_certificate")),
        statistics=figures.get("statistics"), averages=figures.get("averages"),
        answers={key: value for key, value in said.items() if key in own and (scheme.has_item(key) or value)},
        factors=editions.factors(), period=str(figures.get("year", "")))
