"""The formal check: queues, checklist, supplements, admission, candidate lists, and every refusal."""

from decimal import Decimal

import pytest

from portal import clock
from portal import dossier as dossiers
from portal.db import db, transaction
from portal.domain.evidence import dossier_digest
from portal.domain.refusal import Incomplete
from portal.domain.workflow import ActionNotAllowed, Role, Stage
from portal.models.application import Answer, Correction
from portal.models.event import Event
from portal.models.evidence import Evidence, File
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.stages.screen import actions, queries


@pytest.fixture
def officer(make):
    """Somebody of the bureau."""
    return make.person(Role.OFFICER)


@pytest.fixture
def case(make):
    """A case in the formal check, answered but without evidence."""
    return make.application(stage=Stage.SCREENING)


def complete(make, case):
    """Give a case everything that the checklist asks for."""
    file = dossiers.dossier(case)
    by, now = case.operator, clock.now()
    signatory = make.signatory(case.institution)
    recommender = make.person(Role.RECOMMENDER, division=case.institution.division_code)
    entries = []
    with transaction() as session:
        for owner, requests in [(c.condition.id, c.asked) for c in file.conditions] + [
                (row.item.id, row.asked) for row in file.rows]:
            for asked in requests:
                for number in range(asked.request.least):
                    row = File(sha256=f"{len(entries):064d}", size=1, mime="application/pdf", kind="pdf", store="disk",
                               name=f"{asked.request.id}-{number}.pdf", preview="none", uploaded_at=now,
                               institution_id=case.institution_id)
                    session.add(row)
                    session.flush()
                    entries.append((owner, row.sha256, row.name))
                    session.add(Evidence(application_id=case.id, item_id=owner, request_id=asked.request.id,
                                         file_id=row.id, bound_by_id=by.id, bound_at=now))
        for row in file.rows:
            session.add(PreliminaryScore(application_id=case.id, item_id=row.item.id, points=row.item.points,
                                         scored_by_id=recommender.id, scored_at=now))
        session.add(Recommendation(application_id=case.id, recommender_id=recommender.id, body="渝北区",
                                   outcome="endorsed", opinion="成效明显", rank=1, given_at=now))
        case.signed_by_id, case.signed_at = signatory.id, now
        case.report = {key: "本单位按要求开展节约能源资源工作，成效明显，制度健全。" for key in (
            "overview", "usage", "measures", "results", "problems", "plans")}
        case.dossier_digest = dossier_digest(entries)
    db.session.expire_all()
    return case


def test_the_desk_is_the_officers_alone(make, case, as_, client):
    for person in (make.person(Role.EXPERT), make.applicant(case.institution), make.person(Role.LEADER)):
        assert as_(person).get(f"/screen/{case.id}").status_code == 403
    assert client.get(f"/screen/{case.id}").status_code == 302


def test_a_draft_is_not_shown(make, officer, as_):
    draft = make.application(stage=Stage.DRAFT)
    own = as_(officer)
    assert own.get(f"/screen/{draft.id}").status_code == 404
    assert draft.number not in own.get("/screen/?tab=all").text
    for path in ("supplement", "admit", "ineligible"):
        assert own.get(f"/screen/{draft.id}/{path}").status_code == 404


def test_the_checklist_holds_for_a_complete_case(make, case, officer, as_):
    complete(make, case)
    checks = queries.checklist(case, dossiers.dossier(case), (queries.opinion(case) or [None])[0])
    assert [one.what for one in checks if not one.holds] == []
    own = as_(officer)
    page = own.get(f"/screen/{case.id}")
    assert page.status_code == 200 and f"/screen/{case.id}/admit" in page.text
    assert own.post(f"/screen/{case.id}/admit", data={"note": ""}).status_code == 303
    db.session.expire_all()
    assert case.stage == Stage.REVIEWING and case.due_at == case.round.review_by
    event = db.session.query(Event).filter_by(action="admit").one()
    assert event.detail == {}


