"""The dashboard put into words and shapes: matrix, late lines, what blocks each round, bars and lines."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from portal import editions, wording
from portal.clock import in_china
from portal.domain.scheme import Scheme
from portal.domain.workflow import Stage
from portal.models.round import Round
from portal.reports.queries import OPEN, Count, Late, Waiting
from portal.web.filters import chinese, short_day, title_of

ALWAYS = frozenset({Stage.DRAFT, Stage.RECOMMENDING, Stage.SCREENING, Stage.REVIEWING, Stage.VISITING, Stage.DECIDING,
                    Stage.ANNOUNCED})
"""Stages with a row even when nothing stands there; the others appear when something does."""
BARS = (Stage.RECOMMENDING, Stage.CORRECTING, Stage.SCREENING, Stage.REVIEWING, Stage.VISITING, Stage.RECTIFYING,
        Stage.DECIDING, Stage.ANNOUNCED)
BODIES_NAMED = 3


def schemes() -> dict[str, Scheme]:
    """The newest edition of each scheme by the scheme's id, those that lead to a national title first."""
    return {one.id: one for one in sorted(
        editions.every(), key=lambda one: (not one.process.nomination, one.edition))}


def short(scheme: Scheme) -> str:
    """A scheme's short name in the page's language."""
    return scheme.short_name if chinese() else scheme.short_name_en


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One number of the matrix with its shade, 0 to 4."""

    scheme: str
    cases: int
    shade: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One stage of the matrix."""

    stage: Stage
    cells: tuple[Cell, ...]
    total: int


def matrix(counted: Iterable[Count]) -> tuple[list[Row], dict[str, int]]:
    """Open cases by stage and scheme, and each scheme's total."""
    counted, names = list(counted), list(schemes())
    numbers: dict[tuple[Stage, str], int] = {}
    for one in counted:
        if one.stage in OPEN:
            numbers[one.stage, one.scheme] = numbers.get((one.stage, one.scheme), 0) + one.cases
    most = max(numbers.values(), default=1)
    rows = []
    for stage in OPEN:
        cells = tuple(Cell(scheme=name, cases=number, shade=shade(number, most))
                      for name in names for number in [numbers.get((stage, name), 0)])
        total = sum(cell.cases for cell in cells)
        if total or stage in ALWAYS:
            rows.append(Row(stage=stage, cells=cells, total=total))
    return rows, {name: sum(number for (_stage, scheme), number in numbers.items() if scheme == name) for name in names}


