"""Uploads in pieces: resumed wherever they stopped, by their owner only, checked when whole, swept when left."""

import base64
import hashlib
import io
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from portal import clock, filing, scorecards, uploads
from portal.db import db
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.models.event import Event
from portal.models.evidence import Evidence
from portal.models.person import Person
from portal.models.upload import Upload
from portal.stages.apply import queries
from tests.make import Make
from tests.papers import pdf, picture

JSON = {"Accept": "application/json"}
Enter = Callable[[Person], FlaskClient]


def digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


class Sender:
    """An operator's browser that sends files for item T2's photos."""

    def __init__(self, make: Make, as_: Enter) -> None:
        self.house = make.institution()
        self.person = make.applicant(self.house)
        self.case: Application = make.application(institution=self.house, operator=self.person)
        self.client, self.number = as_(self.person), self.case.id
        self.place = f"T2/{scorecards.scheme_of(self.case).item('T2').evidence[2].id}"

    def begin(self, data: bytes, name: str = "水表.jpg", **more: Any) -> Any:
        return self.client.post(f"/apply/{self.number}/uploads/{self.place}", headers=JSON, data={
            "name": name, "size": len(data), "modified": "1764000000000"} | more)

    def patch(self, url: str, data: bytes, offset: int, **headers: str) -> Any:
        return self.client.patch(url, data=data, headers={
            "Upload-Offset": str(offset), "Content-Digest": digest(data), "Content-Type": "application/offset+octet-stream",
            **JSON, **headers})

    def whole(self, data: bytes, name: str = "水表.jpg") -> str:
        url = str(self.begin(data, name).json["url"])
        for offset in range(0, len(data), 50_000):
            assert self.patch(url, data[offset:offset + 50_000], offset).status_code == 204
        return url

    def finish(self, url: str) -> Any:
        return self.client.post(f"{url}/finish", headers=JSON)

    def files(self) -> list[Evidence]:
        db.session.rollback()
        return queries.evidence(db.session.get_one(Application, self.number))

    def waiting(self) -> list[str]:
        return list(filing.store().pieces().uploads())


@pytest.fixture
def sender(make: Make, as_: Enter) -> Sender:
    for left in filing.store().pieces().uploads():
        filing.store().pieces().forget(left)
    return Sender(make, as_)


def test_a_file_arrives_in_pieces_and_is_what_it_was(sender: Sender) -> None:
    data = picture("PNG", "pieces")
    begun = sender.begin(data, "图.png")
    assert begun.status_code == 201 and begun.headers["Location"] == begun.json["url"] and begun.json["piece"] == uploads.PIECE
    url, half = begun.json["url"], len(data) // 2
    assert sender.patch(url, data[:half], 0).headers["Upload-Offset"] == str(half)
    asked = sender.client.head(url)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (str(half), str(len(data)))
    assert sender.patch(url, data[half:], half).status_code == 204
    said = sender.finish(url)
    assert said.status_code == 201 and said.json["name"] == "图.png" and "status" in said.json["parts"]
    with sender.client.get(said.json["url"]) as got:
        assert got.data == data
    assert sender.waiting() == []
    recorded = db.session.scalars(select(Event).where(Event.action == "attach")).all()
    assert [one.detail["sha256"] for one in recorded] == [hashlib.sha256(data).hexdigest()]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 6000), max_size=6), broken=st.lists(st.integers(0, 7000), max_size=4))
def test_it_resumes_at_any_offset(sender: Sender, cuts: list[int], broken: list[int]) -> None:
    # wherever the line was cut, and whatever was sent for another offset, the file is whole in the end
    data = picture("JPEG", f"{cuts}{broken}")
    url = sender.begin(data).json["url"]
    for cut in [*cuts, len(data)]:
        for offset in broken:
            if offset != int(sender.client.head(url).headers["Upload-Offset"]):
                assert sender.patch(url, b"other", offset).status_code == 409
        at = int(sender.client.head(url).headers["Upload-Offset"])
        if data[at:at + cut]:
            assert sender.patch(url, data[at:at + cut], at).headers["Upload-Offset"] == str(min(at + cut, len(data)))
    said = sender.finish(url)
    assert said.status_code == 201, said.json
    with sender.client.get(said.json["url"]) as got:
        assert got.data == data


def test_the_same_file_again_finds_what_arrived(sender: Sender) -> None:
    data = picture("JPEG", "again")
    first = sender.begin(data)
    sender.patch(first.json["url"], data[:1000], 0)
    again = sender.begin(data)
    assert again.status_code == 200 and again.json["url"] == first.json["url"] and again.json["offset"] == 1000
    assert again.json["pieces"] == [{"size": 1000, "sha256": hashlib.sha256(data[:1000]).hexdigest()}]
    other = sender.begin(data, modified="1")
    assert other.status_code == 201 and other.json["url"] != first.json["url"]
    page = sender.client.get(f"/apply/{sender.number}/items/T2").text
    assert f'data-unfinished="{first.json["url"]}"' in page and "水表.jpg" in page


