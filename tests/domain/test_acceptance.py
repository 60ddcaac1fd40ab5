"""What a visit has to have seen: the rule as a table, the opening score as properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import editions
from portal.domain.acceptance import Gaps, gaps, may_require, opening_score, to_check
from portal.domain.scheme import CheckMethod

WATER = editions.get("water-saving-2013")
ITEMS = WATER.items("school")
ALL_TRUE = {item.id: ("true", "") for item in to_check(ITEMS)}


def test_items_for_documents_only_are_not_checked_on_site() -> None:
    checked = to_check(ITEMS)
    assert [item.id for item in checked] == ["T1", "T2", "T4", "T5", "T6", "G2", "G3", "G4", "G6"]
    assert all(item.check is CheckMethod.DOCUMENTS for item in ITEMS if item not in checked)


@pytest.mark.parametrize(("change", "expected"), [
    ({}, Gaps()),
    ({"found": {}}, Gaps(unchecked=tuple(ALL_TRUE))),
    ({"found": ALL_TRUE | {"T2": ("partly", " ")}}, Gaps(unexplained=("T2",))),
    ({"found": ALL_TRUE | {"T2": ("false", "not there")}}, Gaps()),
    ({"sampled": 8}, Gaps(samples=2)),
    ({"sampled": 11}, Gaps()),
    ({"rechecks": ["passed", "", "failed", ""]}, Gaps(open=(2, 4), failed=(3,))),
    ({"rechecks": ["passed", "passed"]}, Gaps()),
])
def test_each_gap_is_named(change: dict[str, object], expected: Gaps) -> None:
    seen = {"found": ALL_TRUE, "sampled": 10, "least": 10, "rechecks": []} | change
    assert gaps(ITEMS, **seen) == expected  # type: ignore[arg-type]
    assert gaps(ITEMS, **seen).none == (expected == Gaps())  # type: ignore[arg-type]


@pytest.mark.parametrize(("rechecks", "required", "allowed"), [
    (1, 0, True), (1, 1, False), (2, 1, True), (2, 2, False), (0, 0, False)])
def test_a_case_is_sent_to_rectify_as_often_as_it_may_be_rechecked(rechecks: int, required: int, allowed: bool) -> None:
    assert may_require(rechecks=rechecks, required=required) is allowed


@given(item=st.sampled_from([item for one in editions.every() for section in one.sections for item in section.items]),
       share=st.decimals(0, 1, places=6))
def test_an_opening_score_is_one_that_the_item_allows(item, share) -> None:  # type: ignore[no-untyped-def]
    mean = item.points * share
    start = opening_score(item, mean=mean)
    assert start is not None and 0 <= start <= item.points
    assert start % item.step == 0 or start == item.points
    assert abs(start - mean) <= item.step / 2


def test_an_item_that_nobody_scored_opens_without_a_score() -> None:
    assert opening_score(ITEMS[0], mean=None) is None


def test_half_a_step_rounds_up() -> None:
    item = WATER.item("T1")
    assert opening_score(item, mean=Decimal("6.5") + item.step / 2) == Decimal("6.5") + item.step
