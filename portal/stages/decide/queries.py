"""What the deciding desk reads: rounds and their ranking, one case with its scores, what awaits a countersignature."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal import editions
from portal.db import db
from portal.domain import ranking
from portal.domain.results import Combined, combine
from portal.domain.scheme import Scheme
from portal.domain.workflow import BEFORE_DECISION, Role, Stage
from portal.models.application import Application
from portal.models.decision import Countersignature, Decision, Nomination
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Moderation, Sheet, SheetScore
from portal.models.round import Round
from portal.models.visit import SiteScore, Visit

ON_THE_WAY = (Stage.VISITING, Stage.RECTIFYING)
HERE = (Stage.DECIDING, Stage.NOMINATED)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case of the ranking with what is shown beside it; totals are the sealed sheets' from low to high."""

    case: Application
    place: int | None
    passes: bool
    result: Decimal
    totals: tuple[Decimal, ...]
    combined: Combined | None
    visit: Visit | None
    star_zeros: tuple[str, ...]
    moderation: Moderation | None
    decision: Decision | None
    ready: bool

    @property
    def dropped(self) -> list[int]:
        """Positions in `totals` that the trimmed mean leaves out."""
        return [0, len(self.totals) - 1] if self.combined and self.combined.dropped else []


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """A round's ranking; `low` and `high` bound the scale on which the dots are drawn."""

    round: Round
    scheme: Scheme
    lines: tuple[Line, ...]
    low: Decimal
    high: Decimal

    def entries(self) -> list[ranking.Entry]:
        """The lines as the rules of ranking see them."""
        return [ranking.Entry(key=one.case.id, result=one.result, site=one.case.site_total,
                              barred=bool(one.star_zeros)) for one in self.lines]

    def by_id(self, number: int) -> Line:
        """The line of one case."""
        return next(one for one in self.lines if one.case.id == number)

    @property
    def passing(self) -> list[Line]:
        """Lines that reach the pass mark and that no rule bars."""
        return [one for one in self.lines if one.passes]


def authorities(person: Person) -> frozenset[str]:
    """The authorities that a person countersigns for."""
    return frozenset(grant.authority for grant in person.scopes(Role.COUNTERSIGNER) if grant.authority)


def schemes_of(person: Person) -> frozenset[str]:
    """Editions whose cases a person of this desk sees: all for the bureau, those one countersigns otherwise."""
    whole = bool(person.roles & {Role.LEADER, Role.OFFICER})
    own = authorities(person)
    return frozenset(scheme.edition for scheme in editions.every()
                     if whole or own & {body.id for body in scheme.process.countersigners})


def mine(person: Person) -> ColumnElement[bool]:
    """Which cases a person of this desk may see: those past the visit, of the schemes that concern him or her."""
    reached = or_(Application.stage.not_in(BEFORE_DECISION),
                  exists().where(Decision.application_id == Application.id))
    return and_(Application.edition.in_(schemes_of(person)), reached)


def rounds(person: Person) -> list[tuple[Round, int]]:
    """Rounds that have something at this desk, newest first, with the number of cases that stand here."""
    here = func.count().filter(Application.stage.in_(HERE))
    found = db.session.execute(
        select(Round, here).join(Application, Application.round_id == Round.id)
        .where(Application.stage.in_((*HERE, *ON_THE_WAY)), Application.edition.in_(schemes_of(person)))
        .group_by(Round.id).order_by(here.desc(), Round.year.desc(), Round.id.desc()))
    return [(round_, count) for round_, count in found]


