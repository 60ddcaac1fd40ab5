"""Files that two windows send at the same instant: each byte once, each file attached once, the limit kept."""

import base64
import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal import filing, scorecards, uploads
from portal.db import db
from portal.models.event import Event
from portal.models.evidence import Evidence, File
from portal.models.person import Person
from portal.models.upload import Upload
from tests.concurrency.crowd import Answer, Visitor, at_once
from tests.make import Make
from tests.papers import picture

Enter = Callable[..., Visitor]
PIECE = 3000


class Desk:
    """An operator with several windows on the photos of item T2."""

    def __init__(self, make: Make, visitor: Enter) -> None:
        self.house = make.institution()
        self.person: Person = make.applicant(self.house)
        self.case = make.application(institution=self.house, operator=self.person)
        self.number, self.enter = self.case.id, visitor
        self.request = scorecards.scheme_of(self.case).item("T2").evidence[2].id

    def window(self) -> Visitor:
        return self.enter(self.person)

    def begin(self, who: Visitor, data: bytes, name: str = "水表.jpg") -> Answer:
        return who.ask("POST", f"/apply/{self.number}/uploads/T2/{self.request}", f"name={name}&size={len(data)}&modified=1".encode(), {
            "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": who.token, "Accept": "application/json"})

    def files(self) -> list[File]:
        db.session.rollback()
        return list(db.session.scalars(select(File).join(Evidence).where(Evidence.application_id == self.number)))


def piece(who: Visitor, url: str, data: bytes, offset: int) -> Answer:
    """One piece as a browser sends it."""
    part = data[offset:offset + PIECE]
    return who.send(url, part, {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream",
                                "Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(part).digest()).decode()}:"})


@pytest.fixture
def desk(make: Make, visitor: Enter) -> Desk:
    return Desk(make, visitor)


def test_two_senders_of_one_upload_and_two_who_finish_it(desk: Desk) -> None:
    for n in range(3):
        data = picture("JPEG", f"meter {n}")
        begun = at_once(*((desk.window(), lambda who, data=data, n=n: desk.begin(who, data, f"{n}.jpg")) for _w in range(2)))
        assert sorted(one.status for one in begun) == [200, 201] and len({one.said["url"] for one in begun}) == 1
        url = begun[0].said["url"]
        for offset in range(0, len(data), PIECE):
            sent = at_once(*((desk.window(), lambda who, offset=offset, data=data, url=url: piece(who, url, data, offset)) for _w in range(2)))
            assert sorted(one.status for one in sent) == [204, 409]
            late = next(one for one in sent if one.status == 409)
            assert late.said["offset"] == min(len(data), offset + PIECE)
        done = at_once(*((desk.window(), lambda who, url=url: who.post(f"{url}/finish", script=True)) for _w in range(3)))
        assert {one.status for one in done} <= {200, 201} and len({one.said["url"] for one in done}) == 1, [one.text for one in done]
        files = desk.files()
        assert len(files) == n + 1
        with filing.open_file(files[-1]) as stream:
            assert stream.read() == data
    attached = db.session.query(Event).filter_by(action="attach", application_id=desk.number).count()
    assert attached == 3
    assert list(filing.store().pieces().uploads()) == []


def test_discarding_against_sending_and_finishing(desk: Desk) -> None:
    for n in range(3):
        data = picture("JPEG", f"gauge {n}")
        url = desk.begin(desk.window(), data, f"{n}.jpg").said["url"]
        for offset in range(0, len(data), PIECE):
            assert piece(desk.window(), url, data, offset).status == 204
        answers = at_once((desk.window(), lambda who, url=url: who.post(f"{url}/finish", script=True)),
                          (desk.window(), lambda who, url=url: who.post(f"{url}/drop", script=True)))
        assert answers[1].status in {204, 404}
        kept = answers[0].status == 201
        assert answers[0].status in {201, 404, 409}, answers[0].text
        assert any(one.name == f"{n}.jpg" for one in desk.files()) is kept
    for _n in range(3):
        data = picture("JPEG", "dial")
        url = desk.begin(desk.window(), data, "dial.jpg").said["url"]
        answers = at_once((desk.window(), lambda who, url=url, data=data: piece(who, url, data, 0)),
                          (desk.window(), lambda who, url=url: who.post(f"{url}/drop", script=True)))
        assert answers[0].status in {204, 404, 409} and answers[1].status == 204, [one.text for one in answers]
    db.session.rollback()
    uploads.sweep()
    assert list(filing.store().pieces().uploads()) == [] and db.session.query(Upload).filter_by(file_id=None).count() == 0


def test_the_last_free_place_for_an_upload(desk: Desk) -> None:
    data = picture()
    one = desk.window()
    for n in range(uploads.MOST_OPEN - 1):
        assert desk.begin(one, data, f"{n}.jpg").status == 201
    answers = at_once(*((desk.window(), lambda who, n=n: desk.begin(who, data, f"last-{n}.jpg")) for n in range(4)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409], [answer.text for answer in answers]
    db.session.rollback()
    assert db.session.query(Upload).filter_by(person_id=desk.person.id, file_id=None).count() == uploads.MOST_OPEN


def test_one_file_sent_by_two_forms_without_scripts(desk: Desk) -> None:
    data, path = picture("JPEG", "twice"), f"/apply/{desk.number}/upload/T2/{desk.request}"
    answers = at_once(*((desk.window(), lambda who: who.attach(path, {}, "file", "水表.jpg", data)) for _n in range(3)))
    assert [one.status for one in answers] == [303] * 3
    assert len(desk.files()) == 1
    assert db.session.query(Event).filter_by(action="attach", application_id=desk.number).count() == 1


def test_one_file_taken_off_from_two_windows(desk: Desk) -> None:
    data, path = picture("JPEG", "off"), f"/apply/{desk.number}/upload/T2/{desk.request}"
    desk.window().attach(path, {}, "file", "水表.jpg", data)
    db.session.rollback()
    bound = db.session.scalars(select(Evidence.id).where(Evidence.application_id == desk.number)).one()
    answers = at_once(*((desk.window(), lambda who: who.post(f"/apply/{desk.number}/files/{bound}/remove")) for _n in range(3)))
    assert sorted(one.status for one in answers)[0] == 303 and {one.status for one in answers} <= {303, 404, 409}
    db.session.rollback()
    assert db.session.query(Event).filter_by(action="detach", application_id=desk.number).count() == 1
