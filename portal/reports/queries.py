"""What the bureau counts: cases by stage and scheme, what is late, what rounds wait for, stays, a year's course."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.domain.workflow import FINAL, Action, Stage
from portal.models.application import Application
from portal.models.decision import Countersignature, Decision
from portal.models.event import Event
from portal.models.institution import Department, Division, Institution
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from portal.models.review import Sheet
from portal.models.round import Round
from portal.reports.days import days_of
from portal.reports.months import bounds

OPEN: tuple[Stage, ...] = tuple(stage for stage in Stage if stage not in FINAL and stage is not Stage.CERTIFIED)
SOON = timedelta(days=7)
A_YEAR = timedelta(days=365)
COURSE: tuple[Action, ...] = (Action.SUBMIT, Action.ENDORSE, Action.ISSUE)
"""The deeds whose course over a year is drawn."""

# When a case is due: its own deadline, else the round's date for the stage where it stands.
DUE: ColumnElement[datetime | None] = case(
    (Application.due_at.is_not(None), Application.due_at),
    (Application.stage == Stage.RECOMMENDING, Round.recommend_by),
    (Application.stage == Stage.REVIEWING, Round.review_by),
    (Application.stage == Stage.VISITING, Round.visit_by), else_=None)


@dataclass(frozen=True, kw_only=True)
class Count:
    """Cases of one round at one stage; how many of them are late, or due within a week."""

    round: int
    scheme: str
    stage: Stage
    cases: int
    late: int
    soon: int


def counts(at: datetime) -> list[Count]:
    """Every round and stage that has cases, in one query."""
    running = Application.stage.in_(OPEN)
    return [Count(round=number, scheme=scheme, stage=stage, cases=cases, late=late, soon=soon)
            for number, scheme, stage, cases, late, soon in db.session.execute(
        select(Application.round_id, Application.scheme, Application.stage, func.count(),
               func.count().filter(running, at > DUE), func.count().filter(running, at <= DUE, at + SOON >= DUE))
        .join(Application.round).group_by(Application.round_id, Application.scheme, Application.stage))]


@dataclass(frozen=True, kw_only=True)
class Late:
    """Cases that are late at one stage; `body` is the district or department, empty where it is the bureau's turn."""

    stage: Stage
    body: str
    cases: int
    since: datetime


# Stages at which a district, a department or its institutions are to act: lateness is told by body.
OUTSIDE = (Stage.RECOMMENDING, Stage.CORRECTING, Stage.SUPPLEMENTING, Stage.CANDIDATE, Stage.RECTIFYING)


def late(at: datetime) -> list[Late]:
    """What is late, by stage and body, the longest first; one query."""
    outside = Application.stage.in_(OUTSIDE)
    body = case((outside, func.coalesce(Department.name, Division.name)), else_="").label("acting_body")
    rows = db.session.execute(
        select(Application.stage, body, func.count(), func.min(DUE)).join(Application.round)
        .join(Application.institution).join(Institution.division).outerjoin(Institution.department)
        .where(Application.stage.in_(OPEN), at > DUE).group_by(Application.stage, "acting_body")
        .order_by(func.min(DUE)))
    return [Late(stage=stage, body=name, cases=cases, since=since) for stage, name, cases, since in rows]


def late_sheets(at: datetime) -> list[tuple[int, int, datetime]]:
    """Experts with sheets that should be sealed: (person's number, sheets, due since), the longest first."""
    return [(expert, number, since) for expert, number, since in db.session.execute(
        select(Sheet.expert_id, func.count(), func.min(Sheet.due_at)).join(Sheet.application)
        .where(Sheet.state == "assigned", Sheet.due_at < at, Application.stage == Stage.REVIEWING)
        .group_by(Sheet.expert_id).order_by(func.min(Sheet.due_at))) if since is not None]


@dataclass(kw_only=True)
class Waiting:
    """What a round waits for; every figure is a number of cases unless it says otherwise."""

    round: Round
    stages: dict[Stage, int] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    """Bodies that have cases to recommend."""
    unsealed: int = 0
    """Sheets."""
    unassigned: int = 0
    undecided: int = 0
    authorities: dict[str, int] = field(default_factory=dict)
    """Cases that an authority has not countersigned, by its id."""
    objections: int = 0
    """Open objections."""
    notice_until: date | None = None


