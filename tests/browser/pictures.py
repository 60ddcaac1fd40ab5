"""Pictures of every page: `python -m tests.browser.pictures [folder]` serves a demonstration and photographs its desks.

Every page is taken at 1440 and 390 px, light and dark; `index.html` and `contact.png` show them all. Environment: SEED,
MINUTES (how long it may go on looking for pages, 8 unless told), DESKS (sign-ins, separated by commas; all unless told).
"""

import html
import os
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
from portal.demo import build
from tests.browser.crawl import STARTS, pages_of, view_of
from tests.browser.serving import ARGUMENTS, CHROMIUM, served
from tests.servers import free_port

SIZES = {1440: 900, 390: 844}
THEMES = ("light", "dark")
CELL = (288, 200)
ACROSS = 8


@dataclass
class Shoot:
    """What was photographed so far, what complained, and until when to go on."""

    folder: Path
    app: Flask
    until: float
    seen: Counter[str] = field(default_factory=Counter)
    taken: list[tuple[str, str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def desk(self, browser: Browser, url: str, name: str, password: str) -> None:
        """One person's pages; `name` empty is a visitor."""
        context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900}, locale="zh-CN",
                                      reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: self.complain(page, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complain(page, str(error)))
        if name:
            page.goto("/sign-in")
            page.fill("#sign_in", name)
            page.fill("#password", password)
            page.click("main button.btn-main")
            page.wait_for_url(lambda there: "/sign-in" not in there)
        pages_of(self.app, page, starts=("/desk",) if name else STARTS, seen=self.seen,
                 until=self.until, look=lambda address: self.take(page, name or "public", address))
        context.close()

    def complain(self, page: Page, text: str) -> None:
        """Keep an error of the console with the page it came from."""
        self.complaints.append(f"{page.url}: {text}")

    def take(self, page: Page, desk: str, address: str) -> None:
        """The four pictures of a page."""
        name = f"{len(self.taken) + 1:03d}-{desk}-{(view_of(self.app, page.url) or 'page').replace('.', '-')}"
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.complaints.append(f"{address} ({desk}) is {wide} px too wide at {width} px")
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                page.screenshot(path=self.folder / f"{name}-{width}-{theme}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        self.taken.append((name, address, page.title()))

    def index(self) -> None:
        """The list of all pictures, and one picture of them all."""
        rows = "".join(
            f"<tr><th>{html.escape(title)}<br><small>{html.escape(address)}</small></th>"
            + "".join(f'<td><a href="{name}-{width}-{theme}.png"><img loading="lazy" height="220" '
                      f'src="{name}-{width}-{theme}.png" alt="{width} {theme}"></a></td>' for width in SIZES for theme in THEMES)
            + "</tr>" for name, address, title in self.taken)
        said = "".join(f"<li>{html.escape(one)}</li>" for one in self.complaints)
        (self.folder / "index.html").write_text(
            f'<!doctype html><meta charset="utf-8"><title>Pictures</title><ul>{said}</ul><table>{rows}</table>', "utf-8")
        down = -(-len(self.taken) // ACROSS)
        sheet = Image.new("RGB", (ACROSS * (CELL[0] + 8), max(down, 1) * (CELL[1] + 8)), "#888")
        for n, (name, _address, _title) in enumerate(self.taken):
            with Image.open(self.folder / f"{name}-1440-light.png") as picture:
                top = picture.convert("RGB").crop((0, 0, 1440, min(1000, picture.height)))
            top = top.resize((CELL[0], CELL[1] * top.height // 1000))
            sheet.paste(top, (n % ACROSS * (CELL[0] + 8) + 4, n // ACROSS * (CELL[1] + 8) + 4))
        sheet.save(self.folder / "contact.png")


def shoot(folder: Path) -> Shoot:
    """Make the demonstration, serve it, photograph it."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.png"), *folder.glob("index.html")):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="portal-pictures-") as data:
        port = free_port()
        chosen = {"DATA": data, "PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}", "DEMO": "1",
                  "SIGN_IN_LIMIT": "1000 per minute", "SECRET_KEY": "only for pictures"}
        app = create_app(settings_module.read(chosen, demo=True))
        with app.app_context():
            upgrade()
            build.build(seed=int(os.environ.get("SEED", "2026")), scale=1, say=print)
            people = build.persons()
            db.engine.dispose()
        wanted = set(filter(None, os.environ.get("DESKS", "").split(",")))
        until = time.monotonic() + 60 * float(os.environ.get("MINUTES", "8"))
        work = Shoot(folder=folder, app=app, until=until)
        with served(chosen) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for _desk, _name, sign_in, password in (("", "", "", ""), *people):
                if time.monotonic() < work.until and (not wanted or sign_in in wanted):
                    work.desk(browser, url, sign_in, password)
            browser.close()
        work.index()
    return work


def main() -> None:
    """From the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures")
    work = shoot(folder)
    print(f"{len(work.taken)} pages in {folder}; open {folder / 'index.html'}")
    for one in work.complaints:
        print(one)
    if time.monotonic() > work.until:
        print("The time was over before every page was seen; MINUTES=15 gives more.")


if __name__ == "__main__":
    main()
