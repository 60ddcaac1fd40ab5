"""Start and stop the processes of an instance: web server and worker; make and serve the demonstration."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

from flask import Flask

from portal import settings as settings_module
from portal.settings import Settings

Say = Callable[[str], object]
RESTARTS, RESTARTS_WITHIN = 5, 600
"""How often within so many seconds a killed child is started again."""
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>


def work(app: Flask) -> None:
    """Run the worker in this process until it is told to stop."""
    app.extensions["queue"].create_consumer(workers=1, periodic=True, check_worker_health=False).run()


def serve(settings: Settings, extra: dict[str, str] | None = None) -> int:
    """Run gunicorn and the worker as children until one ends or a signal comes; gives the exit code.

    A child that is killed (by the system when memory is short, say) is started again; one that ends by itself, for
    example because the port is taken, ends the portal, and so does one that is killed again and again.
    """
    # glibc keeps an arena for every thread; two are enough, and a web process is some ten megabytes smaller
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ, **(extra or {})}
    web = [sys.executable, "-m", "gunicorn", "portal.app:create_app()", "--bind", f"{settings.bind}:{settings.port}",
           "--workers", str(settings.workers), "--threads", "4", "--timeout", "120", "--preload",
           "--graceful-timeout", "20", "--log-level", "warning"]
    worker = [sys.executable, "-m", "portal.cli", "work"]
    dies_with_us = _dies_with_parent()

    def start(command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=environment, preexec_fn=dies_with_us)

    children = [(command, start(command)) for command in (web, worker)]
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for _command, child in children:
            child.send_signal(signal.SIGTERM)

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    killed: deque[float] = deque(maxlen=RESTARTS)
    while True:
        place = _first_to_end([child for _command, child in children])
        command, ended = children[place]
        code = ended.returncode
        too_often = len(killed) == RESTARTS and time.monotonic() - killed[0] < RESTARTS_WITHIN
        if stopping or code >= 0 or too_often:
            break
        killed.append(time.monotonic())
        print(f"{command[2]} was killed by signal {-code}: it is started again", file=sys.stderr, flush=True)
        children[place] = (command, start(command))
    stop(0, None)
    for _command, child in children:
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
    return max(code, 0)


def _first_to_end(children: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one of them ends; gives its place."""
    while True:
        for place, child in enumerate(children):
            try:
                child.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
            return place


def _dies_with_parent() -> Callable[[], None] | None:
    """What a child does first, on Linux: ask to be told to stop when this process is killed.

    Otherwise it would keep the port, and the portal could not be started again.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


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
