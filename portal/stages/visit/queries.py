"""What the visit desk reads: cases by what waits for a person, a case with its visit, who may go, its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, inspect, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal import ties
from portal.db import db
from portal.domain import assignment
from portal.domain.assignment import Conflict, ConflictOfInterest, Ties
from portal.domain.workflow import Action, Role, Stage
from portal.models.application import Application
from portal.models.event import Event
from portal.models.evidence import Evidence, File
from portal.models.institution import Institution
from portal.models.person import Grant, Person
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Sheet
from portal.models.round import Round
from portal.models.visit import Finding, RivalNote, SiteScore, Visit, VisitMember, VisitPhoto, VisitSignature

AT_VISIT = (Stage.VISITING, Stage.RECTIFYING)
TABS = ("appoint", "visits", "recheck", "rectify", "done")
TEAM = frozenset({Role.TEAM_LEADER, Role.INSPECTOR})


def _latest(visit: type[Visit] = Visit) -> ColumnElement[bool]:
    other = aliased(Visit)
    return visit.turn == select(func.max(other.turn)).where(
        other.application_id == visit.application_id).scalar_subquery()


def _on_team(person: Person) -> ColumnElement[bool]:
    own = aliased(Visit)
    return exists().where(own.application_id == Application.id, _latest(own), VisitMember.visit_id == own.id,
                          VisitMember.person_id == person.id).correlate(Application)


def _visited() -> ColumnElement[bool]:
    any_one = aliased(Visit)
    return exists().where(any_one.application_id == Application.id).correlate(Application)


def _reach(person: Person) -> ColumnElement[bool]:
    """Cases that a person may see at this desk: officers every one that came to a visit, the team its own."""
    if Role.OFFICER in person.roles:
        return or_(Application.stage.in_(AT_VISIT), _visited())
    return _on_team(person)


def _reported() -> ColumnElement[bool]:
    """Whether the institution has reported rectifications that nobody has looked at: the next turn is a re-check."""
    own = aliased(Visit)
    return exists().where(Finding.visit_id == own.id, Finding.reported_at.is_not(None), Finding.recheck == "",
                          own.application_id == Application.id, _latest(own)).correlate(Application)


def _tab(name: str) -> ColumnElement[bool]:
    visiting = Application.stage == Stage.VISITING
    return {
        "appoint": and_(visiting, ~_visited()),
        "visits": and_(visiting, _visited(), ~_reported()),
        "recheck": and_(visiting, _reported()),
        "rectify": Application.stage == Stage.RECTIFYING,
        "done": Application.stage.not_in(AT_VISIT),
    }[name]


def tabs(person: Person) -> dict[str, int]:
    """How many cases stand under each tab; only officers have cases without a team."""
    names = TABS if Role.OFFICER in person.roles else TABS[1:]
    found = db.session.execute(select(*[
        func.count().filter(_tab(name)).label(name) for name in names]).select_from(Application).where(_reach(person)))
    return dict(zip(names, found.one(), strict=True))


def queue(person: Person, tab: str, *, search: str = "") -> Select[Any]:
    """The cases under a tab with their visit, the most urgent first; finished ones newest first."""
    wanted: Any = (
        select(Application, Visit)
        .join(Round, Round.id == Application.round_id).join(Institution, Institution.id == Application.institution_id)
        .outerjoin(Visit, and_(Visit.application_id == Application.id, _latest()))
        .where(_reach(person), _tab(tab))
        .options(contains_eager(Application.round), contains_eager(Application.institution).joinedload(
                     Institution.division),
                 selectinload(Visit.members).joinedload(VisitMember.person), selectinload(Visit.findings)))
    if search:
        wanted = wanted.where(Institution.name.contains(search, autoescape=True))
    if tab == "done":
        return wanted.order_by(Application.stage_since.desc(), Application.id.desc())
    if tab == "visits":
        return wanted.order_by(Visit.planned_on.is_(None), Visit.planned_on,
                               func.coalesce(Application.due_at, Round.visit_by), Application.id)
    return wanted.order_by(func.coalesce(Application.due_at, Round.visit_by), Application.id)


def mine(person: Person, number: int, *, answers: bool = False) -> Application | None:
    """A case that this person may see here, with institution and round; with the institution's answers on request."""
    wanted = select(Application).where(Application.id == number, _reach(person)).options(
        joinedload(Application.institution).joinedload(Institution.division), joinedload(Application.round))
    if answers:
        wanted = wanted.options(joinedload(Application.answers))
    return db.session.scalars(wanted).unique().first()


