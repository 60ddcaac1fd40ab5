"""The table of moves: every stage reachable and left, no way round review, acceptance, decision or notice."""

from itertools import chain, combinations

import pytest

from portal.domain.workflow import (
    EDITABLE,
    FINAL,
    MOVES,
    STATIONS,
    Action,
    ActionNotAllowed,
    Option,
    Role,
    Stage,
    Standpoint,
    check,
    next_stage,
    open_actions,
    reachable,
)

EVERY_SCHEME = [frozenset(chosen) for chosen in
                chain.from_iterable(combinations(Option, n) for n in range(len(Option) + 1))]


def test_every_action_has_one_move() -> None:
    assert set(MOVES) == set(Action)


def test_every_stage_is_reachable_in_some_scheme() -> None:
    assert set().union(*(reachable(options) for options in EVERY_SCHEME)) == set(Stage)


@pytest.mark.parametrize("options", EVERY_SCHEME, ids=lambda o: "+".join(sorted(o)) or "plain")
def test_every_scheme_can_reach_the_certificate(options: frozenset[Option]) -> None:
    assert Stage.CERTIFIED in reachable(options)


@pytest.mark.parametrize("options", EVERY_SCHEME, ids=lambda o: "+".join(sorted(o)) or "plain")
def test_every_stage_that_is_not_final_can_be_left(options: frozenset[Option]) -> None:
    for stage in reachable(options) - FINAL:
        assert any(move.allows(options) and stage in move.start and move.end not in {None, stage}
                   for move in MOVES.values()), stage


def test_final_stages_are_not_left() -> None:
    assert not [action for action, move in MOVES.items() if move.start & FINAL]


@pytest.mark.parametrize("gate", [
    {Action.PASS_REVIEW}, {Action.ACCEPT, Action.ACCEPT_ON_DOCUMENTS},
    {Action.PUBLISH_NOTICE, Action.NOMINATE}, {Action.PUBLISH_NOTICE, Action.PUBLISH_NATIONAL_NOTICE},
    {Action.ISSUE}, {Action.SUBMIT}, {Action.ENDORSE}, {Action.ADMIT, Action.LIST_CANDIDATE},
])
@pytest.mark.parametrize("options", EVERY_SCHEME, ids=lambda o: "+".join(sorted(o)) or "plain")
def test_no_certificate_without_passing_every_gate(options: frozenset[Option], gate: set[Action]) -> None:
    assert Stage.CERTIFIED not in reachable(options, without=gate)


@pytest.mark.parametrize("gate_stage", [Stage.REVIEWING, Stage.VISITING, Stage.DECIDING, Stage.ANNOUNCED])
def test_each_gate_stage_is_on_every_way_to_the_certificate(gate_stage: Stage) -> None:
    into = {action for action, move in MOVES.items() if move.end == gate_stage}
    for options in EVERY_SCHEME:
        assert Stage.CERTIFIED not in reachable(options, without=into)


def test_who_applies_never_judges() -> None:
    party = {Role.APPLICANT, Role.SIGNATORY}
    for action, move in MOVES.items():
        assert not (move.by & party and move.by - party), action


def test_an_end_against_the_institution_gives_a_reason() -> None:
    for action, move in MOVES.items():
        if move.end in FINAL - {Stage.EXPIRED}:
            assert move.reason, action


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("stage", list(Stage))
def test_the_table_refuses_everything_else(action: Action, stage: Stage) -> None:
    move = MOVES[action]
    options = frozenset({move.needs} if move.needs else ())
    at = Standpoint(stage=stage, roles=move.by, options=options)
    if stage in move.start:
        assert check(action, at, reason="because") is move
        assert action in open_actions(at)
        assert next_stage(action, stage) == (move.end or stage)
        with pytest.raises(ActionNotAllowed) as refused:
            check(action, Standpoint(stage=stage, roles=frozenset(Role) - move.by, options=options))
        assert refused.value.why == "role"
        if move.reason:
            with pytest.raises(ActionNotAllowed) as refused:
                check(action, at, reason="  ")
            assert refused.value.why == "reason"
    else:
        with pytest.raises(ActionNotAllowed) as refused:
            check(action, at, reason="because")
        assert refused.value.why == "stage"
        assert action not in open_actions(at)


def test_a_schemes_options_open_and_close_moves() -> None:
    plain = Standpoint(stage=Stage.SCREENING, roles=frozenset({Role.OFFICER}))
    listed = Standpoint(stage=Stage.SCREENING, roles=frozenset({Role.OFFICER}),
                        options=frozenset({Option.CANDIDATE_LIST}))
    assert Action.ADMIT in open_actions(plain) and Action.LIST_CANDIDATE not in open_actions(plain)
    assert Action.LIST_CANDIDATE in open_actions(listed) and Action.ADMIT not in open_actions(listed)
    with pytest.raises(ActionNotAllowed) as refused:
        check(Action.ADMIT, listed)
    assert refused.value.why == "scheme"


def test_stations_cover_every_stage_on_the_way_once() -> None:
    covered = [stage for _, stages in STATIONS for stage in stages]
    assert len(covered) == len(set(covered))
    ends_on_the_way = {Stage.WITHDRAWN, Stage.NOT_RECOMMENDED, Stage.INELIGIBLE, Stage.NOT_PASSED,
                       Stage.OBJECTION_UPHELD}
    assert set(covered) == set(Stage) - ends_on_the_way
    assert set(covered) >= EDITABLE
