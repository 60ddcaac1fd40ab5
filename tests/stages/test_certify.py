"""The certifying desk: issuing is impossible while a notice runs or an objection is open; ending, keeping, papers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock, editions, jobs
from portal.db import db, transaction
from portal.domain import certificate as rules
from portal.domain.assignment import ConflictOfInterest
from portal.domain.certificate import Standing
from portal.domain.refusal import ChangedMeanwhile, Refused
from portal.domain.workflow import ActionNotAllowed, Role, Stage
from portal.models.certificate import Certificate
from portal.models.person import Person
from portal.stages.announce import actions as announce
from portal.stages.certify import actions, queries
from tests.make import Make
from tests.stages import late
from tests.stages.reading import words

As = Callable[[Person], FlaskClient]


def free(make: Make, **values: Any) -> Any:
    """A case whose notice is over and that nobody objected to."""
    return late.on_notice(make, over=True, **values).entries[0].application


def test_issue_draws_number_and_code_and_keeps_what_was_true_on_the_day(make: Make) -> None:
    case, officer = free(make), make.person(Role.OFFICER)
    row = actions.issue(case, by=officer)
    scheme, house, day = editions.get(case.edition), case.institution, clock.today()
    read = rules.parse(row.number)
    assert (read.year, read.serial) == (day.year, row.serial) == (row.year, 1)
    assert rules.parse_verify_code(row.verify_code) == row.verify_code
    assert (row.holder, row.division, row.title) == (house.name, house.division.name, scheme.certificate.title)
    assert row.dossier_digest == case.dossier_digest and row.issued_by_id == officer.id
    assert row.issued_on == day and row.expires_on == rules.validity_end(day, years=scheme.process.validity_years)
    assert row.published_at is None and case.stage is Stage.CERTIFIED
    jobs.work_off()
    db.session.refresh(row)
    assert len(row.paper_sha256) == 64
    assert actions.issue(free(make), by=officer).serial == 2


def test_a_series_runs_for_each_scheme_and_year(make: Make) -> None:
    officer = make.person(Role.OFFICER)
    water, city = free(make), free(make, edition="municipal-2016")
    assert actions.issue(water, by=officer).serial == actions.issue(city, by=officer).serial == 1


def test_issuing_is_impossible_while_the_notice_runs(make: Make) -> None:
    notice, officer = late.on_notice(make), make.person(Role.OFFICER)
    case = notice.entries[0].application
    for last in (clock.today(), clock.today() + timedelta(days=5)):
        with transaction():
            notice.last_day = last
        with pytest.raises(actions.NoticeRunning):
            actions.issue(case, by=officer)
    assert case.stage is Stage.ANNOUNCED and queries.certificate(case.id) is None
    with transaction():
        notice.last_day = clock.today() - timedelta(days=1)
    assert actions.issue(case, by=officer).number


def test_issuing_is_impossible_while_an_objection_is_open(make: Make) -> None:
    notice, officer = late.on_notice(make, over=True), make.person(Role.OFFICER)
    case, first, second = notice.entries[0].application, late.objection(notice), late.objection(notice)
    with pytest.raises(actions.ObjectionOpen):
        actions.issue(case, by=officer)
    announce.dismiss(first, by=officer, answer="不成立。")
    with pytest.raises(actions.ObjectionOpen):
        actions.issue(case, by=officer)
    announce.dismiss(second, by=officer, answer="不成立。")
    assert actions.issue(case, by=officer).number


def test_a_refused_issue_uses_no_number(make: Make) -> None:
    officer, blocked = make.person(Role.OFFICER), late.on_notice(make).entries[0].application
    with pytest.raises(actions.NoticeRunning):
        actions.issue(blocked, by=officer)
    leader = make.person(Role.LEADER)
    with pytest.raises(ActionNotAllowed):
        actions.issue(free(make), by=leader)
    assert actions.issue(free(make), by=officer).serial == 1


def test_a_name_that_no_typeface_draws_is_refused_by_its_character(make: Make) -> None:
    case = free(make, institution=make.institution(name="重庆市\U0002ebf0示例学校"))
    with pytest.raises(actions.CannotBePrinted) as refused:
        actions.issue(case, by=make.person(Role.OFFICER))
    assert "\U0002ebf0" in str(refused.value.sentence) and case.stage is Stage.ANNOUNCED


def test_a_case_is_issued_once(make: Make) -> None:
    case, officer = free(make), make.person(Role.OFFICER)
    actions.issue(case, by=officer)
    with pytest.raises(ActionNotAllowed):
        actions.issue(case, by=officer)


def test_publishing_puts_it_in_the_directory_once(make: Make) -> None:
    row, officer = late.certified(make, published=False), make.person(Role.OFFICER)
    assert queries.unpublished() == [row]
    actions.publish(row.application, by=officer)
    assert row.published_at is not None and queries.unpublished() == []
    with pytest.raises(ChangedMeanwhile):
        actions.publish(row.application, by=officer)


def test_reissuing_keeps_the_number_and_takes_the_present_name_when_asked(make: Make) -> None:
    row, officer = late.certified(make), make.person(Role.OFFICER)
    number = row.number
    with transaction():
        row.institution.name = "重庆市示例新名中学校"
    actions.reissue(row.application, by=officer, reason="遗失。")
    assert row.number == number and row.reissued_on == clock.today() and row.holder != "重庆市示例新名中学校"
    actions.reissue(row.application, by=officer, reason="更名。", present_name=True)
    assert row.holder == "重庆市示例新名中学校"
    with pytest.raises(ActionNotAllowed) as refused:
        actions.reissue(row.application, by=officer, reason="")
    assert refused.value.why == "reason"


def test_reverification_keeps_the_title_with_a_new_last_day(make: Make) -> None:
    row, officer, leader = late.certified(make), make.person(Role.OFFICER), make.person(Role.LEADER)
    actions.start_reverification(row.application, by=officer)
    assert row.application.stage is Stage.REVERIFYING and row.reverifying
    assert row.expires_on is not None
    with pytest.raises(Refused):
        actions.keep_title(row.application, by=leader, reason="符合。", until=row.expires_on)
    assert row.application.stage is Stage.REVERIFYING
    until = row.expires_on + timedelta(days=1000)
    actions.keep_title(row.application, by=leader, reason="复核符合标准。", until=until)
    assert (row.application.stage, row.reverifying, row.expires_on) == (Stage.CERTIFIED, False, until)


@pytest.mark.parametrize(("deed", "start", "end", "as_word"), [
    (actions.revoke, Stage.CERTIFIED, Stage.REVOKED, Standing.REVOKED),
    (actions.revoke, Stage.REVERIFYING, Stage.REVOKED, Standing.REVOKED),
    (actions.cancel, Stage.CERTIFIED, Stage.CANCELLED, Standing.CANCELLED),
    (actions.withdraw_title, Stage.REVERIFYING, Stage.REVOKED, Standing.REVOKED)])
def test_a_leader_ends_a_certificate_with_a_reason(make: Make, deed: Any, start: Stage, end: Stage,
                                                   as_word: Standing) -> None:
    row = late.certified(make, stage=start)
    assert queries.standing(row) in {Standing.VALID, Standing.REVERIFYING}
    with pytest.raises(ActionNotAllowed) as refused:
        deed(row.application, by=make.person(Role.OFFICER), reason="弄虚作假。")
    assert refused.value.why == "role"
    with pytest.raises(ActionNotAllowed):
        deed(row.application, by=make.person(Role.LEADER), reason="")
    with pytest.raises(ConflictOfInterest):
        deed(row.application, by=make.person(Role.LEADER, employer=row.institution), reason="弄虚作假。")
    assert row.ended_as == ""
    deed(row.application, by=make.person(Role.LEADER), reason="弄虚作假。")
    assert row.application.stage is end and queries.standing(row) is as_word
    assert (row.ended_on, row.ended_reason, row.reverifying) == (clock.today(), "弄虚作假。", False)
    with pytest.raises(ActionNotAllowed):
        deed(row.application, by=make.person(Role.LEADER), reason="再次。")


def test_expire_only_after_the_term(make: Make) -> None:
    officer, today = make.person(Role.OFFICER), clock.today()
    valid = late.certified(make, expires=today)
    with pytest.raises(actions.NotExpired):
        actions.expire(valid.application, by=officer)
    over = late.certified(make, expires=today - timedelta(days=1))
    assert queries.standing(over) is Standing.EXPIRED and queries.ended_terms() == [over]
    actions.expire(over.application, by=officer)
    assert over.application.stage is Stage.EXPIRED and queries.ended_terms() == []


def test_nothing_is_done_to_a_case_without_certificate(make: Make) -> None:
    case = make.application(stage=Stage.CERTIFIED)
    with pytest.raises(actions.NothingIssued):
        actions.publish(case, by=make.person(Role.OFFICER))


def test_the_queue_says_what_is_free_and_what_is_blocked_and_why(make: Make, as_: As) -> None:
    ready, notice = free(make), late.on_notice(make)
    objected = late.on_notice(make, over=True)
    late.objection(objected)
    found = {one.case.id: (one.free, one.running, one.open_objections) for one in queries.announced()}
    assert found == {ready.id: (True, False, 0), notice.entries[0].application_id: (False, True, 0),
                     objected.entries[0].application_id: (False, False, 1)}
    page = as_(make.person(Role.OFFICER)).get("/certify/").text
    assert f'value="{ready.id}"' in page and f'value="{notice.entries[0].application_id}"' not in page


def test_bulk_issue_lists_first_then_runs_in_the_background_and_reports_each(make: Make, as_: As) -> None:
    cases, blocked = [free(make) for _n in range(3)], late.on_notice(make).entries[0].application
    client, numbers = as_(make.person(Role.OFFICER)), [*(case.id for case in cases), blocked.id]
    asked = client.post("/certify/bulk/issue", data={"case": numbers})
    assert asked.status_code == 200 and db.session.scalar(select(Certificate.id)) is None
    begun = client.post("/certify/bulk/issue", data={"case": numbers, "confirmed": 1})
    assert begun.status_code == 303 and db.session.scalar(select(Certificate.id)) is None
    waiting = client.get(begun.location).text
    desk = client.get("/certify/").text
    assert "data-work-open" in waiting and begun.location in desk and f'value="{cases[0].id}"' not in desk
    jobs.work_off()
    assert sorted(db.session.scalars(select(Certificate.serial))) == [1, 2, 3]
    db.session.expire_all()
    assert blocked.stage is Stage.ANNOUNCED
    report = client.get(begun.location).text
    assert "data-work-open" not in report and blocked.institution.name in report
    assert all(row.number in report for row in db.session.scalars(select(Certificate)))
    assert report.index(blocked.institution.name) < report.index(cases[0].institution.name)
    ids = [case.id for case in cases]
    assert client.post("/certify/bulk/publish", data={"case": ids, "confirmed": 1}).status_code == 303
    jobs.work_off()
    assert queries.unpublished() == []
    assert client.post("/certify/bulk/issue", data={"case": []}).status_code == 303


def test_pages_of_a_case_before_and_after_issuing(make: Make, as_: As) -> None:
    case, running = free(make), late.on_notice(make).entries[0].application
    officer, leader = as_(make.person(Role.OFFICER)), as_(make.person(Role.LEADER))
    assert f"/certify/{case.id}/issue" in officer.get(f"/certify/{case.id}").text
    assert f"/certify/{case.id}/issue" not in leader.get(f"/certify/{case.id}").text
    assert f"/certify/{running.id}/issue" not in officer.get(f"/certify/{running.id}").text
    assert officer.post(f"/certify/{running.id}/issue").status_code == 409
    assert leader.post(f"/certify/{case.id}/issue").status_code == 403
    assert officer.post(f"/certify/{case.id}/issue").status_code == 303
    assert officer.post(f"/certify/{case.id}/publish").status_code == 303
    page = officer.get(f"/certify/{case.id}").text
    assert f"/certify/{case.id}/paper.pdf" in page
    assert officer.post(f"/certify/{case.id}/reissue", data={"reason": ""}).status_code == 422
    assert officer.post(f"/certify/{case.id}/reissue", data={"reason": "遗失"}).status_code == 303
    assert officer.post(f"/certify/{case.id}/expire").status_code == 409
    assert officer.post(f"/certify/{case.id}/reverify").status_code == 303
    assert leader.post(f"/certify/{case.id}/keep", data={"reason": "", "until": "2031-01-01"}).status_code == 422
    assert leader.post(f"/certify/{case.id}/keep", data={"reason": "符合", "until": "2039-01-01"}).status_code == 303
    assert officer.get("/certify/999").status_code == 404


def test_ending_asks_on_a_page_of_its_own(make: Make, as_: As) -> None:
    row, leader = late.certified(make), as_(make.person(Role.LEADER))
    url = f"/certify/{row.application_id}/revoke"
    page = leader.get(url).text
    assert row.number in page and row.holder in page and "<textarea" in page
    assert "<textarea" not in as_(make.person(Role.OFFICER)).get(url).text
    assert leader.post(url, data={"reason": ""}).status_code == 422
    assert row.ended_as == ""
    assert leader.post(url, data={"reason": "弄虚作假。"}).status_code == 303
    db.session.refresh(row)
    assert row.ended_as == "revoked"
    assert leader.post(url, data={"reason": "再次。"}).status_code == 409


def test_the_register_searches_and_filters(make: Make, as_: As) -> None:
    today, client = clock.today(), as_(make.person(Role.OFFICER))
    valid = late.certified(make, institution=make.institution(name="渝北区蓝泉图书馆"))
    over = late.certified(make, expires=today - timedelta(days=1))
    hidden = late.certified(make, published=False, issued=today)
    checked = late.certified(make, stage=Stage.REVERIFYING)
    gone = late.certified(make)
    actions.revoke(gone.application, by=make.person(Role.LEADER), reason="弄虚作假。")

    def shown(query: str) -> set[int]:
        page = client.get(f"/certify/register?{query}").text
        return {row.id for row in (valid, over, hidden, checked, gone) if row.number in page}

    assert shown("") == {valid.id, over.id, hidden.id, checked.id, gone.id}
    assert shown("q=蓝泉") == {valid.id} and shown(f"q={valid.number}") == {valid.id}
    assert shown(f"q={valid.verify_code.lower()}") == {valid.id} and shown("q=%25") == set()
    assert shown("status=expired") == {over.id} and shown("status=revoked") == {gone.id}
    assert shown("status=unpublished") == {hidden.id} and shown("status=reverifying") == {checked.id}
    assert shown("status=valid") == {valid.id, hidden.id, checked.id}
    assert shown(f"year={today.year}") >= {hidden.id} and shown("scheme=national") == set()
    assert client.get("/certify/register?page=999&year=x&status=nonsense&sort=x").status_code == 200
    ends = client.get("/certify/register?sort=ends").text
    assert ends.index(over.number) < ends.index(valid.number)
    sheet = client.get("/certify/register.csv?status=expired")
    assert sheet.mimetype == "text/csv" and sheet.text.startswith("\ufeff")
    assert over.number in sheet.text and valid.number not in sheet.text


def test_papers_for_officer_and_holder_only(make: Make, as_: As, client: FlaskClient) -> None:
    row = late.certified(make)
    own, other = make.applicant(row.institution), make.applicant(make.institution())
    for url in (f"/papers/{row.application_id}.pdf", f"/papers/{row.application_id}/plaque.pdf"):
        answer = as_(own).get(url)
        assert answer.status_code == 200 and answer.mimetype == "application/pdf"
        assert as_(make.signatory(row.institution)).get(url).status_code == 200
        assert as_(other).get(url).status_code == 404
        assert as_(make.person(Role.OFFICER)).get(url).status_code == 403
        assert client.get(url).status_code == 302
    officer = as_(make.person(Role.OFFICER))
    paper = officer.get(f"/certify/{row.application_id}/paper.pdf")
    text = words(paper.data)
    assert row.number in text and row.verify_code in text
    assert officer.get(f"/certify/{row.application_id}/plaque.pdf?line=1").status_code == 200
    assert as_(other).get(f"/certify/{row.application_id}/paper.pdf").status_code == 403


def test_a_revoked_certificate_is_not_handed_out(make: Make, as_: As) -> None:
    row = late.certified(make)
    actions.revoke(row.application, by=make.person(Role.LEADER), reason="弄虚作假。")
    assert as_(make.applicant(row.institution)).get(f"/papers/{row.application_id}.pdf").status_code == 409


@pytest.mark.parametrize("path", ["/certify/", "/certify/terms", "/certify/register", "/certify/{case}"])
def test_queries_do_not_grow_with_rows(make: Make, as_: As, count_queries: Any, path: str) -> None:
    client, round_, today = as_(make.person(Role.OFFICER, Role.LEADER)), make.round(), clock.today()
    row = late.certified(make, round=round_)

    def fill(n: int) -> None:
        for _n in range(n):
            late.on_notice(make, over=True, round=round_)
            late.on_notice(make, round=round_)
            late.certified(make, round=round_, published=False, expires=today + timedelta(days=30))
            late.certified(make, round=round_, stage=Stage.REVERIFYING)
            late.certified(make, round=round_, expires=today - timedelta(days=1))

    url = path.format(case=row.application_id)
    fill(1)
    with count_queries() as few:
        assert client.get(url).status_code == 200
    fill(5)
    with count_queries() as many:
        assert client.get(url).status_code == 200
    assert len(many) <= len(few) and len(many) <= 15, "\n".join(many)
