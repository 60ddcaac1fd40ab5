"""The visit desk's deeds: what each one does, and every reason for which it is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal import clock, editions
from portal.db import db, transaction
from portal.domain.acceptance import Found, Recheck
from portal.domain.refusal import ChangedMeanwhile, Incomplete
from portal.domain.workflow import Action, ActionNotAllowed, Role, Stage
from portal.models.event import Event
from portal.models.job import Job
from portal.models.visit import Finding, SiteScore, Visit
from portal.stages.visit import actions, inspecting, queries, site_sheet
from tests.make import Make
from tests.stages.visit_cases import Scene, scene


def events(scene: Scene, action: Action) -> list[Event]:
    return list(db.session.scalars(select(Event).where(
        Event.application_id == scene.case.id, Event.action == action.value).order_by(Event.seq)))


def report(scene: Scene) -> None:
    """The institution reports all problems and hands the case back, as its own desk does."""
    from portal import lifecycle

    applicant = scene.case.operator
    with transaction():
        lifecycle.advance(scene.case, Action.REPORT_RECTIFICATION, by=applicant)
        for row in visit(scene).findings:
            if row.recheck == "":
                row.report, row.reported_at = "已更换", clock.now()
        lifecycle.advance(scene.case, Action.FINISH_RECTIFICATION, by=applicant)


def visit(scene: Scene) -> Visit:
    found = queries.visit_of(scene.case)
    assert found is not None
    return found


# --- team


def test_a_team_is_appointed_and_told(make: Make) -> None:
    here = scene(make).appoint()
    assert [(one.person_id, one.leads) for one in visit(here).members] == [
        (here.leader.id, True), (here.member.id, False)]
    assert here.case.stage == Stage.VISITING
    told = events(here, Action.APPOINT_TEAM)[0]
    assert told.detail == {"turn": 1, "leader": here.leader.id, "members": [here.member.id]}
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == "tell")) == 1


def test_a_team_may_change_before_anything_is_recorded_without_a_new_turn(make: Make) -> None:
    here = scene(make).appoint()
    other = make.person(Role.INSPECTOR)
    actions.appoint(here.case, leader=here.leader, members=[other], by=here.officer)
    assert visit(here).turn == 1
    assert {one.person_id for one in visit(here).members} == {here.leader.id, other.id}


def test_a_changed_team_takes_over_what_was_recorded_on_a_new_turn(make: Make) -> None:
    here = scene(make).ready()
    here.find()
    other = make.person(Role.INSPECTOR)
    actions.appoint(here.case, leader=here.leader, members=[other], by=here.officer)
    fresh = queries.records(visit(here))
    assert (fresh.turn, len(fresh.samples), len(fresh.findings), fresh.place) == (2, 10, 1, "示例路1号")
    assert len(fresh.site_scores) == 9 and {row.noted_by_id for row in fresh.site_scores} == {here.member.id}
    with pytest.raises(ActionNotAllowed) as refused:
        inspecting.add_sample(here.case, place="x", fixture="", sound=True, by=here.member)
    assert refused.value.why == "role"


def test_a_former_leader_no_longer_concludes(make: Make) -> None:
    here = scene(make).ready()
    new_leader = make.person(Role.TEAM_LEADER)
    actions.appoint(here.case, leader=new_leader, members=[here.member], by=here.officer)
    with pytest.raises(ActionNotAllowed):
        actions.accept(here.case, summary="", by=here.leader)
    assert here.case.stage == Stage.VISITING
    actions.accept(here.case, summary="", by=new_leader)
    assert here.case.stage == Stage.DECIDING


@pytest.mark.parametrize("who", ["alone", "no leader role", "no member role", "employed there", "superior", "expert",
                                 "applied"])
def test_nobody_is_appointed_who_may_not_go(make: Make, who: str) -> None:
    superior = make.institution()
    here = scene(make, institution=make.institution(superior=superior))
    leader, members = here.leader, [here.member]
    if who == "alone":
        members = [here.leader]
    elif who == "no leader role":
        leader = make.person(Role.INSPECTOR)
    elif who == "no member role":
        members = [make.person(Role.TEAM_LEADER)]
    elif who == "employed there":
        members = [make.person(Role.INSPECTOR, employer=here.case.institution)]
    elif who == "superior":
        leader = make.person(Role.TEAM_LEADER, employer=superior)
    elif who == "expert":
        both = make.person(Role.EXPERT, Role.INSPECTOR)
        make.sheet(here.case, expert=both, sealed=True)
        members = [both]
    else:
        from portal import lifecycle

        both = make.person(Role.APPLICANT, Role.INSPECTOR, institution=here.case.institution,
                           employer=make.institution())
        case = make.application(stage=Stage.DRAFT, operator=both, institution=here.case.institution, complete=True)
        with transaction():
            lifecycle.advance(case, Action.ANSWER, by=both)
            case.stage = Stage.VISITING
        here.case, members = case, [both]
    with pytest.raises(actions.TeamRefused):
        actions.appoint(here.case, leader=leader, members=members, by=here.officer)
    assert queries.visit_of(here.case) is None
    assert not events(here, Action.APPOINT_TEAM)


def test_candidates_say_why_they_cannot_go(make: Make) -> None:
    here = scene(make)
    theirs = make.person(Role.INSPECTOR, employer=here.case.institution)
    reviewer = make.person(Role.EXPERT, Role.TEAM_LEADER)
    make.sheet(here.case, expert=reviewer)
    by_id = {one.person.id: one for one in queries.candidates(here.case)}
    assert by_id[here.leader.id].free and by_id[here.leader.id].may_lead
    assert by_id[theirs.id].why == "belongs to this institution"
    assert by_id[reviewer.id].held == (Role.EXPERT,) and not by_id[reviewer.id].free


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.INSPECTOR, Role.EXPERT, Role.LEADER])
def test_only_officers_appoint(make: Make, role: Role) -> None:
    here = scene(make)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.appoint(here.case, leader=here.leader, members=[here.member], by=make.person(role))
    assert refused.value.why == "role"


@pytest.mark.parametrize("stage", [Stage.REVIEWING, Stage.RECTIFYING, Stage.DECIDING, Stage.NOT_PASSED])
def test_a_team_is_appointed_while_the_case_is_to_be_visited(make: Make, stage: Stage) -> None:
    here = scene(make)
    other = make.application(stage=stage)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.appoint(other, leader=here.leader, members=[here.member], by=here.officer)
    assert refused.value.why == "stage"


# --- plan


def test_the_leader_plans_and_the_institution_is_told(make: Make) -> None:
    here = scene(make).appoint().plan()
    assert (visit(here).planned_on, visit(here).place) == (clock.today(), "示例路1号")
    assert events(here, Action.PLAN_VISIT)[0].detail["on"] == clock.today().isoformat()


def test_a_member_does_not_plan(make: Make) -> None:
    here = scene(make).appoint()
    with pytest.raises(ActionNotAllowed):
        actions.plan(here.case, on=clock.today(), place="x", attendees="", by=here.member)
    assert visit(here).planned_on is None


def test_the_leader_of_another_case_does_not_plan(make: Make) -> None:
    here, there = scene(make).appoint(), scene(make).appoint()
    with pytest.raises(ActionNotAllowed):
        actions.plan(here.case, on=clock.today(), place="x", attendees="", by=there.leader)


# --- items


def test_an_item_keeps_the_review_score_until_another_is_given(make: Make) -> None:
    here = scene(make, sheets=3).appoint()
    before = site_sheet.of(here.case, visit(here)).line("T2")
    row = inspecting.note_item(here.case, "T2", found=Found.TRUE, points=None, revision=0, by=here.member)
    assert (row.points, row.revision) == (None, 1)
    line = site_sheet.of(here.case, visit(here)).line("T2")
    assert before is not None and line is not None and line.site == before.start and line.found == "true"
    row = inspecting.note_item(here.case, "T2", found=Found.PARTLY, points=Decimal(2), note="两处为普通水嘴", revision=1,
                               by=here.leader)
    assert (row.points, row.revision, row.noted_by_id) == (2, 2, here.leader.id)
    assert events(here, Action.INSPECT)[-1].detail == {
        "item": "T2", "found": "partly", "points": "2", "not_applicable": False, "note": "两处为普通水嘴"}


def test_the_same_finding_again_changes_and_records_nothing(make: Make) -> None:
    here = scene(make).appoint()
    inspecting.note_item(here.case, "T1", found=Found.TRUE, points=None, revision=0, by=here.member)
    again = inspecting.note_item(here.case, "T1", found=Found.TRUE, points=None, revision=0, by=here.leader)
    assert again.revision == 1 and len(events(here, Action.INSPECT)) == 1


def test_a_stale_save_overwrites_nothing(make: Make) -> None:
    here = scene(make).appoint()
    inspecting.note_item(here.case, "T1", found=Found.TRUE, points=None, revision=0, by=here.member)
    with pytest.raises(ChangedMeanwhile):
        inspecting.note_item(here.case, "T1", found=Found.FALSE, points=Decimal(0), revision=0, by=here.leader)
    row = db.session.scalar(select(SiteScore).where(SiteScore.item_id == "T1"))
    assert row is not None and (row.found, row.revision) == ("true", 1)
    assert len(events(here, Action.INSPECT)) == 1


@pytest.mark.parametrize(("item", "points", "absent"), [
    ("T1", Decimal(99), False), ("T1", Decimal("-1"), False), ("T1", Decimal("1.3"), False), ("T1", None, True)])
def test_a_score_that_the_item_does_not_allow_is_refused(make: Make, item: str, points: Decimal | None,
                                                         absent: bool) -> None:
    here = scene(make).appoint()
    with pytest.raises(inspecting.NotAllowedScore):
        inspecting.note_item(here.case, item, found=Found.TRUE, points=points, not_applicable=absent, revision=0,
                             by=here.member)
    assert not visit(here).site_scores


def test_an_item_of_another_checklist_is_refused(make: Make) -> None:
    here = scene(make).appoint()
    with pytest.raises(inspecting.NotThere):
        inspecting.note_item(here.case, "X9", found=Found.TRUE, points=None, revision=0, by=here.member)


@pytest.mark.parametrize("who", ["officer", "stranger", "other team"])
def test_only_the_team_writes(make: Make, who: str) -> None:
    here = scene(make).appoint()
    person = {"officer": here.officer, "stranger": make.person(Role.INSPECTOR),
              "other team": scene(make).appoint().member}[who]
    with pytest.raises(ActionNotAllowed) as refused:
        inspecting.note_item(here.case, "T1", found=Found.TRUE, points=None, revision=0, by=person)
    assert refused.value.why == "role"


def test_nothing_is_written_after_the_verdict(make: Make) -> None:
    here = scene(make).ready()
    actions.accept(here.case, summary="", by=here.leader)
    for deed in (
        lambda: inspecting.note_item(here.case, "T1", found=Found.FALSE, points=Decimal(0), revision=1, by=here.member),
        lambda: inspecting.add_sample(here.case, place="x", fixture="", sound=True, by=here.member),
        lambda: here.find(),
        lambda: actions.plan(here.case, on=clock.today(), place="x", attendees="", by=here.leader),
    ):
        with pytest.raises(ActionNotAllowed) as refused:
            deed()
        assert refused.value.why == "stage"


# --- sampled points


def test_points_are_added_corrected_and_taken_out(make: Make) -> None:
    here = scene(make).appoint()
    row = inspecting.add_sample(here.case, place="三楼污洗间", fixture="脚踏阀", sound=True, by=here.member)
    inspecting.change_sample(here.case, row.id, sound=False, note="滴漏", by=here.leader)
    assert (row.sound, row.note, row.noted_by_id) == (False, "滴漏", here.leader.id)
    inspecting.drop_sample(here.case, row.id, by=here.member)
    assert not visit(here).samples
    assert len(events(here, Action.INSPECT)) == 3
    with pytest.raises(inspecting.NotThere):
        inspecting.drop_sample(here.case, row.id, by=here.member)


def test_a_point_of_another_case_is_not_there(make: Make) -> None:
    here, there = scene(make).appoint(), scene(make).appoint().sample(1)
    with pytest.raises(inspecting.NotThere):
        inspecting.change_sample(here.case, visit(there).samples[0].id, sound=False, note="", by=here.member)


# --- problems


def test_a_problem_can_be_corrected_and_taken_out_until_it_is_sent(make: Make) -> None:
    here = scene(make).appoint()
    row = here.find()
    inspecting.change_finding(here.case, row.id, inspecting.Problem(
        what="水嘴滴漏", demand="更换", owner="", due_on=row.due_on or clock.today(), item_id=""), by=here.leader)
    assert (row.what, row.item_id) == ("水嘴滴漏", "")
    inspecting.drop_finding(here.case, row.id, by=here.member)
    assert not visit(here).findings
    sent = here.find()
    actions.require_rectification(here.case, reason="见问题", by=here.leader)
    report(here)
    with pytest.raises(inspecting.AlreadySent):
        inspecting.drop_finding(here.case, sent.id, by=here.member)
    with pytest.raises(inspecting.AlreadySent):
        inspecting.change_finding(here.case, sent.id, inspecting.Problem(
            what="另写", demand="", owner="", due_on=clock.today()), by=here.member)
    assert db.session.get_one(Finding, sent.id).what == "脚踏阀关闭后持续滴漏"


@pytest.mark.parametrize(("what", "item", "days"), [("", "T4", 5), ("有", "T4", -1)])
def test_a_problem_without_words_or_with_a_day_gone_is_refused(make: Make, what: str, item: str, days: int) -> None:
    here = scene(make).appoint()
    with pytest.raises(Incomplete):
        here.find(what, item, days)
    assert not visit(here).findings


def test_the_default_due_day_counts_working_days() -> None:
    process = editions.get("water-saving-2013").process
    due = inspecting.due_by_default(process)
    assert due >= clock.today() + timedelta(days=process.rectification_days)


# --- verdicts


def test_acceptance_stores_the_site_total_and_goes_to_the_decision(make: Make) -> None:
    here = scene(make, sheets=3).ready()
    total = site_sheet.of(here.case, visit(here)).score.total
    actions.accept(here.case, summary="符合要求", by=here.leader)
    assert here.case.stage == Stage.DECIDING and here.case.site_total == total.quantize(Decimal("0.000001"))
    assert (visit(here).verdict, visit(here).summary, visit(here).verdict_by_id) == (
        "accepted", "符合要求", here.leader.id)
    assert events(here, Action.ACCEPT)[0].detail["site_total"] == str(total)


@pytest.mark.parametrize(("lacking", "named"), [
    ("plan", "the day"), ("check", "T4"), ("note", "T1"), ("sample", "3"), ("finding", "1")])
def test_acceptance_is_refused_naming_what_is_missing(make: Make, app, lacking: str,  # type: ignore[no-untyped-def]
                                                      named: str) -> None:
    here = scene(make).appoint()
    if lacking != "plan":
        here.plan()
    here.check(leave=["T4"] if lacking == "check" else []).sample(7 if lacking == "sample" else 10)
    if lacking == "note":
        inspecting.note_item(here.case, "T1", found=Found.PARTLY, points=Decimal(1), revision=1, by=here.member)
    if lacking == "finding":
        here.find()
    with app.test_request_context("/?language=en"), pytest.raises(Incomplete) as refused:
        actions.accept(here.case, summary="", by=here.leader)
    assert named in str(refused.value.sentence)
    assert (here.case.stage, here.case.site_total, visit(here).verdict) == (Stage.VISITING, None, "")


def test_a_member_does_not_conclude(make: Make) -> None:
    here = scene(make).ready()
    here.find()
    for deed in (lambda: actions.accept(here.case, summary="", by=here.member),
                 lambda: actions.require_rectification(here.case, reason="x", by=here.member),
                 lambda: actions.reject(here.case, reason="x", by=here.member)):
        with pytest.raises(ActionNotAllowed) as refused:
            deed()
        assert refused.value.why == "role"


def test_rectification_is_due_when_the_last_problem_is(make: Make) -> None:
    here = scene(make).appoint()
    here.find(days=3)
    last = here.find("另一处", "G4", days=9)
    actions.require_rectification(here.case, reason="两处问题", summary="总体较好", by=here.leader)
    assert here.case.stage == Stage.RECTIFYING
    assert last.due_on is not None and here.case.due_at == actions.end_of(last.due_on)
    assert clock.in_china(actions.end_of(last.due_on)).date() == last.due_on
    assert visit(here).verdict == "rectify"
    assert events(here, Action.REQUIRE_RECTIFICATION)[0].reason == "两处问题"


def test_rectification_needs_an_open_problem_and_a_reason(make: Make) -> None:
    here = scene(make).appoint()
    with pytest.raises(Incomplete):
        actions.require_rectification(here.case, reason="x", by=here.leader)
    here.find()
    with pytest.raises(ActionNotAllowed) as refused:
        actions.require_rectification(here.case, reason=" ", by=here.leader)
    assert refused.value.why == "reason" and here.case.stage == Stage.VISITING


def test_a_problem_without_a_demand_is_not_sent(make: Make) -> None:
    here = scene(make).appoint()
    inspecting.add_finding(here.case, inspecting.Problem(what="滴漏", demand="", owner="", due_on=clock.today()),
                           by=here.member)
    with pytest.raises(Incomplete):
        actions.require_rectification(here.case, reason="x", by=here.leader)


def test_rejection_ends_the_case_with_its_reason(make: Make) -> None:
    here = scene(make).appoint()
    with pytest.raises(ActionNotAllowed):
        actions.reject(here.case, reason="", by=here.leader)
    actions.reject(here.case, reason="器具普及率不实", by=here.leader)
    assert (here.case.stage, here.case.ended_reason, visit(here).verdict) == (
        Stage.NOT_PASSED, "器具普及率不实", "rejected")


# --- re-check


def test_rectified_problems_are_rechecked_and_the_case_accepted_on_the_same_turn(make: Make) -> None:
    here = scene(make).ready()
    row = here.find()
    actions.require_rectification(here.case, reason="见问题", by=here.leader)
    report(here)
    assert here.case.stage == Stage.VISITING and site_sheet.waiting(visit(here)) == 1
    with pytest.raises(Incomplete):
        actions.accept(here.case, summary="", by=here.leader)
    inspecting.recheck(here.case, row.id, result=Recheck.PASSED, note="", by=here.member)
    assert (visit(here).turn, visit(here).verdict) == (1, "") and row.rechecked_at is not None
    actions.accept(here.case, summary="已整改", by=here.leader)
    assert here.case.stage == Stage.DECIDING


def test_only_the_rechecks_of_the_scheme_are_allowed(make: Make) -> None:
    here = scene(make).ready()
    row = here.find()
    actions.require_rectification(here.case, reason="见问题", by=here.leader)
    report(here)
    with pytest.raises(Incomplete):
        inspecting.recheck(here.case, row.id, result=Recheck.FAILED, note=" ", by=here.member)
    inspecting.recheck(here.case, row.id, result=Recheck.FAILED, note="仍滴漏", by=here.member)
    with pytest.raises(Incomplete):
        actions.accept(here.case, summary="", by=here.leader)
    with pytest.raises(actions.RecheckUsedUp):
        actions.require_rectification(here.case, reason="再改", by=here.leader)
    assert here.case.stage == Stage.VISITING and row.recheck == "failed"
    actions.reject(here.case, reason="复查仍不合格", by=here.leader)
    assert here.case.stage == Stage.NOT_PASSED


def test_what_is_put_right_on_the_spot_needs_a_note_and_lets_the_case_pass(make: Make) -> None:
    here = scene(make).ready()
    row = here.find()
    with pytest.raises(Incomplete):
        inspecting.recheck(here.case, row.id, result=Recheck.PASSED, note="", by=here.member)
    inspecting.recheck(here.case, row.id, result=Recheck.PASSED, note="现场已更换", by=here.member)
    actions.accept(here.case, summary="", by=here.leader)
    assert here.case.stage == Stage.DECIDING


# --- the officer


def test_a_case_not_drawn_is_accepted_on_documents(make: Make) -> None:
    here = scene(make, edition="municipal-2016", drawn_for_visit=False)
    actions.accept_on_documents(here.case, remark="材料齐全", by=here.officer)
    assert here.case.stage == Stage.DECIDING and here.case.site_total is None
    assert events(here, Action.ACCEPT_ON_DOCUMENTS)[0].detail == {"remark": "材料齐全"}


def test_drawn_cases_teams_on_their_way_and_other_schemes_are_not_accepted_on_documents(make: Make) -> None:
    with pytest.raises(actions.NotSampled):
        actions.accept_on_documents(scene(make, edition="municipal-2016").case, by=make.person(Role.OFFICER))
    with_team = scene(make, edition="municipal-2016", drawn_for_visit=False).appoint()
    with pytest.raises(actions.NotSampled):
        actions.accept_on_documents(with_team.case, by=with_team.officer)
    water = scene(make, drawn_for_visit=False)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.accept_on_documents(water.case, by=water.officer)
    assert refused.value.why == "scheme"
    own = scene(make, edition="municipal-2016", drawn_for_visit=False)
    with pytest.raises(ActionNotAllowed):
        actions.accept_on_documents(own.case, by=own.leader)
    assert own.case.stage == Stage.VISITING


def test_an_overdue_rectification_is_closed_but_not_before(make: Make) -> None:
    here = scene(make).appoint()
    here.find(days=2)
    actions.require_rectification(here.case, reason="见问题", by=here.leader)
    with pytest.raises(actions.NotOverdue):
        actions.fail_rectification(here.case, reason="逾期", by=here.officer)
    assert here.case.stage == Stage.RECTIFYING
    with transaction():
        here.case.due_at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ActionNotAllowed):
        actions.fail_rectification(here.case, reason="逾期", by=here.leader)
    actions.fail_rectification(here.case, reason="逾期未整改", by=here.officer)
    assert (here.case.stage, here.case.ended_reason) == (Stage.NOT_PASSED, "逾期未整改")
