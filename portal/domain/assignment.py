"""Who may judge whom, which roles exclude each other on one case, and a balanced, repeatable assignment."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType

from portal.domain.workflow import Role

Id = Hashable
"""Whatever identifies a row: people, institutions, departments and cases are compared by id, never by name."""


# --- conflicts of interest


class ConflictCode(StrEnum):
    """Why a person may neither score nor inspect nor decide a case."""

    SAME_INSTITUTION = "same-institution"
    SUPERIOR = "superior"
    SUBORDINATE = "subordinate"
    SAME_SYSTEM = "same-system"
    APPLIED = "applied"
    RECOMMENDED = "recommended"
    DECLARED = "declared"
    OTHER_ROLE = "other-role"


MESSAGES: Mapping[ConflictCode, str] = MappingProxyType(
    {
        ConflictCode.SAME_INSTITUTION: "belongs to this institution",
        ConflictCode.SUPERIOR: "belongs to a body that this institution is under",
        ConflictCode.SUBORDINATE: "belongs to a body under this institution",
        ConflictCode.SAME_SYSTEM: "belongs to the same department's system",
        ConflictCode.APPLIED: "took part in this application",
        ConflictCode.RECOMMENDED: "recommended this application",
        ConflictCode.DECLARED: "declared a tie to this institution",
        ConflictCode.OTHER_ROLE: "has another role on this case",
    }
)
"""The words for each conflict, message ids for the catalogue."""


@dataclass(frozen=True)
class Conflict:
    """One conflict; `detail` is the id of what ties person and institution together."""

    code: ConflictCode
    detail: Id


class ConflictOfInterest(Exception):
    """A person may not be put on a case; `conflicts` says why."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        self.conflicts = conflicts
        super().__init__(", ".join(conflict.code for conflict in conflicts))


@dataclass(frozen=True, kw_only=True)
class Ties:
    """What binds a person: employers, the systems (supervising departments) they are in, own deeds, declarations.

    `applied`, `recommended` and `acted` (in a role that excludes the one wanted) are ids of cases, the rest ids of
    institutions and departments.
    """

    institutions: frozenset[Id] = frozenset()
    systems: frozenset[Id] = frozenset()
    declared: frozenset[Id] = frozenset()
    applied: frozenset[Id] = frozenset()
    recommended: frozenset[Id] = frozenset()
    acted: frozenset[Id] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Chain:
    """An institution between those above and those below it, at any distance, and the systems it belongs to."""

    institution: Id
    superiors: frozenset[Id] = frozenset()
    subordinates: frozenset[Id] = frozenset()
    systems: frozenset[Id] = frozenset()


def conflicts(ties: Ties, chain: Chain, *, case: Id | None = None) -> tuple[Conflict, ...]:
    """Give every conflict between a person and a case, in the order of ConflictCode; none means they may.

    `case` is the application's id, against which the person's own deeds are held.
    """
    found: list[Conflict] = []

    def note(code: ConflictCode, ids: Iterable[Id]) -> None:
        found.extend(Conflict(code, each) for each in sorted(ids, key=str))

    note(ConflictCode.SAME_INSTITUTION, ties.institutions & {chain.institution})
    note(ConflictCode.SUPERIOR, ties.institutions & chain.superiors)
    note(ConflictCode.SUBORDINATE, ties.institutions & chain.subordinates)
    note(ConflictCode.SAME_SYSTEM, ties.systems & chain.systems)
    if case is not None:
        note(ConflictCode.APPLIED, ties.applied & {case})
        note(ConflictCode.RECOMMENDED, ties.recommended & {case})
    note(ConflictCode.DECLARED, ties.declared & ({chain.institution} | chain.superiors))
    if case is not None:
        note(ConflictCode.OTHER_ROLE, ties.acted & {case})
    return tuple(found)


def refuse(ties: Ties, chain: Chain, *, case: Id | None = None) -> None:
    """Raise ConflictOfInterest when a person may not judge a case."""
    if found := conflicts(ties, chain, case=case):
        raise ConflictOfInterest(found)


# --- two roles on one case

