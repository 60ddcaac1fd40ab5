"""Answers, sheets and texts of the demonstration: the portal's own scoring takes them, and they come out as meant."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import editions
from portal.demo import answers, institutions, statistics, texts
from portal.domain import results, scoring
from portal.domain.scheme import InstitutionType
from portal.domain.sheet import ItemState

SCHEMES = editions.every()


def _scored(scheme, institution, *, seed, strength=0.97, failing=frozenset()):
    rng = Random(seed)
    (year,) = statistics.statistics(rng, institution, years=(2025,), level=0.82)
    typical = statistics.TYPICAL[institution.profile]
    given_answers = answers.answers(
        rng, scheme, institution_type=institution.type, headcount=institution.headcount,
        water_m3=year.quantities["water_m3"], strength=strength, failing=failing,
    )  # fmt: skip
    return scoring.score(
        scheme, institution_type=institution.type, statistics=year.flat(), answers=given_answers, factors=editions.factors(),
        averages={"kgce_per_m2": typical.kgce_per_m2, "kgce_per_person": typical.kgce_per_person, "m3_per_person": typical.m3_per_person},
    )  # fmt: skip


def _one_of_each(scheme):
    every = institutions.institutions(Random(7))
    return [next(each for each in every if each.type is kind) for kind in InstitutionType if kind in scheme.eligible_types]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.edition)
def test_strong_answers_are_complete_and_pass(scheme):
    for institution in _one_of_each(scheme):
        for seed in range(5):
            sheet = _scored(scheme, institution, seed=seed)
            assert not [item.id for item in sheet.items if item.state is ItemState.MISSING]
            assert sheet.passed, (institution.name, sheet.total, sheet.reasons)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.edition)
def test_claims_lie_between_the_least_share_and_full_marks(scheme):
    for institution in _one_of_each(scheme):
        given_answers = answers.answers(Random(3), scheme, institution_type=institution.type, headcount=300, strength=0.75)
        for item in scheme.items(institution.type):
            if "points" in given_answers.get(item.id, {}):
                points = Decimal(given_answers[item.id]["points"])
                assert item.points * answers.LEAST_SHARE <= points <= item.points


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.edition)
def test_a_failed_star_item_or_prerequisite_fails_the_sheet(scheme):
    institution = _one_of_each(scheme)[0]
    answerable = [
        item.id for item in scheme.stars(institution.type) if item.formula is None or item.counts
    ]
    wishes = [frozenset({answerable[0]})] if answerable else []
    wishes += [frozenset({scheme.prerequisites[0].id})] if scheme.prerequisites else []
    assert wishes
    for failing in wishes:
        assert not _scored(scheme, institution, seed=1, failing=failing).passed


def test_failing_something_unknown_is_refused():
    with pytest.raises(KeyError, match="Z9"):
        answers.answers(Random(1), SCHEMES[0], institution_type=InstitutionType.VENUE, headcount=9, failing=frozenset({"Z9"}))


@given(seed=st.integers(0, 2**32), experts=st.integers(3, 7))
@settings(max_examples=20, deadline=None)
def test_sheets_keep_to_the_steps_and_disagree_when_asked(seed, experts):
    scheme = next(each for each in SCHEMES if each.id == "water-saving")
    institution = _one_of_each(scheme)[0]
    own = _scored(scheme, institution, seed=seed % 50)
    expected = {item.id: item.points for item in own.items if item.state is not ItemState.NA}
    calm = answers.sheets(Random(seed), scheme, expected=expected, experts=experts)
    torn = answers.sheets(Random(seed), scheme, expected=expected, experts=experts, disagree=True)
    assert calm == answers.sheets(Random(seed), scheme, expected=expected, experts=experts)
    assert len(calm) == len(torn) == experts
    for sheet in (*calm, *torn):
        assert set(sheet) == set(expected)
        for item_id, score in sheet.items():
            item = scheme.item(item_id)
            assert 0 <= score.points <= item.points
            assert score.reason
            if item.formula is None:
                assert score.points % item.step == 0
            if item.star and expected[item_id] > 0:
                assert score.points > 0
    process = scheme.process
    limits = {"aggregation": process.aggregation, "trim_from": process.trim_from, "spread_limit": process.spread_limit}
    assert results.combine([sum(score.points for score in sheet.values()) for sheet in torn], **limits).wide
    assert not results.combine([sum(score.points for score in sheet.values()) for sheet in calm], **limits).wide


def test_every_item_gets_a_statement():
    for scheme in SCHEMES:
        for kind in scheme.eligible_types:
            said = answers.statements(Random(1), scheme, institution_type=kind)
            assert set(said) == {item.id for item in scheme.items(kind)}


def test_texts_name_what_they_are_about():
    rng = Random(1)
    assert any("水费票据" in texts.return_reason(rng, document="水费票据") for _ in range(20))
    found = texts.findings(rng, count=4)
    assert len(set(found)) == 4 and all(finding and demand for finding, demand in found)
    chapters = texts.self_report(rng, name="示例学校", headcount=900, floor_area_m2=18000, water=True)
    assert len(chapters) == 5 and "示例学校" in chapters[0][1] and chapters[1][0] == "用水情况"
    assert texts.decision_remark(rng, passed=True) != texts.decision_remark(rng, passed=False)
    assert all(texts.objection(rng)) and all(texts.clarification(rng))
    assert texts.recommendation(rng) and texts.rectified(rng)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_a_score_has_a_reason_that_fits(share):
    reason = texts.score_reason(Random(1), share=share)
    assert ("不得分" in reason) == (share == 0)
