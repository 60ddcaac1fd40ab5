"""The record: filters, the chain's state, and a file from which every digest can be computed again."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from portal import clock, lifecycle
from portal.db import db, transaction
from portal.domain import chain
from portal.domain.workflow import Role, Stage
from portal.models.event import Event
from portal.models.person import Person
from tests.make import Make

As = Callable[[Person], FlaskClient]


@pytest.fixture
def auditor(make: Make) -> Person:
    return make.person(Role.AUDITOR)


def record(make: Make) -> tuple[Person, str]:
    """A case whose applicant attached and submitted, and an account that was invited."""
    case = make.application(stage=Stage.RECOMMENDING)
    with transaction():
        lifecycle.append("attach", by=case.operator, role="applicant", case=case, before="draft", after="draft",
                         detail={"item": "T2"}, at=datetime(2026, 1, 5, 17, tzinfo=UTC))
        lifecycle.append("submit", by=case.operator, role="applicant", case=case, before="draft", after="recommending",
                         reason="=1+1")
        lifecycle.record("invited-person", by=case.operator, detail={"person": case.operator_id})
    return case.operator, case.number


def shown(client: FlaskClient, query: str) -> int:
    return client.get("/administer/record?" + query).text.count('data-label="操作"')


def test_filters(make: Make, auditor: Person, as_: As) -> None:
    person, number = record(make)
    client = as_(auditor)
    assert shown(client, "") == 4, "three deeds and the auditor's sign-in"
    assert shown(client, "action=submit") == 1
    assert shown(client, f"case={number}") == 2
    assert shown(client, f"who={person.sign_in}") == 3
    assert shown(client, "since=2026-01-06&until=2026-01-06") == 1, "17:00 UTC is the next day in China"
    assert shown(client, "until=2026-01-05") == 0
    assert shown(client, "since=yesterday") == 4
    tomorrow = clock.today() + timedelta(days=1)
    assert shown(client, f"since={tomorrow}") == 0


def test_the_button_verifies_the_chain(make: Make, auditor: Person, as_: As) -> None:
    record(make)
    client = as_(auditor)
    assert "note-stop" not in client.get("/administer/record").text
    whole = client.get("/administer/record?verify=1").text
    assert 'role="status"' in whole and "note-stop" not in whole
    with db.engine.begin() as connection:
        connection.execute(text("update event set reason = 'changed by hand' where action = 'submit'"))
    db.session.rollback()  # the test shares its session, and what it has read, with the requests
    broken = client.get("/administer/record?verify=1").text
    assert "note-stop" in broken
    assert "altered: event row" in broken and "sequence 2" in broken


def test_the_file_holds_what_every_digest_needs_and_no_names(make: Make, auditor: Person, as_: As) -> None:
    person, _number = record(make)
    answer = as_(auditor).get("/administer/record.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert person.name not in answer.text and person.email not in answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert rows[-2]["reason"] == "'=1+1", "no formula for a spreadsheet"
    previous = chain.GENESIS
    for row in reversed(rows):
        payload = {
            "seq": int(row["seq"]), "application": int(row["application"]) if row["application"] else None,
            "actor": int(row["actor"]) if row["actor"] else None, "role": row["role"], "action": row["action"],
            "before": row["stage_before"], "after": row["stage_after"], "reason": row["reason"].removeprefix("'"),
            "detail": json.loads(row["detail"]), "at": row["at"]}
        assert row["previous"] == previous
        previous = chain.digest_of(previous, payload)
        assert row["digest"] == previous


def test_the_file_follows_the_filters(make: Make, auditor: Person, as_: As) -> None:
    record(make)
    answer = as_(auditor).get("/administer/record.csv?action=submit")
    assert [row["action"] for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))] == ["submit"]


def test_the_page_asks_no_more_for_more_deeds(make: Make, auditor: Person, as_: As, count_queries) -> None:
    client = as_(auditor)
    record(make)
    with count_queries() as few:
        client.get("/administer/record")
    for _n in range(20):
        record(make)
    assert len(set(db.session.scalars(select(Event.actor_id)))) > 20
    with count_queries() as many:
        client.get("/administer/record")
    assert len(many) == len(few) <= 15
