"""Several sheets as one: mean, trimmed mean, spread, divided stars, the verdict."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.scoring import ItemState, combine, combined_items, decide, score
from tests.domain.sheets import FACTORS, NATIONAL, WATER


def sheet(scheme=WATER, **changes):
    """A sheet scored by hand: full marks but for the changes (points, "na", or met=False)."""
    answers = {i.id: {"points": str(i.points)} for i in scheme.items("school")}
    for id, value in changes.items():
        id = id.replace("_", ".")
        if value == "na":
            answers[id] = {"na": True}
        elif value is False:
            answers[id] = {"met": False}
        elif value is None:
            answers.pop(id)
        else:
            answers[id] = {"points": value}
    return score(scheme, institution_type="school", answers=answers, factors=FACTORS)


@pytest.mark.parametrize(
    ("totals", "aggregation", "result", "dropped"),
    [
        ([90], "mean", "90", []),
        ([90, 91, 95], "mean", "92", []),
        ([60, 90, 91, 92, 100], "mean", "86.6", []),
        ([60, 90, 91, 92, 100], "trimmed-mean", "91", [60, 100]),
        ([60, 90, 91, 92], "trimmed-mean", "83.25", []),
        ([60, 60, 90, 100, 100, 100], "trimmed-mean", "87.5", [60, 100]),
        ([90, 90, 90, 90, 90], "trimmed-mean", "90", [90, 90]),
    ],
)
def test_the_result_of_several_sheets(totals, aggregation, result, dropped):
    found = combine(map(D, totals), aggregation=aggregation)
    assert found.result == D(result)
    assert list(found.dropped) == dropped
    assert sorted([*found.used, *found.dropped]) == sorted(totals)


def test_the_mean_is_taken_of_unrounded_totals():
    found = combine([D("89.994"), D("89.994"), D("90.011")])
    assert found.result < 90
    assert combine([D("89.99"), D("90.01")]).result == 90


@pytest.mark.parametrize(("low", "wide"), [(80, False), (D("79.99"), True)])
def test_the_spread_is_wide_only_above_the_limit_and_counts_dropped_sheets(low, wide):
    found = combine([D(low), D(85), D(85), D(85), D(90)], aggregation="trimmed-mean")
    assert (found.wide, found.spread) == (wide, 90 - D(low))


def test_nothing_to_combine_is_refused():
    with pytest.raises(ValueError):
        combine([])
    with pytest.raises(ValueError):
        combine([D(1)], trim_from=2)


def test_not_applicable_is_never_a_zero_in_an_items_mean():
    items = {i.id: i for i in combined_items([sheet(T5="na"), sheet(T5=5), sheet(T5=4)])}
    assert items["T5"].mean == D("4.5")
    assert (items["T5"].scored, items["T5"].na, items["T5"].zeros) == (2, 1, 0)
    none = {i.id: i for i in combined_items([sheet(T5="na"), sheet(T5="na")])}["T5"]
    assert (none.mean, none.spread, none.scored) == (None, 0, 0)


def test_a_missing_item_is_a_zero_in_the_mean():
    items = {i.id: i for i in combined_items([sheet(G6=None), sheet(G6=4)])}
    assert (items["G6"].mean, items["G6"].zeros, items["G6"].divided) == (2, 1, True)


def test_a_star_fails_when_its_mean_is_zero_and_is_flagged_when_sheets_disagree():
    failed = decide(WATER, sheets=[sheet(T2=0), sheet(T2=0), sheet(T2=0)])
    assert not failed.passed
    assert [r.code for r in failed.reasons] == ["star-zero"]
    divided = decide(WATER, sheets=[sheet(T2=0), sheet(T2=8), sheet(T2=0)])
    assert divided.passed
    assert [(r.code, r.fails) for r in divided.reasons] == [("star-divided", False)]
    assert divided.needs_moderation
    assert divided.reasons[0].value("zero") == "2"


def test_the_pass_mark_is_inclusive_over_sheets():
    outcome = decide(WATER, sheets=[sheet(G1=3), sheet(G1=4), sheet(G1=2)])
    assert (outcome.total, outcome.passed) == (90, True)
    outcome = decide(WATER, sheets=[sheet(G1=3), sheet(G1=3), sheet(G1="2.5")])
    assert not outcome.passed
    assert [r.code for r in outcome.reasons] == ["below-pass-mark"]


def test_disagreement_about_na_and_a_wide_spread_are_remarks():
    outcome = decide(WATER, sheets=[sheet(T5="na"), sheet(), sheet(G3=0, G2=0)])
    assert outcome.passed
    assert [r.code for r in outcome.reasons] == ["na-divided", "wide-spread"]
    assert outcome.needs_moderation


def test_a_prerequisite_fails_when_all_deny_it():
    outcome = decide(WATER, sheets=[sheet(P2=False), sheet(P2=False)])
    assert [r.code for r in outcome.reasons] == ["prerequisite-unmet"]
    outcome = decide(WATER, sheets=[sheet(P2=False), sheet()])
    assert outcome.passed and outcome.needs_moderation


def test_the_national_scheme_trims_from_five_sheets_on():
    sheets = [sheet(NATIONAL), *[sheet(NATIONAL, **{"1_3": 0}) for _ in range(4)]]
    assert decide(NATIONAL, sheets=sheets).total == 96
    assert decide(NATIONAL, sheets=sheets[:4]).total == D("99.5")


def test_no_sheet_is_no_pass():
    outcome = decide(WATER, sheets=[])
    assert (outcome.passed, outcome.total, outcome.reasons[0].code) == (False, None, "no-sheets")


def test_every_reason_can_be_said_in_both_languages():
    outcomes = [
        decide(WATER, sheets=[sheet(T2=0, P2=False, T5="na"), sheet(G3=0, G1=0)]),
        decide(WATER, sheets=[sheet(T2=0, P2=False, G1=0, G5=0)]),
        decide(WATER, sheets=[]),
    ]
    reasons = [r for o in outcomes for r in o.reasons]
    reasons += sheet(G1=None, G2=0, T1=0, P1=False).reasons
    assert len({r.code for r in reasons}) >= 8
    for reason in reasons:
        zh, en = reason.line("zh"), reason.line("en")
        assert zh and en and "%(" not in zh + en
        assert not any("一" <= c <= "鿿" for c in en), en


totals = st.lists(st.decimals(0, 110, places=4), min_size=1, max_size=9)
ways = st.sampled_from(["mean", "trimmed-mean"])


@given(totals, ways, st.randoms())
def test_the_order_of_the_sheets_does_not_matter(values, way, random):
    shuffled = values.copy()
    random.shuffle(shuffled)
    assert combine(values, aggregation=way) == combine(shuffled, aggregation=way)


@given(totals, ways)
def test_the_result_lies_between_the_sheets(values, way):
    found = combine(values, aggregation=way)
    assert min(values) <= found.result <= max(values)
    assert min(found.used) <= found.result <= max(found.used)
    assert found.spread == max(values) - min(values)


@given(totals, ways, st.data())
def test_a_better_sheet_never_makes_the_result_worse(values, way, data):
    place = data.draw(st.integers(0, len(values) - 1))
    better = values.copy()
    better[place] += data.draw(st.decimals(0, 50, places=2))
    assert combine(better, aggregation=way).result >= combine(values, aggregation=way).result


@given(st.decimals(0, 110, places=6), st.integers(1, 9), ways)
def test_equal_sheets_give_their_own_total(value, count, way):
    found = combine([value] * count, aggregation=way)
    assert (found.result, found.spread, found.wide) == (value, 0, False)


def test_states_of_a_sheet_by_hand():
    assert {i.state for i in sheet().items} == {ItemState.SCORED}
