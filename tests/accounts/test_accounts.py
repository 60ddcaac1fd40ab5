"""Signing in and out, the limit on attempts, messages, profile, password, language."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs, lifecycle, passwords
from portal.db import db, transaction
from portal.domain.workflow import Action, Role, Stage
from portal.models.event import Event
from portal.models.job import Message
from portal.models.person import Person
from portal.web.limits import limiter
from tests.make import PASSWORD, Make
from tests.walker import Walker

Enter = Callable[[Person], FlaskClient]


def try_to_enter(client: FlaskClient, sign_in: str, password: str, query: str = "") -> int:
    return client.post(f"/sign-in{query}", data={"sign_in": sign_in, "password": password}).status_code


def test_signing_in_leads_to_ones_own_desk_and_is_recorded(app: Flask, make: Make) -> None:
    expert = make.person(Role.EXPERT)
    walker = Walker(app.test_client()).sign_in(expert.sign_in)
    assert walker.url == "/review/"
    assert db.session.scalars(select(Event.actor_id).where(Event.action == "signed-in")).all() == [expert.id]


@pytest.mark.parametrize(("wanted", "reached"), [
    ("/profile", "/profile"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/"), ("/\\elsewhere", "/")])
def test_one_is_sent_on_to_pages_of_this_site_only(client: FlaskClient, make: Make, wanted: str, reached: str) -> None:
    officer = make.person(Role.OFFICER)
    answer = client.post("/sign-in", query_string={"next": wanted},
                         data={"sign_in": officer.sign_in.upper(), "password": PASSWORD})
    assert answer.status_code == 302 and answer.location == reached


def test_a_wrong_password_an_unknown_name_and_a_closed_account_look_the_same(client: FlaskClient, make: Make) -> None:
    known, closed = make.person(Role.OFFICER), make.person(Role.OFFICER)
    with transaction():
        closed.active = False
    pages = [client.post("/sign-in", data={"sign_in": name, "password": password})
             for name, password in ((known.sign_in, "wrong"), ("nobody", "wrong"), (closed.sign_in, PASSWORD))]
    assert {page.status_code for page in pages} == {422}
    assert all("登录名或密码不正确" in page.text for page in pages)


def test_too_many_attempts_are_refused(app: Flask, client: FlaskClient, make: Make) -> None:
    before = app.config["PORTAL"]
    app.config["PORTAL"] = replace(before, sign_in_limit="3 per minute")
    limiter.reset()
    try:
        tries = [try_to_enter(client, "nobody", "guess") for _ in range(5)]
    finally:
        app.config["PORTAL"] = before
        limiter.reset()
    assert tries == [422, 422, 422, 429, 429]


def test_passwords_are_kept_as_argon2(make: Make) -> None:
    person = make.person(Role.OFFICER)
    assert person.password_hash.startswith("$argon2id$") and PASSWORD not in person.password_hash
    assert passwords.matches(person.password_hash, PASSWORD)
    assert not passwords.matches(person.password_hash, "guess") and not passwords.matches(None, PASSWORD)


def test_signing_out_ends_the_session(make: Make, as_: Enter) -> None:
    client = as_(make.person(Role.OFFICER))
    assert client.get("/profile").status_code == 200
    client.post("/sign-out")
    assert client.get("/profile").status_code == 302


def test_a_new_password_ends_every_other_session(make: Make, as_: Enter) -> None:
    person = make.person(Role.OFFICER)
    here, elsewhere = as_(person), as_(person)
    walker = Walker(here).open("/profile")
    walker.send({"present": "wrong", "fresh": "another long one", "again": "another long one"},
                action="/profile/password", status=422).sees("当前密码不正确")
    walker.open("/profile").send({"present": PASSWORD, "fresh": "short", "again": "short"},
                                 action="/profile/password", status=422).sees("至少 10 个字符")
    walker.open("/profile").send({"present": PASSWORD, "fresh": "another long one", "again": "different one"},
                                 action="/profile/password", status=422).sees("两次输入的新密码不一致")
    walker.open("/profile").send({"present": PASSWORD, "fresh": "another long one", "again": "another long one"},
                                 action="/profile/password").sees("密码已修改")
    assert here.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 302


def test_the_profile_keeps_language_and_mail(make: Make, as_: Enter) -> None:
    person = make.person(Role.OFFICER)
    walker = Walker(as_(person)).open("/profile")
    walker.send({"language": "en", "notify": "off", "email": "new@example.invalid"}, action="/profile").sees("Language")
    db.session.rollback()
    person = db.session.get_one(Person, person.id, populate_existing=True)
    assert (person.language, person.notify, person.email) == ("en", "off", "new@example.invalid")


def test_a_message_waits_leads_to_its_case_and_is_read(make: Make, as_: Enter) -> None:
    case = make.application(stage=Stage.RECOMMENDING)
    officer = make.person(Role.OFFICER)
    with transaction():
        lifecycle.advance(case, Action.ENDORSE, by=make.person(Role.RECOMMENDER, division="500112"))
    jobs.work_off()
    message = db.session.scalars(select(Message).where(Message.person_id == officer.id)).one()
    walker = Walker(as_(officer)).open("/messages").sees("待形式审查", "未读")
    walker.follow(f"/messages/{message.id}")
    assert walker.url == f"/screen/{case.id}"
    walker.open("/messages").sees("已读")
    assert as_(make.person(Role.OFFICER)).get(f"/messages/{message.id}").status_code == 404


def test_messages_ask_the_database_the_same_few_questions_however_many(
        make: Make, as_: Enter, count_queries) -> None:  # type: ignore[no-untyped-def]
    few, many = make.person(Role.OFFICER), make.person(Role.OFFICER)
    with transaction() as session:
        for person, n in ((few, 1), (many, 20)):
            session.add_all(Message(person_id=person.id, text="to-screen", values={"institution": "示例", "number": str(i)},
                                    created_at=person.created_at) for i in range(n))
    counts = []
    for person in (few, many):
        client = as_(person)
        with count_queries() as seen:
            assert client.get("/messages").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


def test_the_language_is_chosen_and_remembered(client: FlaskClient, context: None) -> None:
    assert 'lang="zh-Hans"' in client.get("/sign-in").text
    answer = client.get("/language/en?next=/sign-in")
    assert answer.status_code == 302 and answer.location == "/sign-in"
    assert 'lang="en"' in client.get("/sign-in").text
    assert client.get("/language/fr").status_code == 404


def test_the_watcher_is_answered(client: FlaskClient, context: None) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
