"""Addresses that nobody meant: queries, parts of paths, heads and cookies full of rubbish are answered, not stumbled over."""

from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from tests.hostile import answers, values
from tests.hostile.conftest import DEEP, examples
from tests.hostile.crawl import Found, public
from tests.hostile.world import World

ALWAYS = ("page", "q", "sort", "next", "language", "format", "year", "round", "tab", "number", "since", "until", "item", "file", "type", "x[]")
SHORT = st.sampled_from([one for one in values.ANY if len(one) < 6000]) | st.text(max_size=20)
ODD_PATHS = ("/%ff%fe", "/%00", "/units/%2e%2e/%2e%2e/etc/passwd", "/units//", "/static/%2e%2e/settings.py", "/static/../settings.py",
             "/static/%00.css", "/guide/files/..%2f..%2fREADME.md", "/guide/files/%00.png", "/guide/files/zh/../../../README.md",
             "/criteria/..%2f..%2fpyproject.toml", "/criteria/x%00.toml", "/notices/%0d%0aX:%20y", "/verify/%0a", "/verify/" + "A" * 5000,
             "/units/" + "9" * 5000, "/verify/status/" + "9" * 30, "/notices/objections/" + "９" * 300, "/lists/²", "/lists/-1", "/%3Cscript%3Ealert(7)%3C/script%3E",
             "/sign-in?next=%00", "/.git/config", "/.env", "/uploads/", "/static/", "/static/css/../js/page.js")
HEADS: tuple[dict[str, str], ...] = (
    {"Host": "evil.example"}, {"Host": "evil.example:99999"}, {"Host": ""}, {"Host": "a b"}, {"Host": "[::1"}, {"X-Forwarded-Host": "evil.example"},
    {"Accept-Language": "\xff;;q=x," * 200}, {"Accept-Language": "zh" * 4000}, {"Accept": "q=;;;,,/;" * 50}, {"Accept": "*" * 4000},
    {"Cookie": "session=garbage; language=xx; remember_token=1|2"}, {"Cookie": "=;;;\x01=\xff; session=" + "A" * 5000}, {"Cookie": "language=\"'><script>"},
    {"If-None-Match": '\x01"'}, {"If-Modified-Since": "x" * 5000}, {"Range": "bytes=-1-,9999999999999999999999-"}, {"Content-Length": "-1"},
    {"Content-Type": "multipart/form-data"}, {"Content-Type": "application/json; charset=\xff"}, {"Referer": "javascript:alert(7)"},
    {"Upload-Offset": "9" * 5000}, {"X-CSRFToken": "\xff" * 300}, {"User-Agent": ""}, {"Authorization": "Basic \xff"}, {"X-HTTP-Method-Override": "DELETE"})
BODIES = ((b"a=1&" * 2000, "application/x-www-form-urlencoded"), (b"%ff%00=%ed%a0%80", "application/x-www-form-urlencoded"), (b"\xff" * 999, "application/json"),
          (b"{}", "text/plain"), (b"", "multipart/form-data"), (b"--x\r\nno head\r\n--x--", "multipart/form-data; boundary=x"),
          (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"), (b"--x" * 5000, "multipart/form-data; boundary=x"),
          (b'--x\r\nContent-Disposition: form-data; name="a"; filename="b\r\n\r\n', "multipart/form-data; boundary=x"),
          (b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n for n in range(1500)) + b"--x--", "multipart/form-data; boundary=x"),
          (b"--" + b"x" * 300 + b"\r\n", "multipart/form-data; boundary=" + "x" * 300), (b"a", "\x01"), (b"a=" + b"x" * 600_000, "application/x-www-form-urlencoded"),
          (b"<x>&e;</x>", "application/xml"))


def part(rule: Rule, name: str) -> st.SearchStrategy[Any]:
    """Something to put into a part of a path."""
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return st.sampled_from(sorted(converter.items))
    if isinstance(converter, IntegerConverter):
        return st.sampled_from(("0", "1", "7", "2147483648", "9223372036854775807", "999999999999999999", "9" * 30, "007", "٣", "²", "-1", "1e3"))
    return SHORT


def people_of(world: World, found: Found) -> dict[str, list[str]]:
    """Who finds something at which desk."""
    who: dict[str, list[str]] = {}
    for form in found.forms:
        who.setdefault(form.endpoint.partition(".")[0], []).append(form.who)
    return {desk: sorted(set(names)) for desk, names in who.items()}


def test_no_query_and_no_part_of_a_path_breaks(world: World, found: Found) -> None:
    rules = [rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in {"static"}]
    visitors = people_of(world, found)

    @examples(900, 20_000)
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        rule = data.draw(st.sampled_from(rules))
        desk = rule.endpoint.partition(".")[0]
        known = found.views.get(rule.endpoint, [])
        part_of: dict[str, str] = {}
        if rule.arguments:
            here = data.draw(st.sampled_from(known)) if known and data.draw(st.integers(0, 2)) else {}
            part_of = {name: str(here[name]) if name in here else data.draw(part(rule, name)) for name in rule.arguments}
        names = st.sampled_from(sorted({*ALWAYS, *found.queries.get(rule.endpoint, ())}))
        query = data.draw(st.lists(st.tuples(names, SHORT), max_size=4))
        who = "public" if public(world.app, rule.endpoint) else data.draw(st.sampled_from(visitors.get(desk, ["officer"])))
        head = data.draw(st.sampled_from(({"Accept": "text/html"}, {"Accept": "application/json"})))
        address = built(rule, part_of) + ("?" + "&".join(f"{quote_plus(values._bytes(name))}={quote_plus(values._bytes(value))}" for name, value in query) if query else "")
        with world.undone():
            answers.check(world.client(who).get(address, headers=head, buffered=True), (who, address))

    ask()


def built(rule: Rule, parts: dict[str, str]) -> str:
    """The address of a rule with any text in its parts, whether its converters like it or not."""
    text = rule.rule
    for _name in rule.arguments:
        before, _open, rest = text.partition("<")
        inside, _close, after = rest.partition(">")
        text = before + quote(values._bytes(parts[inside.rpartition(":")[2]]), safe="") + after
    return text


@pytest.mark.parametrize("path", ODD_PATHS)
def test_no_odd_path_breaks(world: World, path: str) -> None:
    for who in ("public", "officer"):
        answer = answers.check(world.client(who).get(path, buffered=True), (who, path))
        assert answer.status_code != 200 or path.startswith(("/units", "/verify", "/sign-in", "/static/css")), path


@pytest.mark.parametrize("head", HEADS, ids=lambda head: " ".join(head))
def test_no_head_breaks(world: World, head: dict[str, str]) -> None:
    for who in ("public", "officer"):
        for address in ("/", "/units", "/units.atom", "/sign-in", "/screen/", "/open-data", "/api/v1/openapi.json"):
            answer = answers.check(world.client(who).get(address, headers=head, buffered=True), (who, address, head))
            assert "evil.example" not in answer.get_data(as_text=True), "a page believes what a request says of its host"


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_no_body_breaks(world: World, found: Found, number: int) -> None:
    data, kind = BODIES[number]
    forms = sorted({form.endpoint: form for form in found.forms}.items())
    assert len(forms) > 60
    for at, (_endpoint, form) in enumerate(forms):
        if DEEP or at % 4 == number % 4:
            with world.undone():
                answers.check(world.client(form.who).post(form.action, data=data, content_type=kind, buffered=True), (form.who, form.action, kind))
