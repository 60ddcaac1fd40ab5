"""A served instance (gunicorn and worker, tokens checked) and Chromium; both started by the tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from portal import settings as settings_module
from portal.models.person import Person
from tests.browser.hands import sign_in
from tests.browser.serving import ARGUMENTS, CHROMIUM, served
from tests.conftest import missing
from tests.make import PASSWORD
from tests.servers import free_port

# What the console says of a line that was cut and of a full disk, as tests want it.
AWAY = ("ERR_INTERNET_DISCONNECTED", "507")


@dataclass
class Instance:
    """A served portal: its address, and an app of ours on the same database to make rows with."""

    url: str
    app: Flask


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """`portal serve` on a fresh, migrated instance."""
    from flask_migrate import upgrade

    from portal.app import create_app
    from portal.db import db

    data, port = tmp_path_factory.mktemp("served"), free_port()
    url = f"http://127.0.0.1:{port}"
    chosen = {"DATA": str(data), "PORT": str(port), "BASE_URL": url, "SIGN_IN_LIMIT": "1000 per minute",
              "SECRET_KEY": "only for tests"}
    app = create_app(settings_module.read(chosen))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    with served(chosen):
        yield Instance(url=url, app=app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, instance: Instance) -> Iterator[Callable[..., Page]]:
    """A page of its own for a person (or nobody), in a window of a size and theme; console errors fail the test."""
    contexts, complaints = [], []

    def enter(person: Person | None = None, *, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=instance.url,
                                       color_scheme="dark" if dark else "light", locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}")
                if said.type == "error" and not any(word in said.text for word in AWAY) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if person is not None:
            sign_in(page, person.sign_in, PASSWORD)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
