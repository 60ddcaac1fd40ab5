"""When a mark is allowed, when it needs a reason, what can be chosen, and who is drawn."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import editions
from portal.domain.answers import rubric_points
from portal.domain.judging import (
    MOST_CELLS,
    Basis,
    Fault,
    Mark,
    Need,
    State,
    choices,
    complete,
    drawn,
    fault,
    need,
    state,
    unreasoned,
)

WATER = editions.get("water-saving-2013")
ITEMS = [item for scheme in editions.every() for item in scheme.items()]
STAR, PLAIN, EXEMPT = WATER.item("T2"), WATER.item("T3"), WATER.item("T5")


@pytest.mark.parametrize(("item", "mark", "expected"), [
    (STAR, Mark(), None),
    (STAR, Mark(points=D(0)), None),
    (STAR, Mark(points=D(8)), None),
    (STAR, Mark(points=D("8.5")), Fault.RANGE),
    (STAR, Mark(points=D("-0.5")), Fault.RANGE),
    (STAR, Mark(points=D("3.3")), Fault.STEP),
    (STAR, Mark(not_applicable=True), Fault.NOT_APPLICABLE),
    (EXEMPT, Mark(not_applicable=True), None),
])
def test_what_is_allowed(item, mark, expected):
    assert fault(item, mark) is expected


@pytest.mark.parametrize(("item", "mark", "computed", "expected"), [
    (STAR, Mark(), D(6), None),
    (STAR, Mark(points=D(6)), D(6), None),
    (STAR, Mark(points=D(4)), D(6), Need.DEPARTED),
    (STAR, Mark(points=D(0)), D(0), Need.STAR_ZERO),
    (STAR, Mark(points=D(0)), None, Need.STAR_ZERO),
    (PLAIN, Mark(points=D(0)), D(0), None),
    (PLAIN, Mark(points=D(5)), None, None),
    (EXEMPT, Mark(not_applicable=True), D(5), Need.DEPARTED),
    (EXEMPT, Mark(not_applicable=True), None, None),
])
def test_when_a_reason_is_needed(item, mark, computed, expected):
    assert need(item, mark, computed=computed) is expected


@pytest.mark.parametrize(("mark", "expected"), [
    (Mark(), State.OPEN),
    (Mark(reason="nothing scored yet"), State.DRAFT),
    (Mark(basis=Basis(evidence=3, page=5)), State.DRAFT),
    (Mark(points=D(6)), State.SCORED),
    (Mark(points=D(4)), State.DRAFT),
    (Mark(points=D(4), reason="  "), State.DRAFT),
    (Mark(points=D(4), reason="清单第5页有4件无标识"), State.DEPARTED),
])
def test_how_far_an_item_is(mark, expected):
    assert state(STAR, mark, computed=D(6)) is expected


def test_an_item_that_is_not_applicable_is_no_open_item():
    assert state(EXEMPT, Mark(not_applicable=True), computed=None) is State.NA


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_choice_of_every_edition_is_allowed(item):
    values = [choice.points for choice in choices(item)]
    assert values == sorted(set(values))
    assert all(fault(item, Mark(points=value)) is None for value in values)
    assert not values or (values[0] == 0 and values[-1] == item.points)


@pytest.mark.parametrize(("mark", "expected"), [
    (Mark(), False), (Mark(points=D(6)), False), (Mark(points=D(4)), True), (Mark(points=D(4), reason="无标识"), False),
])
def test_a_departure_without_words_lacks_its_reason(mark, expected):
    assert unreasoned(STAR, mark, computed=D(6)) is expected


def test_small_items_are_chosen_to_the_half_point_and_large_ones_are_typed():
    small, large = editions.get("national-2017").item("3.1"), WATER.item("G1")
    assert [one.points for one in choices(small)] == [D(0), D("0.5"), D(1), D("1.5"), D(2)]
    assert choices(large) == ()
    assert all(len(choices(item)) <= MOST_CELLS for item in ITEMS)


@pytest.mark.parametrize("item", [one for one in ITEMS if one.steps], ids=lambda item: item.id)
def test_steps_add_up_but_never_beyond_the_item(item):
    every = tuple(range(len(item.steps)))
    assert rubric_points(item, ()) == 0 and rubric_points(item, [0]) == min(item.steps[0].points, item.points)
    assert fault(item, Mark(points=rubric_points(item, every), steps=every)) is None


def test_of_steps_that_exclude_each_other_the_best_counts():
    levels = WATER.item("G2")
    assert [(one.group, one.points) for one in levels.steps[:2]] == [("levels", D(5)), ("levels", D(3))]
    assert rubric_points(levels, [0, 1]) == rubric_points(levels, [0]) == D(5)


@given(st.sampled_from(ITEMS), st.decimals(min_value=-5, max_value=30, places=2))
def test_allowed_points_are_multiples_of_the_step_within_the_item(item, points):
    assert (fault(item, Mark(points=points)) is None) == (0 <= points <= item.points and points % item.step == 0)


@pytest.mark.parametrize(("states", "expected"), [
    ([], False),
    (["sealed", "sealed"], False),
    (["sealed", "sealed", "sealed"], True),
    (["sealed", "sealed", "sealed", "assigned"], False),
    (["sealed", "sealed", "sealed", "recused"], True),
    (["sealed", "sealed", "recused"], False),
])
def test_when_the_sheets_are_in(states, expected):
    assert complete(states, experts=3) is expected


@given(st.text(min_size=1), st.decimals(min_value=0, max_value=1, places=2), st.decimals(min_value=0, max_value=1, places=2))
def test_the_draw_is_repeatable_and_grows_with_the_share(number, one, other):
    low, high = sorted((one, other))
    assert drawn(number, share=low) == drawn(number, share=low)
    assert drawn(number, share=high) or not drawn(number, share=low)


def test_the_draw_takes_all_none_and_about_its_share():
    numbers = [f"渝节示申2026-{n:04d}" for n in range(2000)]
    assert all(drawn(number, share=D(1)) for number in numbers)
    assert not any(drawn(number, share=D(0)) for number in numbers)
    assert 520 < sum(drawn(number, share=D("0.3")) for number in numbers) < 680
