"""Pictures of every page: `python -m tests.browser.pictures [folder]` serves the worlds and photographs their desks.

Every page is taken at 1440 and 390 px, light and dark, in each world (tests/browser/worlds.py): full, empty, long names, and
every form sent wrongly. `index.html` and `contact-….png` show them all, two pages a row. A page that is wider than its window,
complains in its console, or takes a wrong form without a word is named at the end. Environment: WORLDS and DESKS (names,
separated by commas; all unless told), MINUTES (how long it may go on looking for pages, 25 unless told), README (a folder
for the README's four).
"""

import html
import os
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from portal import settings as settings_module
from portal.app import create_app
from portal.db import db
from tests.browser import contact
from tests.browser.crawl import STARTS, pages_of, view_of
from tests.browser.hands import sign_in
from tests.browser.serving import ARGUMENTS, CHROMIUM, served
from tests.browser.worlds import MISTAKES, REFUSED, WORLDS, Visitor
from tests.servers import free_port

SIZES = {1440: 900, 390: 844}
THEMES = ("light", "dark")
# The README's pictures: which page of a view, at a width, as far as a window shows it.
SHOWN = {"task-list": ("apply.case", 1, 1440), "review": ("review.sheet", 0, 1440), "decision": ("decide.board", 0, 1440),
         "verify": ("directory.verification", 0, 390)}


@dataclass
class Shoot:
    """What was photographed so far, what complained, and until when to go on."""

    folder: Path
    app: Flask
    until: float
    world: str = ""
    seen: Counter[str] = field(default_factory=Counter)
    forms: dict[str, str] = field(default_factory=dict)
    taken: list[contact.Picture] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def desk(self, browser: Browser, url: str, who: Visitor) -> None:
        """One person's pages, then the same forms sent wrongly."""
        context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900}, locale="zh-CN",
                                      reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: self.complain(page, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complain(page, str(error)))
        if who.sign_in:
            sign_in(page, who.sign_in, who.password)
        self.forms = {}
        pages_of(self.app, page, starts=("/desk",) if who.sign_in else STARTS, seen=self.seen, until=self.until,
                 look=lambda address: self.look(page, who.desk, address))
        if self.world == "full":
            self.wrongly(page, who.desk)
        context.close()

    def complain(self, page: Page, text: str) -> None:
        """Keep an error of the console with the page it came from; a refusal that was asked for is none."""
        if "the server responded with a status of 4" not in text:
            self.complaints.append(f"{self.world} {page.url}: {text}")

    def look(self, page: Page, desk: str, address: str) -> None:
        """The page as it is; remember it when it holds a form to be sent wrongly."""
        view = view_of(self.app, page.url) or "page"
        if view in MISTAKES:
            self.forms.setdefault(view, address)
        self.take(page, desk, address, view)

    def wrongly(self, page: Page, desk: str) -> None:
        """Each remembered form with what nobody should type; for the public, the addresses that refuse as well."""
        for view, address in self.forms.items():
            page.goto(address)
            for selector, text in MISTAKES[view].items():
                place = page.locator(selector).first
                if place.count() and place.is_visible():
                    place.fill(text)
            form = page.locator("main form:has(.btn-main), main form:has(.btn-stop)").first
            if not form.count():
                continue
            with page.expect_navigation():   # as without scripts: no handler and no check of the browser's comes between
                form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
            page.wait_for_load_state("networkidle")
            if not page.locator("main .err-sum, main [aria-invalid=true], main .note-stop").count():
                self.complaints.append(f"{address} ({desk}) took a wrong form without a word")
            self.take(page, desk, address, f"{view}-wrong")
        for address in REFUSED if desk in {"public", "applicant"} else ():
            page.goto(address)
            self.take(page, desk, address, "refused")

    def take(self, page: Page, desk: str, address: str, view: str) -> None:
        """The four pictures of a page."""
        name = f"{len(self.taken) + 1:03d}-{self.world}-{desk}-{re.sub(r'[^a-z_]+', '-', view)}"
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.complaints.append(f"{self.world} {address} ({desk}) is {wide} px too wide at {width} px")
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                page.screenshot(path=self.folder / f"{name}-{width}-{theme}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        self.taken.append(contact.Picture(name=name, said=f"{self.world} · {desk} · {view}", address=address,
                                          title=page.title()))

    def index(self) -> None:
        """The list of all pictures with what complained, and the contact sheets."""
        rows = "".join(
            f"<tr><th>{html.escape(one.said)}<br>{html.escape(one.title)}<br><small>{html.escape(one.address)}</small></th>"
            + "".join(f'<td><a href="{one.name}-{width}-{theme}.png"><img loading="lazy" height="220" '
                      f'src="{one.name}-{width}-{theme}.png" alt="{width} {theme}"></a></td>'
                      for width in SIZES for theme in THEMES)
            + "</tr>" for one in self.taken)
        said = "".join(f"<li>{html.escape(one)}</li>" for one in self.complaints)
        (self.folder / "index.html").write_text(
            f'<!doctype html><meta charset="utf-8"><title>Pictures</title><ul>{said}</ul><table>{rows}</table>', "utf-8")
        contact.sheets(self.folder, self.taken)


def show(work: Shoot, folder: Path) -> None:
    """Write the README's pictures into a folder; IndexError when a view was not taken."""
    for name, (view, which, width) in SHOWN.items():
        page = [one for one in work.taken if one.said.endswith(f" · {view}")][which]
        with Image.open(work.folder / f"{page.name}-{width}-light.png") as picture:
            window = picture.convert("RGB").crop((0, 0, width, SIZES[width]))
        window.quantize(128, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)


def shoot(folder: Path, worlds: tuple[str, ...] = (), desks: tuple[str, ...] = (), minutes: float = 25) -> Shoot:
    """Make each world, serve it, photograph it; gives what was taken and what complained."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.png"), *folder.glob("index.html")):
        old.unlink()
    work: Shoot | None = None
    for world in worlds or tuple(WORLDS):
        with tempfile.TemporaryDirectory(prefix="portal-pictures-") as data:
            port = free_port()
            chosen = {"DATA": data, "PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}", "DEMO": "1",
                      "SIGN_IN_LIMIT": "1000 per minute", "SECRET_KEY": "only for pictures"}
            app = create_app(settings_module.read(chosen, demo=True))
            with app.app_context():
                upgrade()
                people = WORLDS[world]()
                db.session.remove()
                db.engine.dispose()
            work = work or Shoot(folder=folder, app=app, until=time.monotonic() + 60 * minutes)
            work.world, work.seen = world, Counter()
            with served(chosen) as url, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                for who in people:
                    if time.monotonic() < work.until and (not desks or who.desk in desks):
                        work.desk(browser, url, who)
                browser.close()
    assert work is not None
    work.index()
    return work


def _listed(name: str) -> tuple[str, ...]:
    return tuple(filter(None, os.environ.get(name, "").split(",")))


def main() -> None:
    """From the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures")
    work = shoot(folder, _listed("WORLDS"), _listed("DESKS"), float(os.environ.get("MINUTES", "25")))
    print(f"{len(work.taken)} pages in {folder}; open {folder / 'index.html'} or the contact sheets")
    for one in work.complaints:
        print(one)
    if os.environ.get("README"):
        show(work, Path(os.environ["README"]))
    if time.monotonic() > work.until:
        print("The time was over before every page was seen; MINUTES=40 gives more.")


if __name__ == "__main__":
    main()
