"""The recommending desk: what it may see and do, and every refusal."""

import threading
from decimal import Decimal

import pytest

from portal import editions
from portal.db import db, transaction
from portal.domain.refusal import ChangedMeanwhile, Incomplete
from portal.domain.workflow import Action, ActionNotAllowed, Role, Stage
from portal.models.application import Application, Correction
from portal.models.event import Event
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.stages.recommend import actions, queries
from portal.stages.recommend.queries import Given
from tests.stages.test_review_desk import attach

JSON = {"Accept": "application/json"}


@pytest.fixture
def waiting(make):
    """A case that waits for the recommendation of 渝北区."""
    return make.application(stage=Stage.RECOMMENDING)


@pytest.fixture
def recommender(make):
    """Somebody who recommends for 渝北区."""
    make.division()
    return make.person(Role.RECOMMENDER, division="500112")


def full(case):
    """Full points for every item."""
    return {item.id: Given(points=item.points) for item in editions.get(case.edition).items(case.institution.type)}


def scored(case, by):
    """Score everything with full points."""
    return actions.score(case, full(case), seen=actions.revision(queries.preliminary(case)), by=by)


def test_the_case_page_shows_answers_scores_and_deeds(waiting, recommender, as_):
    page = as_(recommender).get(f"/recommend/{waiting.id}")
    assert page.status_code == 200
    assert waiting.institution.name in page.text and 'name="points-T1"' in page.text
    assert f"/recommend/{waiting.id}/endorse" in page.text


def test_nobody_else_sees_the_case(make, waiting, as_):
    make.division("500101", "万州区")
    other = make.person(Role.RECOMMENDER, division="500101")
    department = make.person(Role.RECOMMENDER, department=make.department())
    for person in (other, department):
        client = as_(person)
        for path in ("", "/return", "/endorse", "/decline"):
            assert client.get(f"/recommend/{waiting.id}{path}").status_code == 404
        assert client.post(f"/recommend/{waiting.id}/scores", data={"points-T1": "8"}).status_code == 404
    assert as_(make.applicant(waiting.institution)).get(f"/recommend/{waiting.id}").status_code == 403


def test_an_institution_under_a_department_is_the_departments_alone(make, recommender, as_):
    department = make.department()
    case = make.application(stage=Stage.RECOMMENDING, institution=make.institution(department=department))
    assert as_(recommender).get(f"/recommend/{case.id}").status_code == 404
    own = make.person(Role.RECOMMENDER, department=department)
    assert as_(own).get(f"/recommend/{case.id}").status_code == 200


def test_a_draft_is_not_shown(make, recommender, as_):
    case = make.application(stage=Stage.DRAFT)
    assert as_(recommender).get(f"/recommend/{case.id}").status_code == 404
    assert case.institution.name not in as_(recommender).get("/recommend/?tab=later").text


def test_scores_are_kept_and_recorded_once_a_batch(waiting, recommender, as_):
    client = as_(recommender)
    seen = actions.revision([])
    answer = client.post(f"/recommend/{waiting.id}/scores", headers=JSON, data={
        "revision": seen, "points-T1": "7.5", "points-T2": "8", "points-T5": "", "na-T5": "1", "note-T1": "缺一份清单"})
    assert answer.status_code == 200, answer.text
    said = answer.get_json()
    assert said["out"]["scored"] == "3 / 12" and said["out"]["sum"] == "15.5" and said["out"]["total"] == "—"
    rows = {row.item_id: row for row in queries.preliminary(waiting)}
    assert (rows["T1"].points, rows["T1"].note, rows["T5"].not_applicable) == (Decimal("7.5"), "缺一份清单", True)
    events = db.session.query(Event).filter_by(application_id=waiting.id, action="score-preliminary").all()
    assert [event.detail for event in events] == [{"items": ["T1", "T2", "T5"]}]
    # the same again changes nothing and records nothing, and the next save builds on the answer
    again = client.post(f"/recommend/{waiting.id}/scores", headers=JSON, data={"revision": "old", "points-T2": "8"})
    assert again.status_code == 200 and again.get_json()["revision"] == said["revision"]
    more = client.post(f"/recommend/{waiting.id}/scores", headers=JSON, data={
        "revision": said["revision"], "points-T3": "8"})
    assert more.status_code == 200
    assert db.session.query(Event).filter_by(action="score-preliminary").count() == 2


def test_without_scripts_the_button_saves_and_comes_back(waiting, recommender, as_):
    answer = as_(recommender).post(f"/recommend/{waiting.id}/scores", data={
        "revision": actions.revision([]), "points-T1": "8"})
    assert answer.status_code == 303 and answer.location.endswith(f"/recommend/{waiting.id}")


