"""Every button pressed twice at the same instant: done once, and the second press is told what happened or where it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock, scorecards
from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.event import Event
from portal.models.job import Job
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Clarification
from tests.concurrency.crowd import Visitor, twice
from tests.journeys.life import Life
from tests.make import Make
from tests.stages import late
from tests.stages.visit_cases import scene

Enter = Callable[..., Visitor]


@dataclass
class Button:
    """Who presses what; `deed` is the name in the record, `again` the status of the second press and some of its words."""

    people: list[Person]
    path: str
    deed: str
    form: dict[str, Any] = field(default_factory=dict)
    again: int = 409
    words: str = "该申报目前处于"
    gone: bool = False


def twin(make: Make, *roles: Role, **more: Any) -> list[Person]:
    """One person at two windows, and a colleague."""
    one = make.person(*roles, **more)
    return [one, one, make.person(*roles, **more)]


def hand_in(make: Make, life: Callable[..., Life]) -> Button:
    here = life(Stage.DRAFT)
    return Button([here.people["applicant"]] * 2, f"/apply/{here.number}/hand-in", "submit")


def sign_off(make: Make, life: Callable[..., Life]) -> Button:
    here = life(Stage.DRAFT, signed_by_id=None, signed_at=None)
    return Button([here.people["signatory"]] * 2, f"/apply/{here.number}/sign-off", "sign-off", {"agreed": "y"}, 303)


def sign_off_by_two_heads(make: Make, life: Callable[..., Life]) -> Button:
    here = life(Stage.DRAFT, signed_by_id=None, signed_at=None)
    return Button([here.people["signatory"], make.signatory(here.institution)], f"/apply/{here.number}/sign-off",
                  "sign-off", {"agreed": "y"}, 409, "本单位另一位负责人已经签署")


def withdraw(make: Make, life: Callable[..., Life]) -> Button:
    house = make.institution()
    case = make.application(stage=Stage.SCREENING, institution=house)
    return Button([make.applicant(house), make.signatory(house)], f"/apply/{case.id}/withdraw", "withdraw", {"reason": "不再申报"})


def endorse(make: Make, life: Callable[..., Life]) -> Button:
    case = make.application(stage=Stage.RECOMMENDING)
    people = twin(make, Role.RECOMMENDER, division="500112")
    with transaction() as session:
        session.add_all(PreliminaryScore(application_id=case.id, item_id=item.id, points=item.points, scored_by_id=people[0].id,
                                         scored_at=clock.now()) for item in scorecards.scheme_of(case).items("school"))
    return Button(people, f"/recommend/{case.id}/endorse", "endorse", {"opinion": "同意推荐。", "rank": "1"})


def decline(make: Make, life: Callable[..., Life]) -> Button:
    case = make.application(stage=Stage.RECOMMENDING)
    return Button(twin(make, Role.RECOMMENDER, division="500112"), f"/recommend/{case.id}/decline", "decline", {"reason": "不符合。"})


def give_back(make: Make, life: Callable[..., Life]) -> Button:
    case = make.application(stage=Stage.RECOMMENDING)
    day = (clock.today() + timedelta(days=5)).isoformat()
    return Button(twin(make, Role.RECOMMENDER, division="500112"), f"/recommend/{case.id}/return", "return",
                  {"summary": "请补正。", "due_on": day, "reason-": "材料不全。"})


def admit(make: Make, life: Callable[..., Life]) -> Button:
    here = life(Stage.SCREENING)
    return Button(twin(make, Role.OFFICER), f"/screen/{here.number}/admit", "admit", {"note": "材料齐全。"})


def assign(make: Make, life: Callable[..., Life]) -> Button:
    case, expert = make.application(stage=Stage.REVIEWING), make.person(Role.EXPERT)
    return Button(twin(make, Role.OFFICER), f"/screen/assign/{case.round_id}", "assign",
                  {f"seat-{case.id}": expert.id, "confirmed": "1"}, words="已分派该申报")


def unassign(make: Make, life: Callable[..., Life]) -> Button:
    case = make.application(stage=Stage.REVIEWING)
    sheet = make.sheet(case)
    return Button(twin(make, Role.OFFICER), f"/screen/{case.id}/sheets/{sheet.id}/unassign", "unassign", gone=True, words="")


def seal(make: Make, life: Callable[..., Life]) -> Button:
    case, expert = make.application(stage=Stage.REVIEWING), make.person(Role.EXPERT)
    sheet = make.sheet(case, expert=expert, sealed=True)
    with transaction():
        sheet.state, sheet.sealed_at, sheet.total = "assigned", None, None
        for score in sheet.scores:
            score.reason = "核对佐证材料后评定。"
    return Button([expert, expert], f"/review/{case.id}/seal", "seal", {"deed": "seal", "comment": "总体良好。"}, words="已封存")


def recuse(make: Make, life: Callable[..., Life]) -> Button:
    case, expert = make.application(stage=Stage.REVIEWING), make.person(Role.EXPERT)
    make.sheet(case, expert=expert)
    return Button([expert, expert], f"/review/{case.id}/recuse", "recuse", {"reason": "曾任顾问。"}, gone=True, words="")


def ask(make: Make, life: Callable[..., Life]) -> Button:
    case, expert = make.application(stage=Stage.REVIEWING), make.person(Role.EXPERT)
    make.sheet(case, expert=expert)
    return Button([expert, expert], f"/review/{case.id}/items/T2/ask", "ask-clarification", {"question": "请说明计量方式。"}, 303)


def answer_a_question(make: Make, life: Callable[..., Life]) -> Button:
    house = make.institution()
    case, expert = make.application(stage=Stage.REVIEWING, institution=house), make.person(Role.EXPERT)
    with transaction() as session:
        asked = Clarification(application_id=case.id, sheet_id=make.sheet(case, expert=expert).id, item_id="T2",
                              question="请说明。", asked_by_id=expert.id, asked_at=clock.now())
        session.add(asked)
    return Button([make.applicant(house), make.applicant(house)], f"/apply/{case.id}/questions/{asked.id}", "clarify",
                  {"text": "按月抄表。"}, words="已经答复")


def conclude(make: Make, life: Callable[..., Life]) -> Button:
    here = life(Stage.REVIEWING)
    return Button(twin(make, Role.MODERATOR), f"/moderate/{here.number}/conclude", "pass-review", {"deed": "pass"})


def appoint(make: Make, life: Callable[..., Life]) -> Button:
    here = scene(make)
    return Button([here.officer, here.officer], f"/visit/{here.case.id}/team", "appoint-team",
                  {"leader": here.leader.id, "members": [here.member.id]}, 303)


def plan(make: Make, life: Callable[..., Life]) -> Button:
    here = scene(make).appoint()
    return Button([here.leader, here.leader], f"/visit/{here.case.id}/plan", "plan-visit",
                  {"on": clock.today().isoformat(), "place": "示例路1号", "attendees": "副校长"}, 303)


def write_down_a_point(make: Make, life: Callable[..., Life]) -> Button:
    here = scene(make).appoint()
    return Button([here.member, here.member], f"/visit/{here.case.id}/samples", "inspect",
                  {"place": "教学楼1层", "fixture": "水嘴", "sound": "1"}, 303)


def accept(make: Make, life: Callable[..., Life]) -> Button:
    here = scene(make).ready()
    return Button([here.leader, here.leader], f"/visit/{here.case.id}/conclude", "accept", {"outcome": "accept", "summary": "属实。"})


def decide(make: Make, life: Callable[..., Life]) -> Button:
    return Button(twin(make, Role.LEADER), f"/decide/{late.deciding(make).id}/decide", "decide", words="已经审定")


def reject(make: Make, life: Callable[..., Life]) -> Button:
    return Button(twin(make, Role.LEADER), f"/decide/{late.deciding(make).id}/reject", "reject", {"reason": "不符合。"})


def countersign(make: Make, life: Callable[..., Life]) -> Button:
    case = late.decided(make, agreed=None)
    return Button([late.countersigner(make), late.countersigner(make)], f"/decide/{case.id}/countersign", "countersign",
                  {"authority": "water"}, words="已对本决定会签")


def nominate(make: Make, life: Callable[..., Life]) -> Button:
    case = late.decided(make, edition="national-2017", shares=("0.95",) * 5)
    return Button(twin(make, Role.OFFICER), f"/decide/{case.id}/nominate", "nominate")


def named(make: Make, life: Callable[..., Life]) -> Button:
    case = late.nominated(make, outcome="")
    return Button(twin(make, Role.OFFICER), f"/decide/{case.id}/named", "record-national-result", {"document": "国管〔2026〕1号"},
                  words="已经登记")


def publish_notice(make: Make, life: Callable[..., Life]) -> Button:
    case = late.decided(make)
    return Button(twin(make, Role.OFFICER), f"/announce/new/{case.edition}", "publish-notice",
                  {"title": "公示", "basis": "依据。", "contact_office": "处", "contact_phone": "023-00000000",
                   "contact_address": "路1号", "cases": [case.id], "publish": "1"}, words="")


def dismiss(make: Make, life: Callable[..., Life]) -> Button:
    raised = late.objection(late.on_notice(make))
    return Button(twin(make, Role.OFFICER), f"/announce/objections/{raised.id}/dismiss", "dismiss-objection",
                  {"answer": "不成立。"}, words="已经答复")


def uphold(make: Make, life: Callable[..., Life]) -> Button:
    raised = late.objection(late.on_notice(make))
    return Button(twin(make, Role.OFFICER), f"/announce/objections/{raised.id}/uphold", "uphold-objection",
                  {"answer": "属实。", "confirmed": "1"}, words="已经答复")


def publish_certificate(make: Make, life: Callable[..., Life]) -> Button:
    row = late.certified(make, published=False)
    return Button(twin(make, Role.OFFICER), f"/certify/{row.application_id}/publish", "publish-certificate", words="已列入公开名录")


def reverify(make: Make, life: Callable[..., Life]) -> Button:
    row = late.certified(make)
    return Button(twin(make, Role.OFFICER), f"/certify/{row.application_id}/reverify", "start-reverification")


def revoke(make: Make, life: Callable[..., Life]) -> Button:
    row = late.certified(make)
    return Button(twin(make, Role.LEADER), f"/certify/{row.application_id}/revoke", "revoke", {"reason": "造假。"})


def take_a_role_back(make: Make, life: Callable[..., Life]) -> Button:
    person = make.person(Role.EXPERT)
    return Button(twin(make, Role.ADMINISTRATOR), f"/administer/people/{person.id}/grants/{person.grants[0].id}/take",
                  "took-role", gone=True, words="")


def give_a_role(make: Make, life: Callable[..., Life]) -> Button:
    person = make.person()
    return Button(twin(make, Role.ADMINISTRATOR), f"/administer/people/{person.id}/roles/expert", "gave-role", again=422, words="")


def close_an_account(make: Make, life: Callable[..., Life]) -> Button:
    person = make.person(Role.EXPERT)
    return Button(twin(make, Role.ADMINISTRATOR), f"/administer/people/{person.id}/deactivate", "deactivated-person", again=303)


def invite(make: Make, life: Callable[..., Life]) -> Button:
    make.person()
    return Button(twin(make, Role.ADMINISTRATOR), "/administer/people/new", "invited-person",
                  {"sign_in": f"guest{clock.now().timestamp():.0f}", "name": "新人", "language": "zh"}, 422, "")


def create_a_round(make: Make, life: Callable[..., Life]) -> Button:
    now = clock.in_china(clock.now())
    dates = {key: f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}" for key, days in {
        "opens_at": 1, "closes_at": 30, "recommend_by": 40, "review_by": 60, "visit_by": 90}.items()}
    return Button(twin(make, Role.ADMINISTRATOR), "/administer/rounds/new", "created-round",
                  {"edition": "water-saving-2013", "year": "2027", "name": "第一批", "statistics_year": "2026"} | dates, 422, "")


BUTTONS = [hand_in, sign_off, sign_off_by_two_heads, withdraw, endorse, decline, give_back, admit, assign, unassign, seal, recuse,
           ask, answer_a_question, conclude, appoint, plan, write_down_a_point, accept, decide, reject, countersign, nominate,
           named, publish_notice, dismiss, uphold, publish_certificate, reverify, revoke, take_a_role_back, give_a_role,
           close_an_account, invite, create_a_round]


@pytest.mark.parametrize("button", BUTTONS, ids=lambda one: one.__name__)
def test_a_button_pressed_by_several_at_once_does_it_once(
        app: Flask, make: Make, visitor: Enter, travel: Callable[..., None], button: Callable[..., Button]) -> None:
    def life(stage: Stage, **more: Any) -> Life:
        return Life.at_stage(app, make, "water-saving-2013", travel, stage, **more)

    pressed = button(make, life)
    with transaction() as session:
        session.query(Job).delete()
    before = db.session.scalar(select(func.count()).select_from(Event).where(Event.action == pressed.deed)) or 0
    first, *others = twice([visitor(one) for one in pressed.people], lambda one: one.post(pressed.path, pressed.form))
    db.session.rollback()
    done = db.session.scalar(select(func.count()).select_from(Event).where(Event.action == pressed.deed)) or 0
    assert done - before == 1, [one.status for one in (first, *others)]
    assert first.status in {201, 303}
    for other in others:
        assert other.status in ({pressed.again, 404} if pressed.gone else {pressed.again, 422} if not pressed.words
                                else {pressed.again}), other.words
        if pressed.again == 409 and other.status == 409:
            assert pressed.words in other.words
    told = [one for one in db.session.scalars(select(Job).where(Job.kind == "tell"))]
    assert len({one.payload["event"] for one in told}) == len(told)
