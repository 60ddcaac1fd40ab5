"""The guides' pictures: `python -m tests.browser.guide [folder]` serves the demonstration and makes them all again.

What they show is listed in tests/browser/guide_shots.py; they go to `<folder>/<zh|en>/<name>.png`, each in the interface of
the guide's language. Environment: ONLY (beginnings of names, separated by commas), URL (a demonstration that is served
already; without it one is built).
"""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from portal import settings as settings_module
from portal.app import create_app
from portal.db import db
from portal.demo import build
from portal.demo.cast import PASSWORD
from portal.directory.guide import LANGUAGES
from tests.browser.guide_shots import PHONE, SHOTS, Shot
from tests.browser.hands import sign_in
from tests.browser.serving import ARGUMENTS, CHROMIUM, served
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "guide" / "pictures"
LIMIT = 90_000
OUTLINE = "{outline: 4px solid #c8102e !important; outline-offset: 4px !important; border-radius: 4px !important}"
STILL = "*, *::before, *::after {caret-color: transparent !important; transition: none !important}"


def take(browser: Browser, url: str, folder: Path, shots: Iterable[Shot]) -> list[Path]:
    """Every picture in both languages; gives the files, each at most LIMIT bytes."""
    taken: list[Path] = []
    known: dict[str, StorageState | None] = {"": None}
    for shot in shots:
        if shot.sign_in not in known:
            known[shot.sign_in] = session_of(browser, url, shot.sign_in)
        for language in LANGUAGES:
            path = folder / language / f"{shot.name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(small(photograph(browser, url, shot, language, known[shot.sign_in])))
            taken.append(path)
    return taken


def session_of(browser: Browser, url: str, name: str) -> StorageState:
    """A demonstration person's session, to open windows with."""
    page = browser.new_page(base_url=url)
    sign_in(page, name, PASSWORD)
    state = page.context.storage_state()
    page.close()
    return state


def photograph(browser: Browser, url: str, shot: Shot, language: str, session: StorageState | None) -> bytes:
    """One picture as the browser makes it."""
    context = browser.new_context(base_url=url, viewport={"width": shot.width, "height": shot.height or 900}, locale="zh-CN",
                                  device_scale_factor=1 if shot.width <= PHONE else shot.scale, has_touch=shot.width <= PHONE,
                                  reduced_motion="reduce", bypass_csp=True, storage_state=session)
    try:
        context.add_cookies([{"name": "language", "value": language, "url": url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        walk(page, shot)
        page.add_style_tag(content=STILL + (f" :is({shot.marks}) {OUTLINE}" if shot.marks else ""))
        page.mouse.move(0, 0)
        if shot.element:
            return page.screenshot(full_page=True, clip=_around(page, shot))
        page.evaluate("scrollTo(0, 0)")
        if shot.at:
            page.locator(shot.at).first.evaluate("one => scrollTo(0, scrollY + one.getBoundingClientRect().top - 16)")
        return page.screenshot()
    except Exception as error:
        error.add_note(f"picture {shot.name}, {language}")
        raise
    finally:
        context.close()


def walk(page: Page, shot: Shot) -> None:
    """From where the person begins, step by step."""
    page.goto("/desk" if shot.sign_in else "/")
    for step in shot.way:
        place, writes, text = step.partition(" := ")
        if step.startswith("/"):
            page.goto(step)
        elif writes:
            page.locator(place).first.fill(text)
        else:
            page.locator(place).first.click()
        page.wait_for_load_state("networkidle")


def _around(page: Page, shot: Shot) -> dict[str, float]:
    """The element with some room, in px of the whole page."""
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(shot.element).first.bounding_box()
    assert box, f"{shot.element} is not to be seen"
    left, top = max(0, box["x"] - shot.room), max(0, box["y"] - shot.room)
    right = min(shot.width, box["x"] + box["width"] + shot.room)
    bottom = box["y"] + min(box["height"], shot.height or box["height"]) + shot.room
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def small(png: bytes) -> bytes:
    """The same picture with as many colours as LIMIT allows. Raises ValueError when sixteen are too many."""
    with Image.open(io.BytesIO(png)) as drawn:
        full = drawn.convert("RGB")
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        full.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LIMIT:
            return out.getvalue()
    raise ValueError(f"a picture of {full.width} × {full.height} px needs {out.tell()} bytes: show less, or at a smaller scale")


def referred(guides: Path) -> set[str]:
    """Every picture the guides refer to, as `<language>/<name>`, told by the addresses below `pictures/`."""
    return {name for path in guides.glob("*/*.md") for name in re.findall(r"\]\(\.\./pictures/([^)\s]+)\.png", path.read_text("utf-8"))}


@contextmanager
def demonstration() -> Iterator[str]:
    """The full demonstration, built and served until the block ends; gives its address."""
    with tempfile.TemporaryDirectory(prefix="portal-guide-") as data:
        port = free_port()
        chosen = {"DATA": data, "PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}", "DEMO": "1",
                  "SIGN_IN_LIMIT": "1000 per minute", "SECRET_KEY": "only for pictures"}
        with create_app(settings_module.read(chosen, demo=True)).app_context():
            upgrade()
            build.build(seed=2026, scale=1, say=print)
            db.session.remove()
            db.engine.dispose()
        with served(chosen) as url:
            yield url


def shoot(url: str, folder: Path, shots: Iterable[Shot]) -> list[Path]:
    """Take the pictures of a served demonstration."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            return take(browser, url, folder, shots)
        finally:
            browser.close()


def main() -> None:
    """From the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    only = tuple(filter(None, os.environ.get("ONLY", "").split(",")))
    shots = [one for one in SHOTS if not only or one.name.startswith(only)]
    url = os.environ.get("URL", "")
    if url:
        taken = shoot(url, folder, shots)
    else:
        with demonstration() as url:
            taken = shoot(url, folder, shots)
    print(f"{len(taken)} pictures in {folder}, the largest {max((one.stat().st_size for one in taken), default=0)} bytes")


if __name__ == "__main__":
    main()
