"""Who may be given which role: the scope that a role needs, and the roles that one person never holds together."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.workflow import Role


class Scope(StrEnum):
    """Where a role is held."""

    EVERYWHERE = "everywhere"
    INSTITUTION = "institution"
    BODY = "body"
    AUTHORITY = "authority"


SCOPES: dict[Role, Scope] = {
    Role.APPLICANT: Scope.INSTITUTION, Role.SIGNATORY: Scope.INSTITUTION, Role.RECOMMENDER: Scope.BODY,
    Role.OFFICER: Scope.EVERYWHERE, Role.MODERATOR: Scope.EVERYWHERE, Role.EXPERT: Scope.EVERYWHERE,
    Role.TEAM_LEADER: Scope.EVERYWHERE, Role.INSPECTOR: Scope.EVERYWHERE, Role.LEADER: Scope.EVERYWHERE,
    Role.COUNTERSIGNER: Scope.AUTHORITY, Role.ADMINISTRATOR: Scope.EVERYWHERE, Role.AUDITOR: Scope.EVERYWHERE,
}
"""Every role that a person can be given; nobody is appointed to the public."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role with the place where it is held; at most one of the places is set."""

    role: Role
    institution: int | None = None
    division: str | None = None
    department: int | None = None
    authority: str | None = None


class Bar(StrEnum):
    """Why a role cannot be given."""

    HELD = "held"
    SCOPE = "scope"
    BOTH_SIDES = "both-sides"
    AUDITOR = "auditor"


def fits_scope(one: Held) -> bool:
    """Whether the role comes with exactly the place that it needs."""
    places = [one.institution, one.division, one.department, one.authority]
    given = sum(place is not None for place in places)
    match SCOPES.get(one.role):
        case Scope.INSTITUTION:
            return given == 1 and one.institution is not None
        case Scope.BODY:
            return given == 1 and (one.division is not None or one.department is not None)
        case Scope.AUTHORITY:
            return given == 1 and one.authority is not None
        case Scope.EVERYWHERE:
            return given == 0
        case _:
            return False


def bar(wanted: Held, held: Iterable[Held]) -> Bar | None:
    """Why this role cannot be given to somebody who holds these, or None.

    The applicant and the head who signs off for one institution are two people; an auditor, who reads everything,
    does nothing else.
    """
    held = tuple(held)
    if not fits_scope(wanted):
        return Bar.SCOPE
    if wanted in held:
        return Bar.HELD
    sides = {Role.APPLICANT, Role.SIGNATORY}
    if wanted.role in sides and any(
            one.role in sides - {wanted.role} and one.institution == wanted.institution for one in held):
        return Bar.BOTH_SIDES
    if held and (wanted.role is Role.AUDITOR) != all(one.role is Role.AUDITOR for one in held):
        return Bar.AUDITOR
    return None