def ranking_of(round_: Round, person: Person) -> Ranking:
    """The ranking of a round: cases here and those still on their way from the visit; about eight queries."""
    scheme = editions.frozen(round_.edition, round_.edition_digest)
    wanted: Select[Any] = (
        select(Application).join(Application.institution)
        .options(*Application.without_dossier(), contains_eager(Application.institution).options(
            joinedload(Institution.division), joinedload(Institution.department)))
        .where(Application.round_id == round_.id, Application.edition.in_(schemes_of(person)),
               Application.stage.in_((*HERE, *ON_THE_WAY)), Application.review_result.is_not(None))
        .order_by(Application.id))
    cases = list(db.session.scalars(wanted))
    keys = [case.id for case in cases]
    totals = _totals(keys)
    stars, moved = _star_zeros(keys, scheme), _moderations(keys)
    visits, decided = _visits(keys), _decisions(keys)
    entries = [ranking.Entry(key=case.id, result=case.review_result or Decimal(), site=case.site_total,
                             barred=bool(stars.get(case.id))) for case in cases]
    by_id = {case.id: case for case in cases}
    lines = []
    for placed in ranking.ranked(entries, pass_mark=scheme.pass_mark):
        case = by_id[placed.entry.key]
        given = tuple(sorted(totals.get(case.id, ())))
        lines.append(Line(
            case=case, place=placed.place, passes=placed.passes, result=placed.entry.result, totals=given,
            combined=joined(scheme, given), visit=visits.get(case.id), star_zeros=tuple(stars.get(case.id, ())),
            moderation=moved.get(case.id), decision=decided.get(case.id), ready=case.stage in HERE))
    every = [total for line in lines for total in (*line.totals, line.result)]
    low = min([*every, scheme.pass_mark], default=scheme.pass_mark)
    high = max([*every, scheme.pass_mark], default=scheme.total)
    return Ranking(round=round_, scheme=scheme, lines=tuple(lines), low=_floor(low), high=_ceil(high))


def joined(scheme: Scheme, totals: Sequence[Decimal]) -> Combined | None:
    """Several totals as one by the scheme's process; None without totals."""
    if not totals:
        return None
    process = scheme.process
    return combine(totals, aggregation=process.aggregation, trim_from=process.trim_from,
                   spread_limit=process.spread_limit)


def round_of(person: Person, number: int | None) -> Round | None:
    """A round by its key; None for one whose scheme is no concern of this person."""
    return db.session.scalar(select(Round).where(Round.id == number, Round.edition.in_(schemes_of(person))))


def case(person: Person, number: int) -> Application | None:
    """A case that this person may see, with what every page about it needs; None when there is no such case."""
    return db.session.scalars(
        select(Application).where(Application.id == number, mine(person)).options(
            joinedload(Application.institution).options(joinedload(Institution.division),
                                                        joinedload(Institution.department)),
            joinedload(Application.round), joinedload(Application.answers))).unique().first()


def cases(person: Person, numbers: Sequence[int]) -> list[Application]:
    """Several cases that this person may see, in the order of their numbers."""
    return list(db.session.scalars(
        select(Application).where(Application.id.in_(numbers), mine(person))
        .options(joinedload(Application.institution), joinedload(Application.round)).order_by(Application.number)))


def decision(number: int) -> Decision | None:
    """The decision on a case with its countersignatures."""
    return db.session.scalars(select(Decision).where(Decision.application_id == number).options(
        joinedload(Decision.countersignatures), joinedload(Decision.leader))).unique().first()


def nomination(number: int) -> Nomination | None:
    """The nomination of a case to the national authorities."""
    return db.session.scalar(select(Nomination).where(Nomination.application_id == number))


def sheets(number: int) -> list[Sheet]:
    """The sealed sheets of a case with their scores, in a fixed order that tells nothing about the experts."""
    return list(db.session.scalars(
        select(Sheet).where(Sheet.application_id == number, Sheet.state == "sealed")
        .options(joinedload(Sheet.scores)).order_by(Sheet.id)).unique())


def preliminary(number: int) -> dict[str, PreliminaryScore]:
    """The recommending body's scores by item."""
    found = db.session.scalars(select(PreliminaryScore).where(PreliminaryScore.application_id == number))
    return {one.item_id: one for one in found}


def last_visit(number: int) -> Visit | None:
    """The last visit with its scores."""
    return db.session.scalars(
        select(Visit).where(Visit.application_id == number).options(
            joinedload(Visit.site_scores), joinedload(Visit.findings))
        .order_by(Visit.turn.desc()).limit(1)).unique().first()


def site(visit: Visit | None) -> dict[str, SiteScore]:
    """The scores given on site by item."""
    return {one.item_id: one for one in visit.site_scores} if visit else {}


def moderation(number: int) -> Moderation | None:
    """How the spread was settled last."""
    return _moderations([number]).get(number)


