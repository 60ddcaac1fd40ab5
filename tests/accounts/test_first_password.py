"""A password that an administrator gave opens nothing but the page on which it is changed."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from portal.administer import actions
from portal.db import db
from portal.domain.workflow import Role
from portal.models.person import Person
from tests.make import Make
from tests.walker import Walker

As = Callable[[Person], FlaskClient]


def test_a_given_password_is_changed_before_anything_else(app: Flask, make: Make) -> None:
    person, given = actions.invite(sign_in="newcomer", name="新人", by=make.person(Role.ADMINISTRATOR))
    client = app.test_client()
    walker = Walker(client).sign_in("newcomer", given).sees("设置本人密码")
    assert walker.url == "/first-password"
    assert client.get("/messages").location == "/first-password"
    assert client.post("/messages/read").status_code == 403
    walker.open("/verify")
    walker.open("/first-password").send({"fresh": given, "again": given}, status=422).sees("请另设一个")
    walker.open("/first-password").send({"fresh": "short", "again": "short"}, status=422).sees("至少 10 个字符")
    walker.open("/first-password").send({"fresh": "one of my very own", "again": "one of my very own"})
    assert walker.url == "/desk"
    db.session.refresh(person)
    assert not person.first_password
    assert client.get("/first-password").location == "/profile"


def test_a_new_given_password_has_to_be_changed_again(app: Flask, make: Make, as_: As) -> None:
    person = make.person(Role.OFFICER)
    client = as_(person)
    assert client.get("/profile").status_code == 200
    given = actions.new_password(person, by=make.person(Role.ADMINISTRATOR))
    assert client.get("/profile").status_code == 302, "the old session ended"
    assert Walker(app.test_client()).sign_in(person.sign_in, given).url == "/first-password"


def test_people_of_the_demonstration_and_of_old_are_exempt(make: Make) -> None:
    assert make.person(Role.OFFICER).first_password is False
