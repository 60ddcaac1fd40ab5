"""Where a page's time goes: `python -m tests.benchmarks.profile NAME …` profiles pages in this process, SQLite, CASES cases."""

import cProfile
import io
import os
import pstats
import sys
import time
from itertools import count

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from portal import settings as settings_module
from portal.app import create_app
from tests.benchmarks.client import Answer, Client
from tests.benchmarks.pages import PAGES, Desk, volume

RUNS = 20


class Inside(Client):
    """A visitor of an app in this process."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        """Send one request."""
        started = time.perf_counter()
        answer = self.client.open(path, method=method, data=form, headers={"Accept-Language": "zh-CN"})
        data = answer.get_data()
        return Answer(status=answer.status_code, seconds=time.perf_counter() - started, queries=0, size=len(data),
                      text=data.decode("utf-8", "replace"))


def main(names: list[str]) -> None:
    """Profile every page whose name holds one of these words (all pages when none is given)."""
    spent: list[tuple[float, str]] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def begin(connection: object, *_more: object) -> None:
        connection.info["began"] = time.perf_counter()   # type: ignore[attr-defined]

    @event.listens_for(Engine, "after_cursor_execute")
    def end(connection: object, _cursor: object, statement: str, *_more: object) -> None:
        spent.append((time.perf_counter() - connection.info["began"], statement))   # type: ignore[attr-defined]

    cases, more = int(os.environ.get("CASES", "2000")), int(os.environ.get("INSTITUTIONS", "0"))
    with volume("sqlite", cases=cases, institutions=more) as (city, chosen):
        app = create_app(settings_module.read(chosen))
        expert = Inside(app).sign_in(city.expert)
        desk = Desk(city=city, public=Inside(app), officer=Inside(app).sign_in(city.officer), expert=expert,
                    leader=Inside(app).sign_in(city.leader), revisions=count(), token=expert.token("/review/"))
        for page in PAGES:
            if names and not any(name in page.name for name in names):
                continue
            for _ in range(5):
                page.ask(desk)
            spent.clear()
            times = [page.ask(desk).seconds for _ in range(RUNS)]
            each = len(spent) // RUNS
            print(f"\n== {page.name}: {min(times) * 1000:.1f} ms at best, {each} statements, "
                  f"{sum(one for one, _ in spent) / RUNS * 1000:.1f} ms in the database")
            for seconds, statement in sorted(spent[-each:], reverse=True)[:int(os.environ.get("SHOW", "4"))]:
                print(f"   {seconds * 1000:6.2f} ms  {' '.join(statement.split())[:300]}")
            profile, out = cProfile.Profile(), io.StringIO()
            profile.enable()
            for _ in range(RUNS):
                page.ask(desk)
            profile.disable()
            pstats.Stats(profile, stream=out).sort_stats(os.environ.get("SORT", "cumulative")).print_stats(
                os.environ.get("ONLY", "portal/|templates|orm/loading"), 45)
            print(out.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