def waiting(counted: Iterable[Count], *, most: int | None = None) -> list[Waiting]:
    """Rounds with open cases and what holds them up, in five queries; the newest first, `most` of them (None: all)."""
    stages: dict[int, dict[Stage, int]] = {}
    for one in counted:
        if one.stage in OPEN:
            stages.setdefault(one.round, {})[one.stage] = one.cases
    if not stages:
        return []
    found = {row.id: Waiting(round=row, stages=stages[row.id]) for row in db.session.scalars(
        select(Round).where(Round.id.in_(stages))
        .order_by(Round.year.desc(), Round.opens_at.desc(), Round.id.desc()).limit(most))}
    shown = Application.round_id.in_(found)
    body = func.coalesce(func.nullif(Department.short_name, ""), Department.name, Division.name).label("acting_body")
    for number, name in db.session.execute(
            select(Application.round_id, body).join(Application.institution).join(Institution.division)
            .outerjoin(Institution.department).where(Application.stage == Stage.RECOMMENDING, shown)
            .group_by(Application.round_id, "acting_body").order_by(func.count().desc(), "acting_body")):
        found[number].bodies.append(name)
    for number, unsealed, unassigned in db.session.execute(
            select(Application.round_id, func.count(Sheet.id).filter(Sheet.state == "assigned"),
                   func.count().filter(Sheet.id.is_(None)))
            .outerjoin(Sheet, and_(Sheet.application_id == Application.id, Sheet.state != "recused"))
            .where(Application.stage == Stage.REVIEWING, shown).group_by(Application.round_id)):
        found[number].unsealed, found[number].unassigned = unsealed, unassigned
    for number, authority, undecided, unsigned in db.session.execute(
            select(Application.round_id, Countersignature.authority, func.count().filter(Decision.id.is_(None)),
                   func.count(Countersignature.id))
            .outerjoin(Decision, Decision.application_id == Application.id)
            .outerjoin(Countersignature, and_(Countersignature.decision_id == Decision.id,
                                              Countersignature.agreed.is_not(True)))
            .where(Application.stage == Stage.DECIDING, shown)
            .group_by(Application.round_id, Countersignature.authority)):
        found[number].undecided += undecided
        if authority and unsigned:
            found[number].authorities[authority] = unsigned
    for number, objections, until in db.session.execute(
            select(Application.round_id, func.count(Objection.id.distinct()), func.max(PublicNotice.last_day))
            .join(NoticeEntry, NoticeEntry.application_id == Application.id).join(NoticeEntry.notice)
            .outerjoin(Objection, and_(Objection.application_id == Application.id, Objection.state == "open"))
            .where(Application.stage == Stage.ANNOUNCED, shown).group_by(Application.round_id)):
        found[number].objections, found[number].notice_until = objections, until
    return list(found.values())


def open_objections() -> int:
    """Objections that nobody has answered."""
    return db.session.scalar(select(func.count()).select_from(Objection).where(Objection.state == "open")) or 0


def stays(at: datetime) -> dict[Stage, tuple[float, int]]:
    """How long cases stay at a stage: (mean days, number of stays) of those that ended within a year or still run.

    Two queries, each answered by an index; the stay at the first stage begins with no deed and is left out.
    """
    ended = {stage: (float(mean) / 86400, number) for stage, mean, number in db.session.execute(
        select(Event.stage_before, func.avg(Event.stayed), func.count())
        .where(Event.stayed.is_not(None), Event.stage_before.in_(OPEN), Event.at >= at - A_YEAR)
        .group_by(Event.stage_before))}
    today = at.timestamp() / 86400
    running = {stage.value: (today - float(mean), number) for stage, mean, number in db.session.execute(
        select(Application.stage, func.avg(days_of(Application.stage_since)), func.count())
        .where(Application.stage.in_([stage for stage in OPEN if stage is not Stage.DRAFT]))
        .group_by(Application.stage))}
    found: dict[Stage, tuple[float, int]] = {}
    for stage in OPEN:
        parts = [part[stage.value] for part in (ended, running) if stage.value in part]
        total = sum(number for _mean, number in parts)
        if total and stage is not Stage.DRAFT:
            found[stage] = (max(0.0, sum(mean * number for mean, number in parts) / total), total)
    return found


def course(months: list[date]) -> dict[Action, list[int]]:
    """How often each deed of COURSE was done in each month (given by its first day), in one query."""
    row = db.session.execute(select(*(
        select(func.count()).where(Event.action == action.value, Event.at >= start, Event.at < end).scalar_subquery()
        for action in COURSE for start, end in map(bounds, months)))).one()
    width = len(months)
    return {action: list(row[i * width:(i + 1) * width]) for i, action in enumerate(COURSE)}


