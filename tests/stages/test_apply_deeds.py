"""What the institution does, and every refusal: answering, attaching, signing, handing in, correcting, withdrawing."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from portal import clock, scorecards
from portal.db import db, transaction
from portal.domain.refusal import ChangedMeanwhile, Incomplete, RoundClosed
from portal.domain.self_report import chapters
from portal.domain.workflow import ActionNotAllowed, Role, Stage
from portal.models.application import Answer, Application, Correction
from portal.models.certificate import Certificate
from portal.models.event import Event
from portal.models.evidence import Evidence, File
from portal.models.person import Person
from portal.models.review import Clarification
from portal.models.round import Round
from portal.models.visit import Finding, Visit, VisitPhoto
from portal.stages.apply import actions, handing_in, queries
from tests.make import Make

JSON = {"Accept": "application/json"}
Enter = Callable[[Person], FlaskClient]


def png(name: str = "图.png", size: int = 60) -> tuple[io.BytesIO, str]:
    """A small picture, each of another size so that each has a digest of its own."""
    stream = io.BytesIO()
    Image.new("RGB", (size, 40), "white").save(stream, "PNG")
    stream.seek(0)
    return stream, name


class Party:
    """A case with its operator and its head."""

    def __init__(self, make: Make, *, stage: Stage = Stage.DRAFT, complete: bool = False, **values: object) -> None:
        self.house = make.institution()
        self.operator, self.head = make.applicant(self.house), make.signatory(self.house)
        self.case = make.application(stage=stage, institution=self.house, operator=self.operator, complete=complete,
                                     **values)
        self.url = f"/apply/{self.case.id}"


def fill(case: Application, by: Person) -> None:
    """Attach every document asked for and write every chapter of a case whose items are answered."""
    scheme = scorecards.scheme_of(case)
    with transaction() as session:
        case.report = {one.key: "写明情况与做法" * 5 for one in chapters(scheme.id)}
        n = 0
        for place, request in scheme.evidence_requests(case.institution.type):
            for _copy in range(request.least):
                n += 1
                file = File(sha256=f"{n:064d}", size=9, mime="application/pdf", kind="pdf", name=f"材料{n}.pdf",
                            store="disk", pages=1, institution_id=case.institution_id, uploaded_at=clock.now())
                session.add(Evidence(application_id=case.id, item_id=place.id, request_id=request.id, file=file,
                                     bound_by_id=by.id, bound_at=clock.now()))


def ready(make: Make, **values: object) -> Party:
    """A case in which nothing is missing; not signed."""
    party = Party(make, complete=True, **values)
    fill(party.case, party.operator)
    db.session.expire_all()
    party.case = db.session.get_one(Application, party.case.id)
    return party


def events(case_id: int) -> list[str]:
    """The deeds recorded on a case, in order."""
    return list(db.session.scalars(select(Event.action).where(Event.application_id == case_id).order_by(Event.seq)))


# --- opening


def test_opening_draws_the_next_number_and_freezes_the_edition(make: Make) -> None:
    first, second = make.institution(), make.institution()
    round_ = make.round()
    a = actions.open_case(round_, first, by=make.applicant(first))
    b = actions.open_case(round_, second, by=make.applicant(second))
    assert a.number != b.number and int(b.number[-4:]) == int(a.number[-4:]) + 1
    assert a.edition_digest == round_.edition_digest and events(a.id) == ["open"]


def test_opening_twice_outside_the_window_or_for_nobody_is_refused(make: Make) -> None:
    house = make.institution()
    person, round_ = make.applicant(house), make.round()
    actions.open_case(round_, house, by=person)
    with pytest.raises(actions.NotEligible):
        actions.open_case(round_, house, by=person)
    with pytest.raises(RoundClosed):
        actions.open_case(make.round(open=False), house, by=person)
    with pytest.raises(ActionNotAllowed):
        actions.open_case(make.round(), house, by=make.applicant(make.institution()))
    assert db.session.scalar(select(Application.id).where(Application.institution_id == house.id)) is not None


def test_the_head_cannot_open(make: Make) -> None:
    house = make.institution()
    with pytest.raises(ActionNotAllowed):
        actions.open_case(make.round(), house, by=make.signatory(house))


def test_a_finished_case_is_carried_into_the_next_round(make: Make, as_: Enter) -> None:
    party = ready(make)
    with transaction():
        party.case.stage = Stage.NOT_PASSED
    answers, files = len(party.case.answers), len(queries.evidence(party.case))
    next_round = make.round()
    made = as_(party.operator).post(f"/apply/start/{next_round.id}", data={"institution": party.house.id, "carry": "y"})
    new = db.session.get_one(Application, int(made.location.rsplit("/", 1)[1]))
    assert len(new.answers) == answers and len(queries.evidence(new)) == files
    assert queries.progress_of(new).complete


# --- answering


def test_an_answer_is_scored_as_it_is_saved(make: Make, as_: Enter) -> None:
    party = Party(make)
    said = as_(party.operator).post(party.url + "/items/T2", headers=JSON, data={
        "revision": "0", "count_saving": "４０９", "count_total": "412", "note": "三件待换"})
    assert said.status_code == 200
    assert said.json["revision"] == 1 and said.json["out"]["item-points"] == "6" and "99.27%" in said.json["parts"]["explained"]
    row = db.session.scalar(select(Answer).where(Answer.application_id == party.case.id))
    assert row.counts == {"saving": "409", "total": "412"} and row.note == "三件待换"
    assert events(party.case.id) == ["answer"]


def test_the_same_answer_again_is_no_deed(make: Make, as_: Enter) -> None:
    party = Party(make)
    client, data = as_(party.operator), {"count_saving": "5", "count_total": "5"}
    client.post(party.url + "/items/T2", headers=JSON, data=data | {"revision": "0"})
    assert client.post(party.url + "/items/T2", headers=JSON, data=data | {"revision": "1"}).json["revision"] == 1
    assert events(party.case.id) == ["answer"]


def test_two_windows_notice_each_other(make: Make, as_: Enter) -> None:
    party = Party(make)
    client = as_(party.operator)
    client.post(party.url + "/items/T2", headers=JSON, data={"revision": "0", "count_saving": "5", "count_total": "5"})
    late = {"revision": "0", "count_saving": "1", "count_total": "9"}
    assert client.post(party.url + "/items/T2", headers=JSON, data=late).status_code == 409
    page = client.post(party.url + "/items/T2", data=late)
    assert page.status_code == 409 and 'value="9"' in page.text
    row = db.session.scalar(select(Answer).where(Answer.application_id == party.case.id))
    assert row.counts == {"saving": "5", "total": "5"}


@pytest.mark.parametrize(("item", "data"), [
    ("T2", {"count_saving": "9", "count_total": "5"}), ("T2", {"count_saving": "-1"}), ("T2", {"count_saving": "many"}),
    ("G1", {"points": "13.5"}), ("G1", {"points": "1.3"}), ("T2", {"note": "长" * 501}),
])
def test_what_does_not_fit_is_named_and_kept(make: Make, as_: Enter, item: str, data: dict[str, str]) -> None:
    party = Party(make)
    client = as_(party.operator)
    page = client.post(f"{party.url}/items/{item}", data=data | {"revision": "0"})
    assert page.status_code == 422 and "msg-err" in page.text
    for value in data.values():
        assert value in page.text
    assert client.post(f"{party.url}/items/{item}", headers=JSON, data=data | {"revision": "0"}).json["error"]
    assert events(party.case.id) == []


def test_rubric_steps_add_up_and_a_claim_may_differ(make: Make, as_: Enter) -> None:
    party = Party(make)
    client = as_(party.operator)
    client.post(party.url + "/items/G1", data={"revision": "0", "steps": ["0", "1"]})
    row = db.session.scalar(select(Answer).where(Answer.application_id == party.case.id))
    steps = scorecards.scheme_of(party.case).item("G1").steps
    assert row.points == steps[0].points + steps[1].points and row.counts == {"steps": [0, 1]}
    client.post(party.url + "/items/G1", data={"revision": "1", "steps": ["0", "1"], "points": "2.5"})
    db.session.expire_all()
    assert row.points == Decimal("2.5")


def test_not_scored_only_where_the_standard_says_so(make: Make, as_: Enter) -> None:
    party = Party(make)
    client = as_(party.operator)
    client.post(party.url + "/items/T5", data={"revision": "0", "not_applicable": "y"})
    client.post(party.url + "/items/T2", data={"revision": "0", "not_applicable": "y", "count_total": "3"})
    rows = {row.item_id: row for row in db.session.scalars(select(Answer))}
    assert rows["T5"].not_applicable and not rows["T2"].not_applicable


def test_conditions_and_report_are_saved_with_their_revision(make: Make, as_: Enter) -> None:
    party = Party(make)
    client = as_(party.operator)
    first = client.post(party.url + "/conditions", headers=JSON, data={"revision": "0", "met_P1": "yes", "met_P2": "no"})
    assert first.json["revision"] == 2
    assert client.post(party.url + "/conditions", headers=JSON, data={"revision": "0", "met_P1": "no"}).status_code == 409
    report = client.post(party.url + "/report", headers=JSON, data={"revision": "0", "overview": "本单位概况"})
    assert report.json["revision"] == 1
    assert client.post(party.url + "/report", headers=JSON, data={"revision": "0", "overview": "别的"}).status_code == 409
    db.session.expire_all()
    assert party.case.report["overview"] == "本单位概况"


@pytest.mark.parametrize("stage", [Stage.RECOMMENDING, Stage.REVIEWING, Stage.CERTIFIED, Stage.WITHDRAWN])
def test_nothing_changes_once_it_is_handed_in(make: Make, as_: Enter, stage: Stage) -> None:
    party = Party(make, stage=stage, complete=True)
    client = as_(party.operator)
    for path, data in (("/items/T2", {"revision": "1", "count_saving": "1", "count_total": "2"}),
                       ("/conditions", {"revision": "8", "met_P1": "no"}), ("/report", {"revision": "0", "overview": "x"}),
                       ("/sign-off", {"agreed": "y"}), ("/hand-in", {})):
        assert client.post(party.url + path, data=data).status_code in {403, 409}, path
    request = scorecards.scheme_of(party.case).item("T2").evidence[0].id
    assert client.post(f"{party.url}/upload/T2/{request}", data={"file": png()}).status_code == 409
    assert events(party.case.id) == []


def test_the_head_reads_but_does_not_fill_in(make: Make, as_: Enter) -> None:
    party = Party(make)
    client = as_(party.head)
    assert client.get(party.url + "/items/T2").status_code == 200
    assert client.post(party.url + "/items/T2", data={"revision": "0", "count_total": "2"}).status_code == 403


# --- evidence


def test_files_are_taken_one_by_one(make: Make, as_: Enter) -> None:
    party = Party(make)
    url = f"{party.url}/upload/T2/{scorecards.scheme_of(party.case).item('T2').evidence[2].id}"
    client = as_(party.operator)
    client.post(url, data={"file": [png("一.png"), (io.BytesIO(b"<script>"), "二.png"), png("三.png", 61)]})
    said = client.get(f"{party.url}/items/T2").text
    assert "已上传：一.png" in said and "没有传上：二.png" in said and "已上传：三.png" in said
    client.post(url, data={"file": png("四.gif", 62)})
    assert "没有传上：四.gif" in client.get(f"{party.url}/items/T2").text
    files = queries.evidence(party.case)
    assert [one.file.name for one in files] == ["一.png", "三.png"]
    recorded = db.session.scalars(select(Event).where(Event.action == "attach")).all()
    assert [one.detail["sha256"] for one in recorded] == [one.file.sha256 for one in files]
    with client.get(f"{party.url}/files/{files[0].id}") as got:
        assert got.headers["Content-Disposition"].startswith("attachment") and got.data.startswith(b"\x89PNG")
    plain = client.post(url, data={"file": png("五.png", 63)})
    assert plain.status_code == 303


def test_the_same_file_twice_is_told(make: Make, as_: Enter) -> None:
    party = Party(make)
    url = f"{party.url}/upload/T2/{scorecards.scheme_of(party.case).item('T2').evidence[2].id}"
    client = as_(party.operator)
    client.post(url, data={"file": png()})
    client.post(url, data={"file": png()})
    assert "此处已附有该文件" in client.get(f"{party.url}/items/T2").text
    assert len(queries.evidence(party.case)) == 1


def test_a_request_that_nobody_makes_is_not_found(make: Make, as_: Enter) -> None:
    party = Party(make)
    client = as_(party.operator)
    for place in ("T2/nothing", "nothing/fixtures", "7-H1/x"):
        assert client.post(f"{party.url}/upload/{place}", data={"file": png()}).status_code == 404


def test_removing_keeps_the_file_for_reuse(make: Make, as_: Enter) -> None:
    party = Party(make)
    request = scorecards.scheme_of(party.case).item("T2").evidence[2].id
    client = as_(party.operator)
    client.post(f"{party.url}/upload/T2/{request}", data={"file": png()})
    bound = queries.evidence(party.case)[0]
    file_id = bound.file_id
    assert client.post(f"{party.url}/files/{bound.id}/remove").status_code == 303
    assert queries.evidence(party.case) == []
    assert "图.png" in client.get("/apply/library").text
    with client.get(f"/apply/library/{file_id}") as got:
        assert got.status_code == 200
    assert client.post(f"{party.url}/reuse/T2/{request}", data={"file": file_id}).status_code == 303
    assert [one.file_id for one in queries.evidence(party.case)] == [file_id]
    stranger = as_(make.applicant(make.institution()))
    assert stranger.get(f"/apply/library/{file_id}").status_code == 404


def test_anothers_files_cannot_be_taken(make: Make, as_: Enter) -> None:
    mine, other = Party(make), ready(make)
    theirs = queries.evidence(other.case)[0]
    client = as_(mine.operator)
    request = scorecards.scheme_of(mine.case).item("T1").evidence[0].id
    assert client.post(f"{mine.url}/reuse/T1/{request}", data={"file": theirs.file_id}).status_code == 404
    for path in (f"/files/{theirs.id}", f"/files/{theirs.id}/pages/0"):
        assert client.get(mine.url + path).status_code == 404
        assert client.get(other.url + path).status_code == 404
    assert client.post(f"{mine.url}/files/{theirs.id}/remove").status_code == 404


# --- signing and handing in


def test_from_signature_to_submission(make: Make, as_: Enter) -> None:
    party = ready(make)
    assert as_(party.head).post(party.url + "/sign-off", data={"agreed": "y"}).status_code == 303
    assert as_(party.operator).post(party.url + "/hand-in").status_code == 303
    db.session.expire_all()
    case = party.case
    assert case.stage == Stage.RECOMMENDING and case.submitted_at and len(case.dossier_digest) == 64
    assert case.self_total == Decimal(100) and case.figures["statistics"]["water_m3"] == "12000"
    assert events(case.id) == ["sign-off", "submit"]
    told = db.session.scalars(select(Event).where(Event.action == "submit")).one()
    assert told.detail["dossier"] == case.dossier_digest


def test_figures_stay_as_submitted(make: Make) -> None:
    party = ready(make)
    handing_in.sign_off(party.case, by=party.head)
    handing_in.hand_in(party.case, by=party.operator)
    row = queries.statistics(party.case)[party.case.round.statistics_year]
    with transaction():
        row.water_m3 = Decimal(99000)
    sheet = scorecards.self_score(party.case, party.case.answers)
    assert sheet.total == party.case.self_total
    assert scorecards.present_figures(party.case)["statistics"]["water_m3"] == "99000"


def test_without_a_commitment_nothing_is_signed(make: Make, as_: Enter) -> None:
    party = ready(make)
    assert as_(party.head).post(party.url + "/sign-off").status_code == 422
    assert events(party.case.id) == []


def test_whoever_filled_it_in_cannot_sign(make: Make) -> None:
    party = ready(make)
    with transaction():
        from portal.models.person import Grant
        party.operator.grants.append(Grant(role=Role.SIGNATORY, institution_id=party.house.id))
    with pytest.raises(handing_in.SamePerson):
        handing_in.sign_off(party.case, by=party.operator)


def test_whoever_signed_cannot_hand_in(make: Make) -> None:
    party = ready(make)
    with transaction():
        from portal.models.person import Grant
        party.head.grants.append(Grant(role=Role.APPLICANT, institution_id=party.house.id))
    handing_in.sign_off(party.case, by=party.head)
    with pytest.raises(handing_in.SamePerson):
        handing_in.hand_in(party.case, by=party.head)


def test_unsigned_or_incomplete_is_not_taken(make: Make) -> None:
    party = ready(make)
    with pytest.raises(handing_in.NotSigned):
        handing_in.hand_in(party.case, by=party.operator)
    with pytest.raises(ActionNotAllowed):
        handing_in.sign_off(party.case, by=party.operator)
    actions.detach(party.case, queries.evidence(party.case)[0], by=party.operator)
    with pytest.raises(Incomplete) as told:
        handing_in.sign_off(party.case, by=party.head)
    assert "P1" in str(told.value.sentence)


def test_a_condition_not_met_rules_it_out(make: Make) -> None:
    party = ready(make)
    actions.save_conditions(party.case, {"P2": (False, "")}, revision=1, by=party.operator)
    with pytest.raises(Incomplete):
        handing_in.sign_off(party.case, by=party.head)


@pytest.mark.parametrize("change", ["answer", "condition", "report", "attach", "detach", "statistics", "institution"])
def test_any_change_cancels_the_signature(make: Make, as_: Enter, change: str) -> None:
    party = ready(make)
    handing_in.sign_off(party.case, by=party.head)
    client, case = as_(party.operator), party.case
    year = case.round.statistics_year
    scheme = scorecards.scheme_of(case)
    match change:
        case "answer":
            client.post(party.url + "/items/T2", data={"revision": "1", "count_saving": "99", "count_total": "100"})
        case "condition":
            client.post(party.url + "/conditions", data={"revision": "8", "note_P1": "补充说明", **{
                f"met_{one.id}": "yes" for one in scheme.prerequisites}})
        case "report":
            client.post(party.url + "/report", data={"revision": "0", **case.report, "overview": "改写后的基本概况" * 4})
        case "attach":
            client.post(f"{party.url}/upload/T2/{scheme.item('T2').evidence[2].id}", data={"file": png()})
        case "detach":
            client.post(f"{party.url}/files/{queries.evidence(case)[0].id}/remove")
        case "statistics":
            from portal.registry.forms import as_fields, stored_sheet
            sheet = stored_sheet((year - 2, year - 1, year), queries.statistics(case))
            client.post(f"/registry/statistics?year={year}", data=as_fields(sheet) | {f"q-{year}-water_m3": "11000"})
        case "institution":
            client.post("/registry/institution", data={"short_name": "新简称", "address": "新路1号", "headcount": "400",
                                                       "floor_area_m2": "20000"})
    db.session.expire_all()
    assert case.signed_at is None and case.signed_by_id is None
    last = db.session.scalars(select(Event).where(Event.application_id == case.id).order_by(Event.seq.desc())).first()
    assert last.detail["sign_off_cancelled"] is True


def test_after_the_deadline_nothing_is_submitted(make: Make) -> None:
    party = ready(make)
    handing_in.sign_off(party.case, by=party.head)
    with transaction():
        party.case.round.closes_at = clock.now() - timedelta(minutes=1)
    with pytest.raises(RoundClosed):
        handing_in.hand_in(party.case, by=party.operator)
    assert party.case.stage == Stage.DRAFT


def test_a_stranger_hands_nothing_in(make: Make) -> None:
    party = ready(make)
    handing_in.sign_off(party.case, by=party.head)
    with pytest.raises(ActionNotAllowed):
        handing_in.hand_in(party.case, by=make.applicant(make.institution()))


@pytest.mark.parametrize(("stage", "edition", "after"), [
    (Stage.CORRECTING, "water-saving-2013", Stage.RECOMMENDING), (Stage.SUPPLEMENTING, "water-saving-2013", Stage.SCREENING),
    (Stage.CANDIDATE, "national-2013", Stage.REVIEWING)])
def test_handing_in_again(make: Make, stage: Stage, edition: str, after: Stage) -> None:
    party = ready(make, stage=stage, edition=edition)
    officer = make.person(Role.OFFICER)
    with transaction() as session:
        session.add(Correction(application_id=party.case.id, desk="screen", item_id="", reason="补齐",
                               asked_by_id=officer.id, asked_at=clock.now()))
    with pytest.raises(Incomplete):
        handing_in.sign_off(party.case, by=party.head)
    actions.reply_to_correction(party.case, queries.corrections(party.case)[0], "已补齐", by=party.operator)
    handing_in.sign_off(party.case, by=party.head)
    handing_in.hand_in(party.case, by=party.operator)
    assert party.case.stage == after
    assert all(one.resolved_at for one in queries.corrections(party.case))


def test_a_correction_is_shown_and_answered_at_its_item(make: Make, as_: Enter) -> None:
    party = Party(make, stage=Stage.CORRECTING, complete=True)
    officer = make.person(Role.OFFICER)
    with transaction() as session:
        session.add(Correction(application_id=party.case.id, desk="recommend", item_id="G1", reason="制度缺发文号",
                               asked_by_id=officer.id, asked_at=clock.now()))
    client = as_(party.operator)
    assert "制度缺发文号" in client.get(party.url).text and "制度缺发文号" in client.get(party.url + "/items/G1").text
    asked = queries.corrections(party.case)[0]
    assert client.post(f"{party.url}/corrections/{asked.id}", data={"text": "已补发文号"}).status_code == 303
    db.session.expire_all()
    assert asked.reply == "已补发文号"
    assert client.post(f"{party.url}/corrections/{asked.id + 99}", data={"text": "x"}).status_code == 404


# --- withdrawing, questions, rectification


def test_withdrawing_needs_a_reason_and_ends_it(make: Make, as_: Enter) -> None:
    party = Party(make)
    client = as_(party.head)
    assert client.post(party.url + "/withdraw", data={"reason": " "}).status_code == 422
    assert client.post(party.url + "/withdraw", data={"reason": "单位合并"}).status_code == 303
    db.session.expire_all()
    assert party.case.stage == Stage.WITHDRAWN and party.case.ended_reason == "单位合并"
    assert client.get(party.url + "/withdraw").status_code == 404


def test_after_the_decision_nothing_is_withdrawn(make: Make, as_: Enter) -> None:
    party = Party(make, stage=Stage.ANNOUNCED, complete=True)
    assert as_(party.operator).post(party.url + "/withdraw", data={"reason": "x"}).status_code == 409


def test_a_question_is_answered_once_and_its_asker_stays_unknown(make: Make, as_: Enter) -> None:
    party = Party(make, stage=Stage.REVIEWING, complete=True)
    expert = make.person(Role.EXPERT, name="钱评审")
    sheet = make.sheet(party.case, expert=expert)
    with transaction() as session:
        session.add(Clarification(application_id=party.case.id, sheet_id=sheet.id, item_id="T2", question="何时更换？",
                                  asked_by_id=expert.id, asked_at=clock.now()))
    asked = queries.clarifications(party.case)[0]
    client = as_(party.operator)
    page = client.get(party.url).text
    assert "何时更换？" in page and "钱评审" not in page
    url = f"{party.url}/questions/{asked.id}"
    assert as_(party.head).post(url, data={"text": "x"}).status_code == 403
    assert client.post(url, data={"text": "十二月二十日前"}).status_code == 303
    assert client.post(url, data={"text": "改口"}).status_code == 409
    db.session.expire_all()
    assert asked.answer == "十二月二十日前" and asked.answered_by_id == party.operator.id
    other = Party(make, stage=Stage.REVIEWING, complete=True)
    assert as_(other.operator).post(f"{other.url}/questions/{asked.id}", data={"text": "x"}).status_code == 404


def rectifying(make: Make) -> tuple[Party, Finding]:
    """A case with one problem to put right."""
    party = Party(make, stage=Stage.RECTIFYING, complete=True)
    leader = make.person(Role.TEAM_LEADER)
    with transaction() as session:
        visit = Visit(application_id=party.case.id, appointed_by_id=leader.id, appointed_at=clock.now(), verdict="rectify",
                      verdict_by_id=leader.id, verdict_at=clock.now())
        finding = Finding(visit=visit, item_id="T2", what="水嘴漏水", demand="更换", found_by_id=leader.id,
                          found_at=clock.now())
        session.add_all([visit, finding])
    return party, finding


def test_a_rectification_is_reported_with_a_picture(make: Make, as_: Enter) -> None:
    party, finding = rectifying(make)
    client, url = as_(party.operator), f"{party.url}/findings/{finding.id}"
    assert client.get(url).status_code == 200
    assert client.post(url, data={"report": ""}).status_code == 422
    assert client.post(url, data={"report": "已更换", "file": (io.BytesIO(b"%PDF-1.4"), "x.pdf")}).status_code == 422
    assert client.post(url, data={"report": "已更换"}).status_code == 303
    assert client.post(party.url + "/rectified").status_code == 409
    assert client.post(url, data={"report": "已更换", "file": png("后.png")}).status_code == 303
    photo = db.session.scalar(select(VisitPhoto))
    assert photo.phase == "after" and photo.finding_id == finding.id
    assert client.post(party.url + "/rectified").status_code == 303
    db.session.expire_all()
    assert party.case.stage == Stage.VISITING
    assert events(party.case.id) == ["report-rectification", "report-rectification", "finish-rectification"]


def test_a_failed_recheck_asks_for_a_new_report(make: Make) -> None:
    party, finding = rectifying(make)
    from portal import intake
    stream, name = png()
    handing_in.report_rectification(party.case, finding, report="已更换", photos=[(stream, intake.examine(stream, name))],
                                    by=party.operator)
    with transaction():
        finding.recheck, finding.rechecked_at = "failed", clock.now()
    with pytest.raises(Incomplete):
        handing_in.finish_rectification(party.case, by=party.operator)


def test_others_do_not_report_rectifications(make: Make, as_: Enter) -> None:
    party, finding = rectifying(make)
    assert as_(party.head).post(f"{party.url}/findings/{finding.id}", data={"report": "x"}).status_code == 403
    other, _finding = rectifying(make)
    assert as_(other.operator).get(f"{other.url}/findings/{finding.id}").status_code == 404


def test_stale_saves_raise_for_callers_too(make: Make) -> None:
    party = Party(make)
    item = scorecards.scheme_of(party.case).item("G1")
    actions.save_answer(party.case, item, actions.Said(points=Decimal(3)), revision=0, by=party.operator)
    with pytest.raises(ChangedMeanwhile):
        actions.save_answer(party.case, item, actions.Said(points=Decimal(4)), revision=0, by=party.operator)


def test_a_water_saving_certificate_in_force_answers_the_water_item(make: Make) -> None:
    house = make.institution()
    source = make.application(stage=Stage.CERTIFIED, institution=house)
    today = clock.today()
    with transaction() as session:
        session.add(Certificate(
            number="n", verify_code="v", scheme="water-saving", edition="water-saving-2013", year=today.year, serial=1,
            application_id=source.id, institution_id=house.id, holder="h", institution_type="school",
            division_code="500112", division="d", title="t", issued_on=today, published_at=clock.now()))
    assert scorecards.holds_water_certificate(house.id)
    with transaction():
        row = db.session.scalar(select(Certificate))
        row.ended_as, row.ended_on = "revoked", today
    assert not scorecards.holds_water_certificate(house.id)


def test_rounds_that_will_open_are_listed(make: Make, as_: Enter) -> None:
    house = make.institution()
    round_: Round = make.round()
    with transaction():
        round_.opens_at = clock.now() + timedelta(days=2)
    client = as_(make.applicant(house))
    assert round_.name in client.get("/apply/").text
    assert client.post(f"/apply/start/{round_.id}", data={"institution": house.id}).status_code == 409