def test_open_points_need_a_note_that_is_recorded(make, case, officer, as_):
    with pytest.raises(Incomplete):
        actions.admit(case, by=officer)
    own = as_(officer)
    refused = own.post(f"/screen/{case.id}/admit", data={"note": " "})
    assert refused.status_code == 422
    assert own.post(f"/screen/{case.id}/admit", data={"note": "纸质材料已核"}).status_code == 303
    event = db.session.query(Event).filter_by(action="admit").one()
    assert event.detail["note"] == "纸质材料已核" and len(event.detail["open_points"]) > 2


def test_a_denied_condition_bars_admission(make, case, officer, as_):
    with transaction():
        db.session.query(Answer).filter(Answer.application_id == case.id, Answer.met.is_(True)).first().met = False
    with pytest.raises(Incomplete):
        actions.admit(case, by=officer, note="照样通过")
    own = as_(officer)
    page = own.get(f"/screen/{case.id}/admit")
    assert page.status_code == 200 and f"/screen/{case.id}/ineligible" in page.text
    assert own.post(f"/screen/{case.id}/admit", data={"note": "照样通过"}).status_code == 422
    assert db.session.get(type(case), case.id).stage == Stage.SCREENING


def test_a_scheme_with_a_candidate_list_lists_first(make, officer, as_):
    case = make.application(stage=Stage.SCREENING, edition="national-2017")
    own = as_(officer)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.admit(case, by=officer, note="先评审")
    assert refused.value.why == "scheme"
    assert own.post(f"/screen/{case.id}/admit", data={"note": "材料另附"}).status_code == 303
    db.session.expire_all()
    assert case.stage == Stage.CANDIDATE and (case.due_at - clock.now()).days > 300
    listed = own.get(f"/screen/candidates/{case.round_id}")
    assert listed.status_code == 200 and case.institution.name in listed.text
    assert case.round.name in own.get("/screen/candidates/").text
    assert own.get("/screen/?tab=candidates").text.count(case.number) == 1
    assert own.post(f"/screen/{case.id}/ineligible", data={"reason": "弄虚作假"}).status_code == 303
    assert case.institution.name not in own.get(f"/screen/candidates/{case.round_id}").text


def test_other_schemes_have_no_candidate_list(make, case, officer, as_):
    with pytest.raises(ActionNotAllowed):
        actions.list_candidate(case, by=officer, note="列入")
    assert as_(officer).get(f"/screen/candidates/{case.round_id}").status_code == 404
    assert as_(officer).get("/screen/candidates/999").status_code == 404