def shade(number: int, most: int) -> int:
    """Which of the five shades a number gets: 0 for none, then by the root of its share, so that few still differ."""
    return 0 if not number else 1 + min(3, int(4 * math.sqrt(number / max(most, number))))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of what is late: words, since when, the stage that its list shows (None: no list)."""

    words: str
    since: datetime
    stage: Stage | None = None


def late_lines(late: Iterable[Late], sheets: Iterable[tuple[int, int, datetime]]) -> list[Line]:
    """What is late in words, the longest first; experts by number, because who reviews whom stays closed."""
    lines = []
    for one in late:
        deed = {
            Stage.RECOMMENDING: ngettext("%(num)s case to recommend", "%(num)s cases to recommend", one.cases),
            Stage.CORRECTING: ngettext("%(num)s correction not handed in", "%(num)s corrections not handed in",
                                       one.cases),
            Stage.SUPPLEMENTING: ngettext("%(num)s supplement not handed in", "%(num)s supplements not handed in",
                                          one.cases),
            Stage.RECTIFYING: ngettext("%(num)s rectification not reported", "%(num)s rectifications not reported",
                                       one.cases),
        }.get(one.stage) or _("%(stage)s: %(cases)s", stage=wording.STAGES[one.stage],
                              cases=ngettext("%(num)s case", "%(num)s cases", one.cases))
        words = _("%(body)s: %(deed)s", body=one.body, deed=deed) if one.body else deed
        lines.append(Line(words=words, since=one.since, stage=one.stage))
    for expert, number, since in sheets:
        lines.append(Line(since=since, words=_("Expert no. %(expert)s: %(deed)s", expert=expert, deed=ngettext(
            "%(num)s sheet not sealed", "%(num)s sheets not sealed", number))))
    return sorted(lines, key=lambda line: line.since)


def _listed(names: list[str]) -> str:
    shown = ("、" if chinese() else ", ").join(names[:BODIES_NAMED])
    return _("%(names)s, %(n)s in all", names=shown, n=len(names)) if len(names) > BODIES_NAMED else shown


def blocks(one: Waiting, at: datetime) -> list[str]:
    """What a round waits for, in sentences, from the last stage back: what is nearest to its end comes first."""
    stages, found = one.stages, []
    if one.objections:
        found.append(ngettext("%(num)s objection is open", "%(num)s objections are open", one.objections))
    if stages.get(Stage.ANNOUNCED) and one.notice_until:
        found.append(_("Public notice runs until %(day)s", day=short_day(one.notice_until)))
    if stages.get(Stage.NOMINATED):
        found.append(_("The national result is awaited"))
    if one.authorities:
        names = editions.get(one.round.edition).process.countersigners
        found.append(_("Countersignature awaited: %(names)s", names=_listed(
            [str(title_of(body)) for body in names if body.id in one.authorities])))
    if one.undecided:
        found.append(ngettext("%(num)s case awaits the decision", "%(num)s cases await the decision", one.undecided))
    if stages.get(Stage.RECTIFYING):
        found.append(ngettext("%(num)s institution rectifies", "%(num)s institutions rectify",
                              stages[Stage.RECTIFYING]))
    if stages.get(Stage.VISITING):
        found.append(ngettext("%(num)s case awaits acceptance", "%(num)s cases await acceptance",
                              stages[Stage.VISITING]))
    if one.unassigned:
        found.append(ngettext("%(num)s case has no expert yet", "%(num)s cases have no expert yet", one.unassigned))
    if one.unsealed:
        found.append(ngettext("%(num)s sheet is not sealed", "%(num)s sheets are not sealed", one.unsealed))
    elif stages.get(Stage.REVIEWING, 0) > one.unassigned:
        found.append(ngettext("%(num)s review awaits its conclusion", "%(num)s reviews await their conclusion",
                              stages[Stage.REVIEWING] - one.unassigned))
    if stages.get(Stage.SCREENING):
        found.append(ngettext("%(num)s case awaits the formal check", "%(num)s cases await the formal check",
                              stages[Stage.SCREENING]))
    if one.bodies:
        found.append(_("Not recommended yet: %(names)s", names=_listed(one.bodies)))
    returned = stages.get(Stage.CORRECTING, 0) + stages.get(Stage.SUPPLEMENTING, 0)
    if returned:
        found.append(ngettext("%(num)s case is being corrected", "%(num)s cases are being corrected", returned))
    if stages.get(Stage.CANDIDATE):
        found.append(ngettext("%(num)s institution is in its creation period",
                              "%(num)s institutions are in their creation period", stages[Stage.CANDIDATE]))
    if stages.get(Stage.DRAFT):
        number, day = stages[Stage.DRAFT], short_day(one.round.closes_at)
        found.append(
            ngettext("%(num)s draft, window until %(day)s", "%(num)s drafts, window until %(day)s", number, day=day)
            if at < one.round.closes_at else
            ngettext("%(num)s draft was not submitted by %(day)s", "%(num)s drafts were not submitted by %(day)s",
                     number, day=day))
    if stages.get(Stage.REVERIFYING):
        found.append(ngettext("%(num)s title is being re-verified", "%(num)s titles are being re-verified",
                              stages[Stage.REVERIFYING]))
    return found


def limits(rounds: Iterable[Round]) -> dict[Stage, float]:
    """The days that the calendars of these rounds leave for a stage, on average."""
    spans: dict[Stage, list[float]] = {}
    for one in rounds:
        for stage, start, end in ((Stage.RECOMMENDING, one.closes_at, one.recommend_by),
                                  (Stage.REVIEWING, one.recommend_by, one.review_by),
                                  (Stage.VISITING, one.review_by, one.visit_by)):
            spans.setdefault(stage, []).append((end - start).total_seconds() / 86400)
    return {stage: sum(found) / len(found) for stage, found in spans.items()}


Bar = tuple[str, float, float | None, str]


def bars(stays: dict[Stage, tuple[float, int]], limit: dict[Stage, float]) -> list[Bar]:
    """(stage, mean days, limit, text) for the macro of the same name."""
    rows = []
    for stage in BARS:
        if stage not in stays:
            continue
        mean, most = stays[stage][0], limit.get(stage)
        text = (_("%(days)s of %(limit)s days", days=f"{mean:.1f}", limit=f"{most:.0f}") if most is not None
                else _("%(days)s days", days=f"{mean:.1f}"))
        rows.append((str(wording.STAGES[stage]), mean, most, text))
    return rows


def top_of(numbers: Iterable[float]) -> int:
    """A round number at or above all of these whose quarters are whole: 4, 8, 20, 40, 80, 200 …"""
    most, top, factors = max(numbers, default=0), 4, (2, 2.5, 2)
    step = 0
    while top < most:
        top = int(top * factors[step % 3])
        step += 1
    return top


def month_name(month: date) -> str:
    """2026-11: short, the same in both languages."""
    return f"{month:%Y-%m}"


def days_late(since: datetime, at: datetime) -> int:
    """Whole days between two days in China; at least one for what is late at all."""
    return max(1, (in_china(at).date() - in_china(since).date()).days)