@pytest.mark.parametrize("typed", ["9", "-1", "7.3", "viele", "1e3", "nan"])
def test_a_score_outside_the_standard_is_refused_with_its_item(waiting, recommender, as_, typed):
    client = as_(recommender)
    answer = client.post(f"/recommend/{waiting.id}/scores", headers=JSON, data={
        "revision": actions.revision([]), "points-T1": typed, "points-T2": "8"})
    assert answer.status_code == 422 and "T1" in answer.get_json()["message"]
    page = client.post(f"/recommend/{waiting.id}/scores", data={"revision": "", "points-T1": typed})
    assert page.status_code == 422 and f'value="{typed}"' in page.text and 'aria-invalid="true"' in page.text
    assert queries.preliminary(waiting) == []


def test_the_action_checks_scores_too(waiting, recommender):
    with pytest.raises(actions.WrongScore):
        actions.score(waiting, {"T1": Given(points=Decimal(9))}, seen=actions.revision([]), by=recommender)
    with pytest.raises(actions.WrongScore):
        actions.score(waiting, {"T1": Given(not_applicable=True)}, seen=actions.revision([]), by=recommender)
    with pytest.raises(actions.WrongScore):
        actions.score(waiting, {"X9": Given(points=Decimal(1))}, seen=actions.revision([]), by=recommender)


def test_an_older_page_does_not_overwrite(make, waiting, recommender, as_):
    colleague = make.person(Role.RECOMMENDER, division="500112")
    actions.score(waiting, {"T1": Given(points=Decimal(8))}, seen=actions.revision([]), by=colleague)
    with pytest.raises(ChangedMeanwhile):
        actions.score(waiting, {"T1": Given(points=Decimal(2))}, seen=actions.revision([]), by=recommender)
    answer = as_(recommender).post(f"/recommend/{waiting.id}/scores", headers=JSON, data={
        "revision": actions.revision([]), "points-T1": "2"})
    assert answer.status_code == 409
    assert [row.points for row in queries.preliminary(waiting)] == [Decimal(8)]


def test_scoring_ends_with_the_stage(make, recommender):
    case = make.application(stage=Stage.SCREENING)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.score(case, {"T1": Given(points=Decimal(8))}, seen=actions.revision([]), by=recommender)
    assert refused.value.why == "stage"


def test_a_stranger_cannot_do_anything(make, waiting):
    make.division("500101", "万州区")
    stranger = make.person(Role.RECOMMENDER, division="500101")
    for deed in (lambda: scored(waiting, stranger), lambda: actions.decline(waiting, by=stranger, reason="无"),
                 lambda: actions.return_for_correction(waiting, {"T1": "补"}, by=stranger, summary="补")):
        with pytest.raises(ActionNotAllowed) as refused:
            deed()
        assert refused.value.why == "role"


def test_a_return_names_every_point_at_once(waiting, recommender, as_):
    client = as_(recommender)
    answer = client.post(f"/recommend/{waiting.id}/return", data={
        "summary": "请补充水表清单", "due_on": actions.default_due().isoformat(), "reason-T1": "缺水表清单",
        "reason-": "自查报告缺第三章", "reason-T2": "  "})
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    asked = db.session.query(Correction).filter_by(application_id=waiting.id).order_by(Correction.item_id).all()
    assert [(one.item_id, one.reason, one.desk) for one in asked] == [
        ("", "自查报告缺第三章", "recommend"), ("T1", "缺水表清单", "recommend")]
    assert waiting.stage == Stage.CORRECTING and waiting.due_at is not None
    said = db.session.query(Recommendation).filter_by(application_id=waiting.id).one()
    assert (said.outcome, said.opinion) == ("returned", "请补充水表清单")
    page = client.get(f"/recommend/{waiting.id}")
    assert "请补充水表清单" in page.text and 'name="points-T1"' not in page.text


def test_a_return_without_points_or_in_the_past_is_refused(waiting, recommender, as_):
    client = as_(recommender)
    empty = client.post(f"/recommend/{waiting.id}/return", data={
        "summary": "请补充", "due_on": actions.default_due().isoformat()})
    assert empty.status_code == 422 and "请补充" in empty.text
    past = client.post(f"/recommend/{waiting.id}/return", data={
        "summary": "请补充", "due_on": "2020-01-01", "reason-T1": "缺"})
    assert past.status_code == 422 and "缺</textarea>" in past.text
    nothing = client.post(f"/recommend/{waiting.id}/return", data={"reason-T1": "缺"})
    assert nothing.status_code == 422
    assert waiting.stage == Stage.RECOMMENDING