_ONE_OFFICE: frozenset[frozenset[Role]] = frozenset(
    {
        frozenset({Role.OFFICER, Role.MODERATOR}),  # the officer who screens also settles spreads
        frozenset({Role.TEAM_LEADER, Role.INSPECTOR}),  # a leader inspects as well
    }
)
_ON_A_CASE = (
    Role.APPLICANT, Role.SIGNATORY, Role.RECOMMENDER, Role.OFFICER, Role.MODERATOR, Role.EXPERT,
    Role.TEAM_LEADER, Role.INSPECTOR, Role.LEADER, Role.COUNTERSIGNER,
)  # fmt: skip

INCOMPATIBLE: frozenset[frozenset[Role]] = frozenset(map(frozenset, combinations(_ON_A_CASE, 2))) - _ONE_OFFICE
"""The pairs of roles that one person never has on one case: all of them but those of one and the same office."""


def incompatible_with(held: Iterable[Role], wanted: Role) -> tuple[Role, ...]:
    """Give the roles a person already has on a case that forbid the wanted one; none means they may take it."""
    return tuple(role for role in _ON_A_CASE if role in set(held) and frozenset({role, wanted}) in INCOMPATIBLE)


# --- balanced assignment


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case to be assigned; `area` is its district or department, for mixing."""

    id: Id
    chain: Chain
    area: Id | None = None


@dataclass(frozen=True, kw_only=True)
class Expert:
    """A person to assign; `load` counts cases they already have elsewhere, `most` how many they may have in all."""

    id: Id
    ties: Ties = field(default_factory=Ties)
    load: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Assignment:
    """A proposal and its explanation.

    `experts_of` gives each case's experts; `kept` those of them that were already there; `load` each expert's
    cases in all; `blocked` the conflicts, by case and expert; `short` how many experts a case lacks because too
    few are free of conflicts and below their limit; `possible` how many experts are free of conflicts with a case;
    `areas` how many cases of an area each expert has here.
    """

    experts_of: Mapping[Id, tuple[Id, ...]]
    kept: Mapping[Id, tuple[Id, ...]]
    load: Mapping[Id, int]
    blocked: Mapping[Id, Mapping[Id, tuple[Conflict, ...]]]
    short: Mapping[Id, int]
    possible: Mapping[Id, int]
    areas: Mapping[tuple[Id, Id | None], int]
    seed: int

    @property
    def spread(self) -> int:
        """The difference between the largest and the smallest load."""
        return max(self.load.values(), default=0) - min(self.load.values(), default=0)


def assign(
    cases: Sequence[Case],
    experts: Sequence[Expert],
    *,
    per_case: int,
    seed: int,
    kept: Mapping[Id, Collection[Id]] | None = None,
) -> Assignment:
    """Give every case `per_case` experts without conflicts, with loads as even as the conflicts allow.

    The same cases, experts and seed give the same result, in whatever order they are handed in. `kept` holds
    assignments made by hand; they stay, and count. Cases with the fewest possible experts choose first; each
    takes the expert with the least load, then the one with the fewest cases of the same area, then by lot.
    Afterwards cases are handed on along chains of experts while that evens the loads. Raises ValueError for
    `per_case` below 1, ids that occur twice, and ConflictOfInterest for a kept expert with a conflict.
    """
    if per_case < 1:
        raise ValueError("a case has at least one expert")
    _refuse_twice(case.id for case in cases)
    _refuse_twice(expert.id for expert in experts)
    board = _Board(cases, experts, kept=kept or {}, seed=seed)
    short = board.fill(per_case)
    board.even_out()
    return Assignment(
        experts_of={case.id: board.chosen(case.id) for case in cases},
        kept={case.id: tuple(sorted(board.fixed[case.id], key=str)) for case in cases if board.fixed[case.id]},
        load={expert.id: board.load[expert.id] for expert in experts},
        blocked={case.id: board.blocked[case.id] for case in cases if board.blocked[case.id]},
        short=short,
        possible={case.id: len(board.experts) - len(board.blocked[case.id]) for case in cases},
        areas={key: number for key, number in board.areas.items() if number},
        seed=seed,
    )


def _refuse_twice(ids: Iterable[Id]) -> None:
    twice = [each for each, times in Counter(ids).items() if times > 1]
    if twice:
        raise ValueError(f"listed twice: {twice}")


class _Board:
    """The working state of one assignment."""

    def __init__(
        self, cases: Sequence[Case], experts: Sequence[Expert], *, kept: Mapping[Id, Collection[Id]], seed: int
    ) -> None:
        lot = random.Random(seed)
        self.cases = {case.id: case for case in sorted(cases, key=lambda case: str(case.id))}
        self.experts = {expert.id: expert for expert in sorted(experts, key=lambda expert: str(expert.id))}
        self.case_lot = {each: lot.random() for each in self.cases}
        self.expert_lot = {each: lot.random() for each in self.experts}
        self.load = {expert.id: expert.load for expert in self.experts.values()}
        self.areas: Counter[tuple[Id, Id | None]] = Counter()
        self.of_case: dict[Id, set[Id]] = {each: set() for each in self.cases}
        self.blocked: dict[Id, dict[Id, tuple[Conflict, ...]]] = {
            case.id: {
                expert.id: found
                for expert in self.experts.values()
                if (found := conflicts(expert.ties, case.chain, case=case.id))
            }
            for case in self.cases.values()
        }
        self.fixed: dict[Id, frozenset[Id]] = {each: frozenset(kept.get(each, ())) for each in self.cases}
        for case, people in self.fixed.items():
            for person in sorted(people, key=str):
                if person not in self.experts:
                    raise ValueError(f"an expert who is kept is not listed: {person!r}")
                if person in self.blocked[case]:
                    raise ConflictOfInterest(self.blocked[case][person])
                self._give(case, person)

    def chosen(self, case: Id) -> tuple[Id, ...]:
        return tuple(sorted(self.of_case[case], key=lambda person: self.expert_lot[person]))

    def fill(self, per_case: int) -> dict[Id, int]:
        """Give every case its experts; return how many each one lacks."""
        short = {}
        free = {case: len(self.experts) - len(self.blocked[case]) for case in self.cases}
        for case in sorted(self.cases, key=lambda each: (free[each], self.case_lot[each])):
            while len(self.of_case[case]) < per_case:
                able = [person for person in self.experts if self._may(case, person)]
                if not able:
                    short[case] = per_case - len(self.of_case[case])
                    break
                area = self.cases[case].area
                self._give(
                    case,
                    min(able, key=lambda each: (self.load[each], self.areas[each, area], self.expert_lot[each])),
                )
        return short

    def even_out(self) -> None:
        """Hand cases on, from the most loaded to less loaded experts, until no chain of hand-overs helps."""
        while any(
            self._hand_on(person) for person in sorted(self.experts, key=lambda each: (-self.load[each], str(each)))
        ):
            pass

    def _hand_on(self, start: Id) -> bool:
        """Move one case along the shortest chain from `start` to somebody with at least two cases less."""
        came: dict[Id, tuple[Id, Id] | None] = {start: None}
        queue = deque([start])
        while queue:
            giver = queue.popleft()
            for case in self.cases:
                if giver not in self.of_case[case] or giver in self.fixed[case]:
                    continue
                for taker in self.experts:
                    # Those on the way pass one on for the one they take, so only the last one's limit counts.
                    if taker in came or taker in self.of_case[case] or taker in self.blocked[case]:
                        continue
                    came[taker] = (giver, case)
                    if self.load[taker] <= self.load[start] - 2 and self._has_room(taker):
                        self._follow(taker, came)
                        return True
                    queue.append(taker)
        return False

    def _follow(self, last: Id, came: Mapping[Id, tuple[Id, Id] | None]) -> None:
        taker = last
        while (step := came[taker]) is not None:
            giver, case = step
            self._take(case, giver)
            self._give(case, taker)
            taker = giver

    def _may(self, case: Id, person: Id) -> bool:
        return person not in self.of_case[case] and person not in self.blocked[case] and self._has_room(person)

    def _has_room(self, person: Id) -> bool:
        most = self.experts[person].most
        return most is None or self.load[person] < most

    def _give(self, case: Id, person: Id) -> None:
        self.of_case[case].add(person)
        self.load[person] += 1
        self.areas[person, self.cases[case].area] += 1

    def _take(self, case: Id, person: Id) -> None:
        self.of_case[case].remove(person)
        self.load[person] -= 1
        self.areas[person, self.cases[case].area] -= 1
