"""A served portal with two web processes, a crew of four processes, and after each test the proof that the chain holds."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import audit
from portal.db import db
from portal.models.event import Event
from portal.models.person import Person
from portal.settings import Settings
from tests.concurrency.crew import Crew
from tests.concurrency.crowd import Visitor
from tests.make import Make
from tests.servers import free_port


@pytest.fixture(scope="session")
def port(app: Flask, database_url: str) -> Iterator[int]:
    """The portal of the run behind gunicorn, two processes with four threads each as `portal serve` starts them."""
    settings: Settings = app.config["PORTAL"]
    chosen = free_port()
    environment = {**os.environ, "DATA": str(settings.data), "DATABASE_URL": database_url,
                   "SECRET_KEY": settings.secret_key, "SIGN_IN_LIMIT": "1000 per minute"}
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "portal.app:create_app()", "--bind", f"127.0.0.1:{chosen}", "--workers", "2",
         "--threads", "4", "--preload", "--graceful-timeout", "1", "--log-level", "warning"], env=environment)
    try:
        for _ in range(300):
            assert server.poll() is None, "the server ended"
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{chosen}/healthz", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError("the server does not answer")
        yield chosen
    finally:
        server.terminate()
        server.wait(40)


@pytest.fixture(scope="session")
def crew(app: Flask, database_url: str) -> Iterator[Crew]:
    """Four processes with an app each."""
    settings: Settings = app.config["PORTAL"]
    made = Crew({"data": str(settings.data), "database_url": database_url, "secret_key": settings.secret_key,
                 "base_url": settings.base_url}, 4)
    yield made
    made.dismiss()


@pytest.fixture
def visitor(app: Flask, port: int) -> Callable[..., Visitor]:
    """`visitor(person)` comes through the door of the served portal; without a person somebody of the public."""

    def enter(person: Person | None = None) -> Visitor:
        return Visitor(app, port, person)

    return enter


@pytest.fixture(autouse=True)
def sound(make: Make) -> Iterator[None]:
    """Whatever was done at once, the record is one chain without a gap."""
    yield
    db.session.rollback()
    count, broken = audit.breaks()
    assert broken == []
    assert count == (db.session.scalar(select(func.max(Event.seq))) or 0)
