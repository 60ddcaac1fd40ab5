"""The announcing desk and the public's side of notices: publishing, objecting, answering, and what is refused."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock, workcalendar
from portal.db import db, transaction
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.workdays import workdays_between
from portal.domain.workflow import ActionNotAllowed, Role, Stage
from portal.models.event import Event
from portal.models.notice import Objection, PublicNotice
from portal.models.person import Person
from portal.stages.announce import actions, gazette
from tests.make import Make
from tests.stages import late
from tests.stages.reading import words

As = Callable[[Person], FlaskClient]
WORDS = {"title": "关于示例名单的公示", "basis": "根据示例。", "contact_office": "节能管理处",
         "contact_phone": "023-00000000", "contact_address": "示例路1号"}
OBJECTION = {"party": "person", "name": "示例公民", "phone": "13900000000", "address": "示例巷2号",
             "facts": "现场所见节水器具数量与名单所列申报不符，附照片为证。"}


def test_publish_draws_a_number_counts_working_days_and_moves_every_case(make: Make) -> None:
    officer, round_ = make.person(Role.OFFICER), make.round()
    district = late.decided(make, round=round_, institution=make.institution(division="500101"))
    municipal = late.decided(make, round=round_, institution=make.institution(department=make.department()))
    made = actions.publish([district, municipal], by=officer, **WORDS)
    assert [one.application_id for one in made.entries] == [municipal.id, district.id]
    assert made.published_on == clock.today() and made.workdays == 5
    assert workdays_between(made.published_on, made.last_day, is_workday=workcalendar.is_workday) == 5
    assert workcalendar.is_workday(made.last_day)
    assert {district.stage, municipal.stage} == {Stage.ANNOUNCED}
    other = actions.publish([late.decided(make)], by=officer, **WORDS)
    assert made.number != other.number
    assert int(other.number.split("〕")[1].rstrip("号")) == int(made.number.split("〕")[1].rstrip("号")) + 1


def test_publish_is_refused_while_a_countersignature_is_missing_and_then_nothing_is_published(make: Make) -> None:
    officer = make.person(Role.OFFICER)
    ready, waiting = late.decided(make), late.decided(make, agreed=None)
    for cases in ([ready, waiting], [late.deciding(make)], []):
        with pytest.raises(actions.NotReady):
            actions.publish(cases, by=officer, **WORDS)
    assert ready.stage is Stage.DECIDING and db.session.scalar(select(PublicNotice.id)) is None


def test_a_national_case_is_announced_only_when_it_was_named(make: Make) -> None:
    officer = make.person(Role.OFFICER)
    with pytest.raises(actions.NotReady):
        actions.publish([late.nominated(make, outcome="")], by=officer, **WORDS)
    with pytest.raises(actions.NotReady):
        actions.publish([late.decided(make, edition="national-2017", shares=("0.95",) * 5)], by=officer, **WORDS)
    named = late.nominated(make)
    actions.publish([named], by=officer, **WORDS)
    assert named.stage is Stage.ANNOUNCED


@pytest.mark.parametrize("role", [Role.LEADER, Role.EXPERT, Role.MODERATOR])
def test_only_an_officer_publishes_and_answers(make: Make, role: Role) -> None:
    person = make.person(role)
    with pytest.raises(ActionNotAllowed):
        actions.publish([late.decided(make)], by=person, **WORDS)
    raised = late.objection(late.on_notice(make))
    for deed in (actions.dismiss, actions.uphold):
        with pytest.raises(ActionNotAllowed):
            deed(raised, by=person, answer="不成立。")


def test_an_objection_gets_a_receipt_and_the_record_names_nobody(make: Make) -> None:
    notice = late.on_notice(make)
    made = actions.object_to(notice.entries[0], **OBJECTION)
    assert actions.object_to(notice.entries[0], **OBJECTION) is made
    again = actions.object_to(notice.entries[0], **OBJECTION | {"facts": "现场另见漏水，附照片。"})
    assert made.receipt != again.receipt and made.state == "open"
    event = db.session.scalars(select(Event).where(Event.action == "object").order_by(Event.seq)).first()
    assert event is not None and event.actor_id is None and event.detail["receipt"] == made.receipt
    kept = f"{event.reason}{event.detail}"
    assert not any(str(OBJECTION[key]) in kept for key in ("name", "phone", "address", "facts"))
    assert notice.entries[0].application.stage is Stage.ANNOUNCED


def test_an_objection_after_the_last_day_is_refused(make: Make) -> None:
    notice = late.on_notice(make, over=True)
    with pytest.raises(actions.NoticeOver):
        actions.object_to(notice.entries[0], **OBJECTION)
    assert db.session.scalar(select(Objection.id)) is None
    with transaction():
        notice.last_day = clock.today()
    assert actions.object_to(notice.entries[0], **OBJECTION).receipt


def test_an_objection_to_a_case_that_is_no_longer_announced_is_refused(make: Make) -> None:
    notice = late.on_notice(make, cases=(late.decided(make, stage=Stage.CERTIFIED),))
    with pytest.raises(ActionNotAllowed):
        actions.object_to(notice.entries[0], **OBJECTION)


def test_dismissing_keeps_the_case_going(make: Make) -> None:
    raised, officer = late.objection(late.on_notice(make)), make.person(Role.OFFICER)
    actions.dismiss(raised, by=officer, answer="经核查不成立。")
    assert (raised.state, raised.answer, raised.answered_by_id) == ("dismissed", "经核查不成立。", officer.id)
    assert raised.application.stage is Stage.ANNOUNCED
    for deed in (actions.dismiss, actions.uphold):
        with pytest.raises(ChangedMeanwhile):
            deed(raised, by=officer, answer="再答。")


def test_upholding_ends_the_case_and_answers_its_other_objections(make: Make) -> None:
    notice = late.on_notice(make)
    first, second = late.objection(notice), late.objection(notice)
    actions.uphold(first, by=make.person(Role.OFFICER), answer="经核查属实。")
    db.session.refresh(second)
    assert first.application.stage is Stage.OBJECTION_UPHELD
    assert (second.state, second.answer) == ("upheld", "经核查属实。")


def test_compose_preview_publish_on_the_pages(make: Make, as_: As) -> None:
    case, client = late.decided(make), as_(make.person(Role.OFFICER))
    assert "/announce/new/water-saving-2013" in client.get("/announce/").text
    opened = client.get("/announce/new/water-saving-2013").text
    assert case.institution.name in opened and "市级节水型单位" in opened
    assert client.post("/announce/new/water-saving-2013", data=WORDS | {"title": ""}).status_code == 422
    assert client.post("/announce/new/water-saving-2013", data=WORDS).status_code == 422
    preview = client.post("/announce/new/water-saving-2013", data=WORDS | {"cases": case.id})
    assert preview.status_code == 200 and case.stage is Stage.DECIDING and "gazette" in preview.text
    assert client.post("/announce/new/water-saving-2013",
                       data=WORDS | {"cases": case.id, "edit": 1}).status_code == 200
    done = client.post("/announce/new/water-saving-2013", data=WORDS | {"cases": case.id, "publish": 1})
    assert done.status_code == 303
    page = client.get(done.location)
    assert page.status_code == 200 and case.institution.name in page.text
    assert client.get("/announce/all").status_code == 200
    assert client.get("/announce/new/nothing").status_code == 404


def test_the_printed_notice_lists_the_units(make: Make, client: FlaskClient) -> None:
    notice = late.on_notice(make)
    answer = client.get(f"/notices/{notice.id}/notice.pdf")
    assert answer.mimetype == "application/pdf"
    text = words(answer.data)
    assert notice.entries[0].application.institution.name in text and notice.number in text


def test_the_paper_is_chinese_whoever_downloads_it(make: Make, client: FlaskClient) -> None:
    notice = late.on_notice(make)
    assert "School" not in words(client.get(f"/notices/{notice.id}/notice.pdf?language=en").data)


def test_divisions_with_few_units_share_a_title_and_crowded_ones_do_not(make: Make) -> None:
    round_ = make.round()
    few = [late.decided(make, round=round_, institution=make.institution(division=code))
           for code in ("500112", "500101")]
    assert [(block.title, len(block.lines)) for block in gazette.blocks(few)] == [("区县（自治县）及功能区", 2)]
    assert [block.title for block in gazette.blocks(few[:1])] == ["渝北区"]
    many = few + [late.decided(make, round=round_, institution=make.institution(division=code))
                  for code in ("500112", "500101") * 2]
    assert [(block.title, len(block.lines)) for block in gazette.blocks(many)] == [("万州区", 3), ("渝北区", 3)]


def test_the_public_page_shows_the_list_and_never_who_objected(make: Make, client: FlaskClient) -> None:
    notice = late.on_notice(make)
    raised = late.objection(notice)
    actions.dismiss(raised, by=make.person(Role.OFFICER, name="某经办"), answer="经核查不成立。")
    late.objection(notice, name="另一公民")
    index, page = client.get("/notices").text, client.get(f"/notices/{notice.id}").text
    assert notice.title in index and notice.entries[0].application.institution.name in page
    assert "经核查不成立。" in page
    receipt = client.get(f"/notices/objections/{raised.receipt}").text
    assert "经核查不成立。" in receipt
    for text in (index, page, receipt):
        assert not any(word in text for word in ("示例公民", "另一公民", "13900000000", "示例巷2号", "citizen@", "某经办"))
        assert "附照片" not in text
    assert client.get(f"/notices/{notice.number}").location.endswith(f"/notices/{notice.id}")
    assert client.get("/notices/没有此号").status_code == 404 and client.get("/notices/999").status_code == 404


def test_a_stranger_objects_on_the_page_with_attachments(make: Make, client: FlaskClient, png: bytes) -> None:
    notice = late.on_notice(make)
    url, entry = f"/notices/{notice.id}/object", notice.entries[0].id
    assert client.get(url).status_code == 200
    done = client.post(url, data=OBJECTION | {"entry": entry, "files": (io.BytesIO(png), "照片.png")})
    assert done.status_code == 303
    made = db.session.scalars(select(Objection)).one()
    assert made.receipt in done.location and made.receipt in client.get(done.location).text
    assert [one.file.name for one in made.attachments] == ["照片.png"]
    assert made.attachments[0].file.institution_id is None


@pytest.mark.parametrize("change", [
    {"name": ""}, {"facts": "短"}, {"phone": "call me"}, {"party": "robot"}, {"entry": 999}, {"entry": 0}, {"address": ""},
    {"email": "nothing"}])
def test_an_incomplete_objection_comes_back_with_what_was_typed(make: Make, client: FlaskClient,
                                                                change: dict[str, Any]) -> None:
    notice = late.on_notice(make)
    data = OBJECTION | {"entry": notice.entries[0].id} | change
    answer = client.post(f"/notices/{notice.id}/object", data=data)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert change.get("address") == "" or "示例巷2号" in answer.text
    assert db.session.scalar(select(Objection.id)) is None


def test_a_refused_attachment_is_named_and_nothing_is_taken(make: Make, client: FlaskClient) -> None:
    notice = late.on_notice(make)
    data = OBJECTION | {"entry": notice.entries[0].id, "files": (io.BytesIO(b"MZ\x90\x00"), "tool.pdf")}
    answer = client.post(f"/notices/{notice.id}/object", data=data)
    assert answer.status_code == 422 and "tool.pdf" in answer.text
    assert db.session.scalar(select(Objection.id)) is None


def test_the_form_is_closed_after_the_period(make: Make, client: FlaskClient) -> None:
    notice = late.on_notice(make, over=True)
    page = client.get(f"/notices/{notice.id}/object").text
    assert "note-stop" in page and "<textarea" not in page
    assert client.get(f"/notices/{notice.id}").status_code == 200
    posted = client.post(f"/notices/{notice.id}/object", data=OBJECTION | {"entry": notice.entries[0].id})
    assert posted.status_code == 409


def test_looking_up_a_receipt(make: Make, client: FlaskClient) -> None:
    raised = late.objection(late.on_notice(make))
    assert "请填写回执编号" not in client.get("/notices/objections").text
    assert "请填写回执编号" in client.get("/notices/objections?receipt=+").text
    assert client.get(f"/notices/objections?receipt={raised.receipt.lower()}").location.endswith(raised.receipt)
    assert client.get("/notices/objections?receipt=2026-9999-XXXX").status_code == 404
    assert client.get("/notices/objections/2026-9999-XXXX").status_code == 404


def test_the_desk_answers_an_objection(make: Make, as_: As) -> None:
    notice, client = late.on_notice(make), as_(make.person(Role.OFFICER))
    raised = late.objection(notice)
    page = client.get(f"/announce/objections/{raised.id}").text
    assert "13900000000" in page
    url = f"/announce/objections/{raised.id}"
    assert client.post(f"{url}/dismiss", data={"answer": ""}).status_code == 422
    asked = client.post(f"{url}/uphold", data={"answer": "属实。"})
    assert asked.status_code == 200 and notice.entries[0].application.stage is Stage.ANNOUNCED
    assert client.post(f"{url}/uphold", data={"answer": "属实。", "confirmed": 1}).status_code == 303
    db.session.expire_all()
    assert notice.entries[0].application.stage is Stage.OBJECTION_UPHELD
    assert client.post(f"{url}/dismiss", data={"answer": "不成立。"}).status_code == 409
    assert client.get("/announce/objections/999").status_code == 404


def test_the_door_of_the_desk(make: Make, as_: As, client: FlaskClient) -> None:
    notice = late.on_notice(make)
    raised = late.objection(notice)
    assert client.get("/announce/").status_code == 302
    expert = as_(make.person(Role.EXPERT))
    for path in ("/announce/", f"/announce/{notice.id}", f"/announce/objections/{raised.id}"):
        assert expert.get(path).status_code == 403


def test_an_attachment_is_sent_as_a_file_to_the_desk_only(make: Make, as_: As, client: FlaskClient,
                                                          png: bytes) -> None:
    notice = late.on_notice(make)
    client.post(f"/notices/{notice.id}/object",
                data=OBJECTION | {"entry": notice.entries[0].id, "files": (io.BytesIO(png), "照片.png")})
    made = db.session.scalars(select(Objection)).one()
    url = f"/announce/objections/{made.id}/files/{made.attachments[0].file_id}"
    with as_(make.person(Role.OFFICER)).get(url) as answer:
        assert answer.data == png and "attachment" in answer.headers["Content-Disposition"]
    assert client.get(url).status_code == 302
    other = late.objection(notice)
    assert as_(make.person(Role.OFFICER)).get(
        f"/announce/objections/{other.id}/files/{made.attachments[0].file_id}").status_code == 404


@pytest.mark.parametrize("path", ["/announce/", "/announce/all", "/announce/{notice}", "/announce/new/water-saving-2013",
                                  "/notices", "/notices/{notice}"])
def test_queries_do_not_grow_with_rows(make: Make, as_: As, count_queries: Any, path: str) -> None:
    client, round_ = as_(make.person(Role.OFFICER)), make.round()
    notice = late.on_notice(make, round=round_)

    def fill(n: int) -> None:
        for _n in range(n):
            late.decided(make, round=round_)
            late.objection(late.on_notice(make, round=round_))
            case = late.decided(make, round=round_, stage=Stage.ANNOUNCED)
            with transaction():
                notice.entries.append(type(notice.entries[0])(application_id=case.id, position=len(notice.entries) + 1))
            late.objection(notice)

    url = path.format(notice=notice.id)
    fill(1)
    with count_queries() as few:
        assert client.get(url).status_code == 200
    fill(6)
    with count_queries() as many:
        assert client.get(url).status_code == 200
    assert len(many) <= len(few) and len(many) <= 15, "\n".join(many)


def test_the_days_of_a_notice_are_its_working_days(make: Make, app: Flask) -> None:
    made = actions.publish([late.decided(make)], by=make.person(Role.OFFICER), **WORDS)
    days = gazette.workdays(made)
    assert len(days) == made.workdays and days[-1] == made.last_day and days[0] > made.published_on
    assert gazette.runs(made)
    with transaction():
        made.published_on, made.last_day = clock.today() - timedelta(days=9), clock.today() - timedelta(days=1)
    assert not gazette.runs(made)


@pytest.fixture
def png() -> bytes:
    """A small real picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#336655").save(out, "PNG")
    return out.getvalue()
