"""Whoever guesses at the door learns nothing, and a session ends with what it rests on."""

from collections.abc import Callable

from flask.testing import FlaskClient

from portal.accounts import actions
from portal.db import transaction
from portal.domain.workflow import Role
from portal.models.person import Person
from tests.make import Make


def test_a_guessed_name_is_told_nothing(client: FlaskClient, make: Make) -> None:
    known, gone = make.person(Role.OFFICER), make.person(Role.OFFICER)
    with transaction():
        gone.active = False
    told = set()
    for name in (known.sign_in, gone.sign_in, "nobody.at.all"):
        answer = client.post("/sign-in", data={"sign_in": name, "password": "wrong password"})
        told.add((answer.status_code, answer.text.replace(name, "…")))
    assert len(told) == 1


def test_a_session_ends_with_the_password_and_the_account(make: Make, as_: Callable[[Person], FlaskClient]) -> None:
    person = make.person(Role.OFFICER)
    one, other = as_(person), as_(person)
    assert one.get("/screen/").status_code == 200
    actions.change_password(person, "another good password")
    assert other.get("/screen/").status_code == 302
    again = make.person(Role.OFFICER)
    client = as_(again)
    with transaction():
        again.active = False
    assert client.get("/screen/").status_code == 302
