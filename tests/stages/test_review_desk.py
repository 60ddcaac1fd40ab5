"""The expert's desk: own sheets only, scores with their reasons, seal, recusal, questions, evidence."""

import io
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from portal import editions, filing
from portal.clock import now
from portal.db import db, transaction
from portal.domain.assignment import ConflictOfInterest
from portal.domain.judging import Mark
from portal.domain.refusal import ChangedMeanwhile, Incomplete
from portal.domain.workflow import ActionNotAllowed, Role, Stage
from portal.models.application import Application
from portal.models.event import Event
from portal.models.evidence import Evidence, Picture
from portal.models.job import Job
from portal.models.review import Clarification, Sheet, SheetScore
from portal.stages.review import actions, worksheet

JSON = {"Accept": "application/json"}


@pytest.fixture
def expert(make):
    return make.person(Role.EXPERT)


@pytest.fixture
def case(make):
    return make.application(stage=Stage.REVIEWING)


@pytest.fixture
def sheet(make, case, expert):
    return make.sheet(case, expert=expert)


def fill(sheet, *, by, leave=()):
    """Score every item at what is computed, else in full."""
    page = worksheet.build(sheet)
    for line in page.lines:
        if line.item.id not in leave:
            points = line.computed if line.computed is not None else line.item.points
            actions.score(sheet, line.item.id, mark=Mark(points=points), revision=0, by=by)


def attach(case, *, item="T2", name="清单.pdf", pages=0):
    """Bind a stored file with pictures to an item."""
    data = name.encode()
    with transaction() as session:
        sha256, size, store = filing.keep_bytes(data)
        file = filing.keep(io.BytesIO(data), sha256=sha256, size=size, mime="application/pdf", kind="pdf", name=name,
                           pages=pages or None, institution_id=case.institution_id, by=None)
        for page in range(pages + 1 if pages else 0):
            session.add(Picture(file_id=file.id, page=page, sha256=sha256, size=size, mime="image/webp", store=store))
        row = Evidence(application_id=case.id, item_id=item, request_id="list", file_id=file.id,
                       bound_by_id=case.operator_id, bound_at=now())
        session.add(row)
    return row


def events(action):
    return list(db.session.scalars(select(Event).where(Event.action == action).order_by(Event.seq)))


# --- who sees what

def test_the_queue_shows_own_sheets_and_no_others(make, as_, sheet, expert, case):
    other = make.sheet(make.application(stage=Stage.REVIEWING))
    page = as_(expert).get("/review/").text
    assert case.number in page and other.application.number not in page


def test_the_queue_says_why_it_is_empty(as_, expert):
    assert "class=\"empty\"" in as_(expert).get("/review/").text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.MODERATOR, Role.AUDITOR])
def test_the_desk_is_closed_to_other_roles(make, as_, sheet, role):
    client = as_(make.person(role))
    assert client.get("/review/").status_code == 403
    assert client.get(f"/review/{sheet.application_id}").status_code == 403


def test_another_experts_case_does_not_exist(make, as_, sheet, case):
    evidence = attach(case, pages=1)
    client = as_(make.person(Role.EXPERT))
    for path in ("", "?item=T1", "/seal", "/recuse", f"/files/{evidence.id}", f"/files/{evidence.id}/pages/1"):
        assert client.get(f"/review/{case.id}{path}").status_code == 404, path
    for path in ("/items/T1", "/items/T1/ask", "/seal", "/recuse"):
        assert client.post(f"/review/{case.id}{path}", data={"reason": "x", "question": "x"}).status_code == 404, path


def test_others_scores_totals_and_names_never_reach_an_expert(make, as_, sheet, expert, case):
    colleague = make.person(Role.EXPERT, name="欧阳同僚")
    theirs = make.sheet(case, expert=colleague, sealed=True, share="0.5")
    with transaction():
        for score in theirs.scores:
            score.reason = "别人的理由"
        theirs.comment, theirs.total = "别人的意见", D("48.375")
    client = as_(expert)
    for path in ("/review/", f"/review/{case.id}", f"/review/{case.id}?file=timeline", f"/review/{case.id}/seal",
                 "/review/questions"):
        page = client.get(path).text
        assert not any(secret in page for secret in ("欧阳同僚", "别人的理由", "别人的意见", "48.38", "48.375")), path


