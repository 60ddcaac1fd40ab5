"""A bucket that does not answer: files are neither taken nor given, people are told so in words, work waits for it."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock, jobs, scorecards, works
from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.evidence import Evidence, File
from portal.models.job import Job
from portal.models.person import Person
from portal.models.work import WorkRow
from portal.storage.store import StoreUnavailable
from tests.make import Make
from tests.papers import picture
from tests.servers import free_port

As = Callable[[Person], FlaskClient]


@pytest.fixture
def away(app: Flask) -> Iterator[None]:
    """New files go to a bucket at whose address nobody listens."""
    before = app.config["PORTAL"]
    app.config["PORTAL"] = replace(before, store="bucket", s3_bucket="evidence", s3_endpoint=f"http://127.0.0.1:{free_port()}",
                                   s3_access_key="a", s3_secret_key="b")
    yield
    app.config["PORTAL"] = before


def test_files_wait_and_pages_do_not(app: Flask, make: Make, as_: As, away: None) -> None:
    house = make.institution()
    applicant = make.applicant(house)
    case = make.application(stage=Stage.DRAFT, institution=house, operator=applicant, complete=True)
    request = next(one.id for one in scorecards.scheme_of(case).item("T2").evidence if "image" in one.kinds)
    with transaction() as session:
        file = File(sha256="0" * 64, size=9, preview="none", mime="application/pdf", kind="pdf", name="旧材料.pdf", store="bucket",
                    pages=1, institution_id=house.id, uploaded_at=clock.now())
        session.add(file)
        session.add(Evidence(application_id=case.id, item_id="T1", request_id="x", file=file, bound_by_id=applicant.id, bound_at=clock.now()))
    number, held, client = case.id, file.id, as_(applicant)
    begun = client.post(f"/apply/{number}/uploads/T2/{request}", data={"name": "photo.jpg", "size": 5}, headers={"Accept": "application/json"})
    assert begun.status_code == 201
    answers = [
        client.post(f"/apply/{number}/upload/T2/{request}", data={"file": (io.BytesIO(picture()), "photo.jpg")}),
        client.get(f"/apply/library/{held}"),
        client.patch(begun.json["url"], data=b"bytes", headers={"Upload-Offset": "0"})]
    for answer in answers:
        assert answer.status_code == 503 and "文件" in answer.text and answer.headers["Retry-After"] and "Traceback" not in answer.text
    machine = client.get(f"/apply/library/{held}", headers={"Accept": "application/json"}, query_string={"language": "en"})
    assert machine.status_code == 503 and "an upload goes on" in machine.json["message"]
    assert client.get(f"/apply/{number}").status_code == 200
    assert len(db.session.scalars(select(Evidence)).all()) == 1
    # a file that its store does not have is no bug of the page either
    with transaction():
        db.session.get_one(File, held).store = "disk"
    assert client.get(f"/apply/library/{held}").status_code == 503


def test_a_job_waits_for_it_however_long_it_takes(make: Make, away: None) -> None:
    house = make.institution()
    with transaction() as session:
        file = File(sha256="0" * 64, size=9, mime="image/jpeg", kind="image", name="a.jpg", store="bucket", institution_id=house.id,
                    uploaded_at=clock.now())
        session.add(file)
        session.flush()
        session.add_all(Job(kind="preview", payload={"file": file.id}, created_at=clock.now()) for _ in range(3))
    jobs.sweep_jobs()
    # one of a kind is enough to know; the others are not even tried
    assert [(job.state, job.attempts, bool(job.error)) for job in db.session.scalars(select(Job).order_by(Job.id))] == [
        ("waiting", 0, True), ("waiting", 0, False), ("waiting", 0, False)]


def test_a_row_of_long_work_waits_with_it(make: Make) -> None:
    there: list[bool] = []

    @works.kind("leaning", title="Leaning", done="Done", home="certify.queue", serves={Role.OFFICER})
    def deed(subject: int, by: Person) -> str:
        if not there:
            raise StoreUnavailable("away")
        return f"{subject}"

    try:
        works.start("leaning", [works.Row(1, "一"), works.Row(2, "二")], by=make.person(Role.OFFICER))
        for _ in range(jobs.ATTEMPTS + 1):
            assert jobs.work_off() == 0
        assert {row.state for row in db.session.scalars(select(WorkRow))} == {"waiting"}
        there.append(True)
        jobs.work_off()
        db.session.expire_all()
        assert [row.note for row in db.session.scalars(select(WorkRow).order_by(WorkRow.id))] == ["1", "2"]
    finally:
        del works.KINDS["leaning"]