def test_recommending_stores_opinion_rank_and_total(waiting, recommender, as_):
    scored(waiting, recommender)
    client = as_(recommender)
    assert client.get(f"/recommend/{waiting.id}/endorse").status_code == 200
    answer = client.post(f"/recommend/{waiting.id}/endorse", data={"opinion": "成效明显", "rank": "1"})
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    assert waiting.stage == Stage.SCREENING and waiting.preliminary_total == 100 and waiting.due_at is not None
    said = db.session.query(Recommendation).one()
    assert (said.outcome, said.rank, said.body, said.recommender_id) == ("endorsed", 1, "渝北区", recommender.id)
    letter = client.get(f"/recommend/lists/{waiting.round_id}/v500112/letter.pdf")
    assert letter.status_code == 200 and letter.data.startswith(b"%PDF")
    assert waiting.institution.name in client.get("/recommend/lists").text


def test_an_unscored_case_is_not_recommended(waiting, recommender, as_):
    actions.score(waiting, {"T1": Given(points=Decimal(8))}, seen=actions.revision([]), by=recommender)
    with pytest.raises(Incomplete) as refused:
        actions.endorse(waiting, by=recommender, opinion="好", rank=1)
    assert "T2" in str(refused.value.sentence) and "T1" not in str(refused.value.sentence)
    page = as_(recommender).post(f"/recommend/{waiting.id}/endorse", data={"opinion": "好", "rank": "1"})
    assert page.status_code == 422 and "T2" in page.text


def test_the_quota_is_each_bodys_own(make, recommender, as_):
    round = make.round(quota=1)
    first, second = (make.application(stage=Stage.RECOMMENDING, round=round) for _ in range(2))
    department = make.department()
    elsewhere = make.application(stage=Stage.RECOMMENDING, round=round,
                                 institution=make.institution(department=department))
    other = make.person(Role.RECOMMENDER, department=department)
    for case, by in ((first, recommender), (second, recommender), (elsewhere, other)):
        scored(case, by)
    actions.endorse(first, by=recommender, opinion="好", rank=1)
    with pytest.raises(actions.QuotaUsed):
        actions.endorse(second, by=recommender, opinion="好", rank=2)
    db.session.expire_all()
    assert second.stage == Stage.RECOMMENDING
    refused = as_(recommender).post(f"/recommend/{second.id}/endorse", data={"opinion": "好", "rank": "2"})
    assert refused.status_code == 422 and "好</textarea>" in refused.text
    actions.endorse(elsewhere, by=other, opinion="好", rank=1)


