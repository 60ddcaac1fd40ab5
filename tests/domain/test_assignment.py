"""Nobody judges their own house, nobody wears two hats on one case, and the work is shared evenly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.assignment import (
    INCOMPATIBLE,
    MESSAGES,
    Case,
    Chain,
    Conflict,
    ConflictCode,
    ConflictOfInterest,
    Expert,
    Ties,
    assign,
    conflicts,
    incompatible_with,
    refuse,
)
from portal.domain.workflow import Role

SCHOOL = Chain(
    institution="school",
    superiors=frozenset({"education office", "district"}),
    subordinates=frozenset({"kindergarten"}),
    systems=frozenset({"education"}),
)


def some(*ids):
    return frozenset(ids)


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (Ties(), ()),
        (Ties(institutions=some("hospital"), systems=some("health")), ()),
        (Ties(institutions=some("school")), (Conflict(ConflictCode.SAME_INSTITUTION, "school"),)),
        (Ties(institutions=some("district")), (Conflict(ConflictCode.SUPERIOR, "district"),)),
        (Ties(institutions=some("kindergarten")), (Conflict(ConflictCode.SUBORDINATE, "kindergarten"),)),
        (Ties(systems=some("education")), (Conflict(ConflictCode.SAME_SYSTEM, "education"),)),
        (Ties(applied=some(7)), (Conflict(ConflictCode.APPLIED, 7),)),
        (Ties(applied=some(8)), ()),
        (Ties(recommended=some(7)), (Conflict(ConflictCode.RECOMMENDED, 7),)),
        (Ties(recommended=some(8)), ()),
        (Ties(declared=some("school")), (Conflict(ConflictCode.DECLARED, "school"),)),
        (Ties(declared=some("education office")), (Conflict(ConflictCode.DECLARED, "education office"),)),
        (Ties(declared=some("kindergarten")), ()),
        (
            Ties(institutions=some("school", "district"), recommended=some(7)),
            (
                Conflict(ConflictCode.SAME_INSTITUTION, "school"),
                Conflict(ConflictCode.SUPERIOR, "district"),
                Conflict(ConflictCode.RECOMMENDED, 7),
            ),
        ),
    ],
)
def test_conflicts(ties, expected):
    assert conflicts(ties, SCHOOL, case=7) == expected
    if expected:
        with pytest.raises(ConflictOfInterest) as refusal:
            refuse(ties, SCHOOL, case=7)
        assert refusal.value.conflicts == expected
    else:
        refuse(ties, SCHOOL, case=7)


def test_every_conflict_has_its_words():
    assert set(MESSAGES) == set(ConflictCode)


ON_A_CASE = set(Role) - {Role.PUBLIC, Role.ADMINISTRATOR, Role.AUDITOR}
JUDGES = [Role.EXPERT, Role.TEAM_LEADER, Role.INSPECTOR, Role.LEADER, Role.COUNTERSIGNER, Role.MODERATOR]


@pytest.mark.parametrize("own", [Role.APPLICANT, Role.SIGNATORY, Role.RECOMMENDER])
@pytest.mark.parametrize("judge", JUDGES)
def test_who_applied_or_recommended_never_judges(own, judge):
    assert incompatible_with([own], judge) == (own,)
    assert incompatible_with([judge], own) == (judge,)


def test_only_one_offices_roles_go_together():
    together = {frozenset({one, two}) for one in ON_A_CASE for two in ON_A_CASE if one != two} - INCOMPATIBLE
    assert together == {frozenset({Role.OFFICER, Role.MODERATOR}), frozenset({Role.TEAM_LEADER, Role.INSPECTOR})}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_goes_with_itself_and_with_none(role):
    assert incompatible_with([role], role) == ()
    assert incompatible_with([], role) == ()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PUBLIC])
def test_roles_that_are_on_no_case_exclude_nothing(role):
    assert incompatible_with(ON_A_CASE, role) == ()


def test_every_role_in_the_way_is_named():
    assert incompatible_with([Role.EXPERT, Role.APPLICANT], Role.LEADER) == (Role.APPLICANT, Role.EXPERT)


def a_case(number, *, house=None, area=None):
    return Case(id=number, chain=Chain(institution=house if house is not None else f"house {number}"), area=area)


def test_a_free_field_is_shared_evenly_and_mixed():
    cases = [a_case(n, area=n % 4) for n in range(40)]
    experts = [Expert(id=f"e{n}") for n in range(10)]
    result = assign(cases, experts, per_case=3, seed=1)
    assert set(result.load.values()) == {12}
    assert result.spread == 0 and not result.short and not result.blocked


def test_conflicts_are_explained_and_never_assigned():
    cases = [a_case(1, house="a"), a_case(2, house="b")]
    experts = [Expert(id=name, ties=Ties(institutions=some(name))) for name in "abc"]
    result = assign(cases, experts, per_case=2, seed=3)
    assert set(result.experts_of[1]) == {"b", "c"} and set(result.experts_of[2]) == {"a", "c"}
    assert result.blocked == {
        1: {"a": (Conflict(ConflictCode.SAME_INSTITUTION, "a"),)},
        2: {"b": (Conflict(ConflictCode.SAME_INSTITUTION, "b"),)},
    }


def test_too_few_experts_are_reported_not_hidden():
    result = assign(
        [a_case(1, house="a")], [Expert(id="a", ties=Ties(institutions=some("a"))), Expert(id="b")], per_case=3, seed=1
    )
    assert result.experts_of == {1: ("b",)} and result.short == {1: 2}


def test_limits_and_earlier_loads_count():
    experts = [
        Expert(id="busy", load=5),
        Expert(id="full", load=2, most=2),
        Expert(id="part", most=1),
        Expert(id="free"),
    ]
    result = assign([a_case(n) for n in range(4)], experts, per_case=1, seed=1)
    assert result.load == {"busy": 5, "full": 2, "part": 1, "free": 3}


def test_what_was_set_by_hand_stays():
    experts = [Expert(id=n) for n in range(3)]
    result = assign([a_case(n) for n in range(6)], experts, per_case=1, seed=9, kept={0: [2], 1: [2]})
    assert result.experts_of[0] == result.experts_of[1] == (2,)
    assert result.kept == {0: (2,), 1: (2,)} and set(result.load.values()) == {2}


def test_loads_are_evened_along_a_chain():
    # x can pass a case only to y, y only to z: one hand-over alone would not help.
    cases = [
        a_case("c1", house="not z"),
        a_case("c2", house="not z"),
        a_case("c3", house="not x"),
        a_case("c4", house="not x"),
    ]
    experts = [Expert(id=name, ties=Ties(institutions=some(f"not {name}"))) for name in "xyz"]
    for seed in range(20):
        assert assign(cases, experts, per_case=1, seed=seed).spread <= 1


def test_another_seed_draws_another_lot():
    cases, experts = [a_case(n) for n in range(10)], [Expert(id=n) for n in range(10)]
    assert len({tuple(assign(cases, experts, per_case=1, seed=seed).experts_of.values()) for seed in range(10)}) > 5


def test_impossible_requests_are_refused():
    with pytest.raises(ValueError):
        assign([a_case(1)], [Expert(id=1)], per_case=0, seed=1)
    with pytest.raises(ValueError):
        assign([a_case(1), a_case(1)], [Expert(id=1)], per_case=1, seed=1)
    with pytest.raises(ValueError):
        assign([a_case(1)], [Expert(id=1), Expert(id=1)], per_case=1, seed=1)
    with pytest.raises(ValueError):
        assign([a_case(1)], [Expert(id=1)], per_case=1, seed=1, kept={1: [9]})
    with pytest.raises(ConflictOfInterest):
        assign(
            [a_case(1, house="a")], [Expert(id=1, ties=Ties(institutions=some("a")))], per_case=1, seed=1, kept={1: [1]}
        )


houses = st.integers(0, 5)
fields = st.tuples(
    st.lists(houses, max_size=10),
    st.lists(
        st.tuples(st.frozensets(houses, max_size=3), st.integers(0, 4), st.none() | st.integers(0, 6)), max_size=6
    ),
    st.integers(1, 3),
    st.integers(0, 99),
)


def drawn(field):
    cases = [Case(id=n, chain=Chain(institution=house), area=house % 2) for n, house in enumerate(field[0])]
    experts = [
        Expert(id=n, ties=Ties(institutions=own), load=load, most=most) for n, (own, load, most) in enumerate(field[1])
    ]
    return cases, experts


@settings(max_examples=150, deadline=None)
@given(fields, st.randoms(use_true_random=False))
def test_whatever_the_field(field, shuffler):
    cases, experts = drawn(field)
    _, _, per_case, seed = field
    result = assign(cases, experts, per_case=per_case, seed=seed)
    by_id = {expert.id: expert for expert in experts}
    for case in cases:
        people = result.experts_of[case.id]
        assert len(set(people)) == len(people) == per_case - result.short.get(case.id, 0)
        for person in people:
            assert not conflicts(by_id[person].ties, case.chain, case=case.id)
    for expert in experts:
        own = sum(expert.id in people for people in result.experts_of.values())
        assert result.load[expert.id] == expert.load + own
        assert own == 0 or expert.most is None or result.load[expert.id] <= expert.most
    # No single hand-over would even the loads further.
    for case in cases:
        for giver in result.experts_of[case.id]:
            for taker in experts:
                free = taker.id not in result.experts_of[case.id] and not conflicts(
                    taker.ties, case.chain, case=case.id
                )
                room = taker.most is None or result.load[taker.id] < taker.most
                assert not (free and room and result.load[giver] - result.load[taker.id] >= 2)
    shuffler.shuffle(cases)
    shuffler.shuffle(experts)
    again = assign(cases, experts, per_case=per_case, seed=seed)
    assert again.experts_of == result.experts_of and again.load == result.load


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(3, 9), st.integers(1, 3), st.integers(0, 9))
def test_without_conflicts_loads_differ_by_one_at_most(cases, experts, per_case, seed):
    result = assign(
        [a_case(n) for n in range(cases)], [Expert(id=n) for n in range(experts)], per_case=per_case, seed=seed
    )
    assert result.spread <= 1 and sum(result.load.values()) == cases * per_case
