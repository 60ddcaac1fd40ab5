"""Two windows on one form: the first to save wins, the other is told and keeps what was typed; nothing is lost unread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from sqlalchemy.orm import Session

from portal import clock, scorecards
from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Answer, Application, Correction
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore
from portal.models.review import Sheet, SheetScore
from portal.models.round import Round
from portal.models.statistics import YearlyStatistics
from portal.models.visit import Finding, RivalNote, SamplePoint, SiteScore, Visit
from tests.concurrency.crowd import Answer as Told
from tests.concurrency.crowd import Visitor, at_once
from tests.make import Make
from tests.stages import late
from tests.stages.visit_cases import scene

Enter = Callable[..., Visitor]


@dataclass
class Form:
    """Whose form, where it stands, the field that both write, their two texts, and what is stored afterwards.

    `to` is where it is sent, when that is another address; `kept`: whoever came too late finds the text on the page.
    """

    people: list[Person]
    path: str
    field: str
    texts: tuple[str, str]
    stored: Callable[[Session], Any]
    more: dict[str, Any] | None = None
    to: str = ""
    kept: bool = True
    reads: Callable[[str], Any] = str


def an_answer(make: Make) -> Form:
    house = make.institution()
    case, people = make.application(institution=house, complete=True), [make.applicant(house), make.applicant(house)]
    number = case.id
    return Form(people, f"/apply/{case.id}/items/T2", "note", ("甲窗口的说明", "乙窗口的说明"), lambda session: session.query(
        Answer.note).filter_by(application_id=number, item_id="T2").scalar())


def the_conditions(make: Make) -> Form:
    house = make.institution()
    case, people = make.application(institution=house, complete=True), [make.applicant(house), make.applicant(house)]
    number, place = case.id, scorecards.scheme_of(case).prerequisites[0].id
    return Form(people, f"/apply/{case.id}/conditions", f"note_{place}", ("甲窗口的说明", "乙窗口的说明"), lambda session: session.query(
        Answer.note).filter_by(application_id=number, item_id=place).scalar())


def the_self_report(make: Make) -> Form:
    from portal.domain.self_report import chapters

    house = make.institution()
    case, people = make.application(institution=house, complete=True), [make.applicant(house), make.applicant(house)]
    number, key = case.id, chapters(case.scheme)[0].key
    return Form(people, f"/apply/{case.id}/report", key, ("甲窗口的自评报告。", "乙窗口的自评报告。"), lambda session: session.get_one(
        Application, number).report[key])


def a_reply(make: Make) -> Form:
    house = make.institution()
    case, people = make.application(stage=Stage.CORRECTING, institution=house), [make.applicant(house), make.applicant(house)]
    by = make.person(Role.RECOMMENDER, division="500112").id
    with transaction() as session:
        asked = Correction(application_id=case.id, desk="recommend", item_id="T2", reason="请补充。", asked_by_id=by, asked_at=clock.now())
        session.add(asked)
    number = asked.id
    return Form(people, f"/apply/{case.id}/items/T2", "text", ("甲窗口的回复", "乙窗口的回复"),
                lambda session: session.get_one(Correction, number).reply, to=f"/apply/{case.id}/corrections/{asked.id}", kept=False)


def the_statistics(make: Make) -> Form:
    house, year = make.institution(), clock.today().year - 1
    number = house.id
    return Form([make.applicant(house), make.applicant(house)], "/registry/statistics", f"q-{year}-water_m3", ("11111", "22222"),
                lambda session: str(session.query(YearlyStatistics.water_m3).filter_by(institution_id=number, year=year).scalar()))


def a_year_that_is_not_reported_yet(make: Make) -> Form:
    house, year = make.institution(), clock.today().year - 1
    with transaction() as session:
        session.query(YearlyStatistics).filter_by(institution_id=house.id, year=year).delete()
    number, more = house.id, {f"q-{year}-{key}": text for key, text in {
        "electricity_kwh": "200000", "floor_area_m2": "20000", "headcount": "500", "water_headcount": "500"}.items()}
    return Form([make.applicant(house), make.applicant(house)], "/registry/statistics", f"q-{year}-water_m3", ("11111", "22222"),
                lambda session: str(session.query(YearlyStatistics.water_m3).filter_by(institution_id=number, year=year).scalar()), more)


def the_institution(make: Make) -> Form:
    house = make.institution()
    number = house.id
    return Form([make.applicant(house), make.applicant(house)], "/registry/institution", "address", ("甲路1号", "乙路2号"),
                lambda session: session.get_one(Institution, number).address)


def the_profile(make: Make) -> Form:
    one = make.person(Role.OFFICER)
    number = one.id
    return Form([one, one], "/profile", "phone", ("13900000001", "13900000002"), lambda session: session.get_one(Person, number).phone)


def a_person(make: Make) -> Form:
    one, number = make.person(Role.EXPERT), 0
    number = one.id
    return Form([make.person(Role.ADMINISTRATOR), make.person(Role.ADMINISTRATOR)], f"/administer/people/{one.id}", "position",
                ("教授", "高级工程师"), lambda session: session.get_one(Person, number).position)


def a_round(make: Make) -> Form:
    row = make.round()
    number = row.id
    return Form([make.person(Role.ADMINISTRATOR), make.person(Role.ADMINISTRATOR)], f"/administer/rounds/{row.id}", "quota",
                ("3", "5"), lambda session: str(session.get_one(Round, number).quota))


def preliminary_scores(make: Make) -> Form:
    case = make.application(stage=Stage.RECOMMENDING)
    number = case.id
    people = [make.person(Role.RECOMMENDER, division="500112"), make.person(Role.RECOMMENDER, division="500112")]
    return Form(people, f"/recommend/{case.id}", "note-T2", ("甲的意见", "乙的意见"), lambda session: session.query(
        PreliminaryScore.note).filter_by(application_id=number, item_id="T2").scalar(), to=f"/recommend/{case.id}/scores", kept=False)


def a_score(make: Make) -> Form:
    case, expert = make.application(stage=Stage.REVIEWING), make.person(Role.EXPERT)
    number = make.sheet(case, expert=expert).id
    return Form([expert, expert], f"/review/{case.id}?item=T2", "reason", ("甲窗口的理由", "乙窗口的理由"), lambda session: session.query(
        SheetScore.reason).filter_by(sheet_id=number, item_id="T2").scalar(), {"choice": "other", "points": "1"},
        to=f"/review/{case.id}/items/T2", kept=False)


def a_comment(make: Make) -> Form:
    case, expert = make.application(stage=Stage.REVIEWING), make.person(Role.EXPERT)
    number = make.sheet(case, expert=expert).id
    return Form([expert, expert], f"/review/{case.id}/seal", "comment", ("甲窗口的总评", "乙窗口的总评"),
                lambda session: session.get_one(Sheet, number).comment, {"deed": "save"})


def a_plan(make: Make) -> Form:
    here = scene(make).appoint()
    number = here.case.id
    return Form([here.leader, here.leader], f"/visit/{number}/plan", "place", ("甲地", "乙地"), lambda session: session.query(
        Visit.place).filter_by(application_id=number).scalar(), {"on": clock.today().isoformat()})


def a_team(make: Make) -> Form:
    here = scene(make)
    number, others = here.case.id, (here.leader.id, make.person(Role.TEAM_LEADER).id)
    return Form([here.officer, make.person(Role.OFFICER)], f"/visit/{number}/team", "leader", (str(others[0]), str(others[1])),
                lambda session: str(next(one.person_id for one in session.query(Visit).filter_by(application_id=number).one().members
                                         if one.leads)), {"members": [str(here.member.id)]})


def a_site_score(make: Make) -> Form:
    here = scene(make).appoint()
    number = here.case.id
    return Form([here.member, here.leader], f"/visit/{number}/items/T2", "note", ("组员所见", "组长所见"), lambda session: session.query(
        SiteScore.note).join(Visit).filter(Visit.application_id == number, SiteScore.item_id == "T2").scalar(),
        {"found": "partly", "points": "1"})


def a_rectification(make: Make) -> Form:
    house = make.institution()
    here = scene(make, institution=house).appoint()
    found = here.find()
    with transaction():
        here.case.stage, here.case.due_at = Stage.RECTIFYING, clock.now() + timedelta(days=9)
    number = found.id
    return Form([make.applicant(house), make.applicant(house)], f"/apply/{here.case.id}/findings/{found.id}", "report",
                ("甲窗口的整改说明", "乙窗口的整改说明"), lambda session: session.get_one(Finding, number).report)


def a_recheck(make: Make) -> Form:
    here = scene(make).appoint()
    number = here.find().id
    return Form([here.member, here.leader], f"/visit/{here.case.id}/recheck", "recheck_note", ("组员所见", "组长所见"),
                lambda session: session.get_one(Finding, number).recheck_note, {"recheck": "passed"},
                to=f"/visit/{here.case.id}/findings/{number}/recheck", kept=False)


def a_sampled_point(make: Make) -> Form:
    here = scene(make).appoint().sample(1)
    number = db.session.query(SamplePoint.id).scalar()
    return Form([here.member, here.leader], f"/visit/{here.case.id}/site", "note", ("组员所见", "组长所见"),
                lambda session: session.get_one(SamplePoint, number).note, {"sound": "0"},
                to=f"/visit/{here.case.id}/samples/{number}", kept=False)


FORMS = [a_recheck, a_sampled_point, an_answer, the_conditions, the_self_report, a_reply, the_statistics, a_year_that_is_not_reported_yet, the_institution,
         the_profile, a_person, a_round, preliminary_scores, a_score, a_comment, a_plan, a_team, a_site_score, a_rectification]


def filled(page: Told, path: str) -> dict[str, list[str]]:
    """The fields of the form on a page that is sent to an address, as they stand."""
    assert page.status in {200, 409}, (page.status, page.words)
    forms = [one for one in lxml.html.fromstring(page.text).forms if (one.get("action") or path).split("#")[0].split("?")[0] == path]
    assert forms, path
    found: dict[str, list[str]] = {}
    for name, value in forms[0].form_values():
        found.setdefault(name, []).append(value.removeprefix("\n"))  # a browser drops a text area's first line break
    return found


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.__name__)
def test_two_windows_on_one_form(make: Make, visitor: Enter, form: Callable[..., Form]) -> None:
    here = form(make)
    to = here.to or here.path
    visitors = [visitor(one) for one in here.people]
    pages = [filled(one.get(here.path), to) for one in visitors]
    assert all(here.field in page for page in pages) or here.field == "leader"
    sent = [{name: value for name, value in page.items() if name != "csrf_token"} | (here.more or {}) | {here.field: text}
            for page, text in zip(pages, here.texts, strict=True)]
    answers = at_once(*((one, lambda who, values=values: who.post(to, values)) for one, values in zip(visitors, sent, strict=True)))
    statuses = [one.status for one in answers]
    db.session.rollback()
    if form is a_site_score:  # both notes are kept, for the team to settle
        assert statuses in ([302, 303], [303, 303], [303, 302]), [one.words for one in answers]
        rival = db.session.query(RivalNote).one()
        assert {rival.note, here.stored(db.session())} == set(here.texts)
        return
    assert sorted(statuses) in ([302, 409], [303, 409]), [(one.status, one.words) for one in answers]
    late_one = statuses.index(409)
    assert here.stored(db.session()) == here.texts[1 - late_one]
    if not here.kept:
        return
    again = filled(answers[late_one], to)
    assert here.texts[late_one] in again[here.field]
    once_more = visitors[late_one].post(to, {name: value for name, value in again.items() if name != "csrf_token"} | {
        name: value for name, value in (here.more or {}).items() if name == "deed"})
    assert once_more.status in {302, 303}, once_more.words
    db.session.rollback()
    assert here.stored(db.session()) == here.texts[late_one]


def test_the_same_words_from_two_windows_are_saved_once_and_both_are_content(make: Make, visitor: Enter) -> None:
    house = make.institution()
    path, one = f"/apply/{make.application(institution=house, complete=True).id}/items/T1", make.applicant(house)
    form = {"revision": "1", "note": "同一说明", "count_unit_metered": "10", "count_unit_total": "10"}
    answers = at_once(*((visitor(one), lambda who: who.post(path, form, script=True)) for _n in range(3)))
    assert [answer.status for answer in answers] == [200] * 3, [answer.text for answer in answers]
    assert {answer.said["revision"] for answer in answers} == {2}


def test_a_certificate_printed_anew_from_two_windows(make: Make, visitor: Enter) -> None:
    row = late.certified(make)
    number = row.application_id
    visitors = [visitor(make.person(Role.OFFICER)) for _n in range(2)]
    pages = [filled(one.get(f"/certify/{number}"), f"/certify/{number}/reissue") for one in visitors]
    answers = at_once(*((one, lambda who, seen=page["seen"]: who.post(f"/certify/{number}/reissue", {"reason": "纸质损毁。", "seen": seen}))
                        for one, page in zip(visitors, pages, strict=True)))
    assert sorted(one.status for one in answers) == [303, 409]
    assert any("该证书已经补发" in one.words for one in answers)


def test_a_decision_taken_while_another_leader_reads(make: Make, visitor: Enter) -> None:
    case = late.deciding(make).id
    visitors = [visitor(make.person(Role.LEADER)) for _n in range(2)]
    pages = [one.get(f"/decide/{case}") for one in visitors]
    seen = [filled(page, f"/decide/{case}/{deed}")["seen"] for page, deed in zip(pages, ("decide", "reject"), strict=True)]
    answers = at_once((visitors[0], lambda who: who.post(f"/decide/{case}/decide", {"seen": seen[0]})),
                      (visitors[1], lambda who: who.post(f"/decide/{case}/reject", {"seen": seen[1], "reason": "不符合。"})))
    assert sorted(one.status for one in answers) == [303, 409], [one.words for one in answers]
