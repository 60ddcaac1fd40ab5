"""Hostile files at every place that takes files: each refusal says why, nothing of it stays, and what is taken is served safely."""

import base64
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext

from portal import editions
from portal.db import db
from portal.domain.evidence import BY_EXTENSION, Kind, Refusal, extension_of, safe_name
from portal.intake import FileRefused, examine
from portal.models.evidence import Evidence, File
from portal.models.upload import Upload
from tests.hostile import answers, values
from tests.hostile.crawl import Found
from tests.hostile.table import CASES, Case
from tests.hostile.world import World

JSON = {"Accept": "application/json"}
PIECE = 1024 * 1024


def sentence(case: Case, app: Flask, kinds: tuple[str, ...] = tuple(Kind)) -> str:
    """Why a file is refused, as the page says it in Chinese."""
    with pytest.raises(FileRefused) as refused:
        examine(io.BytesIO(case.make()), case.name, kinds=kinds)
    with app.test_request_context(), force_locale("zh"):
        return str(gettext(refused.value.message, **refused.value.values))


def test_the_table_is_long_and_no_title_stands_twice() -> None:
    assert len(CASES) >= 70 and len({case.title for case in CASES}) == len(CASES)
    assert {case.end for case in CASES} > set(Refusal) - {Refusal.KIND_NOT_ASKED, Refusal.TOO_LARGE}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_each_is_what_the_table_says(case: Case) -> None:
    try:
        found = examine(io.BytesIO(case.make()), case.name)
    except FileRefused as refused:
        assert refused.code is case.end
        assert str(refused) == refused.message % refused.values and len(str(refused)) > 20
    else:
        assert found.kind is case.end and found.name == (case.kept or case.name)


@pytest.fixture(scope="module")
def stores(app: Flask) -> Path:
    """The folder of the store."""
    return Path(app.config["PORTAL"].uploads_folder)


def held(folder: Path) -> set[Path]:
    """Every file in the store, with the pieces and what is just arriving."""
    return {path for path in folder.rglob("*") if path.is_file()}


def place_of(world: World, found: Found, kind: str) -> str:
    """An address of the applicant's draft where files of a kind are asked for; any of them for a name that is none."""
    draft = next(address for who, address in world.doors if who == "applicant" and "/items/" in address).split("/items/")[0]
    scheme = editions.get("water-saving-2013")
    for owner, request in scheme.evidence_requests("school"):
        if not kind or kind in request.kinds:
            return f"{draft}/upload/{owner.id}/{request.id}"
    return ""


def wanted(case: Case) -> str:
    """The kind that the name of a file promises."""
    known = BY_EXTENSION.get(extension_of(safe_name(case.name)))
    return known.kind.value if known else ""


def sent(client: FlaskClient, address: str, field: str, case: Case, *more: values.Pair) -> Any:
    """A form with one file, its name as it is."""
    data, kind = values.body([*more, (field, (case.make(), case.name))], multipart=True)
    return answers.check(client.post(address, data=data, content_type=kind, buffered=True), (case.title, address))


def by_pieces(client: FlaskClient, address: str, case: Case) -> Any:
    """The same file piece after piece; the last answer that came."""
    data = case.make()
    body, kind = values.body([("name", case.name), ("size", str(len(data))), ("modified", "1")], multipart=False)
    begun = answers.check(client.post(address, data=body, content_type=kind, headers=JSON, buffered=True), case.title)
    if begun.status_code != 201:
        return begun
    url = begun.json["url"]
    for offset in range(0, len(data), PIECE):
        piece = data[offset:offset + PIECE]
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        assert client.patch(url, data=piece, headers={"Upload-Offset": str(offset), "Content-Digest": f"sha-256=:{digest}:"}).status_code == 204
    return answers.check(client.post(f"{url}/finish", headers=JSON, buffered=True), case.title)


FEW = [case for at, case in enumerate(CASES) if at % 3 == 0 or case.end in {Refusal.FETCHES, Refusal.MACROS, Refusal.EXPANDS_TOO_FAR}]
"""The ways that a file goes after it has arrived are the same for all; every third is sent through them."""


@pytest.mark.parametrize("case", FEW, ids=lambda case: case.title)
def test_the_institution_sends_it(world: World, found: Found, stores: Path, case: Case) -> None:
    place = place_of(world, found, wanted(case))
    if not place:
        pytest.skip("no document of this kind is asked for")
    page = place.split("/upload/")[0]
    refused = isinstance(case.end, Refusal)
    kinds = next(request.kinds for _owner, request in editions.get("water-saving-2013").evidence_requests("school")
                 if place.endswith("/" + request.id))
    client, before = world.client("applicant"), held(stores)
    with world.undone():
        answer = sent(client, place, "file", case)
        assert answer.status_code == 303
        shown = answers.check(client.get(answer.headers["Location"], buffered=True), case.title).get_data(as_text=True)
        with world.app.app_context():
            files = [one.file for one in db.session.query(Evidence).order_by(Evidence.id.desc()).limit(1)]
        if refused:
            assert sentence(case, world.app, kinds) in answers.words(shown), "the page says why"
            assert held(stores) == before
        else:
            served(client, f"{page}/files", world.app, case)
        assert files or refused
    with world.undone():
        answer = by_pieces(client, place.replace("/upload/", "/uploads/"), case)
        assert answer.status_code == (422 if refused else 201), answer.json
        if refused:
            assert answer.json["error"] == sentence(case, world.app, kinds)
        with world.app.app_context():
            assert not db.session.query(Upload).filter(Upload.size == len(case.make()), Upload.file_id.is_(None)).count()
        assert not [path for path in held(stores) - before if ".pieces" in path.parts or ".arriving" in path.parts]
        answers.check(client.get(page, buffered=True), "the page works afterwards")


