"""What tests of faults share."""

import pytest


@pytest.fixture
def once(request: pytest.FixtureRequest) -> None:
    """What does not depend on the database is done in the run on SQLite alone: each of these starts an instance."""
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("done in the run on SQLite")
