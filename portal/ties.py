"""What binds a person to a case, read from the rows for the rule in domain/assignment."""

from sqlalchemy import literal, select

from portal.db import db
from portal.domain import assignment
from portal.domain.assignment import Chain, Conflict, Ties
from portal.domain.workflow import Role
from portal.models.application import Application
from portal.models.event import Event
from portal.models.institution import Institution
from portal.models.person import Person


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
    return assignment.conflicts(ties_of(person, case), chain_of(case.institution), case=case.id)
