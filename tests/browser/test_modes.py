"""Modes that the system or the printer asks for: forced colours, less motion, paper; and the way of the focus."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from portal.db import db
from portal.models.person import Person
from tests.browser.city import settle
from tests.browser.conftest import Instance
from tests.make import Make

PAGES = [(None, "/"), (None, "/units"), (None, "/sign-in"), ("officer", "/desk"), ("officer", "/reports/"),
         ("officer", "/reports/cases?state=all"), ("officer", "/screen/"), ("applicant", "/apply/"),
         ("administrator", "/administer/record")]
# The widths between the margins of A4, in CSS pixels, upright and across.
UPRIGHT, ACROSS = 672, 1009

FOCUSED = """() => {
  const one = document.activeElement, shown = one.matches('.pick input, .seg input') ? one.nextElementSibling : one;
  const box = shown.getBoundingClientRect(), style = getComputedStyle(shown);
  return {name: one.tagName + ' ' + (one.textContent || one.name || '').trim().slice(0, 30), width: box.width,
          height: box.height, left: box.left, right: box.right, outline: style.outlineStyle,
          ring: parseFloat(style.outlineWidth), colour: style.outlineColor, ground: getComputedStyle(document.body).backgroundColor};
}"""


@pytest.fixture(scope="module")
def city(instance: Instance) -> Iterator[dict[str, Person]]:
    """The people of a small city on the served instance."""
    with instance.app.app_context():
        yield settle(Make())
        db.session.remove()


@pytest.fixture
def opened(open_page: Callable[..., Page], city: dict[str, Person]) -> Callable[[str | None, str], Page]:
    """A page at an address, as somebody of the city sees it."""

    def go(who: str | None, address: str) -> Page:
        page = open_page(db.session.get_one(Person, city[who].id) if who else None)
        db.session.rollback()
        page.goto(address)
        return page

    return go


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_in_every_mode(opened: Callable[..., Page], tmp_path: Path, tool: Callable[[str], str], who: str | None,
                              address: str) -> None:
    page = opened(who, address)
    the_focus_goes_in_order_and_is_seen(page, address)
    forced_colours_lose_no_state(page, address, strip=who is not None)
    less_motion_means_none(page)
    paper_has_no_navigation_and_no_clipped_table(page, address, tmp_path, tool("pdftotext"))


def the_focus_goes_in_order_and_is_seen(page: Page, address: str) -> None:
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUSED)
    assert first["name"].startswith("A 跳到") and first["height"] > 20, first
    for forced in ("none", "active"):
        page.emulate_media(forced_colors=forced)  # type: ignore[arg-type]
        for _n in range(24):
            page.keyboard.press("Tab")
            seen = page.evaluate(FOCUSED)
            if seen["name"].startswith("BODY"):
                continue
            assert seen["outline"] != "none" and seen["ring"] >= 2 and seen["colour"] != seen["ground"], (address, seen)
            assert seen["width"] > 4 and seen["height"] > 4 and seen["right"] > 0 and seen["left"] < 1440, (address, seen)


def test_the_first_stop_leads_past_the_navigation(opened: Callable[..., Page]) -> None:
    page = opened("officer", "/reports/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def forced_colours_lose_no_state(page: Page, address: str, *, strip: bool) -> None:
    page.emulate_media(forced_colors="active", color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for drawn in (".bars .b", ".plot .l1", ".rule .got", ".dots .pt"):
        for one in page.locator(drawn).all()[:3]:
            style = one.evaluate("e => [getComputedStyle(e).fill, getComputedStyle(e).stroke]")
            assert set(style) - {"none", ground}, (address, drawn, style)
    marks = page.evaluate("""() => [...document.querySelectorAll(
      '.desks [aria-current], .desk-links [aria-current], .tabs [aria-current], .pager [aria-current], .nav [aria-current]')]
      .filter(e => e.checkVisibility()).map(e => [getComputedStyle(e).borderBottomWidth, getComputedStyle(e).textDecorationLine])""")
    assert all(border == "3px" or line == "underline" for border, line in marks), (address, marks)
    if strip:
        assert marks, address
    edges = page.evaluate("""() => [...document.querySelectorAll('.count, .tilemap a, .matrix td.q4')]
      .map(e => parseFloat(getComputedStyle(e).borderTopWidth))""")
    assert all(width >= 1 for width in edges), address


def paper_has_no_navigation_and_no_clipped_table(page: Page, address: str, folder: Path, pdftotext: str) -> None:
    page.emulate_media(media="print", color_scheme="dark", forced_colors="none")
    for gone in (".nav", ".menu", ".mast-tools", ".desk", ".crumbs", ".tabs", ".pager", ".btn", "[role=search]", ".skip"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), (address, gone)
    across = page.evaluate("getComputedStyle(document.body).page") == "across"
    page.set_viewport_size({"width": ACROSS if across else UPRIGHT, "height": 900})
    wide = page.evaluate("""() => [...document.querySelectorAll('table')].filter(
      t => t.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(t => t.className)""")
    assert wide == [], (address, wide)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", "ink on white"
    page.pdf(path=folder / "page.pdf", prefer_css_page_size=True)
    words = subprocess.run([pdftotext, str(folder / "page.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    title = page.locator("h1").first.inner_text()
    assert title[:4] in re.sub(r"\s", "", words), (address, title)


def less_motion_means_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("""() => [...document.querySelectorAll('*')].filter(e => {
      const s = getComputedStyle(e); return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0; }).length""") == 0


def test_light_dark_and_the_size_of_the_text_are_kept_on_the_device(opened: Callable[..., Page]) -> None:
    page = opened("officer", "/desk")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.click(".look-menu summary")
    page.check(".look-menu input[value=dark]")
    page.check(".look-menu input[value=larger]")
    assert page.evaluate(paper) != light
    page.goto("/reports/")
    assert page.evaluate(paper) != light, "chosen before the first paint"
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1440, "height": 900})
    page.click(".look-menu summary")
    page.keyboard.press("Escape")
    assert page.locator(".look-menu .float").is_hidden()
    page.click(".look-menu summary")
    for name in ("theme", "text"):
        page.check(f".look-menu input[name=mast-{name}][value='']")
    page.goto("/desk")
    assert page.evaluate(paper) == light
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""
