"""Processes that start at the same instant on an empty instance, and workers that look for the same work."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from portal import clock, outbox
from portal.db import db, transaction
from portal.domain.workflow import Action, Role, Stage
from portal.models.job import Job, Message
from portal.models.work import WorkRow
from tests.concurrency.crew import Crew
from tests.make import Make
from tests.servers import MailServer
from tests.stages import late

ONE = """
import sys, time
from pathlib import Path
from flask_migrate import upgrade
from portal import settings
from portal.app import create_app
data, url, at = sys.argv[1], sys.argv[2], float(sys.argv[3])
time.sleep(max(0, at - time.time()))
app = create_app(settings.read({}, data=Path(data), database_url=url))
with app.app_context():
    upgrade()
    from portal import lifecycle, signing
    from portal.db import db, transaction
    with transaction():
        lifecycle.record("started", by=None)
    key = signing.credential_public_key().hex()
    db.session.remove()
    db.engine.dispose()
print(app.secret_key, key)
"""


@pytest.fixture
def empty_url(database_url: str) -> Iterator[str]:
    """A database of its own without a table; empty for SQLite in the data folder."""
    if not database_url:
        yield ""
        return
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("create database first_start"))
        yield database_url.rsplit("/", 1)[0] + "/first_start"
        connection.execute(text("drop database first_start with (force)"))
    engine.dispose()


def test_several_processes_make_one_instance(tmp_path: Path, empty_url: str) -> None:
    """One key for sessions, one for credentials, every migration once, one chain."""
    at = str(clock.now().timestamp() + 3)
    environment = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "DATA", "DATABASE_URL"}}
    started = [subprocess.Popen([sys.executable, "-c", ONE, str(tmp_path / "instance"), empty_url, at], env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _n in range(3)]
    ended = [one.communicate(timeout=120) for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], [error[-3000:] for _said, error in ended]
    keys = {said.split()[-2:][0] for said, _error in ended}, {said.split()[-1] for said, _error in ended}
    assert len(keys[0]) == len(keys[1]) == 1 and len(next(iter(keys[0]))) == 64
    engine = create_engine(empty_url.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{tmp_path}/instance/portal.sqlite")
    with engine.connect() as connection:
        assert [row[0] for row in connection.execute(text("select seq from event order by seq"))] == [1, 2, 3]
        assert len(connection.execute(text("select * from alembic_version")).all()) == 1
    engine.dispose()


def test_workers_that_sweep_at_once_do_each_job_once(make: Make, crew: Crew) -> None:
    with MailServer() as server:
        crew.at_once(*[("use_mail", {"port": server.port})] * 4)
        house = make.institution()
        for _n in range(2):
            make.applicant(house)
        case = make.application(stage=Stage.RECOMMENDING, institution=house)
        clerk = make.person(Role.RECOMMENDER, division="500112")
        from portal import lifecycle

        for n in range(6):
            with transaction(), outbox.held():
                lifecycle.advance(case, Action.RETURN, by=clerk, reason=f"第{n}次")
                case.stage = Stage.RECOMMENDING
        waiting = db.session.query(Job).count()
        came = crew.at_once(*[("sweep", {})] * 4)
        assert [one.words for one in came if one.how != "done"] == []
        assert sum(one.what for one in came) == waiting
        db.session.rollback()
        jobs = list(db.session.query(Job))
        assert {(job.state, job.attempts) for job in jobs} == {("done", 1)}, [job.error for job in jobs]
        messages = db.session.query(Message).count()
        assert messages and len(server.received) == messages
        assert len({mail["Message-ID"] for mail in server.received}) == messages
        crew.at_once(*[("use_mail", {"port": 0})] * 4)


def test_long_work_found_by_several_workers_is_done_row_by_row_once(make: Make, crew: Crew) -> None:
    from portal.stages.certify import actions

    officer = make.person(Role.OFFICER)
    cases = [late.on_notice(make, over=True).entries[0].application for _n in range(6)]
    with outbox.held():
        actions.begin("issue", cases, by=officer)
        actions.begin("issue", cases, by=officer)
    came = crew.at_once(*[("sweep", {})] * 4)
    assert [one.words for one in came if one.how != "done"] == []
    for _n in range(3):
        crew.at_once(("sweep", {}))
    db.session.rollback()
    states = sorted(row.state for row in db.session.query(WorkRow))
    assert states == ["done"] * 6 + ["refused"] * 6
    assert sorted(one.split("-")[-1] for one in crew.at_once(("certificates", {}))[0].what) and db.session.query(Job).filter_by(
        state="waiting").count() == 0
