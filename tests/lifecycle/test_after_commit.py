"""What is committed is done: a queue or a store that fails right after it changes nothing for whoever waits for the answer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs, outbox
from portal import settings as settings_module
from portal.db import after_commit, db, transaction
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.models.job import Job
from portal.models.person import Person
from tests.make import Make


@pytest.fixture
def queue_away(app: Flask) -> Iterator[None]:
    """Handing a job to the queue fails."""
    def fail(_number: int) -> None:
        raise ConnectionError("nobody listens")

    kept = list(outbox._deliver)
    outbox.connect(fail)
    yield
    outbox._deliver[:] = kept


def test_a_deed_is_done_while_the_queue_is_away(make: Make, as_: Callable[[Person], FlaskClient], queue_away: None) -> None:
    house = make.institution()
    applicant = make.applicant(house)
    case = make.application(stage=Stage.SCREENING, institution=house, operator=applicant)
    number = case.id
    answer = as_(applicant).post(f"/apply/{number}/withdraw", data={"reason": "今年不再申报。"})
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.get_one(Application, number, populate_existing=True).stage == Stage.WITHDRAWN
    # the sweep finds what was not handed over
    jobs.sweep_jobs()
    db.session.expire_all()
    assert [job.state for job in db.session.scalars(select(Job))] == ["done"]


def test_one_step_that_fails_stops_no_other(make: Make) -> None:
    done: list[int] = []
    with transaction():
        after_commit(lambda: 1 / 0)
        after_commit(lambda: done.append(1))
    assert done == [1]


def test_a_secret_appears_whole_for_all_who_ask_at_once(tmp_path: Path) -> None:
    found: list[bytes] = []
    asking = [Thread(target=lambda n=n: found.append(settings_module.kept_once(  # type: ignore[misc]
        tmp_path / "new" / "secret", lambda: bytes([n]) * 64).read_bytes())) for n in range(1, 9)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(found) == 8 and len(set(found)) == 1 and len(found[0]) == 64
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["secret"]
