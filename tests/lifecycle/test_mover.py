"""The one mover and the one committer: who holds which role on a case, what a deed leaves behind, what is refused."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal import lifecycle, outbox, ties
from portal.db import AppendOnly, WriteOutsideTransaction, db, transaction
from portal.domain.assignment import ConflictOfInterest
from portal.domain.workflow import Action, ActionNotAllowed, Role, Stage
from portal.models.application import Application
from portal.models.event import Event
from portal.models.job import Job
from portal.models.person import Person
from tests.make import Make


def test_roles_on_a_case_are_held_within_their_scope(make: Make) -> None:
    school = make.institution()
    under = make.institution(department=make.department("市教育委员会"), division="500000")
    case, other = make.application(institution=school), make.application(institution=under)
    table: list[tuple[Person, frozenset[Role], frozenset[Role]]] = [
        (make.applicant(school), frozenset({Role.APPLICANT}), frozenset()),
        (make.signatory(under), frozenset(), frozenset({Role.SIGNATORY})),
        (make.person(Role.RECOMMENDER, division="500112"), frozenset({Role.RECOMMENDER}), frozenset()),
        (make.person(Role.RECOMMENDER, department=make.department("市教育委员会")), frozenset(),
         frozenset({Role.RECOMMENDER})),
        (make.person(Role.OFFICER), frozenset({Role.OFFICER}), frozenset({Role.OFFICER})),
        (make.person(Role.EXPERT), frozenset(), frozenset()),
        (make.person(Role.COUNTERSIGNER, authority="nobody"), frozenset(), frozenset()),
    ]
    for person, here, there in table:
        assert (lifecycle.roles_on(case, person), lifecycle.roles_on(other, person)) == (here, there)
    expert = make.person(Role.EXPERT)
    make.sheet(case, expert=expert)
    assert lifecycle.roles_on(case, expert) == {Role.EXPERT}
    assert lifecycle.roles_on(other, expert) == frozenset()


@pytest.mark.parametrize("tie", ["employed", "superior", "far superior", "subordinate", "applied", "same system"])
def test_whoever_is_tied_to_an_institution_does_not_judge_it(make: Make, tie: str) -> None:
    top = make.institution()
    bureau = make.institution(superior=top)
    department = make.department("市教育委员会")
    school = make.institution(superior=bureau, department=department)
    kindergarten = make.institution(superior=school)
    case = make.application(institution=school, stage=Stage.DECIDING)
    employer = {"employed": school, "superior": bureau, "far superior": top, "subordinate": kindergarten}.get(tie)
    leader = make.person(Role.LEADER, employer=employer, department=department if tie == "same system" else None)
    if tie == "applied":
        with transaction():
            lifecycle.append("answer", by=leader, role=Role.APPLICANT.value, case=case)
    assert ties.conflicts(case, leader)
    assert Role.LEADER not in lifecycle.roles_on(case, leader)
    with pytest.raises(ConflictOfInterest), transaction():
        lifecycle.advance(case, Action.DECIDE, by=leader)
    free = make.person(Role.LEADER, employer=make.institution())
    with transaction():
        lifecycle.advance(case, Action.DECIDE, by=free)


def test_a_tied_expert_can_still_stand_back(make: Make) -> None:
    school = make.institution()
    case = make.application(institution=school, stage=Stage.REVIEWING)
    expert = make.person(Role.EXPERT, employer=school)
    make.sheet(case, expert=expert)
    with pytest.raises(ConflictOfInterest), transaction():
        lifecycle.advance(case, Action.SCORE, by=expert)
    with transaction():
        lifecycle.advance(case, Action.RECUSE, by=expert, reason="本人在该单位任职")


def test_a_deed_moves_the_case_and_leaves_an_event_and_a_job(make: Make) -> None:
    case = make.application(stage=Stage.RECOMMENDING)
    recommender = make.person(Role.RECOMMENDER, division="500112")
    with transaction():
        event = lifecycle.advance(case, Action.RETURN, by=recommender, reason="缺表", detail={"items": "T1"})
    db.session.expire_all()
    case = db.session.get_one(Application, case.id)
    assert case.stage == Stage.CORRECTING and case.ended_reason == "缺表"
    event = db.session.get_one(Event, event.id)
    assert (event.stage_before, event.stage_after, event.role) == ("recommending", "correcting", "recommender")
    job = db.session.scalars(select(Job)).one()
    assert job.kind == "tell" and job.payload["event"] == event.id


@pytest.mark.parametrize(("person", "why"), [("wrong role", "role"), ("wrong case", "role")])
def test_a_refused_deed_leaves_nothing(make: Make, person: str, why: str) -> None:
    case = make.application(stage=Stage.RECOMMENDING)
    who = make.person(Role.OFFICER) if person == "wrong role" else make.person(Role.RECOMMENDER, division="500101")
    with pytest.raises(ActionNotAllowed) as refused, transaction():
        lifecycle.advance(case, Action.ENDORSE, by=who)
    assert refused.value.why == why
    assert db.session.scalars(select(Event)).all() == [] and db.session.scalars(select(Job)).all() == []
    assert case.stage == Stage.RECOMMENDING


def test_a_failed_transaction_takes_everything_back(make: Make) -> None:
    case = make.application(stage=Stage.RECOMMENDING)
    recommender = make.person(Role.RECOMMENDER, division="500112")
    with pytest.raises(ZeroDivisionError), transaction():
        lifecycle.advance(case, Action.ENDORSE, by=recommender)
        with transaction():  # a nested call joins the outer one
            outbox.queue("preview", file=1)
        _ = 1 / 0
    assert db.session.get_one(Application, case.id).stage == Stage.RECOMMENDING
    assert db.session.scalars(select(Event)).all() == [] and db.session.scalars(select(Job)).all() == []


def test_a_job_is_handed_over_after_the_commit_only(make: Make) -> None:
    handed: list[tuple[int, bool]] = []
    before: Callable[[int], object] = outbox._deliver[0]
    outbox.connect(lambda number: handed.append((number, db.session.info.get("writing", False))))
    try:
        with transaction():
            job = outbox.queue("preview", file=1)
            assert handed == []
        assert handed == [(job.id, False)]
        with pytest.raises(ZeroDivisionError), transaction():
            outbox.queue("preview", file=2)
            _ = 1 / 0
        assert len(handed) == 1
    finally:
        outbox.connect(before)


def test_writes_outside_a_transaction_are_refused(make: Make) -> None:
    person = make.person(Role.OFFICER)
    person.name = "改名"
    with pytest.raises(WriteOutsideTransaction):
        db.session.flush()
    db.session.rollback()
    assert db.session.get_one(Person, person.id).name != "改名"


def test_events_cannot_be_changed_or_deleted_through_the_session(make: Make) -> None:
    with transaction():
        event = lifecycle.record("test", by=None)
    with pytest.raises(AppendOnly), transaction():
        event.reason = "其他"
    with pytest.raises(AppendOnly), transaction() as session:
        session.delete(db.session.get_one(Event, event.id))
