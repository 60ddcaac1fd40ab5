"""What waits for a person at every desk: counted in the strip of every page, listed with its deadline at /desk."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.accounts import waiting
from portal.accounts.deeds import DEEDS
from portal.db import transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.decision import Countersignature, Decision
from portal.models.job import Message
from portal.models.person import Person
from portal.models.visit import Visit, VisitMember
from tests.make import Make

As = Callable[[Person], FlaskClient]
DAY = timedelta(days=1)


def kinds(person: Person) -> dict[str, int]:
    return {one.kind: one.cases for one in waiting.turns(person, clock.now())}


def decided(make: Make, case: Application, *bodies: str) -> None:
    leader = make.person(Role.LEADER)
    with transaction() as session:
        row = Decision(application_id=case.id, leader_id=leader.id, outcome="pass", result=93,
                       decided_at=clock.now())
        session.add(row)
        session.flush()
        session.add_all(Countersignature(decision_id=row.id, authority=body) for body in bodies)


def test_an_applicant_has_what_the_institution_must_do(make: Make) -> None:
    house, other = make.institution(), make.institution()
    person = make.applicant(house)
    for stage in (Stage.DRAFT, Stage.CORRECTING, Stage.SUPPLEMENTING, Stage.RECTIFYING, Stage.SCREENING):
        make.application(stage=stage, institution=house, operator=person)
    make.application(stage=Stage.DRAFT, institution=house, operator=person, round=make.round(open=False))
    make.application(stage=Stage.CORRECTING, institution=other)
    assert kinds(person) == {"to-submit": 1, "to-correct": 2, "to-rectify": 1}
    assert kinds(make.signatory(house)) == {"to-sign": 3}


def test_a_recommender_has_the_cases_of_the_own_body(make: Make) -> None:
    department = make.department()
    make.application(stage=Stage.RECOMMENDING)
    make.application(stage=Stage.RECOMMENDING, institution=make.institution(department=department))
    make.application(stage=Stage.RECOMMENDING, institution=make.institution(division="500101"))
    assert kinds(make.person(Role.RECOMMENDER, division="500112")) == {"to-recommend": 1}
    assert kinds(make.person(Role.RECOMMENDER, department=department)) == {"to-recommend": 1}


def test_an_officer_has_every_turn_of_the_bureau(make: Make) -> None:
    for stage in (Stage.SCREENING, Stage.REVIEWING, Stage.VISITING, Stage.DECIDING, Stage.ANNOUNCED):
        make.application(stage=stage)
    decided(make, make.application(stage=Stage.DECIDING))
    decided(make, make.application(stage=Stage.DECIDING), "water")
    decided(make, make.application(stage=Stage.DECIDING, edition="national-2017"))
    assert kinds(make.person(Role.OFFICER)) == {
        "to-screen": 1, "to-assign": 1, "to-appoint": 1, "to-announce": 1, "to-nominate": 1, "to-issue": 1}
    assert kinds(make.person(Role.LEADER)) == {"to-decide": 1}
    assert kinds(make.person(Role.COUNTERSIGNER, authority="water")) == {"to-countersign": 1}
    assert kinds(make.person(Role.COUNTERSIGNER, authority="finance")) == {}


def test_experts_moderators_and_teams_have_their_own(make: Make) -> None:
    case = make.application(stage=Stage.REVIEWING)
    expert = make.person(Role.EXPERT)
    make.sheet(case, expert=expert)
    assert kinds(expert) == {"to-review": 1} and kinds(make.person(Role.EXPERT)) == {}
    moderator = make.person(Role.MODERATOR)
    assert kinds(moderator) == {}
    ready = make.application(stage=Stage.REVIEWING)
    for _n in range(5):
        make.sheet(ready, sealed=True)
    assert kinds(moderator) == {"to-conclude": 1}
    visited, leader = make.application(stage=Stage.VISITING), make.person(Role.TEAM_LEADER)
    with transaction() as session:
        visit = Visit(application_id=visited.id, appointed_by_id=leader.id, appointed_at=clock.now())
        visit.members.append(VisitMember(person_id=leader.id, leads=True))
        session.add(visit)
    assert kinds(leader) == {"to-visit": 1} and kinds(make.person(Role.INSPECTOR)) == {}


def test_late_ones_are_counted_and_the_nearest_come_first(make: Make) -> None:
    now = clock.now()
    late = make.application(stage=Stage.SCREENING, due_at=now - DAY)
    soon = make.application(stage=Stage.SCREENING, due_at=now + DAY)
    make.application(stage=Stage.SCREENING)
    officer = make.person(Role.OFFICER)
    [turn] = waiting.turns(officer, now)
    assert (turn.cases, turn.late, turn.due) == (3, 1, late.due_at)
    assert [case.id for _kind, _desk, _due, case in waiting.urgent(officer)] == [late.id, soon.id]


def test_the_strip_says_where_something_waits(make: Make, as_: As) -> None:
    for _n in range(3):
        make.application(stage=Stage.SCREENING)
    officer = make.person(Role.OFFICER)
    with transaction() as session:
        session.add(Message(person_id=officer.id, text="to-screen", values={"institution": "甲", "number": "1"},
                            created_at=clock.now()))
    page = as_(officer).get("/visit/?language=en").text.split('class="desk"')[1].split("</section>")[0]
    strip = re.sub(r"<[^>]+>", "", page)
    assert "Formal check3 waiting" in strip and "Messages1 waiting" in strip and "Acceptance" in strip
    assert page.count('aria-current="page"') == 1


def test_whoever_has_one_desk_begins_there_others_at_what_waits(make: Make, as_: As) -> None:
    house = make.institution()
    for person, begins in ((make.applicant(house), "/apply/"), (make.person(Role.EXPERT), "/review/"),
                           (make.person(Role.OFFICER), "/desk"), (make.person(), "/desk")):
        assert as_(person).get("/sign-in").location == begins


def test_nothing_waits_is_said_and_everything_has_words(make: Make, as_: As) -> None:
    assert "Nothing waits for you" in as_(make.person(Role.OFFICER)).get("/desk?language=en").text
    officer = as_(make.person(Role.OFFICER))
    case = make.application(stage=Stage.SCREENING, due_at=clock.now() - 2 * DAY)
    page = officer.get("/desk?language=en").text
    assert "Check formally: 1 case" in page and f"/screen/{case.id}" in page and "2 days late" in page
    assert {kind for branch in waiting._BRANCHES.values()
            for kind in re.findall(r'_turn\("([\w-]+)"', __import__("inspect").getsource(branch))} == set(DEEDS)


@pytest.mark.parametrize("page", ["/desk", "/messages", "/profile"])
def test_the_pages_ask_the_same_few_questions_however_much_waits(
        make: Make, as_: As, count_queries, page: str) -> None:  # type: ignore[no-untyped-def]
    client = as_(make.person(Role.OFFICER, Role.LEADER, Role.MODERATOR))
    numbers = []
    for more in (1, 12):
        for n in range(more):
            make.application(stage=Stage.SCREENING, due_at=clock.now() + n * DAY)
        with count_queries() as seen:
            assert client.get(page).status_code == 200
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 15
