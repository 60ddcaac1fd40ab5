"""What binds a person to a case, read from the rows for the rule in domain/assignment."""

from collections.abc import Iterable

from sqlalchemy import exists, literal, select

from portal.db import db
from portal.domain import assignment
from portal.domain.assignment import Chain, Conflict, ConflictCode, ConflictOfInterest, Ties, incompatible_with
from portal.domain.workflow import Role
from portal.models.application import Application
from portal.models.event import Event
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.review import Sheet


def chain_of(house: Institution) -> Chain:
    """The institution between those above and below it; one query, however long the chain."""
    above = select(Institution.superior_id.label("id")).where(Institution.id == house.id).cte("above", recursive=True)
    above = above.union(select(Institution.superior_id).join(above, Institution.id == above.c.id))
    below = select(Institution.id).where(Institution.superior_id == house.id).cte("below", recursive=True)
    below = below.union(select(Institution.id).join(below, Institution.superior_id == below.c.id))
    found = db.session.execute(select(literal(True), above.c.id).where(above.c.id.is_not(None)).union_all(
        select(literal(False), below.c.id))).all()
    return Chain(institution=house.id, superiors=frozenset(number for up, number in found if up),
                 subordinates=frozenset(number for up, number in found if not up),
                 systems=frozenset({house.department_id} - {None}))


def ties_of(person: Person, case: Application) -> Ties:
    """The person's employer and system, and what he or she did on the institution's side of this case."""
    roles = set(db.session.scalars(select(Event.role).where(
        Event.application_id == case.id, Event.actor_id == person.id).distinct()))
    applied = roles & {Role.APPLICANT, Role.SIGNATORY}
    return Ties(institutions=frozenset({person.employer_id} - {None}),
                systems=frozenset({person.department_id} - {None}),
                applied=frozenset({case.id} if applied else ()),
                recommended=frozenset({case.id} if Role.RECOMMENDER in roles else ()))


def conflicts(case: Application, person: Person) -> tuple[Conflict, ...]:
    """Why this person may not judge this case; empty when he or she may."""
    bound = ties_of(person, case)
    # who belongs nowhere is neither above nor below: then the chain need not be read
    chain = (chain_of(case.institution) if bound.institutions or bound.systems
             else Chain(institution=case.institution_id))
    return assignment.conflicts(bound, chain, case=case.id)


def scores(case: Application, person: Person) -> bool:
    """Whether a person has this case to score, or has scored it."""
    return Role.EXPERT in person.roles and bool(db.session.scalar(select(exists().where(
        Sheet.application_id == case.id, Sheet.expert_id == person.id, Sheet.state != "recused"))))


def refuse_expert(case: Application, person: Person) -> None:
    """Whoever scores a case sees it at no desk that shows the other sheets. Raises ConflictOfInterest."""
    if scores(case, person):
        raise ConflictOfInterest((Conflict(ConflictCode.OTHER_ROLE, Role.EXPERT.value),))


def first_role(case: Application, person: Person) -> Role | None:
    """The role in which a person came to a case first: what was done in it, else that the case was given to score."""
    done = db.session.scalar(select(Event.role).where(
        Event.application_id == case.id, Event.actor_id == person.id, Event.role != "").order_by(Event.seq).limit(1))
    return Role(done) if done else Role.EXPERT if scores(case, person) else None


def barred(case: Application, person: Person, roles: Iterable[Role]) -> frozenset[Role]:
    """Of these roles those that a person may not take on a case, because he or she has another one on it already.

    Costs nothing for whoever holds a single role.
    """
    wanted = frozenset(roles)
    held = {grant.role for grant in person.grants}
    if not any(incompatible_with(held, role) for role in held):
        return frozenset()
    first = first_role(case, person)
    return frozenset(role for role in wanted if first is not None and incompatible_with({first}, role))