def served(client: FlaskClient, files: str, app: Flask, case: Case) -> None:
    """What was taken comes back only as something to save, byte by byte, under its safe name."""
    with app.app_context():
        row = db.session.query(Evidence).order_by(Evidence.id.desc()).first()
        assert row is not None
        number = row.id
    answer = answers.check(client.get(f"{files}/{number}", buffered=True), case.title)
    assert answer.status_code == 200 and answer.data == case.make()
    head = answer.headers["Content-Disposition"]
    name = safe_name(case.name.replace("\r", "%0D").replace("\n", "%0A"))  # as browsers write it into the form
    assert head.startswith("attachment") and (quote(name, safe="!#$&+-.^_`|~") in head or name in head)
    assert answer.mimetype == "application/octet-stream" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"] and "no-store" in answer.headers["Cache-Control"]


def elsewhere(found: Found) -> Iterator[tuple[str, str, str, str, list[values.Pair]]]:
    """Every other form with a control for files: who, page, address, field and what else the form is sent with."""
    seen = set()
    for form in found.forms:
        if form.endpoint == "visit.signing" and form.endpoint not in seen:  # the script's own: a drawing in place of the typed name
            seen.add(form.endpoint)
            yield form.who, form.page, form.action, "drawing", values.plausible(form)
        for field in form.fields:
            if field.type == "file" and form.endpoint not in seen and form.endpoint != "apply.upload":
                seen.add(form.endpoint)
                yield form.who, form.page, form.action, field.name, [
                    pair for pair in values.plausible(form) if pair[0] != field.name and not isinstance(pair[1], tuple)]


SOME = [case for case in CASES if case.title in {
    "a program as a picture", "a web page as a photo", "a drawing with a script as PNG", "a script on opening", "a bomb in a workbook",
    "90 million pixels", "a JPEG cut short", "JPEG and web page", "a name of 4,096 signs", "a line end in the name", "nothing at all",
    "a file of the server in a workbook", "a workbook whose XML is broken", "cells at impossible places", "formulas in a workbook", "markup in the name"}]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.title)
def test_everybody_else_sends_it(world: World, found: Found, stores: Path, case: Case) -> None:
    places, before = list(elsewhere(found)), held(stores)
    assert len(places) >= 6
    for who, page, address, field, more in places:
        client = world.client(who)
        with world.undone():
            answer = sent(client, address, field, case, *more)
            if answer.status_code in {302, 303}:
                answer = answers.check(client.get(answer.headers["Location"], buffered=True), (case.title, address))
            if isinstance(case.end, Refusal):
                assert len(answers.words(answer.get_data(as_text=True))) > 40
                with world.app.app_context():
                    assert not db.session.query(File).filter_by(sha256=hashlib.sha256(case.make()).hexdigest()).count()
            answers.check(client.get(page, buffered=True), ("the page works afterwards", case.title))
        if isinstance(case.end, Refusal):
            assert not {path for path in held(stores) - before if path.name == hashlib.sha256(case.make()).hexdigest()}


class Endless(io.RawIOBase):
    """A body of 200 MB that counts how much of it was read."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left, self.read_so_far, self.at = head, size, 0, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, to: int, whence: int = 0) -> int:
        self.at = to if whence == 0 else self.left
        return self.at

    def readinto(self, buffer: Any) -> int:
        piece = self.head or bytes(min(len(buffer), self.left, 65536))
        piece, self.head = piece[:len(buffer)], self.head[len(buffer):]
        buffer[:len(piece)] = piece
        self.left -= len(piece)
        self.read_so_far += len(piece)
        return len(piece)


def test_200_megabytes_are_refused_before_they_are_read(world: World, found: Found) -> None:
    size = 200 * 1024 * 1024
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
    asked = [form for form in found.forms if any(field.type == "file" for field in form.fields) and form.endpoint in {
        "notices.object_to", "registry.read"}]
    assert {form.endpoint for form in asked} == {"notices.object_to", "registry.read"}
    for form in asked:
        body = Endless(head, size)
        answer = world.client(form.who).post(form.action, input_stream=body, content_length=size, content_type="multipart/form-data; boundary=x")
        answers.check(answer, form.action)
        assert answer.status_code == 413 and "MB" in answer.text and body.read_so_far < 1024 * 1024
    place = place_of(world, found, "pdf").replace("/upload/", "/uploads/")
    answer = world.client("applicant").post(place, data={"name": "a.pdf", "size": size}, headers=JSON)
    assert answer.status_code == 422 and "100" in answer.json["error"]


def test_twenty_refusals_at_once_are_all_told(world: World, found: Found) -> None:
    """They travel in a cookie, which browsers drop beyond 4,093 bytes."""
    place = place_of(world, found, "image")
    names = [f"{chr(0x4e00 + 97 * n) * 60}{n}的照片{'很长' * 20}.jpg" for n in range(20)]
    client = world.client("applicant")
    with world.undone():
        data, kind = values.body([("file", (b"not a picture at all", name)) for name in names], multipart=True)
        answer = client.post(place, data=data, content_type=kind)
        assert all(len(cookie) < 4093 for cookie in answer.headers.getlist("Set-Cookie"))
        shown = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert all(name[:20] in shown for name in names)
