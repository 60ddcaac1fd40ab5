"""Find the pages of a desk by following its links: one address of every view, a few where a case looks different by stage."""

import re
import time
from collections import Counter, deque
from collections.abc import Callable
from math import inf
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

# Pictures, downloads and what leads elsewhere are no pages.
NOT_PAGES = re.compile(r"\.(pdf|xlsx|csv|json|jsonld|atom|toml|svg)$|/files/\d+(/(download|pages/\d+))?$|/photos/\d+"
                       r"|^/apply/library/\d+$|^/(static|language|healthz|sign-out|papers)\b")
CASES = 2
OF_A_CASE = (".case", ".verification", ".notice")
STARTS = ("/", "/verify", "/sign-in", "/notices/objections")


def view_of(app: Flask, address: str) -> str | None:
    """The view that answers an address; None when it is no page of ours."""
    parts = urlsplit(address)
    if parts.netloc and not parts.netloc.startswith("127.0.0.1") or NOT_PAGES.search(parts.path):
        return None
    try:
        return str(app.url_map.bind("localhost").match(parts.path)[0])
    except HTTPException:
        return None


def pages_of(app: Flask, page: Page, *, starts: tuple[str, ...], seen: Counter[str], look: Callable[[str], None],
             until: float = inf) -> int:
    """Walk from `starts` by links; every page not yet `seen` often enough is handed to `look`, as long as
    time.monotonic() is below `until`. Pages that others have seen are only walked through. Gives how many were looked at."""
    waiting, known, walked, looked = deque(starts), set(starts), Counter[str](), 0
    while waiting and time.monotonic() < until:
        address = waiting.popleft()
        view = view_of(app, address) or address
        often = CASES if view.endswith(OF_A_CASE) else 1
        fresh = address in starts or seen[view] < often
        if not fresh and walked[view] >= often:
            continue
        walked[view] += 1
        page.goto(address)
        if fresh:
            page.wait_for_load_state("networkidle")
            seen[view] += 1
            looked += 1
            look(address)
        for found in page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"):
            parts = urlsplit(found)
            path = parts.path
            if path not in known and view_of(app, found):
                known.add(path)
                waiting.append(path + (f"?{parts.query}" if parts.query else ""))
    return looked