def test_two_colleagues_cannot_share_the_last_place(app, make, recommender):
    round = make.round(quota=1)
    cases = [make.application(stage=Stage.RECOMMENDING, round=round) for _ in range(2)]
    colleague = make.person(Role.RECOMMENDER, division="500112")
    for case in cases:
        scored(case, recommender)
    jobs = [(cases[0].id, recommender.id), (cases[1].id, colleague.id)]
    db.session.commit()
    start, outcomes = threading.Barrier(2), []

    def recommend(number, person, rank):
        with app.app_context():
            case, by = db.session.get(Application, number), db.session.get(Person, person)
            start.wait()
            try:
                actions.endorse(case, by=by, opinion="好", rank=rank)
                outcomes.append("done")
            except actions.QuotaUsed:
                outcomes.append("refused")
            db.session.remove()

    threads = [threading.Thread(target=recommend, args=(*job, rank)) for rank, job in enumerate(jobs, start=1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["done", "refused"]
    assert db.session.query(Recommendation).count() == 1


def test_a_rank_is_given_once(make, recommender):
    round = make.round()
    first, second = (make.application(stage=Stage.RECOMMENDING, round=round) for _ in range(2))
    scored(first, recommender), scored(second, recommender)
    actions.endorse(first, by=recommender, opinion="好", rank=1)
    with pytest.raises(actions.RankTaken):
        actions.endorse(second, by=recommender, opinion="好", rank=1)
    actions.endorse(second, by=recommender, opinion="好", rank=2)
    assert actions.next_rank([1, 2, 4]) == 3


def test_a_case_is_recommended_once(waiting, recommender):
    scored(waiting, recommender)
    actions.endorse(waiting, by=recommender, opinion="好", rank=1)
    with pytest.raises(ActionNotAllowed):
        actions.endorse(waiting, by=recommender, opinion="好", rank=2)


def test_declining_needs_a_reason_and_ends_the_case(waiting, recommender, as_):
    client = as_(recommender)
    assert client.post(f"/recommend/{waiting.id}/decline", data={"reason": ""}).status_code == 422
    assert client.get(f"/recommend/{waiting.id}/decline").status_code == 200
    assert client.post(f"/recommend/{waiting.id}/decline", data={"reason": "不在申报范围"}).status_code == 303
    db.session.expire_all()
    assert waiting.stage == Stage.NOT_RECOMMENDED and waiting.ended_reason == "不在申报范围"
    assert client.post(f"/recommend/{waiting.id}/decline", data={"reason": "再来"}).status_code == 409
    for page in ("return", "endorse", "decline"):
        assert "<form method=\"post\" novalidate" not in client.get(f"/recommend/{waiting.id}/{page}").text


def test_the_letter_is_for_ones_own_body(make, waiting, recommender, as_):
    scored(waiting, recommender)
    actions.endorse(waiting, by=recommender, opinion="好", rank=1)
    make.division("500101", "万州区")
    other = make.person(Role.RECOMMENDER, division="500101")
    assert as_(other).get(f"/recommend/lists/{waiting.round_id}/v500112/letter.pdf").status_code == 404
    assert as_(recommender).get(f"/recommend/lists/{waiting.round_id}/v500101/letter.pdf").status_code == 404
    assert as_(recommender).get(f"/recommend/lists/{waiting.round_id + 9}/v500112/letter.pdf").status_code == 404


def test_the_queue_sorts_by_deadline_and_searches(make, recommender, as_):
    late = make.application(stage=Stage.RECOMMENDING, round=make.round(open=False))
    soon = make.application(stage=Stage.RECOMMENDING)
    client = as_(recommender)
    text = client.get("/recommend/").text
    assert 0 < text.index(late.number) < text.index(soon.number)
    found = client.get(f"/recommend/?q={soon.number}").text
    assert soon.number in found and late.number not in found
    assert late.number not in client.get("/recommend/?scheme=national").text
    assert client.get("/recommend/?tab=returned").status_code == 200
    assert client.get("/recommend/?tab=later").status_code == 200


@pytest.mark.parametrize("path", ["/recommend/", "/recommend/lists"])
def test_queries_do_not_grow_with_the_rows(make, recommender, as_, count_queries, path):
    round = make.round()

    def grow(count):
        for _rank in range(count):
            case = make.application(stage=Stage.RECOMMENDING, round=round)
            db.session.expire_all()
            scored(case, recommender)
            taken = queries.ranks(round.id, queries.body_of(case.institution))
            if len(taken) < count:
                actions.endorse(case, by=recommender, opinion="好", rank=actions.next_rank(taken))
            make.application(stage=Stage.RECOMMENDING, round=round)

    grow(1)
    client = as_(recommender)
    with count_queries() as few:
        assert client.get(path).status_code == 200
    grow(6)
    with count_queries() as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few) <= 15, many


def test_the_case_page_takes_few_queries(waiting, recommender, as_, count_queries):
    scored(waiting, recommender)
    client = as_(recommender)
    with count_queries() as seen:
        client.get(f"/recommend/{waiting.id}")
    assert len(seen) <= 15, "\n".join(seen)


@pytest.mark.parametrize("page", ["endorse", "return", "decline"])
def test_the_pages_of_a_decision_take_few_queries(waiting, recommender, as_, count_queries, page):
    scored(waiting, recommender)
    client = as_(recommender)
    with count_queries() as seen:
        assert client.get(f"/recommend/{waiting.id}/{page}").status_code == 200
    assert len(seen) <= 15, "\n".join(seen)


def test_lists_of_many_rounds_take_no_more_queries_than_of_one(make, recommender, as_, count_queries):
    def another():
        case = make.application(stage=Stage.RECOMMENDING, round=make.round())
        scored(case, recommender)
        actions.endorse(case, by=recommender, opinion="好", rank=1)
        return case

    client, costs = as_(recommender), []
    for _ in range(3):
        case = another()
        with count_queries() as seen:
            assert case.number in client.get("/recommend/lists").text
        costs.append(len(seen))
    assert costs[0] == costs[-1] <= 15, costs


def test_the_queue_says_how_much_of_the_quota_is_left(make, recommender, as_):
    round = make.round(quota=1)
    for _ in range(2):
        make.application(stage=Stage.RECOMMENDING, round=round)
    standing = queries.standings(recommender)[0]
    assert (standing.left, standing.waiting, standing.running) == (1, 2, True)
    assert "择优推荐" in as_(recommender).get("/recommend/").text


def test_evidence_stands_beside_the_score_it_proves(make, waiting, recommender, as_):
    row = attach(waiting, item="T2", name="用水器具清单.pdf", pages=3)
    with transaction():
        row.request_id = editions.get(waiting.edition).item("T2").evidence[0].id
    page = as_(recommender).get(f"/recommend/{waiting.id}").text
    shown = page[page.index('id="item-T2"'):page.index('id="item-T3"')]
    assert "data-viewer" in shown and shown.count("/pages/") == 4 and "points-T2" in shown


def test_preliminary_rows_hold_one_score_an_item(waiting, recommender):
    scored(waiting, recommender)
    assert db.session.query(PreliminaryScore).count() == 12
    assert Action.SCORE_PRELIMINARY in actions.open_to(waiting, by=recommender)
