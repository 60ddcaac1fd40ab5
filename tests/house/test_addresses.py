"""Addresses with numbers that no row can have: a page that says so, on either database, never a fault of the portal."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter

from portal.domain.workflow import Role
from portal.models.person import Person
from tests.make import Make

HUGE = (2 ** 31, 10 ** 12, 10 ** 30)


@pytest.mark.parametrize("number", HUGE)
def test_no_page_breaks_on_a_huge_number(app: Flask, make: Make, as_: Callable[[Person], FlaskClient], number: int) -> None:
    client = as_(make.person(*(set(Role) - {Role.PUBLIC, Role.APPLICANT, Role.SIGNATORY, Role.RECOMMENDER, Role.COUNTERSIGNER})))
    asked = 0
    for rule in app.url_map.iter_rules():
        numbers = [name for name in rule.arguments if isinstance(rule._converters[name], IntegerConverter)]
        if not numbers or "GET" not in (rule.methods or ()):
            continue
        values = {name: number if name in numbers else "T1" for name in rule.arguments}
        with app.test_request_context():
            try:
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
            except ValueError:
                continue
        asked += 1
        assert client.get(address).status_code in {403, 404}, address
    assert asked > 30


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("address", ["/decide/board?round=", "/reports/cases?round=", "/units?page=", "/units?year=", "/reports/cases?page="])
def test_no_list_breaks_on_a_huge_number(make: Make, as_: Callable[[Person], FlaskClient], address: str, number: int) -> None:
    client = as_(make.person(Role.OFFICER, Role.LEADER))
    assert client.get(f"{address}{number}").status_code in {200, 400, 404}
