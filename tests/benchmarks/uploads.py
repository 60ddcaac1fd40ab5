"""Large files through the real server, beside a plain copy of the same bytes: seconds, memory of the worker, both stores.

`python -m tests.benchmarks.uploads` (SIZES in megabytes, `5,500` unless told; STORES; RUNS); writes build/uploads.json.
"""

import base64
import hashlib
import http.client
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_migrate import upgrade

from portal import settings as settings_module
from portal import uploads
from portal.app import create_app
from portal.db import db
from portal.domain.evidence import Kind
from portal.domain.workflow import Stage
from portal.models.evidence import Evidence, File
from portal.scorecards import scheme_of
from tests.benchmarks.client import Client
from tests.benchmarks.pages import Served, serving
from tests.make import Make
from tests.storage.swift import ACCESS, SECRET, make_bucket, s3

MB = 1024 * 1024
SETTLED = 0.5
"""Seconds that the server rests before its memory is read."""


@dataclass(frozen=True)
class Place:
    """Where the files go: a served instance, an applicant's client, her case and a request that takes PDF."""

    served: Served
    client: Client
    path: str
    token: str
    data: Path


def document(path: Path, size: int, *, seed: int) -> None:
    """Write a PDF of about `size` bytes with one page; what fills it does not pack."""
    chance = random.Random(seed)
    with path.open("wb") as out:
        places = []

        def put(number: int, text: bytes) -> None:
            places.append(out.tell())
            out.write(b"%d 0 obj\n" % number + text)

        out.write(b"%PDF-1.7\n")
        put(1, b"<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
        put(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n")
        put(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n")
        put(4, b"<< /Length %d >>\nstream\n" % size)
        left = size
        while left:
            part = min(left, MB)
            out.write(chance.randbytes(part))
            left -= part
        out.write(b"\nendstream\nendobj\n")
        start = out.tell()
        out.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in places))
        out.write(b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


def copied(source: Path, folder: Path) -> float:
    """Seconds of a plain copy that is on the disk when it ends."""
    started = time.perf_counter()
    with source.open("rb") as read, (folder / "copy").open("wb") as write:
        shutil.copyfileobj(read, write, MB)
        write.flush()
        os.fsync(write.fileno())
    seconds = time.perf_counter() - started
    (folder / "copy").unlink()
    return seconds


def plainly(place: Place, source: Path) -> float:
    """Seconds of one request with the whole file, as a form without scripts sends it."""
    mark = "----portal-benchmark"
    fields = (f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{place.token}\r\n'
              f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{source.name}"\r\n'
              "Content-Type: application/pdf\r\n\r\n").encode()
    tail = f"\r\n--{mark}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", place.served.port, timeout=600)
    started = time.perf_counter()
    connection.putrequest("POST", place.path.replace("/uploads/", "/upload/"))
    for name, value in (("Cookie", place.client.cookie), ("Content-Type", f"multipart/form-data; boundary={mark}"),
                        ("Content-Length", str(len(fields) + source.stat().st_size + len(tail)))):
        connection.putheader(name, value)
    connection.endheaders(fields)
    with source.open("rb") as read:
        while chunk := read.read(MB):
            connection.send(chunk)
    connection.send(tail)
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == 303, (answer.status, said[:300])
    connection.close()
    return time.perf_counter() - started


def in_pieces(place: Place, source: Path) -> float:
    """Seconds of the whole way in pieces: open, pieces with their digests, finish."""
    size, connection = source.stat().st_size, http.client.HTTPConnection("127.0.0.1", place.served.port, timeout=600)
    head = {"Cookie": place.client.cookie, "X-CSRFToken": place.token, "Accept": "application/json"}

    def ask(method: str, path: str, body: bytes | str = b"", **more: str) -> Any:
        connection.request(method, path, body, head | {name.replace("_", "-"): value for name, value in more.items()})
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status < 300, (method, path, answer.status, said[:300])
        return json.loads(said) if said else None

    started = time.perf_counter()
    begun = ask("POST", place.path, f"name={source.name}&size={size}&modified=1", Content_Type="application/x-www-form-urlencoded")
    with source.open("rb") as read:
        while chunk := read.read(uploads.PIECE):
            digest = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
            ask("PATCH", begun["url"], chunk, Upload_Offset=str(read.tell() - len(chunk)), Content_Digest=f"sha-256=:{digest}:",
                Content_Type="application/offset+octet-stream")
    ask("POST", begun["url"] + "/finish")
    connection.close()
    return time.perf_counter() - started


@contextmanager
def place_of(store: str, *, most: int) -> Iterator[Place]:
    """A served instance with this store and somebody who may upload files of up to `most` megabytes."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-uploads-")))
        chosen = {"DATA": str(data), "SECRET_KEY": "only for benchmarks", "UPLOAD_LIMIT_MB": str(most), "STORE": store}
        if store == "bucket":
            chosen |= {"S3_ENDPOINT": stack.enter_context(s3()), "S3_BUCKET": "evidence", "S3_ACCESS_KEY": ACCESS, "S3_SECRET_KEY": SECRET}
        app = create_app(settings_module.read(chosen))
        with app.app_context():
            upgrade()
            if store == "bucket":
                make_bucket(chosen["S3_ENDPOINT"])
            make = Make()
            house = make.institution()
            operator = make.applicant(house)
            case = make.application(institution=house, operator=operator, stage=Stage.DRAFT)
            item, asked = next((item.id, one.id) for item in scheme_of(case).items(house.type) for one in item.evidence if Kind.PDF in one.kinds)
            number, name = case.id, operator.sign_in
            db.session.remove()
            db.engine.dispose()
        served = stack.enter_context(serving("portal", **chosen))
        client = Client(served.port).sign_in(name)
        yield Place(served, client, f"/apply/{number}/uploads/{item}/{asked}", client.token(f"/apply/{number}/items/{item}"), data)
        with app.app_context():
            kept = db.session.query(Evidence).count()
            assert kept == db.session.query(File).count() > 0
            db.engine.dispose()


def with_memory(served: Served, deed: Callable[[], float]) -> tuple[float, float]:
    """(seconds of a deed, how many megabytes the largest web process grew meanwhile at its peak)."""
    time.sleep(SETTLED)
    before = served.peaks(fresh=True)
    seconds = deed()
    after = served.peaks()
    return seconds, max(after[process] - before[process] for process in after)


def measure(store: str, sizes: list[int], runs: int) -> list[dict[str, Any]]:
    """One row a size and way: median seconds, ratio to the copy, growth of the worker."""
    rows = []
    with place_of(store, most=max(sizes) + 50) as place, tempfile.TemporaryDirectory(prefix="portal-files-") as folder:
        for megabytes in sizes:
            times: dict[str, list[float]] = {"copy": [], "plain": [], "pieces": []}
            grown: dict[str, list[float]] = {"plain": [], "pieces": []}
            for run in range(max(1, runs if megabytes <= 50 else runs // 3)):
                for way, send in (("plain", plainly), ("pieces", in_pieces)):
                    source = Path(folder) / f"{way}-{megabytes}-{run}.pdf"
                    document(source, megabytes * MB, seed=hash((megabytes, run)) + (way == "pieces"))
                    times["copy"].append(copied(source, place.data))
                    seconds, more = with_memory(place.served, lambda source=source, send=send: send(place, source))   # type: ignore[misc]
                    times[way].append(seconds)
                    grown[way].append(more)
                    source.unlink()
            copy = statistics.median(times["copy"])
            for way in ("plain", "pieces"):
                seconds = statistics.median(times[way])
                rows.append({"store": store, "megabytes": megabytes, "way": way, "copy": round(copy, 3), "seconds": round(seconds, 3),
                             "ratio": round(seconds / copy, 1), "grown_mb": round(max(grown[way]), 1)})
    return rows


def main() -> None:
    """Measure, print, write."""
    sizes = [int(one) for one in os.environ.get("SIZES", "5,500").split(",")]
    rows = [row for store in os.environ.get("STORES", "disk,bucket").split(",")
            for row in measure(store, sizes, int(os.environ.get("RUNS", "6")))]
    print(f"{'store':<8}{'MB':>5}  {'way':<8}{'copy s':>8}{'upload s':>10}{'ratio':>7}{'worker grew MB':>16}")
    for row in rows:
        print(f"{row['store']:<8}{row['megabytes']:>5}  {row['way']:<8}{row['copy']:>8.2f}{row['seconds']:>10.2f}{row['ratio']:>7.1f}{row['grown_mb']:>16.1f}")
    out = Path("build/uploads.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rows, indent=1), "utf-8")
    print(out)


if __name__ == "__main__":
    main()
