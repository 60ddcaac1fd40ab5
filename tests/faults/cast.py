"""Who works at an instance under fire: one person for each desk, so that the people told do not grow with every case."""

from itertools import count, cycle
from typing import Any

from portal.domain.workflow import Role
from portal.models.person import Person
from tests.make import Make

EXPERTS = 5
SHARED = frozenset({Role.OFFICER, Role.MODERATOR, Role.LEADER, Role.TEAM_LEADER, Role.INSPECTOR, Role.RECOMMENDER, Role.COUNTERSIGNER})


class Cast(Make):
    """Makes nouns as ever, and gives the same people for the same roles: experts in turn, applicants anew."""

    def __init__(self) -> None:
        self.known: dict[Any, Person] = {}
        self.experts = cycle([super(Cast, self).person(Role.EXPERT) for _ in range(EXPERTS)])
        self.names = count(1)

    def person(self, *roles: Role, **values: Any) -> Person:
        """The person of these roles and this scope."""
        if roles == (Role.EXPERT,) and not values:
            return next(self.experts)
        if len(roles) == 1 and roles[0] in SHARED:
            key = (roles, values.get("division"), values.get("authority"))
            if key not in self.known:
                self.known[key] = super().person(*roles, **values)
            return self.known[key]
        return super().person(*roles, **values)
