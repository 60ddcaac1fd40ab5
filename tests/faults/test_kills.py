"""A short campaign of the same code that `make faults` runs for long: every deed is aimed at once, on the database of this run."""

import pytest

from tests.faults import campaign


@pytest.mark.parametrize("seed", [20261129])
def test_nothing_is_lost_or_doubled_when_the_portal_is_killed(request: pytest.FixtureRequest, seed: int) -> None:
    kills = 4    # on each of the two databases, aimed at different deeds
    database = request.config.getoption("--database")
    tally = campaign.run(database, kills=kills, seed=seed, first=0 if database == "sqlite" else kills)
    assert tally.kills == kills and sum(row["kills"] for row in tally.rows()) == kills * campaign.AT_ONCE
    assert tally.faults == []
