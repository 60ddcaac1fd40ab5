"""Read all that somebody can reach: every link from where he or she begins, every GET address with a case's numbers."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

from portal.web.guard import Desk
from tests.stages.reading import words

MOST = 400
"""Pages of one crawl: more than anybody's desk has in a small world."""
LEFT_OUT = re.compile(r"^/(language|static|guide|criteria|self-check|api|accessibility|privacy)|[?&](sort|language|status|type|division|seed|year|next)=|&|/pages/\d+$")
"""What says the same to everybody, lists in another order or narrowed, a page with two things chosen at once, pictures of files."""


def plain(answer: TestResponse) -> str:
    """What an answer says: its page without tokens, the text of a PDF, the cells of a spreadsheet; pictures say nothing."""
    if answer.mimetype == "application/pdf":
        return words(answer.data)
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in sorted(book.namelist()) if name.startswith("xl/"))
    if answer.mimetype.startswith("image/") or answer.mimetype == "application/octet-stream":
        return ""
    text = answer.get_data(as_text=True)
    return re.sub(r'(name="csrf_token"[^>]*value=|"token":\s*)"[^"]+"', r"\1", text)


def addresses(app: Flask, numbers: Mapping[str, Any], *, public: bool) -> list[str]:
    """Every GET address at the public desks, or at all others, its variables filled with these numbers."""
    found = []
    for rule in app.url_map.iter_rules():
        desk = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if isinstance(desk, Desk) and desk.public is public and "GET" in (rule.methods or set()) and rule.endpoint != "static" and set(rule.arguments) <= set(numbers):
            try:
                found.append(app.url_map.bind("localhost").build(rule.endpoint, {name: numbers[name] for name in rule.arguments}))
            except BuildError:
                continue
    return sorted(set(found))


def everything(app: Flask, client: FlaskClient, begin: Iterable[str], *, public: bool) -> dict[str, str]:
    """Address → what it says, for all that is answered; links are followed inside the portal, to public pages only when `public`."""
    doors = app.url_map.bind("localhost")
    todo, said = deque(begin), dict[str, str]()
    seen = set(todo)
    while todo:
        url = todo.popleft()
        if LEFT_OUT.search(url):
            continue
        answer = client.get(url, buffered=True, headers={"Accept": "application/json"})  # a refusal is read as JSON
        assert answer.status_code < 500, url
        more = [answer.headers["Location"]] if answer.status_code in {301, 302, 303} else []
        if answer.status_code == 200:
            said[url] = plain(answer)
            assert len(said) < MOST, "the crawl does not end"
            if answer.mimetype == "text/html" and said[url].strip():
                more += [str(link) for link in lxml.html.fromstring(said[url]).xpath("//a/@href|//img/@src")]
        for link in more:
            parts = urlsplit(urljoin(f"http://localhost{url}", link))
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc in {"localhost", "portal.test"} and target not in seen and (public or not _public(app, doors, parts.path)):
                seen.add(target)
                todo.append(target)
    return said


def _public(app: Flask, doors: MapAdapter, path: str) -> bool:
    """Whether an address is at a desk that asks nobody who comes."""
    try:
        endpoint = doors.match(path, method="GET")[0]
    except (HTTPException, RequestRedirect):
        return False
    desk = app.blueprints.get(str(endpoint).rpartition(".")[0])
    return isinstance(desk, Desk) and desk.public


def found(said: Mapping[str, str], marks: Iterable[str]) -> list[str]:
    """Where any of these marks shows."""
    return [f"{mark} at {url}" for url, text in said.items() for mark in marks if mark in text]