def test_somebody_tied_to_the_institution_is_turned_away(make, as_, case):
    tied = make.person(Role.EXPERT, employer=case.institution)
    row = make.sheet(case, expert=tied)
    evidence = attach(case, pages=1)
    client = as_(tied)
    assert client.get(f"/review/{case.id}").status_code == 403
    assert client.get(f"/review/{case.id}/files/{evidence.id}").status_code == 403
    with pytest.raises(ConflictOfInterest):
        actions.score(row, "T1", mark=Mark(points=D(8)), revision=0, by=tied)
    assert not db.session.scalars(select(SheetScore)).all()


# --- scoring

def test_a_score_is_kept_with_its_reason_and_recorded(as_, sheet, expert, case):
    answer = as_(expert).post(f"/review/{case.id}/items/T2",
                              data={"choice": "4", "reason": "无标识", "revision": "0", "goto": "T3"})
    assert answer.status_code == 303 and answer.location.endswith(f"/review/{case.id}?item=T3")
    row = db.session.scalars(select(SheetScore)).one()
    assert (row.item_id, row.points, row.reason, row.revision) == ("T2", D(4), "无标识", 1)
    assert [event.detail["item"] for event in events("score")] == ["T2"]


def test_autosave_answers_with_revision_and_totals(as_, sheet, expert, case):
    client = as_(expert)
    said = client.post(f"/review/{case.id}/items/T2", data={"choice": "4", "revision": "0"}, headers=JSON).json
    assert said["revision"] == 1 and said["need"] == "departed" and said["state"] == "draft"
    assert said["out"]["scored"] == "1 / 12" and said["out"]["total"] == "4" and said["out"]["points-T2"] == "4"
    said = client.post(f"/review/{case.id}/items/T2", data={"choice": "4", "reason": "无标识", "revision": "1"},
                       headers=JSON).json
    assert said["revision"] == 2 and said["state"] == "departed"


def test_the_same_save_twice_changes_nothing(as_, sheet, expert, case):
    client = as_(expert)
    for _ in range(2):
        assert client.post(f"/review/{case.id}/items/T2", data={"choice": "8", "revision": "0"}).status_code == 303
    assert len(events("score")) == 1


def test_a_stale_tab_overwrites_nothing(as_, sheet, expert, case):
    client = as_(expert)
    client.post(f"/review/{case.id}/items/T2", data={"choice": "8", "revision": "0"})
    answer = client.post(f"/review/{case.id}/items/T2", data={"choice": "2", "revision": "0"}, headers=JSON)
    assert answer.status_code == 409 and answer.json["message"]
    assert db.session.scalars(select(SheetScore)).one().points == 8
    with pytest.raises(ChangedMeanwhile):
        actions.score(sheet, "T2", mark=Mark(points=D(2)), revision=7, by=expert)


@pytest.mark.parametrize("data", [
    {"choice": "9"}, {"points": "8.3"}, {"points": "-1"}, {"points": "sieben"}, {"points": "NaN"},
    {"choice": "na"}, {"choice": "4", "points": "5"}, {"choice": "na", "points": "5"},
])
def test_what_the_item_does_not_allow_is_refused_and_kept_on_the_page(as_, sheet, expert, case, data):
    client = as_(expert)
    answer = client.post(f"/review/{case.id}/items/T2", data={**data, "reason": "我写的理由", "revision": "0"})
    assert answer.status_code == 422 and "我写的理由" in answer.text and "field-err" in answer.text
    assert client.post(f"/review/{case.id}/items/T2", data=data, headers=JSON).status_code == 422
    assert not db.session.scalars(select(SheetScore)).all()


def test_an_action_checks_the_score_itself(sheet, expert):
    for item, mark in (("T2", Mark(points=D(9))), ("T2", Mark(not_applicable=True)), ("X9", Mark(points=D(1)))):
        with pytest.raises(Incomplete):
            actions.score(sheet, item, mark=mark, revision=0, by=expert)