def to_countersign(person: Person) -> list[tuple[Countersignature, Application]]:
    """What waits for this person's countersignature, the oldest decision first."""
    return [(signature, case) for signature, case in db.session.execute(
        select(Countersignature, Application)
        .join(Decision, Countersignature.decision_id == Decision.id)
        .join(Application, Decision.application_id == Application.id)
        .options(joinedload(Application.institution).options(joinedload(Institution.division),
                                                             joinedload(Institution.department)),
                 joinedload(Application.round),
                 contains_eager(Countersignature.decision))
        .where(Countersignature.authority.in_(authorities(person)), Countersignature.agreed.is_(None),
               Application.stage == Stage.DECIDING, Application.edition.in_(schemes_of(person)),
               Decision.outcome == "pass")
        .order_by(Decision.decided_at, Application.id))]


def signed(person: Person, limit: int = 30) -> list[tuple[Countersignature, Application]]:
    """What this person's authorities have signed last."""
    return [(signature, case) for signature, case in db.session.execute(
        select(Countersignature, Application)
        .join(Decision, Countersignature.decision_id == Decision.id)
        .join(Application, Decision.application_id == Application.id)
        .options(joinedload(Application.institution))
        .where(Countersignature.authority.in_(authorities(person)), Countersignature.agreed.is_not(None))
        .order_by(Countersignature.signed_at.desc()).limit(limit))]


def nominations(person: Person) -> list[tuple[Application, Nomination | None]]:
    """Cases of nominating schemes that are decided, with their nomination if it was sent, those to send first.

    A countersigner sees those of the schemes that his or her authority countersigns.
    """
    own = schemes_of(person)
    national = [scheme.edition for scheme in editions.every() if scheme.process.nomination and scheme.edition in own]
    return [(case, sent) for case, sent in db.session.execute(
        select(Application, Nomination).outerjoin(Nomination, Nomination.application_id == Application.id)
        .options(joinedload(Application.institution).options(joinedload(Institution.division),
                                                             joinedload(Institution.department)),
                 joinedload(Application.round))
        .where(Application.edition.in_(national), or_(
            Application.stage == Stage.NOMINATED,
            and_(Application.stage == Stage.DECIDING, countersigned())))
        .order_by(Application.stage, Nomination.sent_at, Application.id))]


def countersigned() -> ColumnElement[bool]:
    """Whether a case is decided to pass and every co-authority has agreed."""
    return exists().where(
        Decision.application_id == Application.id, Decision.outcome == "pass",
        ~exists().where(Countersignature.decision_id == Decision.id, Countersignature.agreed.is_not(True)))


def _totals(keys: list[int]) -> dict[int, list[Decimal]]:
    found: dict[int, list[Decimal]] = {}
    for number, total in db.session.execute(
            select(Sheet.application_id, Sheet.total).where(
                Sheet.application_id.in_(keys), Sheet.state == "sealed", Sheet.total.is_not(None))):
        found.setdefault(number, []).append(total or Decimal())
    return found


def _star_zeros(keys: list[int], scheme: Scheme) -> dict[int, list[str]]:
    """Star items that every sealed sheet which scored them puts at zero, by case: what bars it whatever its total."""
    stars = [item.id for item in scheme.stars()]
    best = func.max(SheetScore.points)
    found: dict[int, list[str]] = {}
    for number, item in db.session.execute(
            select(Sheet.application_id, SheetScore.item_id).join(SheetScore)
            .where(Sheet.application_id.in_(keys), Sheet.state == "sealed", SheetScore.item_id.in_(stars),
                   SheetScore.not_applicable.is_(False))
            .group_by(Sheet.application_id, SheetScore.item_id).having(best == 0)
            .order_by(Sheet.application_id, SheetScore.item_id)):
        found.setdefault(number, []).append(item)
    return found


def _moderations(keys: list[int]) -> dict[int, Moderation]:
    return {one.application_id: one for one in db.session.scalars(
        select(Moderation).where(Moderation.application_id.in_(keys)).order_by(Moderation.id))}


def _visits(keys: list[int]) -> dict[int, Visit]:
    return {one.application_id: one for one in db.session.scalars(
        select(Visit).where(Visit.application_id.in_(keys)).order_by(Visit.turn)
        .options(selectinload(Visit.findings)))}


def _decisions(keys: list[int]) -> dict[int, Decision]:
    return {one.application_id: one for one in db.session.scalars(
        select(Decision).where(Decision.application_id.in_(keys))
        .options(selectinload(Decision.countersignatures)))}


def _floor(value: Decimal) -> Decimal:
    return Decimal(int(value // 2 * 2))


def _ceil(value: Decimal) -> Decimal:
    return Decimal(int(-(-value // 2) * 2))
