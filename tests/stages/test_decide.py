"""The deciding desk: ranking, decision, rejection, countersignatures, nomination; what is done and what is refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.db import db, transaction
from portal.domain.assignment import ConflictOfInterest
from portal.domain.refusal import ChangedMeanwhile, Refused
from portal.domain.workflow import Action, ActionNotAllowed, Role, Stage
from portal.models.application import Application
from portal.models.decision import Countersignature, Decision, Nomination
from portal.models.event import Event
from portal.models.job import Job
from portal.models.person import Person
from portal.stages.decide import actions, queries
from tests.make import Make
from tests.stages import late

As = Callable[[Person], FlaskClient]


def events(case: Application) -> list[str]:
    return list(db.session.scalars(select(Event.action).where(Event.application_id == case.id).order_by(Event.seq)))


def test_decide_keeps_result_and_grounds_and_asks_every_authority(make: Make) -> None:
    case, leader = late.deciding(make), make.person(Role.LEADER)
    made = actions.decide(case, by=leader, remark="同意")
    assert (made.outcome, made.leader_id, made.remark) == ("pass", leader.id, "同意")
    assert made.result == case.review_result
    assert made.grounds["pass_mark"] == "90" and len(made.grounds["totals"]) == 3
    assert made.grounds["visit"] == "accepted"
    assert {one.authority for one in made.countersignatures} == {"water", "water-office"}
    assert all(one.agreed is None for one in made.countersignatures)
    assert case.stage is Stage.DECIDING and events(case) == ["decide"]


def test_decide_is_refused_below_the_pass_mark_with_the_reason(make: Make) -> None:
    case, leader = late.deciding(make, shares=("0.5", "0.5", "0.5")), make.person(Role.LEADER)
    with pytest.raises(actions.DoesNotPass) as refused:
        actions.decide(case, by=leader)
    assert case.institution.name in str(refused.value.sentence)
    assert queries.decision(case.id) is None and events(case) == []


def test_decide_is_refused_for_a_star_item_at_zero_although_the_total_passes(make: Make) -> None:
    case, leader = late.deciding(make, shares=("1", "1", "1")), make.person(Role.LEADER)
    with transaction():
        for sheet in queries.sheets(case.id):
            for score in sheet.scores:
                if score.item_id == "T1":
                    score.points = Decimal(0)
    with pytest.raises(actions.DoesNotPass):
        actions.decide(case, by=leader)


def test_decide_is_refused_without_acceptance(make: Make) -> None:
    case = late.deciding(make, visited=False, drawn_for_visit=True)
    with pytest.raises(actions.NotAccepted):
        actions.decide(case, by=make.person(Role.LEADER))


def test_a_case_that_was_not_drawn_is_decided_on_its_documents(make: Make) -> None:
    case = late.deciding(make, visited=False, drawn_for_visit=False)
    assert actions.decide(case, by=make.person(Role.LEADER)).grounds["visit"] == "documents"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COUNTERSIGNER, Role.MODERATOR, Role.EXPERT])
def test_only_a_leader_decides(make: Make, role: Role) -> None:
    case, person = late.deciding(make), make.person(role, authority="water")
    for deed in (lambda: actions.decide(case, by=person), lambda: actions.reject(case, by=person, reason="不合格")):
        with pytest.raises(ActionNotAllowed) as refused:
            deed()
        assert refused.value.why == "role"


def test_a_leader_who_belongs_to_the_institution_may_not_decide(make: Make) -> None:
    case = late.deciding(make)
    tied = make.person(Role.LEADER, employer=case.institution)
    with pytest.raises(ConflictOfInterest):
        actions.decide(case, by=tied)
    with pytest.raises(ConflictOfInterest):
        actions.reject(case, by=tied, reason="不合格")


@pytest.mark.parametrize("stage", [Stage.REVIEWING, Stage.VISITING, Stage.ANNOUNCED, Stage.CERTIFIED])
def test_nothing_is_decided_at_another_stage(make: Make, stage: Stage) -> None:
    case, leader = late.deciding(make, stage=stage), make.person(Role.LEADER)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.decide(case, by=leader)
    assert refused.value.why == "stage"


def test_a_case_is_decided_once(make: Make) -> None:
    case, leader = late.deciding(make), make.person(Role.LEADER)
    actions.decide(case, by=leader)
    with pytest.raises(ChangedMeanwhile):
        actions.decide(case, by=make.person(Role.LEADER))
    assert events(case) == ["decide"]


def test_reject_ends_the_case_with_a_reason_the_institution_reads(make: Make) -> None:
    case, leader = late.deciding(make, shares=("0.5", "0.5", "0.5")), make.person(Role.LEADER)
    actions.reject(case, by=leader, reason="总分未达到合格线。")
    assert case.stage is Stage.NOT_PASSED and case.ended_reason == "总分未达到合格线。"
    made = queries.decision(case.id)
    assert made is not None and made.outcome == "reject" and made.grounds["reasons"]


def test_reject_needs_a_reason(make: Make) -> None:
    case = late.deciding(make)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.reject(case, by=make.person(Role.LEADER), reason=" ")
    assert refused.value.why == "reason"


def test_the_last_countersignature_makes_it_the_officers_turn(make: Make) -> None:
    case, leader = late.deciding(make), make.person(Role.LEADER)
    actions.decide(case, by=leader)
    actions.countersign(case, authority="water", by=late.countersigner(make))
    assert not told(case, "to-announce")
    actions.countersign(case, authority="water-office", by=late.countersigner(make, "water-office"), remark="同意")
    assert told(case, "to-announce")
    made = queries.decision(case.id)
    assert made is not None and all(one.agreed for one in made.countersignatures)
    assert case.stage is Stage.DECIDING


def told(case: Application, text: str) -> bool:
    return any([one[1] for one in job.payload["extra"]] == [text] for job in db.session.scalars(
        select(Job).where(Job.kind == "tell")) if db.session.get_one(Event, job.payload["event"]).application_id == case.id)


def test_countersigning_is_refused_without_decision_twice_and_for_another_authority(make: Make) -> None:
    case, water = late.deciding(make), late.countersigner(make)
    with pytest.raises(actions.NotDecided):
        actions.countersign(case, authority="water", by=water)
    actions.decide(case, by=make.person(Role.LEADER))
    with pytest.raises(Refused):
        actions.countersign(case, authority="water-office", by=water)
    actions.countersign(case, authority="water", by=water)
    with pytest.raises(ChangedMeanwhile):
        actions.countersign(case, authority="water", by=water)


def test_an_authority_of_another_scheme_has_no_word(make: Make) -> None:
    case = late.decided(make, agreed=None)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.countersign(case, authority="drc", by=late.countersigner(make, "drc"))
    assert refused.value.why == "role"


def test_a_countersigner_tied_to_the_institution_is_refused(make: Make) -> None:
    case = late.decided(make, agreed=None)
    person = make.person(Role.COUNTERSIGNER, authority="water", employer=case.institution)
    with pytest.raises(ConflictOfInterest):
        actions.countersign(case, authority="water", by=person)


def test_after_an_objection_a_new_decision_asks_everybody_again(make: Make) -> None:
    case, leader = late.deciding(make), make.person(Role.LEADER)
    actions.decide(case, by=leader)
    actions.countersign(case, authority="water", by=late.countersigner(make))
    actions.object_to_decision(case, authority="water-office", by=late.countersigner(make, "water-office"),
                               reason="用水计量台账需补充说明。")
    objected = queries.decision(case.id)
    assert objected is not None and [one.agreed for one in objected.countersignatures] == [True, False]
    actions.decide(case, by=leader, remark="已补充说明")
    anew = queries.decision(case.id)
    assert anew is not None and anew.remark == "已补充说明"
    assert [one.agreed for one in anew.countersignatures] == [None, None]
    assert events(case) == ["decide", "countersign", "object-to-decision", "decide"]
    assert db.session.scalar(select(Decision.id).where(Decision.application_id == case.id)) == objected.id


def test_nominate_needs_every_countersignature(make: Make) -> None:
    officer = make.person(Role.OFFICER)
    waiting = late.decided(make, agreed=None, edition="national-2017", shares=("0.95",) * 5)
    with pytest.raises(actions.NotCountersigned):
        actions.nominate(waiting, by=officer)
    assert waiting.stage is Stage.DECIDING
    ready = late.decided(make, edition="national-2017", shares=("0.95",) * 5)
    actions.nominate(ready, by=officer)
    assert ready.stage is Stage.NOMINATED


def test_a_scheme_without_nomination_has_no_such_step(make: Make) -> None:
    with pytest.raises(ActionNotAllowed) as refused:
        actions.nominate(late.decided(make), by=make.person(Role.OFFICER))
    assert refused.value.why == "scheme"


def test_the_national_result_is_recorded_once_with_its_document(make: Make) -> None:
    case, officer = late.nominated(make, outcome=""), make.person(Role.OFFICER)
    actions.record_national_result(case, by=officer, document="国管节能〔2026〕示例1号")
    sent = db.session.scalars(select(Nomination).where(Nomination.application_id == case.id)).one()
    assert (sent.outcome, sent.document) == ("named", "国管节能〔2026〕示例1号") and case.stage is Stage.NOMINATED
    with pytest.raises(ChangedMeanwhile):
        actions.record_national_result(case, by=officer, document="国管节能〔2026〕示例2号")


def test_a_national_refusal_ends_the_case(make: Make) -> None:
    case = late.nominated(make, outcome="")
    actions.reject_nationally(case, by=make.person(Role.OFFICER), document="", reason="复核未通过。")
    assert case.stage is Stage.NOT_PASSED and case.ended_reason == "复核未通过。"


def test_the_board_ranks_draws_the_pass_line_and_explains(make: Make, as_: As) -> None:
    round_ = make.round()
    good = late.deciding(make, round=round_, shares=("1", "1", "1"))
    poor = late.deciding(make, round=round_, shares=("0.5", "0.5", "0.5"))
    client = as_(make.person(Role.LEADER))
    page = client.get(f"/decide/board?round={round_.id}").text
    assert page.index(good.institution.name) < page.index('class="cutline"') < page.index(poor.institution.name)
    assert f'value="{good.id}"' in page and f'name="case" value="{poor.id}"' not in page


def test_what_if_changes_nothing(make: Make, as_: As) -> None:
    round_ = make.round(quota=1)
    first, second = (late.deciding(make, round=round_, shares=(share,) * 3) for share in ("1", "0.96"))
    client = as_(make.person(Role.LEADER))
    before = db.session.scalar(select(Event.id).order_by(Event.id.desc()))
    page = client.get(f"/decide/board?round={round_.id}&mark=85&quota=2").text
    assert second.institution.name in page[page.index("<aside"):]
    assert first.institution.name not in page[page.index("<aside"):]
    same = client.get(f"/decide/board?round={round_.id}&mark=abc").text
    assert second.institution.name not in same[same.index("<aside"):]
    without = client.get(f"/decide/board?round={round_.id}&quota=-3").text
    assert second.institution.name in without[without.index("<aside"):]
    assert db.session.scalar(select(Event.id).order_by(Event.id.desc())) == before


def test_bulk_lists_before_it_decides_and_reports_row_by_row(make: Make, as_: As) -> None:
    round_ = make.round()
    good, poor = (late.deciding(make, round=round_, shares=(share,) * 3) for share in ("1", "0.5"))
    client = as_(make.person(Role.LEADER))
    asked = client.post("/decide/bulk", data={"case": [good.id, poor.id], "round": round_.id})
    assert good.institution.name in asked.text and db.session.scalar(select(Decision.id)) is None
    done = client.post("/decide/bulk", data={"case": [good.id, poor.id], "round": round_.id, "confirmed": 1})
    assert done.status_code == 200
    assert list(db.session.scalars(select(Decision.application_id))) == [good.id]


def test_the_case_page_works_for_each_role_and_posts(make: Make, as_: As) -> None:
    case = late.deciding(make)
    leader, officer, water = as_(make.person(Role.LEADER)), as_(make.person(Role.OFFICER)), as_(late.countersigner(make))
    assert f"/decide/{case.id}/decide" in leader.get(f"/decide/{case.id}").text
    assert f"/decide/{case.id}/decide" not in officer.get(f"/decide/{case.id}").text
    assert leader.post(f"/decide/{case.id}/reject", data={"reason": ""}).status_code == 422
    assert officer.post(f"/decide/{case.id}/decide").status_code == 403
    assert leader.post(f"/decide/{case.id}/decide").status_code == 303
    assert f"/decide/{case.id}/countersign" in water.get(f"/decide/{case.id}").text
    assert case.institution.name in water.get("/decide/countersign").text
    assert water.post(f"/decide/{case.id}/object", data={"authority": "water", "reason": ""}).status_code == 422
    assert water.post(f"/decide/{case.id}/countersign", data={"authority": "water"}).status_code == 303
    assert case.institution.name in water.get("/decide/countersign").text


def test_national_pages(make: Make, as_: As) -> None:
    case = late.decided(make, edition="national-2017", shares=("0.95",) * 5)
    officer = as_(make.person(Role.OFFICER))
    assert case.institution.name in officer.get("/decide/nominations").text
    assert officer.post(f"/decide/{case.id}/nominate").status_code == 303
    assert officer.post(f"/decide/{case.id}/named", data={"document": ""}).status_code == 422
    assert officer.post(f"/decide/{case.id}/refused", data={"reason": ""}).status_code == 422
    assert officer.post(f"/decide/{case.id}/named", data={"document": "示例1号"}).status_code == 303
    assert "示例1号" in officer.get(f"/decide/{case.id}").text


def test_who_does_not_see_a_case(make: Make, as_: As, client: FlaskClient) -> None:
    case, early = late.deciding(make), make.application(stage=Stage.REVIEWING)
    assert as_(late.countersigner(make, "drc")).get(f"/decide/{case.id}").status_code == 404
    assert as_(make.person(Role.LEADER)).get(f"/decide/{early.id}").status_code == 404
    assert as_(make.person(Role.EXPERT)).get("/decide/board").status_code == 403
    assert client.get("/decide/board").status_code == 302
    assert as_(make.person(Role.LEADER)).get("/decide/board?round=999").status_code == 404


def test_a_tied_leader_is_told_why_there_is_no_button(make: Make, as_: As) -> None:
    case = late.deciding(make)
    page = as_(make.person(Role.LEADER, employer=case.institution, language="en")).get(f"/decide/{case.id}").text
    assert "note-stop" in page and f"/decide/{case.id}/decide" not in page


@pytest.mark.parametrize("path", ["board", "countersign", "nominations"])
def test_queries_do_not_grow_with_rows(make: Make, as_: As, count_queries: Any, path: str) -> None:
    national, water = make.round("national-2017"), make.round()
    person = make.person(Role.LEADER, Role.COUNTERSIGNER, authority="water")
    client = as_(person)

    def fill(n: int) -> None:
        for _n in range(n):
            late.deciding(make, round=water)
            late.decided(make, round=water, agreed=None)
            late.decided(make, round=national, edition="national-2017", shares=("0.95",) * 5)

    fill(1)
    with count_queries() as few:
        assert client.get(f"/decide/{path}?round={water.id}").status_code == 200
    fill(6)
    with count_queries() as many:
        assert client.get(f"/decide/{path}?round={water.id}").status_code == 200
    assert len(many) <= len(few) and len(many) <= 15, "\n".join(many)


def test_signatures_are_locked_to_the_decision(make: Make) -> None:
    case = late.decided(make, agreed=None)
    actions.countersign(case, authority="water", by=late.countersigner(make))
    signed = list(db.session.scalars(select(Countersignature.agreed).order_by(Countersignature.id)))
    assert signed == [True, None]
    assert Action.COUNTERSIGN.value in events(case)
