"""`portal audit verify`: one row altered, deleted or reordered is found and named."""

import os

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from portal import lifecycle
from portal.audit import breaks
from portal.cli import main
from portal.db import db, transaction
from tests.make import Make


@pytest.fixture
def chain(make: Make) -> list[int]:
    for number in range(6):
        with transaction():
            lifecycle.record(f"deed-{number}", by=None, detail={"n": number})
    return list(range(1, 7))


def tamper(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_chain_is_intact(chain: list[int]) -> None:
    assert breaks() == (6, [])


@pytest.mark.parametrize(("statements", "kind", "row"), [
    (["update event set reason = 'x' where seq = 3"], "altered", 3),
    (["update event set actor_id = null, action = 'other' where seq = 4"], "altered", 4),
    (["update event set at = '2020-01-01 00:00:00' where seq = 2"], "altered", 2),
    (["delete from event where seq = 3"], "deleted", 4),
    (["delete from event where seq = 6"], "truncated", 5),
    (["update event set seq = 100 where seq = 3", "update event set seq = 3 where seq = 4",
      "update event set seq = 4 where seq = 100"], "", 3),
])
def test_tampering_is_found_and_named(chain: list[int], statements: list[str], kind: str, row: int) -> None:
    tamper(*statements)
    _, found = breaks()
    assert found and any(kind in line and f"row {row}" in line or (not kind and "sequence 3" in line)
                         for line in found), found


def run(app: Flask) -> Result:
    environment = {"DATA": str(app.config["PORTAL"].data), "DATABASE_URL": app.config["PORTAL"].database_url}
    return CliRunner().invoke(main, ["audit", "verify"], env={**os.environ, **environment})


def test_the_command_exits_with_what_it_found(app: Flask, chain: list[int]) -> None:
    clean = run(app)
    assert clean.exit_code == 0 and "chain intact" in clean.output
    tamper("update event set reason = 'x' where seq = 3")
    broken = run(app)
    assert broken.exit_code == 1 and "altered" in broken.output and "3" in broken.output
