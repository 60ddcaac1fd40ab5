"""Figures out of line: exactly at the limits, without a year before, and never by division through nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import editions
from portal.domain.outliers import CHANGE_LIMIT, COMPARED, outliers

FACTORS = editions.factors()
BASE = {"electricity_kwh": Decimal(1000), "water_m3": Decimal(1000), "floor_area_m2": Decimal(100),
        "headcount": Decimal(50), "water_headcount": Decimal(50)}


def found(after: str, before: str = "1000", averages: dict[str, Decimal] | None = None) -> list[tuple[str, str, Decimal]]:
    """What two years say whose water is given."""
    years = {2024: BASE | {"water_m3": Decimal(before)}, 2025: BASE | {"water_m3": Decimal(after)}}
    return [(one.kind, one.key, one.amount) for one in outliers(years, averages=averages or {}, factors=FACTORS)]


@pytest.mark.parametrize(("after", "expected"), [
    ("1300", []), ("700", []), ("1300.01", [Decimal("30.001")]), ("699.99", [Decimal("-30.001")]), ("1000", []),
    ("0", [Decimal(-100)]),
])
def test_thirty_per_cent_is_still_in_line(after: str, expected: list[Decimal]) -> None:
    assert [amount for kind, key, amount in found(after) if key == "water_m3"] == expected


def test_nothing_before_is_not_compared() -> None:
    assert found("500", before="0") == []
    assert outliers({2025: BASE}, averages={}, factors=FACTORS) == ()
    assert outliers({2023: BASE, 2025: BASE | {"water_m3": Decimal(9)}}, averages={}, factors=FACTORS) == ()


@pytest.mark.parametrize(("mean", "warned"), [("10", False), ("9.99", True), ("20", False), ("0", False)])
def test_twice_the_average_is_still_in_line(mean: str, warned: bool) -> None:
    seen = found("1000", averages={"m3_per_person": Decimal(mean)})
    assert bool(seen) is warned  # 1000 m³ ÷ 50 people = 20 m³ in both years


def test_its_name_keeps_the_reason() -> None:
    one = outliers({2024: BASE, 2025: BASE | {"water_m3": Decimal(2000)}}, averages={}, factors=FACTORS)[0]
    assert one.name == "change:water_m3" and (one.year, one.value, one.against) == (2025, 2000, 1000)


@given(st.sampled_from(COMPARED), st.decimals(min_value=1, max_value=10**9, places=2),
       st.decimals(min_value=0, max_value=10**9, places=2))
def test_only_the_share_decides(key: str, before: Decimal, after: Decimal) -> None:
    years = {2024: {key: before}, 2025: {key: after}}
    warned = [one.key for one in outliers(years, averages={}, factors=FACTORS)]
    assert (key in warned) is (abs(after - before) > Decimal(str(float(CHANGE_LIMIT))) * before)