def test_a_supplement_names_every_point_at_once(case, officer, as_):
    own = as_(officer)
    assert own.get(f"/screen/{case.id}/supplement").status_code == 200
    answer = own.post(f"/screen/{case.id}/supplement", data={
        "summary": "请补充两份材料", "due_on": actions.default_due().isoformat(), "reason-T1": "水表清单缺第2页",
        "reason-G4": "缺管网图"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert case.stage == Stage.SUPPLEMENTING and case.due_at is not None
    asked = db.session.query(Correction).order_by(Correction.item_id).all()
    assert [(one.item_id, one.desk) for one in asked] == [("G4", "screen"), ("T1", "screen")]
    assert case.number in own.get("/screen/?tab=supplementing").text
    assert "请补充两份材料" in own.get(f"/screen/{case.id}").text


def test_an_empty_supplement_or_one_in_the_past_is_refused(case, officer, as_):
    own = as_(officer)
    due = actions.default_due().isoformat()
    assert own.post(f"/screen/{case.id}/supplement", data={"summary": "补", "due_on": due}).status_code == 422
    assert own.post(f"/screen/{case.id}/supplement", data={
        "summary": "补", "due_on": "2020-01-01", "reason-T1": "缺"}).status_code == 422
    assert own.post(f"/screen/{case.id}/supplement", data={"reason-T1": "缺"}).status_code == 422
    assert db.session.query(Correction).count() == 0


def test_ineligible_needs_a_reason_and_ends_the_case(case, officer, as_):
    own = as_(officer)
    assert own.post(f"/screen/{case.id}/ineligible", data={"reason": ""}).status_code == 422
    assert own.post(f"/screen/{case.id}/ineligible", data={"reason": "不属公共机构"}).status_code == 303
    db.session.expire_all()
    assert case.stage == Stage.INELIGIBLE and case.ended_reason == "不属公共机构"
    assert own.post(f"/screen/{case.id}/ineligible", data={"reason": "再次"}).status_code == 409
    assert own.post(f"/screen/{case.id}/admit", data={"note": "再次"}).status_code == 409
    for page in ("supplement", "admit", "ineligible"):
        assert 'method="post" novalidate' not in own.get(f"/screen/{case.id}/{page}").text


def test_somebody_who_is_no_officer_cannot_act(make, case):
    leader = make.person(Role.LEADER)
    for deed in (lambda: actions.admit(case, by=leader, note="好"),
                 lambda: actions.find_ineligible(case, by=leader, reason="不"),
                 lambda: actions.ask_supplement(case, {"T1": "补"}, by=leader, summary="补")):
        with pytest.raises(ActionNotAllowed) as refused:
            deed()
        assert refused.value.why == "role"


def test_the_queue_filters_and_searches(make, case, officer, as_):
    other = make.application(stage=Stage.SCREENING, edition="municipal-2016",
                             institution=make.institution(division="500101"))
    department = make.application(stage=Stage.DECIDING, institution=make.institution(department=make.department()))
    own = as_(officer)
    text = own.get("/screen/").text
    assert case.number in text and other.number in text and department.number not in text
    assert other.number not in own.get("/screen/?scheme=water-saving").text
    assert case.number not in own.get("/screen/?division=500101").text
    assert department.number in own.get("/screen/?tab=all&division=departments").text
    assert case.number not in own.get("/screen/?tab=all&stage=deciding").text
    assert case.number in own.get(f"/screen/?q={case.number}").text
    assert own.get("/screen/?tab=nonsense&stage=nonsense&page=99").status_code == 200


def test_evidence_is_read_through_its_own_case(make, case, officer, as_):
    complete(make, case)
    number = db.session.query(Evidence).first().id
    own = as_(officer)
    assert own.get(f"/screen/{case.id}/files/{number}").status_code == 200
    assert own.get(f"/screen/{case.id}/files/{number}/pages/0").status_code == 404  # no picture is drawn
    other = make.application(stage=Stage.SCREENING)
    for tail in ("", "/download", "/pages/1"):
        assert own.get(f"/screen/{other.id}/files/{number}{tail}").status_code == 404


@pytest.mark.parametrize("tab", queries.TABS)
def test_queries_do_not_grow_with_the_rows(make, officer, as_, count_queries, tab):
    stage = {"assign": Stage.REVIEWING, "candidates": Stage.CANDIDATE, "supplementing": Stage.SUPPLEMENTING}.get(
        tab, Stage.SCREENING)
    round = make.round()
    make.application(stage=stage, round=round)
    own = as_(officer)
    with count_queries() as few:
        assert own.get(f"/screen/?tab={tab}").status_code == 200
    for number in range(8):
        make.application(stage=stage, round=round,
                         institution=make.institution(division=("500112", "500101")[number % 2]))
    with count_queries() as many:
        assert own.get(f"/screen/?tab={tab}").status_code == 200
    assert len(few) == len(many) <= 15, many


def test_the_case_page_takes_few_queries(make, case, officer, as_, count_queries):
    own = as_(officer)
    with count_queries() as few:
        own.get(f"/screen/{case.id}")
    complete(make, case)
    with count_queries() as many:
        own.get(f"/screen/{case.id}")
    assert len(many) <= len(few) + 1 and len(many) <= 15, "\n".join(many)


def test_the_admission_waits_for_points_not_for_luck(make, case):
    complete(make, case)
    with transaction():
        case.institution.credit_code = case.institution.credit_code[:-1] + (
            "A" if case.institution.credit_code[-1] != "A" else "B")
        db.session.query(PreliminaryScore).filter_by(item_id="T1").one().points = None
        db.session.query(Answer).filter_by(application_id=case.id, item_id="T3").one().points = Decimal(0)
    failing = [one.what for one in queries.checklist(case, dossiers.dossier(case), (queries.opinion(case) or [None])[0]) if not one.holds]
    assert len(failing) == 2
