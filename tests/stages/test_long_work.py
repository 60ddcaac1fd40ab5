"""Long work: every row in a transaction of its own, nothing twice after a crash, refusals by name, found again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from portal import jobs, works
from portal.db import db, transaction
from portal.domain.refusal import Refused
from portal.domain.workflow import Role, Stage
from portal.models.certificate import Certificate
from portal.models.job import Job
from portal.models.person import Person
from portal.models.work import Work, WorkRow
from portal.stages.certify import actions
from tests.make import Make
from tests.stages import late

As = Callable[[Person], FlaskClient]


class Crash(BaseException):
    """The worker is gone, as by a signal."""


@pytest.fixture
def deeds() -> Iterator[dict[str, Any]]:
    """A kind of work of this test: `done` are the subjects that were done, `crash_at` ends the worker there."""
    told: dict[str, Any] = {"done": [], "crash_at": None}

    @works.kind("for-tests", title="Testing", done="Tested", home="certify.queue", serves={Role.OFFICER})
    def deed(subject: int, by: Person) -> str:
        with transaction():
            by.position = str(subject)  # a change that is undone with a row that fails
        if subject == told["crash_at"]:
            raise Crash
        if subject % 7 == 0:
            raise Refused("不合条件。", instead="请核对。")
        if subject % 11 == 0:
            raise RuntimeError("a mistake of ours")
        told["done"].append(subject)
        return f"第{subject}号"

    yield told
    del works.KINDS["for-tests"]


def rows(work: Work) -> list[WorkRow]:
    db.session.expire_all()
    return list(db.session.scalars(select(WorkRow).where(WorkRow.work_id == work.id).order_by(WorkRow.position)))


def begun(make: Make, subjects: list[int], **values: Any) -> Work:
    return works.start("for-tests", [works.Row(one, f"单位{one}", f"/certify/{one}") for one in subjects],
                       by=make.person(Role.OFFICER, **values))


def test_every_row_is_reported_and_none_stops_another(make: Make, deeds: dict[str, Any]) -> None:
    work = begun(make, [1, 7, 11, 2])
    assert works.counts([work.id])[work.id] == works.Count(4, 0, 0, 0)
    jobs.work_off()
    assert [(row.state, row.note) for row in rows(work)][:2] == [("done", "第1号"), ("refused", "不合条件。请核对。")]
    assert [row.state for row in rows(work)] == ["done", "refused", "failed", "done"] and deeds["done"] == [1, 2]
    assert works.counts([work.id])[work.id] == works.Count(4, 2, 1, 1) and work.finished_at is not None
    # what a refused or failed row had changed was undone with it
    assert work.person.position == "2"


def test_it_is_done_in_slices_so_that_others_get_their_turn(make: Make, deeds: dict[str, Any]) -> None:
    work = begun(make, [n for n in range(1, 60) if n % 7 and n % 11])
    first = jobs.waiting()
    assert len(first) == 1 and jobs.run(first[0])
    assert len(deeds["done"]) == works.SLICE and work.finished_at is None
    jobs.work_off()
    assert deeds["done"] == [row.subject for row in rows(work)] and work.finished_at is not None


def test_a_worker_that_dies_resumes_without_doing_anything_twice(make: Make, deeds: dict[str, Any]) -> None:
    work = begun(make, [1, 2, 3, 4])
    deeds["crash_at"] = 3
    with pytest.raises(Crash):
        jobs.work_off()
    db.session.rollback()
    assert [row.state for row in rows(work)] == ["done", "done", "waiting", "waiting"]
    assert work.person.position == "2"
    deeds["crash_at"] = None
    jobs.work_off()
    assert deeds["done"] == [1, 2, 3, 4] and {row.state for row in rows(work)} == {"done"}
    works.run(work.id)
    assert deeds["done"] == [1, 2, 3, 4]


def test_the_same_job_run_by_two_workers_does_nothing_twice(make: Make, deeds: dict[str, Any]) -> None:
    work = begun(make, [1, 2])
    works.run(work.id)
    number = db.session.scalar(select(Job.id).where(Job.kind == "work"))
    assert number is not None and jobs.run(number)
    assert deeds["done"] == [1, 2]


def test_its_sentences_are_in_the_language_of_who_began_it(make: Make, deeds: dict[str, Any]) -> None:
    with force_locale("en"):
        work = begun(make, [11])
    jobs.work_off()
    assert rows(work)[0].note.startswith("Something went wrong")


def test_a_round_of_certificates_is_issued_in_order(make: Make, as_: As, count_queries: Any) -> None:
    officer, round_ = make.person(Role.OFFICER), make.round()
    cases = [late.decided(make, round=round_, stage=Stage.ANNOUNCED) for _n in range(45)]
    late.on_notice(make, over=True, cases=tuple(cases))
    blocked = late.objection(late.on_notice(make, over=True, round=round_)).application
    client = as_(officer)
    url = client.post("/certify/bulk/issue", data={
        "case": [*(case.id for case in cases), blocked.id], "confirmed": 1}).location
    assert "data-work-open" in client.get(url).text
    jobs.work_off()
    assert sorted(db.session.scalars(select(Certificate.serial))) == list(range(1, 46))
    with count_queries() as seen:
        report = client.get(url).text
    assert len(seen) <= 15, "\n".join(seen)
    assert report.count("渝节水证") == 45 and blocked.institution.name in report


def test_who_may_read_the_report(make: Make, as_: As, client: FlaskClient) -> None:
    officer, leader = make.person(Role.OFFICER), make.person(Role.LEADER)
    work = actions.begin("issue", [late.on_notice(make, over=True).entries[0].application], by=officer)
    for person, status in ((officer, 200), (make.person(Role.OFFICER), 200), (leader, 404), (make.person(Role.EXPERT), 404)):
        assert as_(person).get(f"/work/{work.id}").status_code == status
    assert client.get(f"/work/{work.id}").status_code == 302
    assert as_(officer).get("/work/999").status_code == 404


def test_the_page_needs_few_queries_and_they_do_not_grow(make: Make, as_: As, deeds: dict[str, Any],
                                                         count_queries: Any) -> None:
    client = as_(make.person(Role.OFFICER))
    few_rows, many_rows = begun(make, [1]), begun(make, list(range(1, 120)))
    with count_queries() as few:
        assert client.get(f"/work/{few_rows.id}").status_code == 200
    with count_queries() as many:
        assert client.get(f"/work/{many_rows.id}").status_code == 200
    assert len(many) <= len(few) <= 15, "\n".join(many)
