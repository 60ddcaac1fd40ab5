"""Every address of the portal asked by everybody: whole pages, the headers, and nothing that says how the portal is made."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from tests.hostile import answers
from tests.hostile.conftest import DEEP
from tests.hostile.crawl import Found, public
from tests.hostile.world import World

ABSENT = 987654
EACH = 6 if DEEP else 1
"""Addresses of a view that everybody asks: those that somebody found, whoever that was."""


def addresses(app: Flask, found: Found, rule: Rule) -> Iterator[str]:
    """The address of a view with arguments that somebody found there, that other views have, and that nobody has."""
    known: list[dict[str, Any]] = list(reversed(found.views.get(rule.endpoint, [])))[:EACH]
    if len(known) < 2:
        known.append({name: elsewhere(found, rule, name) for name in rule.arguments})
    known.append({name: nobody(rule, name) for name in rule.arguments})
    adapter = app.url_map.bind("localhost")
    for values in known:
        yield adapter.build(rule.endpoint, values)


def elsewhere(found: Found, rule: Rule, name: str) -> Any:
    """What another view of the desk takes under the same name."""
    desk = rule.endpoint.partition(".")[0]
    views = sorted(found.views.items(), key=lambda one: not one[0].startswith(desk + "."))
    fitting = [values[name] for _view, each in views for values in each if name in values]
    kind = int if isinstance(rule._converters[name], IntegerConverter) else str
    return next((one for one in fitting if isinstance(one, kind)), nobody(rule, name))


def nobody(rule: Rule, name: str) -> Any:
    """A value that fits the address and that no row has."""
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return ABSENT if isinstance(converter, IntegerConverter) else "x"


def test_following_every_link_meets_whole_pages(world: World, found: Found) -> None:
    assert found.asked > 400 and len(found.forms) > 800
    asking = {rule.endpoint for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert len(asking & set(found.views)) > len(asking) * 0.9


def test_every_address_asked_by_everybody(world: World, found: Found) -> None:
    count, seen = 0, set()
    rules = [rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]
    for who in ("public", *world.people):
        client = world.client(who)
        for rule in rules:
            if not DEEP and (who in LIKE_OTHERS or (public(world.app, rule.endpoint) and who not in {"public", "officer"})):
                continue
            for address in addresses(world.app, found, rule):
                answer = answers.check(client.get(address, headers={"Accept": "text/html"}, buffered=True), (who, address))
                assert answer.status_code in {200, 302, 303, 301, 308, 400, 401, 403, 404, 409, 410, 405}, (who, address, answer.status_code)
                count += 1
                seen |= {rule.endpoint} if answer.status_code in {200, 302, 303} else set()
    assert count > 1500
    never = {rule.endpoint for rule in rules} - seen - NEVER
    assert not never, f"nobody was ever answered at {sorted(never)}: put a case for it into tests/hostile/world.py"


LIKE_OTHERS = {"asked", "holder", "rectifier", "ready", "head"}
"""People of institutions, of whom one asks enough."""
NEVER = {"credentials.credential", "credentials.status", "notices.by_number",
         "papers.plate", "recommend.covering_letter", "visit.file_page", "announce_paper.naming", "moderate.picture"}
"""Drawn by a worker or from a case that ends a long way; their own tests open them."""
