"""Pages at two volumes, both served at once, in turn with a bare Flask route: p50, p95, ratio, statements, growth, memory."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask_migrate import upgrade

from portal import settings as settings_module
from portal.app import create_app
from portal.db import db
from tests.benchmarks.client import Answer, Client
from tests.benchmarks.volume import City, fill
from tests.servers import free_port, postgresql

WARM, RUNS = 5, 40


@dataclass(frozen=True)
class Page:
    """What is measured: its name, the highest ratio to the bare route that is allowed, and how to ask for it."""

    name: str
    ratio: float
    ask: Callable[["Desk"], Answer]


@dataclass
class Desk:
    """The visitors of one served volume."""

    city: City
    public: Client
    officer: Client
    expert: Client
    leader: Client
    revisions: Iterator[int]
    token: str

    def post_score(self) -> Answer:
        """An expert's score of one item, another one each time, as the workspace sends it."""
        n = next(self.revisions)
        answer = self.expert.ask("POST", f"/review/{self.city.open_case}/items/{self.city.item}", {
            "csrf_token": self.token, "revision": str(n), "points": self.city.points, "reason": f"现场资料齐全，第{n}次核对。"})
        assert answer.status < 400, f"posting a score: {answer.status} {answer.text[:300]}"
        return answer


PAGES = (
    Page("/verify/<number>", 8, lambda desk: desk.public.get(f"/verify/{quote(desk.city.certificate)}")),
    Page("/units, a page of 50", 40, lambda desk: desk.public.get("/units")),
    Page("/units, a full page found", 40, lambda desk: desk.public.get("/units?q=" + quote("示例"))),
    Page("/units, one found", 40, lambda desk: desk.public.get("/units?q=" + quote(desk.city.rare))),
    Page("expert's queue", 40, lambda desk: desk.expert.get("/review/")),
    Page("case list", 40, lambda desk: desk.officer.get("/reports/cases")),
    Page("opening a sheet", 60, lambda desk: desk.expert.get(f"/review/{desk.city.open_case}")),
    Page("posting a score", 60, Desk.post_score),
    Page("ranking of 50", 60, lambda desk: desk.leader.get(f"/decide/board?round={desk.city.round}")),
    Page("dashboard", 60, lambda desk: desk.officer.get("/reports/")),
)


@dataclass(frozen=True)
class Figures:
    """What one page cost at one volume; the answers as they came."""

    answers: list[Answer]

    @property
    def times(self) -> list[float]:
        """Seconds until the last byte."""
        return [one.seconds for one in self.answers]

    @property
    def processor(self) -> float:
        """The median of the server's processor time in milliseconds: steadier than the clock on a busy machine."""
        return statistics.median(one.processor for one in self.answers) * 1000

    @property
    def answer(self) -> Answer:
        """The last answer."""
        return self.answers[-1]

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        """Nineteen of twenty were faster; milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1] * 1000


@dataclass(frozen=True)
class Served:
    """A server under measurement: its port, and its main process."""

    port: int
    process: int

    def workers(self) -> list[str]:
        """The web processes."""
        return Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()

    def peaks(self, *, fresh: bool = False) -> dict[str, float]:
        """The most that each web process ever held, in megabytes; `fresh` begins anew from what it holds now."""
        if fresh:
            for worker in self.workers():
                Path(f"/proc/{worker}/clear_refs").write_text("5")
        return {worker: next(int(line.split()[1]) / 1024 for line in Path(f"/proc/{worker}/status").read_text().splitlines()
                             if line.startswith("VmHWM")) for worker in self.workers()}

    def memory(self) -> list[tuple[float, float]]:
        """(resident, own share) of each web process in megabytes: what it shares with others counts in part in the second."""
        found = []
        for child in self.workers():
            rolled = dict(line.split(":") for line in Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()[1:])
            found.append((int(rolled["Rss"].split()[0]) / 1024, int(rolled["Pss"].split()[0]) / 1024))
        return found


@contextmanager
def serving(app: str, **chosen: str) -> Iterator[Served]:
    """Gunicorn with two workers on loopback, as `portal serve` starts it."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"tests.benchmarks.served:{app}()", "--bind", f"127.0.0.1:{port}",
               "--workers", "2", "--threads", "4", "--preload", "--log-level", "warning"]
    server = subprocess.Popen(command, env={"MALLOC_ARENA_MAX": "2", **os.environ, **chosen})
    try:
        for _ in range(200):
            try:
                Client(port).ask("GET", "/")
                break
            except OSError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.1)
        yield Served(port, server.pid)
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def volume(database: str, *, cases: int, institutions: int = 0) -> Iterator[tuple[City, dict[str, str]]]:
    """A filled database (`sqlite` or `postgresql`) and the settings that serve it."""
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-"))
        chosen = {"DATA": data, "SECRET_KEY": "only for benchmarks", "SIGN_IN_LIMIT": "1000 per minute"}
        if database == "postgresql":
            chosen["DATABASE_URL"] = stack.enter_context(postgresql())
        app = create_app(settings_module.read(chosen))
        with app.app_context():
            upgrade()
            city = fill(cases=cases, institutions=institutions)
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
            db.session.remove()
            db.engine.dispose()
        yield city, chosen


