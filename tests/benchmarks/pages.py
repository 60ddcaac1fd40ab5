"""Pages at two volumes on both databases, interleaved with a bare Flask route: p50, p95, ratio, statements, growth."""

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
    Page("/units, searched", 40, lambda desk: desk.public.get("/units?q=%E6%B8%85%E6%B3%89")),
    Page("expert's queue", 40, lambda desk: desk.expert.get("/review/")),
    Page("case list", 40, lambda desk: desk.officer.get("/reports/cases")),
    Page("opening a sheet", 60, lambda desk: desk.expert.get(f"/review/{desk.city.open_case}")),
    Page("posting a score", 60, Desk.post_score),
    Page("ranking of 50", 60, lambda desk: desk.leader.get(f"/decide/board?round={desk.city.round}")),
    Page("dashboard", 60, lambda desk: desk.officer.get("/reports/")),
)


@dataclass(frozen=True)
class Figures:
    """What one page cost at one volume on one database; times in milliseconds."""

    page: str
    limit: float
    p50: float
    p95: float
    ratio: float
    queries: int
    size: int


@contextmanager
def serving(app: str, **chosen: str) -> Iterator[int]:
    """Gunicorn with two workers on loopback; gives the port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"tests.benchmarks.served:{app}()", "--bind", f"127.0.0.1:{port}",
               "--workers", "2", "--threads", "4", "--preload", "--log-level", "warning"]
    server = subprocess.Popen(command, env={**os.environ, **chosen})
    try:
        for _ in range(200):
            try:
                Client(port).ask("GET", "/")
                break
            except OSError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.1)
        yield port
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


def measure(database: str, *, cases: int, institutions: int = 0, runs: int = RUNS) -> list[Figures]:
    """Every page `runs` times in turn with the bare route."""
    with volume(database, cases=cases, institutions=institutions) as (city, chosen), serving("bare") as plain, \
            serving("portal", **chosen) as port:
        expert = Client(port).sign_in(city.expert)
        desk = Desk(city=city, public=Client(port), officer=Client(port).sign_in(city.officer), expert=expert,
                    leader=Client(port).sign_in(city.leader), revisions=count(), token=expert.token("/review/"))
        return [_one(page, desk, Client(plain), runs) for page in PAGES]


def _one(page: Page, desk: Desk, bare: Client, runs: int) -> Figures:
    for _ in range(WARM):
        page.ask(desk)
        bare.get("/")
    times, plain, last = [], [], page.ask(desk)
    for _ in range(runs):
        plain.append(bare.get("/").seconds)
        last = page.ask(desk)
        times.append(last.seconds)
    p50 = statistics.median(times)
    return Figures(page=page.name, limit=page.ratio, p50=p50 * 1000, p95=statistics.quantiles(times, n=20)[-1] * 1000,
                   ratio=p50 / statistics.median(plain), queries=last.queries, size=last.size)


def table(small: list[Figures], large: list[Figures]) -> list[dict[str, Any]]:
    """One row a page: both volumes side by side and the growth of p50."""
    return [{"page": one.page, "limit": one.limit, "p50": round(two.p50, 2), "p95": round(two.p95, 2),
             "ratio": round(two.ratio, 1), "ratio_small": round(one.ratio, 1), "queries": two.queries,
             "queries_small": one.queries, "bytes": two.size, "growth": round(two.ratio / one.ratio, 2)}
            for one, two in zip(small, large, strict=True)]


def show(rows: list[dict[str, Any]], title: str) -> str:
    """The rows as a table of text."""
    lines = [title, f"{'page':<24}{'p50 ms':>8}{'p95 ms':>8}{'ratio':>8}{'limit':>7}{'growth':>8}{'queries':>9}{'bytes':>9}"]
    lines += [f"{row['page']:<24}{row['p50']:>8.1f}{row['p95']:>8.1f}{row['ratio']:>8.1f}{row['limit']:>7.0f}"
              f"{row['growth']:>8.2f}{row['queries_small']:>5}→{row['queries']:<3}{row['bytes']:>9}" for row in rows]
    return "\n".join(lines)
