"""Start and stop the processes of an instance: web server and worker; make and serve the demonstration."""

import ctypes
import importlib
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from types import FrameType

from flask import Flask

from portal import settings as settings_module
from portal.settings import Settings

Say = Callable[[str], object]
RESTARTS, RESTARTS_WITHIN = 5, 600
"""How often within so many seconds a killed child is started again."""
_SET_PARENT_DEATH_SIGNAL, _ARENA_MAX = 1, -8  # PR_SET_PDEATHSIG of <sys/prctl.h>, M_ARENA_MAX of <malloc.h>


def work(app: Flask) -> None:
    """Run the worker in this process until it is told to stop."""
    app.extensions["queue"].create_consumer(workers=1, periodic=True, check_worker_health=False).run()


def serve(settings: Settings, extra: dict[str, str] | None = None) -> int:
    """Run gunicorn and the worker as children until one ends or a signal comes; gives the exit code.

    A child that is killed (by the system when memory is short, say) is started again; one that ends by itself, for
    example because the port is taken, ends the portal, and so does one that is killed again and again.
    """
    os.environ.update(extra or {})
    from portal.app import DESKS

    for name in DESKS:  # everything is loaded once and shared by all that are forked from here
        importlib.import_module(name)
    tasks = (lambda: _web(settings), _worker)
    children = [_forked(task) for task in tasks]
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            child.terminate()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    killed: deque[float] = deque(maxlen=RESTARTS)
    while True:
        place, code = _first_to_end(children)
        too_often = len(killed) == RESTARTS and time.monotonic() - killed[0] < RESTARTS_WITHIN
        if stopping or code >= 0 or too_often:
            break
        killed.append(time.monotonic())
        what = ("the web server", "the worker")[place]
        print(f"{what} was killed by signal {-code}: it is started again", file=sys.stderr, flush=True)
        children[place] = _forked(tasks[place])
    stop(0, None)
    for child in children:
        child.join(30)
        child.kill()
    return max(code, 0)


def _first_to_end(children: list[ForkProcess]) -> tuple[int, int]:
    """Wait until one of them ends; gives its place and its exit code (below zero: killed by that signal)."""
    while True:
        for place, child in enumerate(children):
            if child.exitcode is not None:
                return place, child.exitcode
        time.sleep(0.2)


def _web(settings: Settings) -> None:
    from gunicorn.app import wsgiapp

    sys.argv = ["gunicorn", "portal.app:create_app()", "--bind", f"{settings.bind}:{settings.port}",
                "--workers", str(settings.workers), "--threads", "4", "--timeout", "120", "--preload",
                "--graceful-timeout", "20", "--log-level", "warning"]
    wsgiapp.run()


def _worker() -> None:
    from portal.app import create_app

    work(create_app())


def _forked(task: Callable[[], None]) -> ForkProcess:
    parent = os.getpid()

    def run() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if sys.platform.startswith("linux"):
            _settle(parent)
        task()

    child = get_context("fork").Process(target=run)
    child.start()
    return child


def _settle(parent: int) -> None:
    """What a child asks of Linux before anything else."""
    libc = ctypes.CDLL(None)
    # to be told to stop when the parent is killed: else this child would keep the port for ever
    libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
    # glibc keeps an arena for every thread; two are enough, and a web process is some ten megabytes smaller
    if hasattr(libc, "mallopt"):
        libc.mallopt(_ARENA_MAX, 2)


def demo(*, seed: int, reset: bool, say: Say) -> None:
    """Make the demonstration in DATA (once), say who can sign in, and serve it."""
    from flask_migrate import upgrade
    from sqlalchemy import select

    from portal.app import create_app
    from portal.db import db
    from portal.demo import build
    from portal.models.person import Person

    settings = settings_module.read(demo=True)
    if "BASE_URL" not in os.environ:
        settings = replace(settings, base_url=f"http://127.0.0.1:{settings.port}")
    if reset and settings.data.exists():
        if not settings.database_url and (settings.data / "portal.sqlite").exists():
            shutil.rmtree(settings.data)
        elif any(settings.data.iterdir()):
            raise SystemExit(f"{settings.data} holds no SQLite instance of ours; delete it by hand to start over")
    app = create_app(settings)
    with app.app_context():
        upgrade()
        if db.session.scalar(select(Person.id).limit(1)) is None:
            say("Making the demonstration data …")
            build.build(seed=seed, scale=1, say=say)
        say("")
        for desk, name, sign_in, password in build.persons():
            say(f"{desk:<24} {name:<6} {sign_in:<22} {password}")
        db.session.remove()
        db.engine.dispose()
    say(f"\nhttp://127.0.0.1:{settings.port}/   (Ctrl-C stops; RESET=1 starts over)")
    sys.stdout.flush()
    sys.exit(serve(settings, {"DEMO": "1", "BASE_URL": settings.base_url, "DATA": str(settings.data)}))