def test_a_wrong_offset_is_told_where_to_go_on(sender: Sender) -> None:
    data = picture("JPEG", "offset")
    url = sender.begin(data).json["url"]
    sender.patch(url, data[:100], 0)
    for offset in (0, 99, 101):
        answer = sender.patch(url, data[100:200], offset)
        assert answer.status_code == 409 and answer.headers["Upload-Offset"] == "100"
    assert sender.client.patch(url, data=b"x", headers=JSON).status_code == 409
    assert sender.client.head(url).headers["Upload-Offset"] == "100"


def test_a_damaged_piece_is_sent_again(sender: Sender) -> None:
    data = picture("JPEG", "damaged")
    url = sender.begin(data).json["url"]
    assert sender.patch(url, data[:100], 0, **{"Content-Digest": digest(b"else")}).status_code == 400
    assert sender.patch(url, data[:100], 0, **{"Content-Digest": "sha-256=:not base64:"}).status_code == 400
    assert sender.patch(url, b"", 0).status_code == 400
    assert sender.patch(url, data + b"more", 0).status_code == 400
    assert sender.client.head(url).headers["Upload-Offset"] == "0" and sender.waiting() == []


def test_a_piece_that_is_too_large_is_not_read(sender: Sender) -> None:
    url = sender.begin(b"x" * (5 * 1024 * 1024)).json["url"]
    assert sender.patch(url, b"x" * (uploads.PIECE + 1), 0).status_code == 413
    assert sender.client.head(url).headers["Upload-Offset"] == "0"


def test_what_its_name_and_size_rule_out_is_refused_at_once(sender: Sender) -> None:
    assert sender.begin(b"x", "程序.exe").status_code == 422
    assert sender.begin(b"x", "说明.docx").status_code == 422
    assert sender.begin(b"", "空.jpg").status_code == 422
    assert sender.begin(b"x", size=200 * 1024 * 1024).status_code == 422
    assert sender.begin(b"x", size="many").status_code == 422
    assert db.session.scalars(select(Upload)).all() == []


def test_a_disguised_file_is_refused_when_whole(sender: Sender) -> None:
    url = sender.whole(b"<script>alert(1)</script>" * 10, "照片.jpg")
    answer = sender.finish(url)
    assert answer.status_code == 422 and answer.json["error"]
    assert sender.files() == [] and sender.waiting() == [] and sender.client.head(url).status_code == 404


def test_finishing_too_early_or_twice(sender: Sender) -> None:
    data = picture("JPEG", "twice")
    url = sender.begin(data).json["url"]
    sender.patch(url, data[:100], 0)
    assert sender.finish(url).status_code == 409
    sender.patch(url, data[100:], 100)
    first, again = sender.finish(url), sender.finish(url)
    assert (first.status_code, again.status_code) == (201, 200) and first.json["url"] == again.json["url"]
    assert len(sender.files()) == 1 and sender.client.get(url).json["done"]
    assert sender.patch(url, b"x", len(data)).status_code == 409
    sender.client.post(f"/apply/{sender.number}/files/{sender.files()[0].id}/remove")
    assert sender.finish(url).status_code == 404


def test_pieces_that_are_lost_are_told_and_the_file_can_be_sent_anew(sender: Sender) -> None:
    data = picture()
    url = sender.whole(data)
    filing.store().pieces().forget(url.rsplit("/", 1)[-1])
    lost = sender.finish(url)
    assert lost.status_code == 410 and "从头" in lost.json["message"] and sender.files() == []
    again = sender.whole(data)
    assert again != url and sender.finish(again).status_code == 201
    # of two finishes the slower one finds no pieces any more, and the file attached
    upload = db.session.scalars(select(Upload).where(Upload.token == again.rsplit("/", 1)[-1])).one()
    assert not uploads.give_up(upload) and sender.finish(again).status_code == 200 and len(sender.files()) == 1


def test_a_file_that_is_attached_already_is_told(sender: Sender) -> None:
    data = picture("JPEG", "known")
    assert sender.finish(sender.whole(data)).status_code == 201
    answer = sender.finish(sender.whole(data))
    assert answer.status_code == 422 and len(sender.files()) == 1 and sender.waiting() == []


def test_anothers_upload_does_not_exist(sender: Sender, make: Make, as_: Enter) -> None:
    data = picture("JPEG", "mine")
    url = sender.begin(data).json["url"]
    for person in (make.applicant(sender.house), make.applicant(make.institution())):
        other = as_(person)
        assert other.get(url).status_code == 404
        assert other.patch(url, data=data, headers={"Upload-Offset": "0"}).status_code == 404
        assert other.post(f"{url}/finish").status_code == 404 and other.post(f"{url}/drop").status_code == 404
    elsewhere = make.application(institution=sender.house, operator=sender.person)
    assert sender.client.get(url.replace(f"/{sender.number}/", f"/{elsewhere.id}/")).status_code == 404