def test_other_figures_and_exceptions_are_taken(as_, sheet, expert, case):
    client = as_(expert)
    client.post(f"/review/{case.id}/items/G1", data={"points": "12.5", "revision": "0"})
    client.post(f"/review/{case.id}/items/T3", data={"choice": "other", "points": "4.5", "reason": "x", "revision": "0"})
    client.post(f"/review/{case.id}/items/T5", data={"choice": "na", "reason": "无中央空调", "revision": "0"})
    rows = {row.item_id: row for row in db.session.scalars(select(SheetScore))}
    assert rows["G1"].points == D("12.5") and rows["T3"].points == D("4.5")
    assert rows["T5"].not_applicable and rows["T5"].points is None
    assert 'value="4.5"' in client.get(f"/review/{case.id}?item=T3").text


def test_an_item_of_no_sheet_is_not_found(as_, sheet, expert, case):
    assert as_(expert).post(f"/review/{case.id}/items/X9", data={"points": "1"}).status_code == 404


def test_nobody_scores_outside_the_review(make, as_, expert):
    case = make.application(stage=Stage.VISITING)
    row = make.sheet(case, expert=expert)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.score(row, "T1", mark=Mark(points=D(8)), revision=0, by=expert)
    assert refused.value.why == "stage"
    page = as_(expert).get(f"/review/{case.id}")
    assert page.status_code == 200 and "data-rubric" not in page.text


def test_nobody_scores_on_anothers_sheet(make, sheet, case):
    with pytest.raises(actions.SheetSealed):
        actions.score(sheet, "T1", mark=Mark(points=D(8)), revision=0, by=make.sheet(case).expert)


# --- seal