def desk_of(city: City, port: int) -> Desk:
    """Everybody who asks for pages of a volume, signed in."""
    expert = Client(port).sign_in(city.expert)
    return Desk(city=city, public=Client(port), officer=Client(port).sign_in(city.officer), expert=expert,
                leader=Client(port).sign_in(city.leader), revisions=count(), token=expert.token("/review/"))


def measure(database: str, *, volumes: tuple[int, int], institutions: int = 0, runs: int = RUNS) -> dict[str, Any]:
    """Every page `runs` times at both volumes, in turn with the bare route; rows, memory and the export."""
    small, large = volumes
    with (volume(database, cases=small) as (few, first), volume(database, cases=large, institutions=institutions) as (many, second),
          serving("bare") as plain, serving("portal", **first) as one, serving("portal", **second) as two):
        bare, desks = Client(plain.port), (desk_of(few, one.port), desk_of(many, two.port))
        rows = [_row(page, *_one(page, desks, bare, runs)) for page in PAGES]
        export = desks[1].officer.get("/reports/cases.csv?state=all")
        return {"rows": rows, "memory": two.memory(),
                "export": {"cases": export.text.count("\n") - 1, "seconds": round(export.seconds, 3)}}


def _one(page: Page, desks: tuple[Desk, Desk], bare: Client, runs: int) -> tuple[Figures, Figures, Figures]:
    """In turn: bare, small, large; whatever else the machine does meets all three."""
    asks: list[Callable[[], Answer]] = [lambda: bare.get("/"), *(lambda desk=desk: page.ask(desk) for desk in desks)]   # type: ignore[misc]
    for _ in range(WARM):
        for ask in asks:
            ask()
    answers = [[ask() for ask in asks] for _ in range(runs)]
    found = [Figures(list(column)) for column in zip(*answers, strict=True)]
    return found[0], found[1], found[2]


def _row(page: Page, plain: Figures, small: Figures, large: Figures) -> dict[str, Any]:
    return {"page": page.name, "limit": page.ratio, "p50": round(large.p50, 2), "p95": round(large.p95, 2),
            "ratio": round(large.p50 / plain.p50, 1), "ratio_small": round(small.p50 / plain.p50, 1),
            "queries": large.answer.queries, "queries_small": small.answer.queries, "bytes": large.answer.size,
            "bytes_small": small.answer.size, "growth": round(large.p50 / small.p50, 2), "processor": round(large.processor, 2),
            "processor_small": round(small.processor, 2)}


def show(rows: list[dict[str, Any]], title: str) -> str:
    """The rows as a table of text."""
    lines = [title, f"{'page':<24}{'p50 ms':>8}{'p95 ms':>8}{'ratio':>8}{'limit':>7}{'growth':>8}{'processor ms':>14}{'queries':>9}{'bytes':>15}"]
    lines += [f"{row['page']:<24}{row['p50']:>8.1f}{row['p95']:>8.1f}{row['ratio']:>8.1f}{row['limit']:>7.0f}"
              f"{row['growth']:>8.2f}{row['processor_small']:>7.1f}→{row['processor']:<6.1f}{row['queries_small']:>5}→{row['queries']:<3}{row['bytes_small']:>7}→{row['bytes']}" for row in rows]
    return "\n".join(lines)
