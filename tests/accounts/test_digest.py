"""Mail as each person wants it: at once, once a day, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, digest, jobs, lifecycle
from portal.db import db, transaction
from portal.domain.workflow import Action, Role, Stage
from portal.models.job import Message
from portal.models.person import Person
from portal.outages import MailUnreachable
from tests.make import Make
from tests.servers import MailServer


@pytest.fixture
def mail(app: Flask) -> Iterator[MailServer]:
    with MailServer() as server:
        before = app.config["PORTAL"]
        app.config["PORTAL"] = replace(before, mail_host="127.0.0.1", mail_port=server.port)
        yield server
        app.config["PORTAL"] = before


def wants(person: Person, how: str) -> Person:
    with transaction():
        person.notify = how
    return person


def endorse(make: Make, number: int = 1) -> None:
    for _n in range(number):
        case, recommender = make.application(stage=Stage.RECOMMENDING), make.person(Role.RECOMMENDER, division="500112")
        with transaction():
            lifecycle.advance(case, Action.ENDORSE, by=recommender)
    jobs.work_off()


def to(mail: MailServer, person: Person) -> list[str]:
    return [one["Subject"] for one in mail.received if one["To"] == person.email]


def test_each_gets_mail_as_wanted(make: Make, mail: MailServer) -> None:
    once, daily, never = (wants(make.person(Role.OFFICER, language="en"), how) for how in ("at-once", "digest", "off"))
    endorse(make, 2)
    assert (len(to(mail, once)), to(mail, daily), to(mail, never)) == (2, [], [])
    assert digest.send(clock.now()) == 1
    assert (len(to(mail, once)), to(mail, daily), to(mail, never)) == (2, ["2 new messages"], [])
    [body] = [one.get_content() for one in mail.received if one["To"] == daily.email]
    assert body.count("http://portal.test/screen/") == 2 and "http://portal.test/desk" in body
    assert digest.send(clock.now()) == 0, "nothing is mailed twice"


def test_what_was_read_or_is_old_is_not_mailed(make: Make, mail: MailServer) -> None:
    daily = wants(make.person(Role.OFFICER), "digest")
    endorse(make)
    assert digest.send(clock.now() + timedelta(days=9)) == 0
    with transaction() as session:
        for message in session.scalars(select(Message).where(Message.person_id == daily.id)):
            message.read_at = clock.now()
    assert digest.send(clock.now()) == 0 and to(mail, daily) == []


def test_a_mail_server_that_is_down_loses_nothing(app: Flask, make: Make, mail: MailServer) -> None:
    daily = wants(make.person(Role.OFFICER), "digest")
    endorse(make)
    up = app.config["PORTAL"]
    app.config["PORTAL"] = replace(up, mail_port=1)
    with pytest.raises(MailUnreachable):
        digest.send(clock.now())
    app.config["PORTAL"] = up
    db.session.expire_all()
    assert digest.send(clock.now()) == 1 and len(to(mail, daily)) == 1
