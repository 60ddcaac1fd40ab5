"""Every test of the self-check knocks as if it were the first."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.web.limits import limiter


@pytest.fixture(autouse=True)
def rested(app: Flask) -> Iterator[None]:
    """Forget how often this address has asked."""
    yield
    limiter.reset()
