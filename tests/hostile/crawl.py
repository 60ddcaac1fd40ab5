"""A walk through the portal as one person: every link followed, every form read with what its page has put into it."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import lxml.html
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.hostile import answers
from tests.hostile.world import World

OFTEN = 2
"""Pages of one view that one person looks at; of cases, which look different by stage, OFTEN_A_CASE."""
OFTEN_A_CASE = 8
A_CASE = (".case", "apply.item", "administer.person", "directory.verification")


@dataclass(frozen=True)
class Field:
    """One control: its name, its type (text, textarea, select, radio, checkbox, file, hidden …), what it offers; `figure`:
    the keyboard for figures is asked for."""

    name: str
    type: str
    options: tuple[str, ...] = ()
    figure: bool = False


@dataclass(frozen=True)
class Form:
    """A form as somebody finds it: on which page, sent where, with which controls and values."""

    who: str
    page: str
    action: str
    endpoint: str
    multipart: bool
    fields: tuple[Field, ...]
    values: tuple[tuple[str, str], ...]


@dataclass
class Found:
    """What a walk brought home: forms, and for every view the arguments under which it was found."""

    forms: list[Form] = field(default_factory=list)
    views: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    queries: dict[str, set[str]] = field(default_factory=dict)
    """The names of what is asked of a view in its address."""
    asked: int = 0

    def saw(self, view: str, values: dict[str, Any], address: str) -> None:
        """Remember an address."""
        self.queries.setdefault(view, set()).update(name for name, _value in parse_qsl(urlsplit(address).query, keep_blank_values=True))
        known = self.views.setdefault(view, [])
        if values not in known:
            known.append(values)


def view_of(app: Flask, address: str, method: str = "GET") -> tuple[str, dict[str, Any]] | None:
    """The view that answers an address on this site, with its arguments."""
    parts = urlsplit(address)
    if parts.netloc not in {"", "localhost"} or parts.scheme not in {"", "http"}:
        return None
    try:
        view, values = app.url_map.bind("localhost").match(parts.path, method=method)
        return str(view), dict(values)
    except HTTPException:
        return None


def walk(world: World, who: str, found: Found, *, often: int = OFTEN,
         look: Callable[[TestResponse, str], Any] = answers.check) -> None:
    """Follow every link from where somebody begins; every answer is looked at."""
    app, client = world.app, world.client(who)
    starts = ["/" if who == "public" else "/desk", *(address for one, address in world.doors if one == who)]
    waiting, known, visits = deque(starts), set(starts), Counter[str]()
    while waiting:
        address = waiting.popleft()
        here = view_of(app, address)
        if here is None or here[0] == "home.language" or (who != "public" and public(app, here[0])) or visits[here[0]] >= (
                OFTEN_A_CASE if here[0].endswith(A_CASE) else often):
            continue
        visits[here[0]] += 1
        answer = look(client.get(address, headers={"Accept": "text/html"}, buffered=True), f"{who} {address}")
        found.asked += 1
        if answer.status_code in {301, 302, 303}:
            waiting.append(urljoin(address, answer.headers["Location"]))
        if answer.status_code == 200:
            found.saw(*here, address)
        if answer.mimetype != "text/html":
            continue
        page = lxml.html.fromstring(answer.get_data(as_text=True))
        searches = [one for one in page.forms if one.method == "GET"]
        for one in (*page.xpath("//@href | //@src"), *map(_sent, searches)):
            to = urljoin(address, str(one)).partition("#")[0]
            view = view_of(app, to)
            if view and view[0] != "static":
                found.saw(*view, to)
                if to not in known:
                    known.add(to)
                    waiting.append(to)
        found.forms += forms(app, who, address, page)


def public(app: Flask, view: str) -> bool:
    """Whether a view is at a desk that is open to everybody: it is walked once, by the public."""
    return bool(getattr(app.blueprints.get(view.partition(".")[0]), "public", True))


def _sent(form: Any) -> str:
    """The address that a form leads to as it stands."""
    return f"{form.get('action') or ''}?{urlencode([(name, value or '') for name, value in form.form_values()])}"


def forms(app: Flask, who: str, address: str, page: Any) -> Iterator[Form]:
    """Every form of a page that changes something; a button with an address of its own makes another one."""
    for form in page.forms:
        if form.method != "POST":
            continue
        controls = [one for one in form.inputs if one.get("name")]
        buttons = [one for one in form.xpath(".//button[@name]")]
        fields: dict[str, Field] = {}
        for one in controls:
            fields[one.get("name")] = _field(one, fields.get(one.get("name")))
        values = [(name, value) for name, value in form.form_values() if value is not None]
        pressed = [[(one.get("name"), one.get("value") or "")] for one in buttons if not one.get("formaction")] or [[]]
        actions = {form.get("action") or address, *form.xpath(".//button/@formaction")}
        for action in sorted(actions):
            to = urljoin(address, action).partition("#")[0]
            view = view_of(app, to, "POST")
            if view is None:
                raise AssertionError(f"a form on {address} is sent to {to}, where nothing takes it")
            for press in pressed:
                yield Form(who, address, to, view[0], form.get("enctype") == "multipart/form-data",
                           tuple(fields.values()), (*values, *press))


def _field(control: Any, known: Field | None) -> Field:
    kind = control.tag if control.tag in {"select", "textarea"} else control.get("type") or "text"
    options: tuple[str, ...] = known.options if known else ()
    if kind == "select":
        options = tuple(str(one) for one in control.value_options)
    elif kind in {"radio", "checkbox"}:
        options = (*options, control.get("value") or "on")
    return Field(control.get("name"), kind, options, control.get("inputmode") in {"numeric", "decimal"})