# The columns by which cases are sorted; each but the deadline has an index, and open cases alone have deadlines.
SORTS: dict[str, ColumnElement[Any]] = {
    "due": DUE, "since": Application.stage_since.expression, "submitted": Application.submitted_at.expression}
DUE_STATES = ("open", "late", "soon")
STATES = (*DUE_STATES, "titled", "ended", "all")
TITLED = (Stage.CERTIFIED, Stage.REVERIFYING)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases a list or an export holds; empty fields ask for all."""

    scheme: str = ""
    stages: tuple[Stage, ...] = ()
    round: int | None = None
    state: str = "open"
    """"open" (not at an end), "late", "soon", "titled", "ended" or "all"."""
    words: str = ""
    sort: str = ""
    """One of SORTS, with a minus for the other direction; empty: what fits the state."""

    @property
    def any(self) -> bool:
        """Whether something but the state is chosen."""
        return bool(self.scheme or self.stages or self.round or self.words)

    @property
    def order(self) -> tuple[str, bool]:
        """(column, downwards): due first among open cases, else the latest submission first."""
        key = self.sort.removeprefix("-")
        if key in SORTS and (key != "due" or self.state in DUE_STATES):
            return key, self.sort.startswith("-")
        return ("due", False) if self.state in DUE_STATES else ("submitted", True)


def cases(wanted: Wanted, at: datetime) -> Select[Any]:
    """Cases with the instant at which they are due, in the order asked for; drafts are the institutions' own until
    submitted, so they are counted but not listed."""
    key, down = wanted.order
    column = SORTS[key]
    order: list[Any] = [column.desc(), Application.id.desc()] if down else [column, Application.id]
    if key == "due":
        order.insert(0, DUE.is_(None))
    found: Any = (
        filtered(wanted, at).with_only_columns(Application, DUE.label("due")).join(Application.institution)
        .options(*Application.without_dossier(), joinedload(Application.round),
                 joinedload(Application.institution).joinedload(Institution.division),
                 joinedload(Application.institution).joinedload(Institution.department)).order_by(*order))
    return found


def filtered(wanted: Wanted, at: datetime) -> Select[Any]:
    """The ids of the cases wanted, without their facts: what is counted."""
    found: Any = select(Application.id).join(Application.round).where(
        Application.stage != Stage.DRAFT, Application.submitted_at.is_not(None))
    running = Application.stage.in_(OPEN)
    match wanted.state:
        case "open":
            found = found.where(running)
        case "late":
            found = found.where(running, at > DUE)
        case "soon":
            found = found.where(running, at <= DUE, at + SOON >= DUE)
        case "titled":
            found = found.where(Application.stage.in_(TITLED))
        case "ended":
            found = found.where(Application.stage.in_(FINAL))
    if wanted.scheme:
        found = found.where(Application.scheme == wanted.scheme)
    if wanted.stages:
        found = found.where(Application.stage.in_(wanted.stages))
    if wanted.round:
        found = found.where(Application.round_id == wanted.round)
    if wanted.words:
        named = select(Institution.id).where(or_(
            Institution.name.icontains(wanted.words, autoescape=True),
            Institution.short_name.icontains(wanted.words, autoescape=True)))
        found = found.where(or_(Application.institution_id.in_(named),
                                Application.number.icontains(wanted.words, autoescape=True)))
    return found


def states(wanted: Wanted, at: datetime) -> dict[str, int]:
    """How many cases each tab would hold with the same filters, in one query."""
    running = Application.stage.in_(OPEN)
    counted = filtered(replace(wanted, state="all"), at).with_only_columns(
        func.count().filter(running), func.count().filter(running, at > DUE),
        func.count().filter(running, at <= DUE, at + SOON >= DUE),
        func.count().filter(Application.stage.in_(TITLED)), func.count().filter(Application.stage.in_(FINAL)),
        func.count())
    return dict(zip(STATES, db.session.execute(counted).one(), strict=True))


def every_case(wanted: Wanted, at: datetime) -> Iterator[tuple[Application, datetime | None]]:
    """The same cases all at once, fetched in portions."""
    yield from db.session.execute(cases(wanted, at).execution_options(yield_per=500))


def rounds() -> list[tuple[int, str]]:
    """Every round as (id, name), the newest first."""
    return [(number, name) for number, name in db.session.execute(
        select(Round.id, Round.name).order_by(Round.year.desc(), Round.opens_at.desc(), Round.id.desc()))]
