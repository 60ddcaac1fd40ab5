"""A disk that is full, under files and under the database: people are told in words, nothing is half kept, and with room all goes on."""

import os
import random
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults import invariants
from tests.faults.cast import Cast
from tests.faults.desks import Withdraw
from tests.faults.instance import Instance, instance
from tests.faults.invariants import Mark
from tests.faults.sending import ITEM, InPieces, Plain, left_aside, photo
from tests.faults.visitor import Answer, Visitor

pytestmark = pytest.mark.usefixtures("once")
ROOM = 1024 * 1024
WITHOUT_ROOM = "空间不足"


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Path]:
    """A folder with so many bytes of room, where mounting is allowed."""
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("a small disk cannot be mounted here; the limit on the size of files is tested all the same")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """No room is left inside the block."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def short_files(at: Instance, size: int) -> Iterator[None]:
    """No process of the instance can write a file beyond so many bytes inside the block."""
    group = [int(one.parent.name) for one in Path("/proc").glob("[0-9]*/stat")
             if at.process and int(one.read_text().rpartition(")")[2].split()[2]) == at.process.pid]
    before = {one: resource.prlimit(one, resource.RLIMIT_FSIZE) for one in group}
    for one, (_soft, hard) in before.items():
        resource.prlimit(one, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        for one, limits in before.items():
            resource.prlimit(one, resource.RLIMIT_FSIZE, limits)


def in_words(answer: Answer, words: str = WITHOUT_ROOM) -> None:
    """507, a sentence, when to come again, and nothing of how it is built."""
    assert answer.status == 507, f"{answer.status}: {answer.text[-600:]}"
    assert words in answer.text and "Traceback" not in answer.text and int(answer.headers["retry-after"]) > 0


def both_uploads_refused(pieces: InPieces, plain: Plain) -> None:
    """Each way of sending is told, in both languages; what came before is there and nothing of this."""
    name, data = pieces.files[0]
    in_words(pieces.visitor.piece(pieces.url, data[pieces.offset:pieces.offset + 96 * 1024], pieces.offset))
    address = f"/apply/{plain.number}/upload/{ITEM}/{plain.request}"
    in_words(plain.visitor.upload(address, plain.files))
    in_words(plain.visitor.upload(address + "?language=en", plain.files), "no room left")


def opened(at: Instance, cast: Cast, seed: int) -> tuple[InPieces, Plain]:
    """An upload of which two pieces have arrived, and one that is about to be sent."""
    pieces, plain = InPieces(at, cast, seed), Plain(at, cast, seed + 1)
    for one in (pieces, plain):
        one.enter()
    name, data = pieces.files[0]
    begun = pieces.visitor.post(f"/apply/{pieces.number}/uploads/{ITEM}/{pieces.request}", {
        "name": name, "size": len(data), "modified": "1"}, Accept="application/json")
    pieces.url = begun.json["url"]
    for _ in range(2):
        pieces.offset = int(pieces.visitor.piece(pieces.url, data[pieces.offset:pieces.offset + 60_000], pieces.offset).headers["upload-offset"])
    return pieces, plain


def gone_on(pieces: InPieces, plain: Plain) -> None:
    """The same uploads go on from where they stood and are whole."""
    arrived = pieces.offset
    pieces.again()
    plain.again()
    assert arrived == 120_000
    for one in (pieces, plain):
        one.check()
        assert [fault for fault in one.faults if not fault.endswith(": 507")] == []


def test_no_room_for_files(tmp_path: Path) -> None:
    with disk(tmp_path / "uploads", 4 * ROOM) as uploads, instance("sqlite", UPLOADS=str(uploads)) as at:
        at.start()
        cast, before = Cast(), Mark.now()
        earlier = Plain(at, cast, 7)
        earlier.files = earlier.files[:1]
        earlier.enter()
        earlier.do()
        pieces, plain = opened(at, cast, 1)
        with filled(uploads):
            both_uploads_refused(pieces, plain)
            assert left_aside(uploads) == [] and plain.bound() == []
            assert pieces.visitor.ask("GET", f"/apply/{pieces.number}").status == 200
        plain.files = plain.files[:1]
        gone_on(pieces, plain)
        earlier.check()
        assert earlier.faults == [] and left_aside(uploads) == [] and invariants.broken(before, []) == []


def test_no_room_for_the_database(tmp_path: Path) -> None:
    with disk(tmp_path / "data", 24 * ROOM) as data, instance("sqlite", data) as at:
        at.start()
        cast = Cast()
        leaving, stranger = Withdraw(at, cast, 1), Visitor(at.port)
        leaving.enter()
        where, fields = leaving.button()
        with filled(data):
            in_words(leaving.visitor.post(where, fields))
            in_words(leaving.visitor.post(where + "?language=en", fields), "no room left")
            assert stranger.ask("GET", "/units").status in {200, 507}
            assert not leaving.kept()
        leaving.again()
        leaving.follow()
        leaving.check()
        assert [fault for fault in leaving.faults if not fault.endswith(": 507")] == []
        assert at.told().count("started again") == 0


def test_a_limit_on_files_is_told_like_a_full_disk() -> None:
    with instance("sqlite") as at:
        at.start()
        pieces, plain = opened(at, Cast(), 1)
        plain.files.append(("large.png", photo(random.Random(5), 900_000)))     # spooled to the disk before it is looked at
        with short_files(at, 64 * 1024):
            name, data = pieces.files[0]
            refused = [pieces.visitor.piece(pieces.url, data[pieces.offset:pieces.offset + 96 * 1024], pieces.offset),
                       plain.visitor.upload(f"/apply/{plain.number}/upload/{ITEM}/{plain.request}", plain.files)]
            for answer in refused:
                assert answer.status in {503, 507} and "Traceback" not in answer.text and answer.headers["retry-after"]
            assert left_aside(at.app.config["PORTAL"].uploads_folder) == []
        pieces.again()
        plain.again()
        for one in (pieces, plain):
            one.check()
            assert [fault for fault in one.faults if not fault.endswith((": 507", ": 503"))] == []
