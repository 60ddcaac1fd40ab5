"""The assignment board: cases and experts, who may not judge whom and why, loads, and a repeatable proposal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from portal import editions
from portal.db import db
from portal.domain import assignment
from portal.domain.assignment import Assignment, Chain, Conflict, Ties
from portal.domain.scheme import Scheme
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.event import Event
from portal.models.institution import Institution
from portal.models.person import Grant, Person
from portal.models.review import Sheet
from portal.models.round import Round

PARTY = frozenset({Role.APPLICANT.value, Role.SIGNATORY.value})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case on the board: its sheets (recused ones too), and the conflicts of every expert who has any."""

    case: Application
    sheets: tuple[Sheet, ...]
    conflicts: Mapping[int, tuple[Conflict, ...]]
    recused: frozenset[int]
    needed: int

    @property
    def active(self) -> tuple[Sheet, ...]:
        """Sheets that count."""
        return tuple(one for one in self.sheets if one.state != "recused")

    @property
    def experts(self) -> frozenset[int]:
        """Ids of the experts who have the case."""
        return frozenset(one.expert_id for one in self.active)

    @property
    def free(self) -> int:
        """How many experts are still needed."""
        return max(0, self.needed - len(self.active))

    @property
    def area(self) -> str:
        """The area of the case: its department or its division."""
        house = self.case.institution
        return f"d{house.department_id}" if house.department_id else f"v{house.division_code}"


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything on the table of one round."""

    round: Round
    scheme: Scheme
    lines: tuple[Line, ...]
    experts: tuple[Person, ...]
    employers: Mapping[int, str]
    load: Mapping[int, int]
    ties: Mapping[int, Ties]
    chains: Mapping[int, Chain]

    @property
    def free(self) -> int:
        """How many seats are still empty."""
        return sum(line.free for line in self.lines)

    def line(self, case: int) -> Line | None:
        """The line of a case of this round."""
        return next((one for one in self.lines if one.case.id == case), None)

    def expert(self, number: int) -> Person | None:
        """One of the experts."""
        return next((one for one in self.experts if one.id == number), None)

    def here(self, expert: Person) -> int:
        """How many cases of this round an expert has."""
        return sum(expert.id in line.experts for line in self.lines)

    def areas(self, expert: Person, proposal: Assignment | None = None) -> int:
        """From how many districts and departments an expert's cases of this round come, the proposed ones included."""
        return len({line.area for line in self.lines if expert.id in line.experts
                    or (proposal and expert.id in proposal.experts_of[line.case.id])})

    def proposal(self, seed: int) -> Assignment:
        """A balanced proposal for the empty seats; the same board and seed give the same proposal."""
        here = Counter(one.expert_id for line in self.lines for one in line.active)
        return assignment.assign(
            [assignment.Case(id=line.case.id, chain=self.chains[line.case.id], area=line.area)
             for line in self.lines],
            [assignment.Expert(id=one.id, ties=self.ties[one.id], load=self.load[one.id] - here[one.id])
             for one in self.experts],
            per_case=self.scheme.process.experts, seed=seed,
            kept={line.case.id: [one for one in line.experts if one not in line.conflicts and one in self.load]
                  for line in self.lines})


def rounds() -> list[tuple[Round, int, int]]:
    """Rounds with cases in review: the round, its cases, and how many of them lack experts."""
    sheets = (select(Sheet.application_id).where(Sheet.state != "recused"))
    having = Counter(db.session.scalars(sheets.join(Application).where(Application.stage == Stage.REVIEWING)))
    cases = db.session.execute(select(Application.id, Application.round_id, Application.edition).where(
        Application.stage == Stage.REVIEWING)).all()
    total, short = Counter[int](), Counter[int]()
    for number, round_id, edition in cases:
        total[round_id] += 1
        short[round_id] += having[number] < editions.get(edition).process.experts
    found = db.session.scalars(select(Round).where(Round.id.in_(total)).order_by(Round.review_by, Round.id))
    return [(one, total[one.id], short[one.id]) for one in found]


