"""The one mover: checks a deed against the table, sets the stage, writes the event, queues the notices."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from portal import editions, outbox, ties
from portal.clock import now
from portal.db import db, hold
from portal.db import lock as take
from portal.domain import chain, notices
from portal.domain.assignment import Conflict, ConflictCode, ConflictOfInterest
from portal.domain.workflow import MOVES, Action, Role, Stage, Standpoint, check, next_stage, open_actions
from portal.models.application import Application
from portal.models.event import ChainHead, Event
from portal.models.person import Person
from portal.models.visit import Visit, VisitMember

# Roles that judge: nobody holds one on a case of an institution that he or she is tied to.
JUDGING = frozenset({
    Role.EXPERT, Role.MODERATOR, Role.TEAM_LEADER, Role.INSPECTOR, Role.LEADER, Role.COUNTERSIGNER})


def roles_on(case: Application, person: Person, *, despite_ties: bool = False) -> frozenset[Role]:
    """The roles that a person holds on one case, conflicts of interest taken out unless `despite_ties`.

    Nobody has two: whoever came to the case in one role has no other on it, save those of one office.
    """
    held: set[Role] = set()
    house = case.institution
    for grant in person.grants:
        match grant.role:
            case Role.APPLICANT | Role.SIGNATORY:
                fits = grant.institution_id == house.id
            case Role.RECOMMENDER:
                fits = (grant.department_id == house.department_id if house.department_id
                        else grant.division_code == house.division_code)
            case Role.COUNTERSIGNER:
                scheme = editions.get(case.edition)
                fits = grant.authority in {authority.id for authority in scheme.process.countersigners}
            case Role.EXPERT:
                fits = ties.scores(case, person)
            case Role.TEAM_LEADER | Role.INSPECTOR:
                latest = select(func.max(Visit.turn)).where(Visit.application_id == case.id).scalar_subquery()
                leads = db.session.scalar(
                    select(VisitMember.leads).join(Visit).where(
                        Visit.application_id == case.id, Visit.turn == latest, VisitMember.person_id == person.id))
                fits = leads is not None and (leads or grant.role == Role.INSPECTOR)
            case Role.OFFICER | Role.MODERATOR | Role.LEADER | Role.ADMINISTRATOR | Role.AUDITOR:
                fits = True
            case _:
                fits = False
        if fits:
            held.add(grant.role)
    if not despite_ties and held & JUDGING and ties.conflicts(case, person):
        held -= JUDGING
    return frozenset(held if despite_ties else held - ties.barred(case, person, held))


def standpoint(case: Application, person: Person | None, *, despite_ties: bool = False) -> Standpoint:
    """What the table needs to know of this case and this person (None: the public)."""
    roles = frozenset({Role.PUBLIC}) if person is None else roles_on(case, person, despite_ties=despite_ties)
    return Standpoint(stage=Stage(case.stage), roles=roles, options=editions.options(editions.get(case.edition)))


def actions_open(case: Application, person: Person) -> tuple[Action, ...]:
    """Every deed that this person may do on this case now: the buttons of a page."""
    return open_actions(standpoint(case, person))


def lock(case: Application) -> Application:
    """Take the case's row for the rest of the transaction, read anew: two deeds at once become one after another."""
    take(case)
    return case


def lock_found(wanted: Select[Application]) -> Application:
    """Take the case that a select finds, read anew with its institution, in one statement."""
    case = db.session.scalars(
        wanted.options(joinedload(Application.institution)).with_for_update(of=Application, key_share=True)
        .execution_options(populate_existing=True)).one()
    hold(case)
    return case


def lock_all(cases: Iterable[Application]) -> None:
    """Take several cases, always in the order of their keys: two deeds on the same ones never wait for each other."""
    for case in sorted(cases, key=lambda one: one.id):
        take(case)


