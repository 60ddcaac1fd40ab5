"""Every page, as each desk sees it: no serious finding of axe-core in light or dark, nothing wider than its window."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from portal.db import db
from portal.models.person import Person
from tests.browser.city import settle
from tests.browser.conftest import Instance
from tests.browser.crawl import STARTS, pages_of
from tests.make import Make

DESKS = ("nobody", "applicant", "signatory", "recommender", "officer", "expert", "moderator", "team-leader", "inspector",
         "leader", "countersigner", "administrator", "auditor")
WCAG = {"resultTypes": ["violations"],
        "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# Dark and light differ in colours only.
COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def city(instance: Instance) -> Iterator[dict[str, Person]]:
    """The people of a small city on the served instance."""
    with instance.app.app_context():
        yield settle(Make())
        db.session.remove()


@pytest.fixture(scope="module")
def seen() -> Counter[str]:
    """Views that were looked at: what desks share is looked at once."""
    return Counter()


def grave(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe-core finds serious or critical, in a line each."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]} {(node['any'] or [{}])[0].get('message', '')}"
            for one in found if one["impact"] in GRAVE for node in one["nodes"][:3]]


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("who", DESKS)
def test_pages_can_be_used_by_everybody(open_page: Callable[..., Page], instance: Instance, city: dict[str, Person],
                                        seen: Counter[str], who: str) -> None:
    person = db.session.get_one(Person, city[who].id) if who in city else None
    page = open_page(person)
    db.session.rollback()
    page.emulate_media(reduced_motion="reduce")
    faults: list[str] = []

    def look(address: str) -> None:
        page.set_viewport_size({"width": 1440, "height": 900})
        faults.extend(f"{address} at 1440 px: {too_wide(page)} px too wide" for _ in range(too_wide(page) > 0))
        faults.extend(f"{address} light: {one}" for one in grave(page, WCAG))
        page.emulate_media(color_scheme="dark")
        faults.extend(f"{address} dark: {one}" for one in grave(page, COLOURS))
        page.set_viewport_size({"width": 390, "height": 844})
        faults.extend(f"{address} at 390 px: {too_wide(page)} px too wide" for _ in range(too_wide(page) > 0))
        page.emulate_media(color_scheme="light")

    looked = pages_of(instance.app, page, starts=("/desk",) if person else STARTS, seen=seen, look=look)
    assert faults == []
    assert looked > 0
