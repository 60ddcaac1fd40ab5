"""What must hold for every sheet: bounds, monotony, rescaling, independence of order, never a crash."""

from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.formulas import FORMULAS
from portal.domain.indicators import STATISTICS_UNITS
from portal.domain.scheme import InstitutionType, Item
from portal.domain.scoring import InputErrors, ItemState, score
from tests.domain.sheets import AVERAGES, FACTORS, SCHEMES, WATER, water

schemes = st.sampled_from(list(SCHEMES.values()))
kinds = st.sampled_from(list(InstitutionType))
amounts = st.decimals(0, 10**6, places=3)


@st.composite
def answer(draw, item: Item):
    """A valid answer for an item."""
    if item.not_applicable and draw(st.booleans()):
        return {"na": True}
    formula = FORMULAS.get(item.formula or "")
    if formula and formula.counts and draw(st.booleans()):
        wholes = {whole: draw(st.integers(0, 500)) for _, whole in formula.part_of}
        parts = {part: draw(st.integers(0, wholes[whole])) for part, whole in formula.part_of}
        rest = {c: draw(st.integers(0, 500)) for c in formula.counts if c not in wholes | parts}
        return {"counts": wholes | parts | rest}
    steps = int(item.points / item.step)
    return {"points": str(draw(st.integers(0, steps)) * item.step)}


@st.composite
def inputs(draw):
    """A scheme with an arbitrary but valid, possibly incomplete set of answers."""
    scheme, kind = draw(schemes), draw(kinds)
    items = draw(st.lists(st.sampled_from(scheme.items(kind)), unique_by=lambda i: i.id))
    statistics = draw(st.dictionaries(st.sampled_from(list(STATISTICS_UNITS)), amounts))
    if statistics.get("nonconventional_water_m3", 0) > statistics.get("water_m3", 0):
        statistics.pop("nonconventional_water_m3")
    return scheme, {
        "institution_type": kind,
        "holds_water_certificate": draw(st.booleans()),
        "statistics": statistics,
        "averages": AVERAGES,
        "answers": {item.id: draw(answer(item)) for item in items},
        "factors": FACTORS,
    }


@given(inputs())
@settings(max_examples=150, deadline=None)
def test_every_figure_stays_within_its_bounds(given):
    scheme, values = given
    sheet = score(scheme, **values)
    assert 0 <= sheet.total <= sheet.max <= scheme.total
    for one in sheet.items:
        assert 0 <= one.points <= one.max
        assert one.explanation.text("zh") and one.explanation.text("en")
        assert one.explanation.points == one.points
    assert sum(s.points for s in sheet.sections) == sum(i.points for i in sheet.items)
    assert [i.id for i in sheet.items] == [i.id for i in scheme.items(values["institution_type"])]
    stars = {i.id for i in scheme.stars()}
    if sheet.passed:
        assert sheet.total >= scheme.pass_mark
        assert all(i.points > 0 for i in sheet.items if i.id in stars)


@given(inputs())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_answers_does_not_matter(given):
    scheme, values = given
    backwards = values | {"answers": dict(reversed(list(values["answers"].items())))}
    assert score(scheme, **values).as_dict() == score(scheme, **backwards).as_dict()


@given(inputs())
@settings(max_examples=60, deadline=None)
def test_rescaling_is_the_earned_share_of_the_base(given):
    scheme, values = given
    sheet = score(scheme, **values)
    extra = sum(s.points for s in sheet.sections if scheme.section(s.id).bonus)
    exact = Fraction(sheet.earned) / Fraction(sheet.applicable) * Fraction(scheme.base_total)
    assert abs(Fraction(sheet.total) - exact - Fraction(extra)) < Fraction(1, 10**20)
    if not any(i.state is ItemState.NA for i in sheet.items):
        assert sheet.total == sum(i.points for i in sheet.items)


@given(inputs(), st.data())
@settings(max_examples=100, deadline=None)
def test_more_points_never_lower_the_total(given, data):
    scheme, values = given
    item = data.draw(st.sampled_from(scheme.items(values["institution_type"])))
    if item.id not in values["answers"] or "points" not in values["answers"][item.id]:
        return
    better = dict(values["answers"]) | {item.id: {"points": str(item.points)}}
    before, after = score(scheme, **values), score(scheme, **(values | {"answers": better}))
    assert after.total >= before.total
    assert after.passed or not before.passed


rate = st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(rate, st.data())
def test_more_saving_fixtures_never_score_less_and_more_leaks_never_more(pair, data):
    part, whole = pair
    more = data.draw(st.integers(part, whole))

    def points(id, name, value):
        sheet = water(answers={id: {"counts": {name: value, "total": whole}}})
        return sheet.item(id).points

    assert points("T2", "saving", part) <= points("T2", "saving", more)
    assert points("T4", "leaking", part) >= points("T4", "leaking", more)
    assert points("T2", "saving", part) in {0, 2, 4, 6, 8}
    assert points("T4", "leaking", part) in {0, 2, 4, 6, 8}


@given(rate, st.data())
def test_more_condensate_never_scores_less(pair, data):
    part, whole = pair
    more = data.draw(st.integers(part, whole))

    def points(value):
        sheet = water(answers={"T6": {"counts": {"recovered": value, "steam": whole}}})
        return sheet.item("T6").points

    assert points(part) <= points(more)


@given(st.decimals(1, 10**6, places=2), st.decimals(1, 10**5, places=0), st.data())
def test_more_water_never_scores_more(water_used, people, data):
    more = water_used + data.draw(st.decimals(0, 10**6, places=2))

    def points(value):
        statistics = {"water_m3": value, "water_headcount": people}
        return water(statistics=statistics).item("T3").points

    assert points(water_used) >= points(more)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["T1", "T5", "P1", "G1", "counts", "points", "na", "met", "water_m3",
                         "total", "saving", "x"]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)


@given(junk, junk, junk, junk, junk)
@settings(max_examples=300, deadline=None)
def test_junk_is_refused_by_path_and_never_crashes(kind, holds, statistics, averages, answers):
    try:
        sheet = score(
            WATER, institution_type=kind, holds_water_certificate=holds, statistics=statistics,
            averages=averages, answers=answers, factors=FACTORS,
        )
    except InputErrors as errors:
        assert all(m.path and m.message for m in errors.mistakes)
    else:
        assert sheet.total >= D(0)