def test_a_sheet_is_sealed_when_everything_is_scored(as_, sheet, expert, case):
    fill(sheet, by=expert)
    client = as_(expert)
    answer = client.post(f"/review/{case.id}/seal", data={"deed": "seal", "comment": "材料齐全。"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert sheet.state == "sealed" and sheet.comment == "材料齐全。" and sheet.total == 100 and sheet.sealed_at
    assert events("seal")[0].detail["total"] == "100"
    assert "data-rubric" not in client.get(f"/review/{case.id}").text
    with pytest.raises(actions.SheetSealed):
        actions.score(sheet, "T1", mark=Mark(points=D(0)), revision=1, by=expert)


def test_sealing_names_what_is_missing(as_, sheet, expert, case):
    fill(sheet, by=expert, leave=("G4", "T2"))
    actions.score(sheet, "T2", mark=Mark(points=D(4)), revision=0, by=expert)
    with pytest.raises(Incomplete) as refused:
        actions.seal(sheet, comment="", by=expert)
    assert "G4" in str(refused.value.sentence) and "T2" not in str(refused.value.sentence)
    actions.score(sheet, "G4", mark=Mark(points=D(12)), revision=0, by=expert)
    with pytest.raises(Incomplete) as refused:
        actions.seal(sheet, comment="", by=expert)
    assert "T2" in str(refused.value.sentence)
    client = as_(expert)
    assert client.post(f"/review/{case.id}/seal", data={"deed": "seal"}).status_code == 409
    assert "item=T2" in client.get(f"/review/{case.id}/seal").text
    assert sheet.state == "assigned"


def test_the_comment_can_be_saved_before(as_, sheet, expert, case):
    assert as_(expert).post(f"/review/{case.id}/seal", data={"deed": "save", "comment": "待核实"}).status_code == 303
    db.session.expire_all()
    assert sheet.comment == "待核实" and sheet.state == "assigned"


def test_the_last_seal_gives_the_result_and_tells_the_moderators(make, sheet, expert, case):
    make.sheet(case, sealed=True, share="1")
    make.sheet(case, sealed=True, share="0.9")
    fill(sheet, by=expert)
    assert actions.seal(sheet, comment="", by=expert) is True
    low = min(row.total for row in db.session.scalars(select(Sheet)))
    assert case.review_spread == 100 - low and low < case.review_result < 100
    told = [job for job in db.session.scalars(select(Job)) if job.kind == "tell"]
    assert ["moderators", "to-conclude-review"] in told[-1].payload["extra"]


def test_fewer_sheets_than_the_scheme_asks_for_give_no_result(make, sheet, expert, case):
    make.sheet(case, sealed=True)
    fill(sheet, by=expert)
    assert actions.seal(sheet, comment="", by=expert) is False
    assert case.review_result is None


def test_exempted_items_leave_the_base(sheet, expert):
    fill(sheet, by=expert, leave=("T5", "T6", "G6"))
    for item in ("T5", "T6"):
        actions.score(sheet, item, mark=Mark(not_applicable=True, reason="无此设施"), revision=0, by=expert)
    actions.score(sheet, "G6", mark=Mark(points=D(0)), revision=0, by=expert)
    actions.seal(sheet, comment="", by=expert)
    assert sheet.total.quantize(D("0.01")) == D("94.57")      # 87 of 92 points, on the base of 100


# --- recusal

def test_a_recused_expert_loses_the_sheet_and_the_officers_are_told(as_, sheet, expert, case):
    client = as_(expert)
    assert client.post(f"/review/{case.id}/recuse", data={"reason": " "}).status_code == 422
    assert client.post(f"/review/{case.id}/recuse", data={"reason": "曾为其提供咨询"}).status_code == 303
    db.session.expire_all()
    assert sheet.state == "recused" and sheet.recused_reason == "曾为其提供咨询"
    assert events("recuse")[0].reason == "曾为其提供咨询"
    assert client.get(f"/review/{case.id}").status_code == 404
    assert case.number not in client.get("/review/").text


def test_a_recusal_can_complete_the_sheets(make, sheet, expert, case):
    for _ in range(3):
        make.sheet(case, sealed=True)
    actions.recuse(sheet, reason="亲属在该单位任职", by=expert)
    assert case.review_result is not None


def test_a_sealed_sheet_is_not_handed_back(make, case):
    row = make.sheet(case, sealed=True)
    with pytest.raises(actions.SheetSealed):
        actions.recuse(row, reason="x", by=row.expert)


# --- questions

def test_a_question_reaches_the_institution_without_a_name(as_, sheet, expert, case):
    client = as_(expert)
    assert client.post(f"/review/{case.id}/items/T2/ask", data={"question": ""}).status_code == 422
    assert client.post(f"/review/{case.id}/items/T2/ask", data={"question": "4件水嘴有无水效标识？"}).status_code == 303
    row = db.session.scalars(select(Clarification)).one()
    assert (row.item_id, row.sheet_id, row.asked_by_id) == ("T2", sheet.id, expert.id)
    assert events("ask-clarification")[0].detail == {"item": "T2"}
    with transaction():
        row.answer, row.answered_at = "有，见附件。", now()
    for path in (f"/review/{case.id}?item=T2", "/review/questions"):
        assert "有，见附件。" in client.get(path).text
    assert "有，见附件。" not in client.get(f"/review/{case.id}?item=T3").text


def test_others_questions_are_not_shown(make, as_, sheet, expert, case):
    theirs = make.sheet(case)
    actions.ask(case, question="别人的问题？", item_id="T1", sheet=theirs, by=theirs.expert)
    client = as_(expert)
    assert "别人的问题" not in client.get(f"/review/{case.id}?item=T1").text + client.get("/review/questions").text


# --- evidence

def test_evidence_is_read_as_pictures_and_downloaded_as_it_was(as_, sheet, expert, case):
    row = attach(case, pages=2)
    client = as_(expert)
    page = client.get(f"/review/{case.id}?item=T2&file={row.id}&page=2").text
    assert f"/review/{case.id}/files/{row.id}/pages/2" in page and "清单.pdf" in page
    with client.get(f"/review/{case.id}/files/{row.id}") as original:
        assert original.data == "清单.pdf".encode()
        assert original.headers["Content-Disposition"].startswith("attachment")
    with client.get(f"/review/{case.id}/files/{row.id}/pages/2") as picture:
        assert picture.mimetype == "image/webp"
    assert client.get(f"/review/{case.id}/files/{row.id}/pages/9").status_code == 404


def test_evidence_of_another_case_is_not_reached_through_ones_own(make, as_, sheet, expert, case):
    row = attach(make.application(stage=Stage.REVIEWING))
    assert as_(expert).get(f"/review/{case.id}/files/{row.id}").status_code == 404


def test_statistics_and_all_evidence_are_shown_in_the_middle(as_, sheet, expert, case):
    attach(case, item="G1", name="制度汇编.pdf")
    client = as_(expert)
    assert "12,000" in client.get(f"/review/{case.id}?file=statistics").text
    assert "制度汇编.pdf" in client.get(f"/review/{case.id}?item=T1&file=all").text


# --- pages

@pytest.mark.parametrize("edition", ["national-2013", "national-2017", "municipal-2016", "water-saving-2013"])
def test_every_item_of_every_edition_has_its_page(make, as_, expert, edition):
    case = make.application(stage=Stage.REVIEWING, edition=edition)
    make.sheet(case, expert=expert)
    client = as_(expert)
    for item in editions.get(edition).items(case.institution.type):
        page = client.get(f"/review/{case.id}?item={item.id}")
        assert page.status_code == 200 and item.requirement[:12] in page.text.replace("&#39;", "'"), item.id
        assert 'name="points"' in page.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_read_in_both_languages(make, as_, sheet, expert, case, language):
    client = as_(expert)
    for path in ("/review/", f"/review/{case.id}", f"/review/{case.id}/seal", f"/review/{case.id}/recuse",
                 "/review/questions"):
        assert client.get(path, query_string={"language": language}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_rows(make, as_, expert, count_queries):
    round = make.round()
    client = as_(expert)

    def cost(path):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    first = make.application(stage=Stage.REVIEWING, round=round)
    row = make.sheet(first, expert=expert)
    attach(first, pages=1)
    actions.ask(first, question="？", item_id="T1", sheet=row, by=expert)
    paths = ("/review/", "/review/questions", *(f"/review/{first.id}{rest}" for rest in (
        "", "?file=statistics", "?file=timeline", "?file=all", "/seal", "/recuse")))
    before = {path: cost(path) for path in paths}
    for n in range(20):
        other = make.sheet(make.application(stage=Stage.REVIEWING, round=round), expert=expert, sealed=n % 4 == 0)
        if n % 4:
            actions.ask(other.application, question="？", item_id="T1", sheet=other, by=expert)
        attach(first, pages=2, name=f"{n}.pdf")
    assert {path: cost(path) for path in paths} == before
    assert max(before.values()) <= 15, before


@pytest.mark.parametrize("headers", [{}, JSON])
def test_saving_a_score_costs_the_same_on_the_last_item_as_on_the_first(make, as_, expert, count_queries, headers):
    """Also for an expert who belongs somewhere, with the page that it rests on, and again over what stands there."""
    own = make.institution()
    with transaction():
        expert.employer_id = own.id
    client, case = as_(expert), make.application(stage=Stage.REVIEWING)
    make.sheet(case, expert=expert)
    url, basis = f"/review/{case.id}/items/", f"{attach(case, pages=1).id}:1"
    items, costs = editions.get(case.edition).items(case.institution.type), []
    db.session.remove()   # what a request loads it loads itself
    for item in items:
        for revision, points in enumerate((item.points, 0)):
            with count_queries() as seen:
                answer = client.post(url + item.id, headers=headers, data={
                    "points": str(points), "reason": "逐项核对", "revision": revision, "basis": basis})
                assert answer.status_code < 400
            costs.append(len(seen))
    assert set(costs[0::2]) == {costs[0]} and set(costs[1::2]) == {costs[1]} and max(costs) <= 15, costs


def test_case_ids_are_checked_in_sql(as_, sheet, expert):
    assert as_(expert).get("/review/999999").status_code == 404
    assert db.session.get(Application, 999999) is None


def test_passing_over_an_item_leaves_no_trace(as_, sheet, expert, case):
    client = as_(expert)
    assert client.post(f"/review/{case.id}/items/T2", data={"revision": "0", "goto": "T3"}).status_code == 303
    said = client.post(f"/review/{case.id}/items/T2", data={"revision": "0"}, headers=JSON).json
    assert said["revision"] == 0 and said["out"]["scored"] == "0 / 12" and said["out"]["sum-technical"] == "0"
    assert not db.session.scalars(select(SheetScore)).all() and not events("score")


def test_a_score_can_be_taken_back(as_, sheet, expert, case):
    client = as_(expert)
    client.post(f"/review/{case.id}/items/G1", data={"points": "12", "revision": "0"})
    client.post(f"/review/{case.id}/items/G1", data={"points": "", "revision": "1"})
    assert db.session.scalars(select(SheetScore)).one().points is None
    assert "0 / 12" in client.get(f"/review/{case.id}").text
