"""A database that is stopped and started, or locked, under a served portal: words and 503 meanwhile, then all goes on by itself."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from portal.db import db
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.job import Message
from portal.models.person import Person
from tests.faults.cast import Cast
from tests.faults.desks import IssueMany, Withdraw
from tests.faults.instance import Instance, instance
from tests.faults.visitor import Visitor
from tests.make import Make
from tests.servers import Cluster, MailServer, cluster


def test_a_restarted_postgresql_is_waited_for(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("needs --database=postgresql")
    with cluster() as server, MailServer() as mails, instance(
            "postgresql", DATABASE_URL=server.url, MAIL_HOST="127.0.0.1", MAIL_PORT=str(mails.port)) as at:
        at.start()
        cast = Cast()
        many, one = IssueMany(at, cast, 1), Withdraw(at, cast, 2)
        for deed in (many, one):
            deed.enter()
        many.do()                     # the worker is in the middle of it when its database goes
        db.session.remove()
        db.engine.dispose()           # of the test's own connections
        server.stop()
        officer, stranger = many.visitor, Visitor(at.port)
        for visitor in (officer, stranger):
            for path in ("/", "/units", "/certify/", "/desk"):
                answer = visitor.ask("GET", path)
                assert answer.status in {200, 302, 503}, f"{path}: {answer.status}"
                if answer.status == 503:
                    assert "数据库" in answer.text and int(answer.headers["retry-after"]) > 0
        english = officer.ask("GET", "/certify/?language=en")
        assert english.status == 503 and "database" in english.text and "btn-main" in english.text
        assert officer.ask("GET", "/healthz").status == 503
        pressed = one.visitor.post(f"/apply/{one.number}/withdraw", {"reason": "今年不再申报。"}, Accept="application/json")
        assert pressed.status == 503 and "数据库" in pressed.json["message"]
        server.start()
        assert Visitor(at.port).ask("GET", "/healthz").status == 200
        answered = crowded(at, officer, server)
        assert set(answered) <= {200, 302, 503} and answered[503] and answered[200]
        # neither web server nor worker was started again: what waited is done, and what is pressed again as well
        one.again()
        many.follow()
        one.follow()
        for deed in (many, one):
            deed.faults[:] = [fault for fault in deed.faults if not fault.endswith(": 503")]
            deed.check()
            assert deed.faults == []
        assert len({str(mail["Message-ID"]) for mail in mails.received}) == len(db.session.scalars(select(Message)).all())
        assert "started again" not in at.told()


def crowded(at: Instance, officer: Visitor, server: Cluster, *, restarts: int = 3) -> Counter[int]:
    """What several people at once are answered while the database is restarted under them, also in the middle of an answer."""
    answered: Counter[int] = Counter()
    over = Event()

    def ask(visitor: Visitor, *paths: str) -> None:
        while not over.is_set():
            for path in paths:
                answered[visitor.ask("GET", path).status] += 1

    crowd = [Thread(target=ask, args=one) for one in (
        (Visitor(at.port), "/units", "/"), (Visitor(at.port, dict(officer.cookies)), "/certify/", "/desk"),
        (Visitor(at.port, dict(officer.cookies)), "/certify/register", "/screen/"))]
    for one in crowd:
        one.start()
    for _ in range(restarts):
        time.sleep(0.5)
        server.stop()
        time.sleep(0.3)
        server.start()
    time.sleep(1)
    over.set()
    for one in crowd:
        one.join()
    return answered


def test_a_locked_sqlite_is_answered_in_words(app: Flask, make: Make, as_: Callable[[Person], FlaskClient], tmp_path: Path) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("needs SQLite")
    officer = make.person(Role.OFFICER)
    client = as_(officer)
    house = make.institution()
    applicant = make.applicant(house)
    case = make.application(stage=Stage.SCREENING, institution=house, operator=applicant)
    number, theirs = case.id, as_(applicant)

    def impatient(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA busy_timeout=150")

    db.session.remove()
    event.listen(db.engine, "checkout", impatient)
    holder = sqlite3.connect(app.config["PORTAL"].data / "portal.sqlite", isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        answer = theirs.post(f"/apply/{number}/withdraw", data={"reason": "今年不再申报。"})
        assert answer.status_code == 503 and "数据库" in answer.text and answer.headers["Retry-After"]
        assert time.monotonic() - began < 10
        # whoever only reads is not held up
        assert client.get("/desk").status_code in {200, 302} and client.get("/healthz").status_code == 200
        holder.execute("ROLLBACK")
        assert theirs.post(f"/apply/{number}/withdraw", data={"reason": "今年不再申报。"}).status_code == 303
    finally:
        holder.close()
        event.remove(db.engine, "checkout", impatient)
        # connections keep their patience until they are closed
        db.session.remove()
        db.engine.dispose()
    assert db.session.get_one(Application, number).stage == Stage.WITHDRAWN
