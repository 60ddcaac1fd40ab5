"""What waits for a person at every desk: one query over the cases that are his or her turn, by kind of turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Date,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from portal import editions
from portal.clock import now, today
from portal.db import db
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.base import Instant
from portal.models.decision import Countersignature, Decision, Nomination
from portal.models.institution import Institution
from portal.models.job import Message
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from portal.models.person import Person
from portal.models.review import Clarification, Sheet
from portal.models.round import Round
from portal.models.visit import Visit, VisitMember

MESSAGES = "messages"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """How many cases wait for one deed at one desk, how many of them are late, and the first deadline."""

    kind: str
    desk: str
    cases: int
    late: int
    due: datetime | None


class Scope(NamedTuple):
    """Where somebody holds a role."""

    role: Role
    institution_id: int | None
    division_code: str | None
    department_id: int | None
    authority: str | None


@dataclass(frozen=True)
class Who:
    """All of a person that the statement depends on: while it stays the same, so does the statement."""

    id: int
    employer_id: int | None
    grants: tuple[Scope, ...]

    @classmethod
    def of(cls, person: Person) -> "Who":
        """A person as the statements see her."""
        return cls(person.id, person.employer_id, tuple(sorted(
            (Scope(one.role, one.institution_id, one.division_code, one.department_id, one.authority)
             for one in person.grants), key=str)))

    def scopes(self, role: Role) -> list[Scope]:
        """Where this role is held."""
        return [one for one in self.grants if one.role == role]


AT, TODAY = bindparam("at", type_=Instant()), bindparam("today", type_=Date())


def turns(person: Person, at: datetime) -> list[Turn]:
    """Everything that waits for this person, unread messages among it (kind MESSAGES, desk "own"); one query."""
    return [Turn(kind=kind, desk=desk, cases=cases, late=late, due=due) for kind, desk, cases, late, due in
            db.session.execute(_counted(Who.of(person)), {"at": at, "today": today()})]


def urgent(person: Person, limit: int = 12) -> list[tuple[str, str, datetime | None, Application]]:
    """The single cases whose deadline is nearest, as (kind, desk, due, case); one query."""
    work = _work(Who.of(person)).subquery()
    return [(kind, desk, due, found) for kind, desk, due, found in db.session.execute(
        select(work.c.kind, work.c.desk, work.c.due, Application).join(Application, Application.id == work.c.case)
        .options(joinedload(Application.institution).joinedload(Institution.division),
                 joinedload(Application.institution).joinedload(Institution.department),
                 joinedload(Application.round), *Application.without_dossier())
        .where(work.c.due.is_not(None)).order_by(work.c.due, Application.id).limit(limit),
        {"at": now(), "today": today()})]


# Every page asks this, and building the statement takes three times as long as the database needs to answer it.
@lru_cache(maxsize=1024)
def _counted(who: Who) -> Select[Any]:
    work = _work(who).subquery()
    return (select(work.c.kind, work.c.desk, func.count(), func.count().filter(work.c.due < AT), func.min(work.c.due))
            .group_by(work.c.kind, work.c.desk))


def _work(who: Who) -> CompoundSelect[Any]:
    parts: list[Select[Any]] = [select(
        literal(MESSAGES).label("kind"), literal("own").label("desk"), cast(null(), Application.id.type).label("case"),
        _never()).where(Message.person_id == who.id, Message.read_at.is_(None))]
    held = {one.role for one in who.grants}
    for role, branches in _BRANCHES.items():
        if role in held:
            parts += branches(who)
    return union_all(*parts)


def _never() -> Any:
    return cast(null(), Instant()).label("due")


def _turn(kind: str, desk: str, due: Any = None) -> Select[Any]:
    return (select(literal(kind).label("kind"), literal(desk).label("desk"), Application.id.label("case"),
                   (due if due is not None else Application.due_at).label("due"))
            .select_from(Application).join(Application.round))


def _national() -> list[str]:
    return [scheme.edition for scheme in editions.every() if scheme.process.nomination]


def _of_institution(who: Who, kind: Role) -> Any:
    return Application.institution_id.in_([one.institution_id for one in who.scopes(kind)])


def _applicant(who: Who) -> list[Select[Any]]:
    mine = _of_institution(who, Role.APPLICANT)
    asked = exists().where(Clarification.application_id == Application.id, Clarification.answered_at.is_(None))
    return [
        _turn("to-submit", "apply", Round.closes_at).where(
            mine, Application.stage == Stage.DRAFT, Round.closes_at > AT),
        _turn("to-correct", "apply").where(
            mine, Application.stage.in_((Stage.CORRECTING, Stage.SUPPLEMENTING))),
        _turn("to-create", "apply").where(mine, Application.stage == Stage.CANDIDATE),
        _turn("to-rectify", "apply").where(mine, Application.stage == Stage.RECTIFYING),
        _turn("to-clarify", "apply", Round.review_by).where(mine, Application.stage == Stage.REVIEWING, asked)]


def _signatory(who: Who) -> list[Select[Any]]:
    return [_turn("to-sign", "apply", func.coalesce(Application.due_at, Round.closes_at)).where(
        _of_institution(who, Role.SIGNATORY), Application.signed_at.is_(None), or_(
            and_(Application.stage == Stage.DRAFT, Round.closes_at > AT),
            Application.stage.in_((Stage.CORRECTING, Stage.SUPPLEMENTING, Stage.CANDIDATE))))]


def _recommender(who: Who) -> list[Select[Any]]:
    grants = who.scopes(Role.RECOMMENDER)
    here = or_(Institution.department_id.in_([one.department_id for one in grants if one.department_id]),
               and_(Institution.department_id.is_(None),
                    Institution.division_code.in_([one.division_code for one in grants if one.division_code])))
    return [_turn("to-recommend", "recommend", func.coalesce(Application.due_at, Round.recommend_by))
            .join(Application.institution).where(Application.stage == Stage.RECOMMENDING, here)]


def _seats(*states: str) -> Any:
    """How many sheets of a case are in these states."""
    return select(func.count(Sheet.id)).where(
        Sheet.application_id == Application.id, Sheet.state.in_(states)).correlate(Application).scalar_subquery()


def _needed() -> Any:
    return case(*((Application.edition == one.edition, one.process.experts) for one in editions.every()), else_=0)


def _officer(_who: Who) -> list[Select[Any]]:
    agreed = exists().where(
        Decision.application_id == Application.id, Decision.outcome == "pass",
        ~exists().where(Countersignature.decision_id == Decision.id, Countersignature.agreed.is_not(True)))
    named = exists().where(Nomination.application_id == Application.id, Nomination.outcome == "named")
    objected = exists().where(Objection.application_id == Application.id, Objection.state == "open")
    runs = exists().where(NoticeEntry.application_id == Application.id, PublicNotice.id == NoticeEntry.notice_id,
                          PublicNotice.last_day >= TODAY)
    deciding, national = Application.stage == Stage.DECIDING, Application.edition.in_(_national())
    return [
        _turn("to-screen", "screen").where(Application.stage == Stage.SCREENING),
        _turn("to-assign", "screen", Round.review_by).where(
            Application.stage == Stage.REVIEWING, _seats("assigned", "sealed") < _needed()),
        _turn("to-appoint", "visit", Round.visit_by).where(
            Application.stage == Stage.VISITING, ~exists().where(Visit.application_id == Application.id)),
        _turn("to-nominate", "decide").where(deciding, national, agreed),
        _turn("to-announce", "announce").where(or_(
            and_(deciding, ~national, agreed), and_(Application.stage == Stage.NOMINATED, named))),
        _turn("to-answer", "announce").where(Application.stage == Stage.ANNOUNCED, objected),
        _turn("to-issue", "certify").where(Application.stage == Stage.ANNOUNCED, ~runs, ~objected)]


def _moderator(who: Who) -> list[Select[Any]]:
    own = exists().where(Sheet.application_id == Application.id, Sheet.expert_id == who.id)
    return [_turn("to-conclude", "moderate", Round.review_by).where(
        Application.stage == Stage.REVIEWING, _seats("assigned") == 0, _seats("sealed") >= _needed(), ~own,
        Application.institution_id != (who.employer_id or 0))]


def _expert(who: Who) -> list[Select[Any]]:
    return [_turn("to-review", "review", Sheet.due_at).join(Sheet, Sheet.application_id == Application.id).where(
        Sheet.expert_id == who.id, Sheet.state == "assigned", Application.stage == Stage.REVIEWING)]


def _team(who: Who) -> list[Select[Any]]:
    later = aliased(Visit)
    return [_turn("to-visit", "visit", Round.visit_by).join(Visit, Visit.application_id == Application.id)
            .join(VisitMember, VisitMember.visit_id == Visit.id).where(
        VisitMember.person_id == who.id, Application.stage == Stage.VISITING,
        ~exists().where(later.application_id == Visit.application_id, later.turn > Visit.turn))]


def _leader(_who: Who) -> list[Select[Any]]:
    return [
        _turn("to-decide", "decide").where(
            Application.stage == Stage.DECIDING, ~exists().where(Decision.application_id == Application.id)),
        _turn("to-reverify", "certify").where(Application.stage == Stage.REVERIFYING)]


def _countersigner(who: Who) -> list[Select[Any]]:
    bodies: Sequence[str] = [one.authority for one in who.scopes(Role.COUNTERSIGNER) if one.authority]
    return [_turn("to-countersign", "decide").join(Decision, Decision.application_id == Application.id)
            .join(Countersignature, Countersignature.decision_id == Decision.id).where(
        Application.stage == Stage.DECIDING, Decision.outcome == "pass", Countersignature.agreed.is_(None),
        Countersignature.authority.in_(bodies))]


_BRANCHES = {
    Role.APPLICANT: _applicant, Role.SIGNATORY: _signatory, Role.RECOMMENDER: _recommender, Role.OFFICER: _officer,
    Role.MODERATOR: _moderator, Role.EXPERT: _expert, Role.TEAM_LEADER: _team, Role.INSPECTOR: _team,
    Role.LEADER: _leader, Role.COUNTERSIGNER: _countersigner,
}
