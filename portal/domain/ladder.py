"""The steps of a computed item as a reader sees them: so many points from this figure on."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.scheme import Item

Rung = tuple[Decimal, str]
"""Points, and the figure that gives them, in signs that every language reads."""


def ladder(item: Item) -> tuple[Rung, ...]:
    """What an item's figure must be for which points, in the standard's order; empty for rubrics and for two rates."""
    rules = {"fixture-rate": _gaining, "leak-rate": _losing, "cooling-makeup": _at_most,
             "condensate-recovery": _over}
    if item.bands:
        return tuple((band.points, _band(item, number)) for number, band in enumerate(item.bands))
    rule = rules.get(item.formula or "")
    return rule(item) if rule else ()


def _band(item: Item, number: int) -> str:
    limit, under = item.bands[number].limit, item.bands[number - 1].limit if number else None
    return f"≤ {limit}" if limit is not None else f"> {under}"


def _gaining(item: Item) -> tuple[Rung, ...]:
    start, per, gain = item.param("from"), item.param("per"), item.param("gain")
    steps = int(item.points / gain)
    return ((Decimal(), f"< {_plain(start + per)}%"),
            *((n * gain, f"≥ {_plain(start + n * per)}%") for n in range(1, steps + 1)))


def _losing(item: Item) -> tuple[Rung, ...]:
    to, per, loss = item.param("to"), item.param("per"), item.param("loss")
    steps = -int(-item.points // loss)
    rungs = [(item.points - n * loss, f"≤ {_plain(to + n * per)}%") for n in range(steps)]
    return (*rungs, (Decimal(), f"> {_plain(to + (steps - 1) * per)}%"))


def _at_most(item: Item) -> tuple[Rung, ...]:
    to = _plain(item.param("to"))
    return (item.points, f"≤ {to}%"), (Decimal(), f"> {to}%")


def _over(item: Item) -> tuple[Rung, ...]:
    over, per, loss = item.param("over"), item.param("per"), item.param("loss")
    steps = -int(-item.points // loss)
    rungs = [(item.points - n * loss, f"≥ {_plain(over - n * per)}%") for n in range(1, steps)]
    return ((item.points, f"> {_plain(over)}%"), *rungs, (Decimal(), f"< {_plain(over - (steps - 1) * per)}%"))


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
