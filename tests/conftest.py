"""Real parts for every test: an app on SQLite or PostgreSQL, its database emptied after each test, a maker of nouns."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from flask import Flask, g, request_started
from flask.testing import FlaskClient
from sqlalchemy import event, text

from portal import clock
from portal import settings as settings_module
from portal.models.base import Base
from portal.models.person import Person
from tests.make import PASSWORD, Make


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole suite run on either database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def missing(tool: str) -> None:
    """A missing tool is a failure under CI and a visible skip elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(f"{tool} is missing; .ci/run installs it")
    pytest.skip(f"{tool} is missing")


@pytest.fixture(scope="session")
def postgresql_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own on a socket in a temporary folder, started and stopped by the tests."""
    from tests.servers import postgresql

    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> str:
    """The database of this run; empty means SQLite in the data folder."""
    if request.config.getoption("--database") == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return ""


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Flask]:
    """One app for the run, migrated as an instance is."""
    from flask_migrate import upgrade

    from portal.app import create_app
    from portal.db import db

    app = create_app(settings_module.read({}, data=tmp_path_factory.mktemp("instance"), database_url=database_url,
                                          secret_key="only for tests", base_url="http://portal.test",
                                          sign_in_limit="1000 per minute"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade()
    request_started.connect(_forget_visitor, app)
    yield app
    with app.app_context():
        db.engine.dispose()


def _forget_visitor(_app: Flask, **_extra: object) -> None:
    """A request inside a test's app context shares its `g`: without this visitor and language would stay for the next client."""
    for kept in ("_login_user", "unread", "_flask_babel"):
        g.pop(kept, None)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Switch off pytest-flask's context that stays open for the whole test: the visitor would leak between requests."""


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An app context around a test, and an empty database after it."""
    with app.app_context():
        yield
    empty(app)


def empty(app: Flask) -> None:
    """Delete every row of every table."""
    from portal.db import db

    with app.app_context():
        db.session.rollback()
        db.session.remove()
        with db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
                connection.execute(text(f"truncate {names} restart identity cascade"))
            else:
                connection.exec_driver_sql("pragma defer_foreign_keys=on")
                for table in reversed(Base.metadata.sorted_tables):
                    connection.execute(table.delete())


@pytest.fixture
def make(context: None) -> Make:
    """Plain makers of nouns."""
    return Make()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def as_(app: Flask) -> Callable[[Person], FlaskClient]:
    """A client of its own for a person, signed in through the real form."""

    def enter(person: Person) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"sign_in": person.sign_in, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return enter


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], "contextmanager[list[str]]"]:  # type: ignore[type-arg]
    """`with count_queries() as seen:` collects the SQL statements that are executed, savepoints and BEGINs left out."""
    from portal.db import db

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.upper().startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
                seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def travel() -> Iterator[Callable[..., None]]:
    """`travel(days=8)` moves the portal's present on, until the test ends."""
    with ExitStack() as stack:
        yield lambda **step: stack.enter_context(clock.pretending(clock.now() + timedelta(**step)))


@pytest.fixture
def tool() -> Callable[[str], str]:
    """The path of a program that a test needs."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            missing(name)
        return str(path)

    return find


