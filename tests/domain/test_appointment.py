"""Who may be given which role."""

import pytest

from portal.domain.appointment import SCOPES, Bar, Held, Scope, bar, fits_scope
from portal.domain.workflow import Role

APPLICANT = Held(role=Role.APPLICANT, institution=1)
SIGNATORY = Held(role=Role.SIGNATORY, institution=1)
EXPERT, AUDITOR = Held(role=Role.EXPERT), Held(role=Role.AUDITOR)


@pytest.mark.parametrize(("wanted", "held", "found"), [
    (APPLICANT, (), None),
    (APPLICANT, (APPLICANT,), Bar.HELD),
    (Held(role=Role.APPLICANT, institution=2), (APPLICANT,), None),
    (SIGNATORY, (APPLICANT,), Bar.BOTH_SIDES),
    (APPLICANT, (SIGNATORY,), Bar.BOTH_SIDES),
    (Held(role=Role.SIGNATORY, institution=2), (APPLICANT,), None),
    (EXPERT, (APPLICANT,), None),
    (AUDITOR, (), None),
    (AUDITOR, (AUDITOR,), Bar.HELD),
    (AUDITOR, (EXPERT,), Bar.AUDITOR),
    (EXPERT, (AUDITOR,), Bar.AUDITOR),
    (Held(role=Role.OFFICER), (Held(role=Role.MODERATOR), EXPERT), None),
    (Held(role=Role.APPLICANT), (), Bar.SCOPE),
    (Held(role=Role.PUBLIC), (), Bar.SCOPE),
])
def test_bars(wanted: Held, held: tuple[Held, ...], found: Bar | None) -> None:
    assert bar(wanted, held) is found


@pytest.mark.parametrize("role", list(Role))
def test_every_role_needs_exactly_its_place(role: Role) -> None:
    places = {
        "institution": Held(role=role, institution=1), "division": Held(role=role, division="500112"),
        "department": Held(role=role, department=1), "authority": Held(role=role, authority="water"),
        "everywhere": Held(role=role)}
    fitting = {name for name, held in places.items() if fits_scope(held)}
    assert fitting == {
        Scope.INSTITUTION: {"institution"}, Scope.BODY: {"division", "department"}, Scope.AUTHORITY: {"authority"},
        Scope.EVERYWHERE: {"everywhere"}, None: set()}[SCOPES.get(role)]
    assert not fits_scope(Held(role=role, institution=1, division="500112"))