def test_an_upload_left_for_too_long_is_gone_and_swept(sender: Sender) -> None:
    data = picture("JPEG", "late")
    url = sender.begin(data).json["url"]
    sender.patch(url, data[:100], 0)
    with clock.pretending(clock.now() + uploads.KEPT - timedelta(hours=1)):
        assert uploads.sweep() == 0 and sender.patch(url, data[100:200], 100).status_code == 204
    with clock.pretending(clock.now() + uploads.KEPT + timedelta(hours=1)):
        assert sender.client.get(url).status_code == 200  # every piece gives it more time
    with clock.pretending(clock.now() + 3 * uploads.KEPT):
        client = sender.client
        for answer in (client.get(url), sender.patch(url, data[200:], 200), sender.finish(url)):
            assert answer.status_code in {401, 410}  # the session may have ended as well
        assert uploads.sweep() == 1
    assert sender.waiting() == [] and db.session.scalars(select(Upload)).all() == []


def test_pieces_without_a_row_are_swept(sender: Sender) -> None:
    filing.store().pieces().add("ab" * 16, "00", b"left behind")
    assert uploads.sweep() == 1 and sender.waiting() == []


def test_discarding_forgets_the_pieces(sender: Sender) -> None:
    data = picture("JPEG", "drop")
    url = sender.begin(data).json["url"]
    sender.patch(url, data[:100], 0)
    assert sender.client.post(f"{url}/drop").status_code == 303
    assert sender.client.get(url).status_code == 404 and sender.waiting() == []
    assert sender.client.post(f"{url}/drop", headers=JSON).status_code == 404


def test_nobody_holds_more_than_his_share(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    assert [sender.begin(b"x" * n).status_code for n in (1, 2, 3)] == [201, 201, 409]
    monkeypatch.setattr(uploads, "MOST_OPEN", 9)
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    assert [sender.begin(b"x" * n).status_code for n in (4, 5)] == [201, 409]


def test_a_case_that_is_with_others_takes_no_piece(make: Make, as_: Enter) -> None:
    sender = Sender(make, as_)
    data = picture("JPEG", "gone")
    url = sender.begin(data).json["url"]
    from portal.db import transaction
    with transaction():
        db.session.get_one(Application, sender.number).stage = Stage.RECOMMENDING
    assert sender.patch(url, data, 0).status_code == 409 and sender.begin(data).status_code == 409
    assert sender.client.head(url).headers["Upload-Offset"] == "0"


def test_it_goes_on_after_the_server_was_started_anew(sender: Sender, app: Flask) -> None:
    from portal.app import create_app
    data = picture("JPEG", "restart")
    url = sender.begin(data).json["url"]
    sender.patch(url, data[:500], 0)
    fresh = create_app(app.config["PORTAL"])
    fresh.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    from tests.make import PASSWORD
    name = sender.person.sign_in
    db.session.rollback()
    with fresh.app_context():
        sender.client = fresh.test_client()
        sender.client.post("/sign-in", data={"sign_in": name, "password": PASSWORD})
        assert sender.client.head(url).headers["Upload-Offset"] == "500"
        assert sender.patch(url, data[500:], 500).status_code == 204
        assert sender.finish(url).status_code == 201
        fresh.extensions["sqlalchemy"].engine.dispose()


def test_the_token_is_asked_of_every_piece(sender: Sender, app: Flask) -> None:
    data = picture("JPEG", "token")
    url = sender.begin(data).json["url"]
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert sender.patch(url, data, 0).status_code == 400
        page = sender.client.get(f"/apply/{sender.number}/items/T2").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        assert sender.patch(url, data, 0, **{"X-CSRFToken": token}).status_code == 204
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_large_file_is_put_together_in_little_memory(sender: Sender) -> None:
    stream = io.BytesIO()
    Image.effect_noise((3600, 3600), 100).save(stream, "TIFF")
    data = stream.getvalue()
    assert len(data) > 12 * 1024 * 1024
    url = sender.begin(data, "大图.tif").json["url"]
    for offset in range(0, len(data), uploads.PIECE):
        assert sender.patch(url, data[offset:offset + uploads.PIECE], offset).status_code == 204
    row = db.session.scalars(select(Upload)).one()
    tracemalloc.start()
    with uploads.assembled(row) as whole:
        assert whole.read(4) == data[:4]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * uploads.PIECE
    assert sender.finish(url).status_code == 201


def test_pdf_for_a_request_of_pictures_is_refused_before_it_is_sent(sender: Sender) -> None:
    if "pdf" not in scorecards.scheme_of(db.session.get_one(Application, sender.number)).item("T2").evidence[2].kinds:
        assert sender.begin(pdf(), "报告.pdf").status_code == 422
