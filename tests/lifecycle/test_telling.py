"""Everyone knows it is their turn: messages and mail after the commit, once, in the reader's language, by real SMTP."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal import jobs, lifecycle
from portal.db import db, transaction
from portal.domain.workflow import Action, Role, Stage
from portal.models.job import Job, Message
from tests.make import Make
from tests.servers import MailServer


@pytest.fixture
def mail(app: Flask) -> Iterator[MailServer]:
    before = app.config["PORTAL"]
    with MailServer() as server:
        app.config["PORTAL"] = replace(before, mail_host="127.0.0.1", mail_port=server.port)
        yield server
    app.config["PORTAL"] = before


def test_a_return_reaches_the_institution_in_each_readers_language(make: Make, mail: MailServer) -> None:
    school = make.institution(name="重庆市示例青禾中学校")
    applicant = make.applicant(school)
    head = make.person(Role.SIGNATORY, institution=school, language="en")
    make.applicant(make.institution())
    case = make.application(institution=school, operator=applicant, stage=Stage.RECOMMENDING)
    with transaction():
        lifecycle.advance(case, Action.RETURN, by=make.person(Role.RECOMMENDER, division="500112"), reason="缺水平衡测试报告")
    assert mail.received == []
    assert jobs.work_off() == 1
    by_person = {m["To"]: m for m in mail.received}
    assert set(by_person) == {applicant.email, head.email}
    assert "请补正" in by_person[applicant.email]["Subject"]
    body = by_person[applicant.email].get_content()
    assert "缺水平衡测试报告" in body and f"http://portal.test/apply/{case.id}" in body
    assert "To correct" in by_person[head.email]["Subject"]
    assert {m.person_id for m in db.session.scalars(select(Message))} == {applicant.id, head.id}


def test_telling_twice_sends_once(make: Make, mail: MailServer) -> None:
    case = make.application(stage=Stage.RECOMMENDING)
    officer = make.person(Role.OFFICER)
    with transaction():
        event = lifecycle.advance(case, Action.ENDORSE, by=make.person(Role.RECOMMENDER, division="500112"))
    jobs.work_off()
    sent = len(mail.received)
    assert officer.email in {m["To"] for m in mail.received}
    jobs.JOBS["tell"](event=event.id, extra=[])
    assert len(mail.received) == sent == len(db.session.scalars(select(Message)).all())


def test_whoever_wants_no_mail_gets_the_message_only(make: Make, mail: MailServer) -> None:
    case = make.application(stage=Stage.RECOMMENDING)
    officer = make.person(Role.OFFICER)
    with transaction():
        officer.notify = "off"
    with transaction():
        lifecycle.advance(case, Action.ENDORSE, by=make.person(Role.RECOMMENDER, division="500112"))
    jobs.work_off()
    assert officer.email not in {m["To"] for m in mail.received}
    assert db.session.scalars(select(Message).where(Message.person_id == officer.id)).one()


def test_a_mail_server_that_is_down_loses_nothing(app: Flask, make: Make) -> None:
    before = app.config["PORTAL"]
    case = make.application(stage=Stage.RECOMMENDING)
    make.person(Role.OFFICER)
    with MailServer() as server:
        down = replace(before, mail_host="127.0.0.1", mail_port=server.port)
    app.config["PORTAL"] = down
    try:
        with transaction():
            lifecycle.advance(case, Action.ENDORSE, by=make.person(Role.RECOMMENDER, division="500112"))
        assert jobs.work_off() == 0
        job = db.session.scalars(select(Job)).one()
        assert jobs.work_off() == 0
        assert job.state == "waiting" and job.attempts == 0 and "ConnectionRefused" in job.error
        with MailServer() as server:
            app.config["PORTAL"] = replace(before, mail_host="127.0.0.1", mail_port=server.port)
            assert jobs.work_off() == 1
            assert len(server.received) == len(db.session.scalars(select(Message)).all()) == 2
    finally:
        app.config["PORTAL"] = before


def test_an_address_that_is_refused_holds_up_nobody_else(app: Flask, make: Make, mail: MailServer) -> None:
    case = make.application(stage=Stage.SCREENING)
    nobody, somebody = (make.person(Role.SIGNATORY, institution=case.institution) for _ in range(2))
    mail.refused.add(nobody.email)
    with transaction():
        lifecycle.advance(case, Action.WITHDRAW, by=case.operator, reason="今年不再申报。")
    assert jobs.work_off() == 0
    assert [str(one["To"]) for one in mail.received] == [somebody.email]
    for _ in range(jobs.ATTEMPTS):
        jobs.work_off()
    job = db.session.scalars(select(Job)).one()
    assert job.state == "failed" and nobody.email in job.error and len(mail.received) == 1


def test_a_mail_that_goes_again_is_known_for_the_same(make: Make, mail: MailServer) -> None:
    case = make.application(stage=Stage.SCREENING)
    make.person(Role.SIGNATORY, institution=case.institution)
    with transaction():
        lifecycle.advance(case, Action.WITHDRAW, by=case.operator, reason="今年不再申报。")
    jobs.work_off()
    with transaction() as session:  # as after a worker that was killed between the sending and the note of it
        for message in session.scalars(select(Message)):
            message.mailed_at = None
        for job in session.scalars(select(Job)):
            job.state = "waiting"
    jobs.work_off()
    assert len(mail.received) == 2 and len({str(one["Message-ID"]) for one in mail.received}) == 1
