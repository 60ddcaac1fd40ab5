"""docs/permissions.md is what the portal does, for every endpoint of the URL map and every role."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.db import db
from tests.conftest import empty
from tests.permissions import matrix, table
from tests.permissions.addresses import PLACES
from tests.permissions.matrix import Visitors


@pytest.fixture(scope="module")
def visitors(app: Flask) -> Iterator[Visitors]:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("who may do what does not depend on the database; measured on SQLite, which is put back between knocks")
    with matrix.stage(app) as everybody:
        yield everybody
    empty(app)


def test_every_endpoint_has_a_place_in_the_matrix(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    missing, gone = sorted(endpoints - set(PLACES)), sorted(set(PLACES) - endpoints)
    assert not missing, (
        f"{', '.join(missing)}: not in the matrix. Add a line to PLACES in tests/permissions/addresses.py that says at which kind of "
        "case it is legitimate and what its form sends; then `python -m tests.permissions`, and review the new rows of docs/permissions.md")
    assert not gone, f"{', '.join(gone)}: no such endpoint any more; take the line out of PLACES in tests/permissions/addresses.py"


def test_everybody_is_answered_as_the_table_says(app: Flask, visitors: Visitors) -> None:
    found = matrix.measure(app, visitors, whole=False)
    assert found.wrong == []
    said, wanted = table.markdown(found).splitlines(), table.PAPER.read_text("utf-8").splitlines()
    different = [f"is {now!r}, was {then!r}" for now, then in zip(said, wanted, strict=False) if now != then]
    assert said == wanted, (
        "docs/permissions.md says otherwise; if the change is meant, `python -m tests.permissions` and review: " + "; ".join(different[:5]))


def test_no_part_of_another_case_is_reached_through_ones_own(app: Flask, visitors: Visitors) -> None:
    assert matrix.mixed(app, visitors) == []
