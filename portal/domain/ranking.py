"""Ranking by result, and what another pass mark or quota would change: plain arithmetic, nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One case in the ranking: its key, unrounded result, site score and whether a rule bars it (a ★ item at 0)."""

    key: int
    result: Decimal
    site: Decimal | None = None
    barred: bool = False


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An entry with its place; equal results share a place, a barred entry has none."""

    entry: Entry
    place: int | None
    passes: bool


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What another mark or quota would change: keys that would pass, that join and that drop out, from high to low."""

    passing: tuple[int, ...]
    joins: tuple[int, ...]
    drops: tuple[int, ...]


def ranked(entries: Iterable[Entry], *, pass_mark: Decimal) -> tuple[Placed, ...]:
    """From the highest result to the lowest, barred entries last; the pass mark is inclusive.

    The site score orders equal results, but they share their place. The pass mark meets the unrounded result.
    """
    ordered = sorted(entries, key=_order)
    placed: list[Placed] = []
    for index, entry in enumerate(ordered):
        place: int | None = index + 1
        if entry.barred:
            place = None
        elif index and ordered[index - 1].result == entry.result:
            place = placed[-1].place
        placed.append(Placed(entry=entry, place=place, passes=not entry.barred and entry.result >= pass_mark))
    return tuple(placed)


def chosen(entries: Iterable[Entry], *, pass_mark: Decimal, quota: int | None = None) -> tuple[int, ...]:
    """Keys of those that pass, from high to low; a quota takes the first, and whoever ties with the last of them."""
    passing = [one for one in ranked(entries, pass_mark=pass_mark) if one.passes]
    if quota is not None:
        passing = [one for one in passing if one.place is not None and one.place <= quota]
    return tuple(one.entry.key for one in passing)


def what_if(entries: Sequence[Entry], *, present: tuple[Decimal, int | None],
            other: tuple[Decimal, int | None]) -> WhatIf:
    """Compare (pass mark, quota) as they are with others."""
    now = chosen(entries, pass_mark=present[0], quota=present[1])
    then = chosen(entries, pass_mark=other[0], quota=other[1])
    return WhatIf(passing=then, joins=tuple(key for key in then if key not in set(now)),
                  drops=tuple(key for key in now if key not in set(then)))


def _order(entry: Entry) -> tuple[bool, Decimal, Decimal, int]:
    return entry.barred, -entry.result, -(entry.site if entry.site is not None else Decimal(-1)), entry.key