def advance(case: Application, action: Action, *, by: Person | None, reason: str = "",
            detail: Mapping[str, Any] | None = None, tell: tuple[notices.Notice, ...] = (),
            at: datetime | None = None) -> Event:
    """Do one deed: lock the row, check the table, set the stage, append the event, queue the notices.

    `detail` is plain JSON for the record (item, totals, numbers as text). Raises ActionNotAllowed, ConflictOfInterest.
    `at` dates a deed of the past (imports, demonstration data). Runs inside the caller's transaction.
    """
    lock(case)
    # Standing back is the one deed of a judge that a tie calls for instead of forbidding.
    here = standpoint(case, by, despite_ties=action is Action.RECUSE)
    if by is not None:
        wanted = {grant.role for grant in by.grants} & MOVES[action].by
        if wanted and not here.roles & MOVES[action].by:
            _refuse_conflict(case, by, wanted)
    move = check(action, here, reason=reason)
    role = next(iter(sorted(here.roles & move.by)))
    before, after = Stage(case.stage), next_stage(action, Stage(case.stage))
    if after != before:
        case.stage, case.stage_since, case.due_at = after, at or now(), None
        case.ended_reason = reason  # of this move only: an earlier return is no reason of a later end
    event = append(action.value, by=by, role=role.value, case=case, before=before.value, after=after.value,
                   reason=reason, detail=detail, at=at)
    if notices.TOLD.get(action) or tell:
        outbox.queue("tell", event=event.id, extra=[[one.to.value, one.text] for one in tell])
    return event


def _head() -> ChainHead:
    """The end of the chain, locked; the very first deed makes it, whoever else does so at the same time."""
    found = db.session.get(ChainHead, 1, with_for_update={"key_share": True}, populate_existing=True)
    if found is None:
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(insert(ChainHead).values(id=1, seq=0, digest=chain.GENESIS).on_conflict_do_nothing())
        found = db.session.get_one(ChainHead, 1, with_for_update={"key_share": True}, populate_existing=True)
    return found


def _refuse_conflict(case: Application, by: Person, wanted: set[Role]) -> None:
    """Say why somebody who holds a role for a deed may not use it on this case, if a conflict is the reason."""
    if wanted & JUDGING and (found := ties.conflicts(case, by)):
        raise ConflictOfInterest(found)
    if ties.barred(case, by, wanted) == wanted:
        raise ConflictOfInterest((Conflict(ConflictCode.OTHER_ROLE, case.id),))


def record(action: str, *, by: Person | None, detail: Mapping[str, Any] | None = None) -> Event:
    """Record a deed that concerns no case: a sign-in, a role given, an import."""
    return append(action, by=by, detail=detail)


def append(action: str, *, by: Person | None, role: str = "", case: Application | None = None, before: str = "",
           after: str = "", reason: str = "", detail: Mapping[str, Any] | None = None,
           at: datetime | None = None) -> Event:
    """Append one event to the hash chain; the head's row is locked, so that the chain has one order."""
    db.session.flush()  # whatever rows this deed has changed are taken before the head, which every deed wants
    head = _head()
    moment = at or now()
    event = Event(
        seq=head.seq + 1, application_id=case.id if case else None, actor_id=by.id if by else None, role=role,
        action=action, stage_before=before, stage_after=after, reason=reason, detail=dict(detail or {}), at=moment,
        stayed=_stayed(case, moment) if case and after != before else None, previous=head.digest, digest="")
    event.digest = chain.digest_of(head.digest, event.payload())
    head.seq, head.digest = event.seq, event.digest
    db.session.add(event)
    db.session.flush()
    return event


def _stayed(case: Application, moment: datetime) -> int | None:
    """Seconds since the deed that brought a case to where it stands; None when no deed did."""
    came = db.session.scalar(select(func.max(Event.at)).where(
        Event.application_id == case.id, Event.stage_before != Event.stage_after, Event.stage_after != ""))
    return round((moment - came).total_seconds()) if came else None
