"""The moderator's desk: sheets side by side, disagreements settled, the review concluded by what the sheets say."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from portal import clock, editions
from portal.db import db, transaction
from portal.domain import judging
from portal.domain.assignment import ConflictOfInterest
from portal.domain.judging import Mark
from portal.domain.refusal import Incomplete
from portal.domain.workflow import ActionNotAllowed, Role, Stage
from portal.models.application import Application
from portal.models.event import Event
from portal.models.job import Job
from portal.models.review import Clarification, Moderation, Sheet
from portal.stages.review import actions, bench, queries, worksheet

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def moderator(make):
    return make.person(Role.MODERATOR)


@pytest.fixture
def case(make):
    return make.application(stage=Stage.REVIEWING)


def sealed(make, case, *shares):
    """Sealed sheets that score every item at a share of its points."""
    return [make.sheet(case, sealed=True, share=share) for share in shares]


def events(action):
    return list(db.session.scalars(select(Event).where(Event.action == action).order_by(Event.seq)))


def stage(case):
    db.session.expire_all()
    return case.stage


# --- the queue and the case page

def test_cases_to_conclude_stand_with_the_widest_spread_first_and_others_wait(make, as_, moderator):
    calm, wide, waiting = (make.application(stage=Stage.REVIEWING) for _ in range(3))
    sealed(make, calm, "1", "1", "1")
    sealed(make, wide, "1", "1", "0.7")
    sealed(make, waiting, "1", "1")
    client = as_(moderator)
    page = client.get("/moderate/").text
    assert page.index(wide.number) < page.index(calm.number) and waiting.number not in page
    page = client.get("/moderate/?show=waiting").text
    assert waiting.number in page and wide.number not in page


def test_empty_queues_say_why(as_, moderator):
    for path in ("/moderate/", "/moderate/?show=waiting"):
        assert 'class="empty"' in as_(moderator).get(path).text


@pytest.mark.parametrize("role", [Role.EXPERT, Role.OFFICER, Role.LEADER, Role.AUDITOR, Role.RECOMMENDER])
def test_the_desk_is_closed_to_other_roles(make, as_, case, role):
    person = make.person(role, division="500112" if role is Role.RECOMMENDER else None)
    client = as_(person)
    assert client.get("/moderate/").status_code == 403
    assert client.get(f"/moderate/{case.id}").status_code == 403
    assert client.post(f"/moderate/{case.id}/conclude", data={"deed": "pass"}).status_code == 403


def test_a_case_that_has_not_been_reviewed_is_not_here(make, as_, moderator):
    assert as_(moderator).get(f"/moderate/{make.application(stage=Stage.SCREENING).id}").status_code == 404


def test_whoever_scores_a_case_does_not_moderate_it(make, as_, case):
    both = make.person(Role.EXPERT, Role.MODERATOR)
    make.sheet(case, expert=both, sealed=True)
    sealed(make, case, "1", "1")
    client = as_(both)
    assert case.number not in client.get("/moderate/").text
    assert client.get(f"/moderate/{case.id}").status_code == 404
    for deed in (lambda: actions.pass_review(case, by=both), lambda: actions.stand(case, reason="x", by=both),
                 lambda: actions.reopen(case, sheets=[1], until=LATER, reason="x", by=both)):
        with pytest.raises(actions.OwnSheet):
            deed()


def test_whoever_belongs_to_the_institution_does_not_moderate_it(make, as_, case):
    tied = make.person(Role.MODERATOR, employer=case.institution)
    sealed(make, case, "1", "1", "1")
    assert case.number not in as_(tied).get("/moderate/").text
    assert as_(tied).get(f"/moderate/{case.id}").status_code == 403
    with pytest.raises(ConflictOfInterest):
        actions.pass_review(case, by=tied)
    assert stage(case) is Stage.REVIEWING


def test_the_case_page_lays_the_sheets_side_by_side(make, as_, case, moderator):
    rows = sealed(make, case, "1", "0.9", "0.8")
    with transaction():
        rows[2].scores[0].reason = "清单与现场不符"
    page = as_(moderator).get(f"/moderate/{case.id}").text
    assert all(row.expert.name in page for row in rows) and "清单与现场不符" in page
    assert page.count("<svg class=\"dots\"") >= 13


def test_open_sheets_keep_their_scores_from_the_moderator(make, as_, case, moderator):
    open_sheet = make.sheet(case)
    actions.score(open_sheet, "T2", mark=Mark(points=D(3), reason="尚未封存的理由"), revision=0, by=open_sheet.expert)
    assert "尚未封存的理由" not in as_(moderator).get(f"/moderate/{case.id}").text


# --- concluding

def test_a_case_passes_by_its_sheets(make, as_, case, moderator):
    sealed(make, case, "1", "1", "0.95")
    client = as_(moderator)
    assert client.get(f"/moderate/{case.id}/conclude").status_code == 200
    assert client.post(f"/moderate/{case.id}/conclude", data={"deed": "pass"}).status_code == 303
    assert stage(case) is Stage.VISITING and case.review_result >= 90 and case.drawn_for_visit
    assert events("pass-review")[0].detail["drawn_for_visit"] is True


def test_a_case_fails_by_its_sheets_with_a_reason_that_is_prefilled(make, as_, case, moderator):
    sealed(make, case, "0.8", "0.8", "0.8")
    client = as_(moderator)
    page = client.get(f"/moderate/{case.id}/conclude").text
    assert "低于合格线" in page
    assert client.post(f"/moderate/{case.id}/conclude", data={"deed": "fail", "reason": ""}).status_code == 422
    assert client.post(f"/moderate/{case.id}/conclude", data={"deed": "fail", "reason": "总分未达标"}).status_code == 303
    assert stage(case) is Stage.NOT_PASSED and case.ended_reason == "总分未达标" and case.review_result < 90


def test_the_sheets_decide_not_the_moderator(make, case, moderator):
    other = make.application(stage=Stage.REVIEWING)
    sealed(make, case, "0.8", "0.8", "0.8")
    sealed(make, other, "1", "1", "1")
    with pytest.raises(actions.ResultFails):
        actions.pass_review(case, by=moderator)
    with pytest.raises(actions.ResultPasses):
        actions.fail_review(other, reason="不喜欢", by=moderator)
    assert {stage(case), stage(other)} == {Stage.REVIEWING}


@pytest.mark.parametrize("shares", [(), ("1",), ("1", "1")])
def test_missing_sheets_hold_the_conclusion(make, as_, case, moderator, shares):
    sealed(make, case, *shares)
    with pytest.raises(Incomplete):
        actions.pass_review(case, by=moderator)
    assert as_(moderator).post(f"/moderate/{case.id}/conclude", data={"deed": "pass"}).status_code == 409
    assert as_(moderator).get(f"/moderate/{case.id}/conclude").status_code == 200


def test_an_open_fourth_sheet_holds_the_conclusion(make, case, moderator):
    sealed(make, case, "1", "1", "1")
    make.sheet(case)
    with pytest.raises(Incomplete):
        actions.pass_review(case, by=moderator)


def test_a_wide_spread_is_settled_before_the_conclusion(make, as_, case, moderator):
    sealed(make, case, "1", "1", "0.85")
    client = as_(moderator)
    with pytest.raises(Incomplete):
        actions.pass_review(case, by=moderator)
    assert client.post(f"/moderate/{case.id}/stand", data={"reason": ""}).status_code == 422
    assert client.post(f"/moderate/{case.id}/stand", data={"reason": "扣分依据充分，维持原分"}).status_code == 303
    row = db.session.scalars(select(Moderation)).one()
    assert row.outcome == "stands" and row.spread > 10 and events("moderate")[0].reason == "扣分依据充分，维持原分"
    with pytest.raises(actions.NothingToSettle):
        actions.stand(case, reason="再来一次", by=moderator)
    actions.pass_review(case, by=moderator)
    assert stage(case) is Stage.VISITING


def test_agreeing_sheets_have_nothing_to_settle(make, as_, case, moderator):
    sealed(make, case, "1", "1", "1")
    assert as_(moderator).post(f"/moderate/{case.id}/stand", data={"reason": "x"}).status_code == 409


def test_a_star_item_at_zero_on_some_sheets_is_settled_first(make, case, moderator):
    rows = sealed(make, case, "1", "1", "1")
    with transaction():
        next(score for score in rows[0].scores if score.item_id == "T2").points = D(0)
    with pytest.raises(Incomplete) as refused:
        actions.pass_review(case, by=moderator)
    assert "T2" in str(refused.value.sentence)
    actions.stand(case, reason="一人误判", by=moderator)
    actions.pass_review(case, by=moderator)


def test_a_star_item_at_zero_on_all_sheets_fails(make, case, moderator):
    rows = sealed(make, case, "1", "1", "1")
    with transaction():
        for row in rows:
            next(score for score in row.scores if score.item_id == "T2").points = D(0)
    with pytest.raises(actions.ResultFails):
        actions.pass_review(case, by=moderator)
    actions.fail_review(case, reason="带★项为零", by=moderator)
    assert stage(case) is Stage.NOT_PASSED


# --- reopening

def test_a_reopened_sheet_goes_back_with_its_reason_and_is_sealed_again(make, as_, case, moderator):
    rows = sealed(make, case, "1", "1", "0.8")
    day = (clock.today() + timedelta(days=5)).isoformat()
    client = as_(moderator)
    assert client.post(f"/moderate/{case.id}/reopen", data={"reason": "x", "until": day}).status_code == 422
    assert client.post(f"/moderate/{case.id}/reopen",
                       data={"sheets": str(rows[2].id), "reason": "请核对T2", "until": day}).status_code == 303
    db.session.expire_all()
    assert (rows[2].state, rows[2].total, rows[2].sealed_at) == ("assigned", None, None)
    assert clock.in_china(rows[2].due_at).strftime("%F %H:%M") == f"{day} 18:00"
    assert case.review_result is None and [row.state for row in rows[:2]] == ["sealed"] * 2
    event = events("reopen-sheet")[0]
    assert event.detail["expert"] == rows[2].expert_id and event.reason == "请核对T2"
    assert {job.kind for job in db.session.scalars(select(Job))} >= {"tell"}
    expert = rows[2].expert
    for line in worksheet.build(rows[2]).lines:
        actions.score(rows[2], line.item.id, mark=Mark(points=line.item.points, reason="复核"), revision=line.revision,
                      by=expert)
    assert actions.seal(rows[2], comment="", by=expert) is True
    actions.pass_review(case, by=moderator)
    assert case.review_result == 100


def test_a_settlement_does_not_outlive_a_new_seal(make, case, moderator):
    rows = sealed(make, case, "1", "1", "0.85")
    actions.stand(case, reason="维持", by=moderator)
    actions.reopen(case, sheets=[rows[2].id], until=LATER, reason="再看", by=moderator)
    for line in worksheet.build(rows[2]).unreasoned:
        actions.score(rows[2], line.item.id, mark=Mark(points=line.mark.points, reason="依据充分"),
                      revision=line.revision, by=rows[2].expert)
    actions.seal(rows[2], comment="", by=rows[2].expert)
    with pytest.raises(Incomplete):
        actions.pass_review(case, by=moderator)


def test_only_sealed_sheets_of_the_case_are_reopened(make, case, moderator):
    open_sheet, other = make.sheet(case), make.sheet(make.application(stage=Stage.REVIEWING), sealed=True)
    with pytest.raises(actions.NothingToSettle):
        actions.reopen(case, sheets=[open_sheet.id, other.id], until=LATER, reason="x", by=moderator)
    assert other.state == "sealed"


def test_nothing_is_moderated_after_the_review(make, as_, moderator):
    case = make.application(stage=Stage.VISITING)
    rows = sealed(make, case, "1", "1", "0.85")
    for deed in (lambda: actions.stand(case, reason="x", by=moderator),
                 lambda: actions.reopen(case, sheets=[rows[0].id], until=LATER, reason="x", by=moderator)):
        with pytest.raises(ActionNotAllowed):
            deed()
    page = as_(moderator).get(f"/moderate/{case.id}").text
    assert "/stand" not in page and "/reopen" not in page


# --- the rest

@pytest.mark.parametrize("edition", ["national-2017", "municipal-2016"])
def test_a_sampled_scheme_draws_its_visits(make, moderator, edition):
    scheme = editions.get(edition)
    share = scheme.process.sample_share
    case = make.application(stage=Stage.REVIEWING, edition=edition)
    for _ in range(scheme.process.experts):
        make.sheet(case, sealed=True, share="1")
    actions.pass_review(case, by=moderator)
    assert case.drawn_for_visit == (scheme.process.visits == "all" or judging.drawn(case.number, share=share))


def test_the_trimmed_mean_drops_the_highest_and_the_lowest_sheet(make, moderator):
    edition = next(one for one in editions.every() if one.process.aggregation == "trimmed-mean")
    case = make.application(stage=Stage.REVIEWING, edition=edition.edition)
    for share in ("1", "0.98", "0.96", "0.94", "0.9"):
        make.sheet(case, sealed=True, share=share)
    found = bench.build(case, queries.sheets_of(case))
    assert len(found.dropped) == 2 and {found.totals[found.sealed[at].id] for at in found.dropped} == {
        max(found.totals.values()), min(found.totals.values())}


def test_a_moderator_may_ask_too(make, as_, case, moderator):
    client = as_(moderator)
    assert client.post(f"/moderate/{case.id}/ask", data={"question": ""}).status_code == 422
    assert client.post(f"/moderate/{case.id}/ask", data={"question": "请说明。"}).status_code == 303
    assert db.session.scalars(select(Clarification)).one().sheet_id is None


def test_the_summary_is_printed_from_the_sealed_sheets(make, as_, case, moderator):
    client = as_(moderator)
    assert client.get(f"/moderate/{case.id}/summary.pdf").status_code == 404
    sealed(make, case, "1", "1", "0.9")
    with client.get(f"/moderate/{case.id}/summary.pdf") as paper:
        assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_read_in_both_languages(make, as_, case, moderator, language):
    sealed(make, case, "1", "1", "0.85")
    client = as_(moderator)
    for path in ("/moderate/", "/moderate/?show=waiting", f"/moderate/{case.id}", f"/moderate/{case.id}/conclude"):
        assert client.get(f"{path}{'&' if '?' in path else '?'}language={language}").status_code == 200


def test_the_number_of_queries_does_not_grow_with_rows(make, as_, moderator, count_queries):
    round = make.round()
    client = as_(moderator)

    def cost(path):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    first = make.application(stage=Stage.REVIEWING, round=round)
    sealed(make, first, "1", "1", "1")
    sealed(make, make.application(stage=Stage.REVIEWING, round=round), "1")
    paths = ("/moderate/", "/moderate/?show=waiting", f"/moderate/{first.id}", f"/moderate/{first.id}/conclude")
    before = {path: cost(path) for path in paths}
    for n in range(20):
        sealed(make, make.application(stage=Stage.REVIEWING, round=round), *["1"] * (3 if n % 2 else 1))
    sealed(make, first, "1", "0.9")
    assert {path: cost(path) for path in paths} == before
    assert max(before.values()) <= 15, before


def test_the_way_to_settle_stands_right_after_the_warning(make, as_, case, moderator):
    sealed(make, case, "1", "1", "0.5")
    page = as_(moderator).get(f"/moderate/{case.id}").text
    warning, stand, reopen, sheets, aside = (page.index(one) for one in (
        'class="note note-warn"', f"/moderate/{case.id}/stand", f"/moderate/{case.id}/reopen", 'class="table table-stack sheets"', "<aside"))
    assert warning < stand < reopen < sheets < aside


def test_the_moderator_reads_first_where_the_sheets_differ(make, as_, case, moderator):
    sheets = sealed(make, case, "1", "1", "1")
    with transaction():
        next(one for one in sheets[0].scores if one.item_id == "G3").points = D(9)
    client = as_(moderator)
    first, every = client.get(f"/moderate/{case.id}").text, client.get(f"/moderate/{case.id}?items=all").text
    assert "宣传教育" not in first and "宣传教育" in every and "节水技术推广与改造" in first


def test_two_experts_sealing_the_last_sheets_at_once_both_succeed_and_one_completes(app, make, case):
    sealed(make, case, "1")
    rows = [make.sheet(case), make.sheet(case)]
    for row in rows:
        for line in worksheet.build(row).lines:
            actions.score(row, line.item.id, mark=Mark(points=line.item.points, reason="—"), revision=0, by=row.expert)
    ids, case_id, said, gate = [row.id for row in rows], case.id, [], threading.Barrier(2)
    db.session.commit()

    def seal(number):
        with app.app_context():
            sheet = db.session.get_one(Sheet, number)
            expert = sheet.expert
            gate.wait(timeout=10)
            try:
                said.append(actions.seal(sheet, comment="", by=expert))
            except Exception as error:
                said.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=seal, args=(number,)) for number in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said, key=str) == [False, True]
    db.session.expire_all()
    assert db.session.get_one(Application, case_id).review_result == 100
    assert len(events("seal")) == 2