def refuse_tied(case: Application, person: Person) -> None:
    """Nobody of a team reads a case that he or she may not inspect. Raises ConflictOfInterest."""
    if Role.OFFICER not in person.roles and (found := ties.conflicts(case, person)):
        raise ConflictOfInterest(found)


def visit_of(case: Application, *, whole: bool = False) -> Visit | None:
    """The present visit of a case with its team; `whole` with all that it holds."""
    wanted = select(Visit).where(Visit.application_id == case.id).order_by(Visit.turn.desc()).limit(1).options(
        joinedload(Visit.members).joinedload(VisitMember.person))
    return db.session.scalars(wanted.options(*_HELD) if whole else wanted).unique().first()


_HELD = (selectinload(Visit.site_scores).joinedload(SiteScore.noted_by), selectinload(Visit.samples),
         selectinload(Visit.findings), selectinload(Visit.photos).joinedload(VisitPhoto.file),
         selectinload(Visit.rivals).joinedload(RivalNote.noted_by))
_NAMES = {"site_scores", "samples", "findings", "photos", "rivals"}


def records(visit: Visit) -> Visit:
    """Load what the visit holds, unless it is at hand: site scores, points, problems, photos, notes of two people."""
    if inspect(visit).unloaded & _NAMES:
        db.session.scalars(select(Visit).where(Visit.id == visit.id).options(*_HELD)).one()
    return visit


def sheets(case: Application) -> list[Sheet]:
    """The sealed sheets of a case with their scores."""
    return list(db.session.scalars(
        select(Sheet).where(Sheet.application_id == case.id, Sheet.state == "sealed")
        .options(joinedload(Sheet.scores)).order_by(Sheet.id)).unique())


def preliminary(case: Application) -> list[PreliminaryScore]:
    """The recommending body's scores."""
    return list(db.session.scalars(select(PreliminaryScore).where(PreliminaryScore.application_id == case.id)))


def sent_to_rectify(case: Application) -> list[Event]:
    """Every time the case was sent to rectify, oldest first."""
    return list(db.session.scalars(
        select(Event).where(Event.application_id == case.id, Event.action == Action.REQUIRE_RECTIFICATION.value)
        .order_by(Event.seq)))


def evidence(case: Application, item_id: str) -> list[Evidence]:
    """What the institution attached to an item, with files and their pictures."""
    return list(db.session.scalars(
        select(Evidence).where(Evidence.application_id == case.id, Evidence.item_id == item_id)
        .options(joinedload(Evidence.file).selectinload(File.pictures)).order_by(Evidence.id)))


def file_of(person: Person, number: int, evidence: int) -> File | None:
    """An evidence file of a case that this person may see here."""
    return db.session.scalar(
        select(File).join(Evidence, Evidence.file_id == File.id)
        .join(Application, Application.id == Evidence.application_id)
        .where(Evidence.id == evidence, Application.id == number, _reach(person)).options(selectinload(File.pictures)))


def photo_of(person: Person, number: int, photo: int) -> VisitPhoto | None:
    """A visit's photo of a case that this person may see here, with its file and pictures."""
    return db.session.scalar(
        select(VisitPhoto).join(Visit, Visit.id == VisitPhoto.visit_id)
        .join(Application, Application.id == Visit.application_id)
        .where(VisitPhoto.id == photo, Application.id == number, _reach(person))
        .options(joinedload(VisitPhoto.file).selectinload(File.pictures)))


