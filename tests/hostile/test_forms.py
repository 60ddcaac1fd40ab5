"""Every form of the portal, filled in by somebody who wants to see it break: refused in words, kept as typed, never a fault."""

from collections.abc import Iterable
from typing import Any

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.app import DESKS
from tests.hostile import answers, values
from tests.hostile.conftest import DEEP, examples
from tests.hostile.crawl import Field, Form, Found
from tests.hostile.world import World

SHAPES = 4 if DEEP else 2
"""Forms of different shape tried for each view: one view may show a case at several stages."""
HEADS = ({"Accept": "text/html"}, {"Accept": "application/json"}, {"Accept": "text/html", "Referer": "http://evil.example/x"})
JSON_ONLY = {"api.score"}


def by_hand(world: World, found: Found) -> list[Form]:
    """Forms that only a script sends: the pieces of an upload, and a button that a page shows when all else is done."""
    (who, state), = [door for door in world.doors if "/uploads/" in door[1]]
    case = state.split("/uploads/")[0]
    name, size, offset = Field("name", "text"), Field("size", "text", figure=True), Field("modified", "hidden")
    place = next(form.action for form in found.forms if form.endpoint == "apply.upload" and form.action.startswith(case + "/"))
    rectify = next(form.page for form in found.forms if form.endpoint == "apply.rectify" and form.who == "rectifier")
    return [
        Form(who, state, place.replace("/upload/", "/uploads/"), "apply.upload_begin", False, (name, size, offset),
             (("name", "水表.jpg"), ("size", "99"), ("modified", "1"))),
        *(Form(who, state, state + tail, f"apply.upload_{deed}", False, (name,), ())
          for tail, deed in (("", "piece"), ("/drop", "drop"), ("/finish", "finish"))),
        Form("rectifier", rectify, rectify.split("/findings/")[0] + "/rectified", "apply.rectified", False, (), ())]


def at_desk(app: Flask, desk: str) -> list[str]:
    """The views of a desk that take something."""
    return sorted({rule.endpoint for rule in app.url_map.iter_rules()
                   if (rule.methods or set()) & {"POST", "PATCH", "PUT", "DELETE"} and rule.endpoint.partition(".")[0] == desk})


def shapes(forms: Iterable[Form]) -> list[Form]:
    """One form of each shape, the fullest first."""
    kept: dict[Any, Form] = {}
    for form in forms:
        kept.setdefault((form.who, tuple(sorted(field.name for field in form.fields))), form)
    return sorted(kept.values(), key=lambda form: -len(form.fields))[:SHAPES]


def desks() -> list[str]:
    """The names of all desks, as the app lists them."""
    import importlib
    return sorted({getattr(importlib.import_module(name), attribute).name for name in DESKS for attribute in ("desk", "door")
                   if hasattr(importlib.import_module(name), attribute)})


@pytest.mark.parametrize("desk", desks())
def test_no_form_breaks(world: World, found: Found, desk: str) -> None:
    forms = [*found.forms, *by_hand(world, found)]
    for endpoint in at_desk(world.app, desk):
        if endpoint in JSON_ONLY:
            continue
        mine = shapes(form for form in forms if form.endpoint == endpoint)
        assert mine, f"nobody finds a form for {endpoint}: put a case for it into tests/hostile/world.py, or the form into by_hand()"
        for form in mine:
            _try(world, form)


def _try(world: World, form: Form) -> None:
    client = world.client(form.who)

    @examples(8, 60)
    @given(values.sent(form), st.sampled_from(HEADS), st.booleans())
    def attempt(pairs: list[values.Pair], head: dict[str, str], otherwise: bool) -> None:
        send(world, client, form, pairs, head, multipart=form.multipart or otherwise)

    send(world, client, form, values.plausible(form), HEADS[0], multipart=form.multipart)
    attempt()


def send(world: World, client: FlaskClient, form: Form, pairs: list[values.Pair], head: dict[str, str], *, multipart: bool) -> None:
    """Send, look at the answer and, where something was done, at the page that follows; then undo it all."""
    data, kind = values.body(pairs, multipart=multipart)
    with world.undone():
        if form.who in world.cookies:
            client.set_cookie("session", world.cookies[form.who])
        answer = client.post(form.action, data=data, content_type=kind, headers=head, buffered=True)
        told = (form.who, form.action, [(name, value if len(value) < 200 else f"{value[:40]!r}… {len(value)}") for name, value in pairs])
        answers.check(answer, told)
        if answer.status_code in {302, 303}:
            answers.check(client.get(answer.headers["Location"], headers=HEADS[0], buffered=True), ("after", told))
        if answer.status_code == 422 and answer.mimetype == "text/html":
            kept(answer.get_data(as_text=True), form, pairs, told)
        answers.check(client.get(form.page, headers=HEADS[0], buffered=True), ("page after", told))


def kept(html: str, form: Form, pairs: list[values.Pair], told: object) -> None:
    """What was typed into the texts of a refused form stands in them again."""
    page: Any = lxml.html.fromstring(html)
    texts = {field.name for field in form.fields if field.type in {"text", "textarea", "tel", "email"} or field.figure}
    absent = any(key == "not_applicable" or key.startswith("na-") for key, _value in pairs)
    for name in texts:
        if name.startswith("points") and absent:
            continue  # "not scored here" takes the figure's place
        typed = [value for key, value in pairs if key == name]
        if len(typed) != 1 or not isinstance(typed[0], str) or not typed[0].isprintable() or not 0 < len(typed[0].strip()) < 200:
            continue
        shown = [one.get("value") if one.tag == "input" else one.text_content() for one in page.xpath("//*[@name=$name]", name=name)]
        plain = [" ".join((one or "").split()) for one in shown]
        assert " ".join(typed[0].split()) in plain, (name, typed[0], shown, told)