def board(round: Round, *, reader: Person | None = None) -> Board:
    """The board of a round, in ten queries whatever its size; without the cases that its reader scores."""
    own = exists().where(Sheet.application_id == Application.id, Sheet.state != "recused",
                         Sheet.expert_id == (reader.id if reader else 0))
    cases = list(db.session.scalars(
        select(Application).join(Application.institution).where(
            Application.round_id == round.id, Application.stage == Stage.REVIEWING, ~own)
        .options(joinedload(Application.institution).joinedload(Institution.division),
                 joinedload(Application.institution).joinedload(Institution.department))
        .order_by(Institution.division_code, Application.id)))
    experts = list(db.session.scalars(
        select(Person).where(Person.active, Person.id.in_(select(Grant.person_id).where(Grant.role == Role.EXPERT)))
        .order_by(Person.id)))
    numbers = [one.id for one in cases]
    sheets: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in db.session.scalars(select(Sheet).where(Sheet.application_id.in_(numbers))
                                    .options(joinedload(Sheet.expert)).order_by(Sheet.id)):
        sheets[sheet.application_id].append(sheet)
    load = Counter(db.session.scalars(select(Sheet.expert_id).where(Sheet.state == "assigned")))
    employers = {number: name for number, name in db.session.execute(
        select(Institution.id, Institution.name).where(
            Institution.id.in_({one.employer_id for one in experts if one.employer_id})))}
    chains = _chains(cases)
    ties = _ties(experts, numbers)
    scheme = editions.get(round.edition)
    lines = tuple(Line(
        case=one, sheets=tuple(sheets[one.id]), needed=scheme.process.experts,
        recused=frozenset(sheet.expert_id for sheet in sheets[one.id] if sheet.state == "recused"),
        conflicts={each.id: found for each in experts
                   if (found := assignment.conflicts(ties[each.id], chains[one.id], case=one.id))}) for one in cases)
    return Board(round=round, scheme=scheme, lines=lines, experts=tuple(experts), employers=employers,
                 load={one.id: load[one.id] for one in experts}, ties=ties, chains=chains)


def _chains(cases: Iterable[Application]) -> dict[int, Chain]:
    """Each case's institution between those above and below it, from one reading of who is under whom."""
    above = {number: superior for number, superior in db.session.execute(
        select(Institution.id, Institution.superior_id).where(Institution.superior_id.is_not(None)))
        if superior is not None}
    below: dict[int, set[int]] = defaultdict(set)
    for number, superior in above.items():
        below[superior].add(number)
    found = {}
    for case in cases:
        house = case.institution
        superiors, step = set[int](), above.get(house.id)
        while step is not None and step not in superiors:
            superiors.add(step)
            step = above.get(step)
        subordinates, level = set[int](), set(below.get(house.id, ()))
        while level:
            subordinates |= level
            level = {one for each in level for one in below.get(each, ())} - subordinates
        found[case.id] = Chain(institution=house.id, superiors=frozenset(superiors),
                               subordinates=frozenset(subordinates),
                               systems=frozenset({house.department_id} if house.department_id else ()))
    return found


def _ties(experts: Iterable[Person], cases: Iterable[int]) -> dict[int, Ties]:
    """Each expert's ties: employer and system, deeds on these cases, institutions from which he or she stood back."""
    people = list(experts)
    ids = [one.id for one in people]
    applied, recommended, acted = defaultdict(set), defaultdict(set), defaultdict(set)
    for person, case, role in db.session.execute(
            select(Event.actor_id, Event.application_id, Event.role).where(
                Event.application_id.in_(list(cases)), Event.actor_id.in_(ids)).distinct()):
        if role in PARTY:
            applied[person].add(case)
        elif role == Role.RECOMMENDER:
            recommended[person].add(case)
        elif role in Role._value2member_map_ and assignment.incompatible_with({Role(role)}, Role.EXPERT):
            acted[person].add(case)
    declared = defaultdict(set)
    for person, house in db.session.execute(
            select(Sheet.expert_id, Application.institution_id)
            .join(Application, Application.id == Sheet.application_id)
            .where(Sheet.state == "recused", Sheet.expert_id.in_(ids))):
        declared[person].add(house)
    return {one.id: Ties(institutions=frozenset({one.employer_id} if one.employer_id else ()),
                         systems=frozenset({one.department_id} if one.department_id else ()),
                         declared=frozenset(declared[one.id]), applied=frozenset(applied[one.id]),
                         recommended=frozenset(recommended[one.id]), acted=frozenset(acted[one.id])) for one in people}


def ties_between(case: Application, expert: Person) -> tuple[Conflict, ...]:
    """Why this expert may not judge this case; empty when he or she may."""
    return assignment.conflicts(_ties([expert], [case.id])[expert.id], _chains([case])[case.id], case=case.id)


def expert(number: int) -> Person | None:
    """An active person who holds the expert's role."""
    return db.session.scalar(select(Person).where(
        Person.id == number, Person.active,
        Person.id.in_(select(Grant.person_id).where(Grant.role == Role.EXPERT))))