def signature_of(person: Person, number: int, signature: int) -> VisitSignature | None:
    """A signature under the visit of a case that this person may see here, with its picture."""
    return db.session.scalar(
        select(VisitSignature).join(Visit, Visit.id == VisitSignature.visit_id)
        .join(Application, Application.id == Visit.application_id)
        .where(VisitSignature.id == signature, Application.id == number, _reach(person))
        .options(joinedload(VisitSignature.file)))


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may be put on a team, with what speaks against it and how many visits are under way already."""

    person: Person
    may_lead: bool
    may_inspect: bool
    conflicts: tuple[Conflict, ...]
    held: tuple[Role, ...]
    load: int

    @property
    def free(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.conflicts and not self.held

    @property
    def why(self) -> str:
        """The message id of the conflict; empty when there is none (see `held`)."""
        return assignment.MESSAGES[self.conflicts[0].code] if self.conflicts else ""


def candidates(case: Application, *, only: Sequence[int] = ()) -> list[Candidate]:
    """Everybody who holds a team's role, free ones first; the number of queries does not grow with people."""
    people = select(Person).where(Person.active, exists().where(
        Grant.person_id == Person.id, Grant.role.in_(TEAM))).options(selectinload(Person.grants))
    if only:
        people = people.where(Person.id.in_(only))
    found = list(db.session.scalars(people.order_by(Person.name, Person.id)))
    chain, held, load = ties.chain_of(case.institution), _held(case), _load(case)
    made = [Candidate(
        person=one, may_lead=Role.TEAM_LEADER in one.roles, may_inspect=Role.INSPECTOR in one.roles,
        conflicts=assignment.conflicts(_ties(one, case, held.get(one.id, set())), chain, case=case.id),
        held=assignment.incompatible_with(held.get(one.id, ()), Role.INSPECTOR), load=load.get(one.id, 0))
        for one in found]
    return sorted(made, key=lambda one: (not one.free, one.load, one.person.name, one.person.id))


def _ties(person: Person, case: Application, held: set[Role]) -> Ties:
    return Ties(institutions=frozenset(filter(None, [person.employer_id])),
                systems=frozenset(filter(None, [person.department_id])),
                applied=frozenset({case.id} if held & {Role.APPLICANT, Role.SIGNATORY} else ()),
                recommended=frozenset({case.id} if Role.RECOMMENDER in held else ()))


def _held(case: Application) -> Mapping[int, set[Role]]:
    """The roles in which people have acted on a case already, assigned experts among them."""
    held: dict[int, set[Role]] = {}
    for person, role in db.session.execute(
            select(Event.actor_id, Event.role).where(Event.application_id == case.id, Event.role != "").distinct()):
        if person is not None:
            held.setdefault(person, set()).add(Role(role))
    for person in db.session.scalars(
            select(Sheet.expert_id).where(Sheet.application_id == case.id, Sheet.state != "recused")):
        held.setdefault(person, set()).add(Role.EXPERT)
    return held


def _load(case: Application) -> Mapping[int, int]:
    """How many other visits each person has under way."""
    return {person: count for person, count in db.session.execute(
        select(VisitMember.person_id, func.count()).join(Visit)
        .join(Application, Application.id == Visit.application_id)
        .where(Application.stage.in_(AT_VISIT), Application.id != case.id, _latest())
        .group_by(VisitMember.person_id))}


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a person is on a case here: an officer, on the present team, its leader."""

    officer: bool
    member: bool
    leads: bool


def part_of(person: Person, visit: Visit | None) -> Part:
    """A person's part in a case with this visit."""
    own = [one for one in visit.members if one.person_id == person.id] if visit else []
    return Part(officer=Role.OFFICER in person.roles, member=bool(own), leads=any(one.leads for one in own))
