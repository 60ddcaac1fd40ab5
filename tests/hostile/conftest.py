"""The attacked instance, once for all modules: built, walked through by everybody, emptied at the end."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from portal.web.limits import limiter
from tests.conftest import empty
from tests.hostile.crawl import Found, walk
from tests.hostile.world import World, people_world

DEEP = os.environ.get("FUZZ") == "deep"
"""`make fuzz`: many more examples, other ones each time."""

settings.register_profile("hostile", deadline=None, database=None, derandomize=not DEEP, print_blob=DEEP,
                          suppress_health_check=list(HealthCheck))


def examples(short: int, deep: int) -> settings:
    """So many examples a test: few and always the same in CI, many and fresh ones under FUZZ=deep."""
    return settings(settings.get_profile("hostile"), max_examples=deep if DEEP else short)


@pytest.fixture(scope="package")
def world(app: Flask) -> Iterator[World]:
    """The city with its people signed in; the limits on knocking are off, for thousands knock."""
    limiter.enabled = False
    yield people_world(app)
    limiter.enabled = True
    empty(app)


@pytest.fixture(scope="package")
def found(world: World) -> Found:
    """Every form and address that somebody finds by following links."""
    result = Found()
    for who in ("public", *world.people):
        walk(world, who, result)
    return result
