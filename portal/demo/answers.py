"""What institutions answer and experts score: plausible answers to every item of a scheme, and sheets around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from portal.demo import texts
from portal.domain.scheme import InstitutionType, Item, Scheme

Answers = dict[str, dict[str, Any]]

LEAST_SHARE = Decimal("0.70")

# How many institutions of a type have central air conditioning with a cooling tower, or a steam boiler.
_COOLED = {"hospital": 0.9, "venue": 0.8, "higher-education": 0.6, "government": 0.4, "school": 0.05, "other": 0.1}
_STEAM = {"hospital": 0.5, "higher-education": 0.3, "government": 0.05, "school": 0.05, "venue": 0.05, "other": 0.05}


@dataclass(frozen=True)
class GivenScore:
    """What one expert gives for one item, and why."""

    points: Decimal
    reason: str


def answers(
    rng: Random,
    scheme: Scheme,
    *,
    institution_type: InstitutionType,
    headcount: int,
    water_m3: Decimal = Decimal(12000),
    strength: float = 0.92,
    failing: frozenset[str] = frozenset(),
) -> Answers:
    """Answers to all prerequisites and items of a type, in the shape that `scoring.score` takes.

    `headcount` sizes the number of fixtures, `water_m3` is the year's water that the meters ought to show.
    `strength` is the mean share of the points that are claimed (kept between 0.70 and 1); items that are computed
    from statistics alone need no answer and have none. Items in `failing` are answered so badly that they score
    zero, prerequisites in it with no. Raises `KeyError` when `failing` names what the scheme does not have.
    """
    known = {one.id for one in scheme.prerequisites} | {item.id for item in scheme.items()}
    if unknown := failing - known:
        raise KeyError(f"not in {scheme.edition}: {', '.join(sorted(unknown))}")
    made: Answers = {one.id: {"met": one.id not in failing} for one in scheme.prerequisites}
    fixtures = max(24, round(headcount * rng.uniform(0.06, 0.11)))
    for item in scheme.items(institution_type):
        if item.id in failing:
            made |= _fail(item, fixtures)
        elif item.not_applicable and not _has(rng, item, institution_type):
            made[item.id] = {"na": True}
        elif item.counts:
            made[item.id] = {"counts": _counts(rng, item, fixtures=fixtures, water=round(water_m3))}
        elif item.formula is None:
            made[item.id] = {"points": str(_points(item, share=_share(rng, strength)))}
    return made


def statements(rng: Random, scheme: Scheme, *, institution_type: InstitutionType) -> dict[str, str]:
    """A sentence or two for each item: how the institution meets it."""
    return {item.id: texts.statement(rng, title=item.title) for item in scheme.items(institution_type)}


def sheet(
    rng: Random, scheme: Scheme, *, expected: Mapping[str, Decimal], lean: float = 0.0
) -> dict[str, GivenScore]:
    """One expert's scores for the items in `expected` (self or computed points; leave out what is not scored).

    `lean` moves all judged items by that share of their points (−0.1 is strict, 0.05 generous); computed items keep
    their points. A star item that was worth something is never put to zero.
    """
    given = {}
    for item_id, points in expected.items():
        item = scheme.item(item_id)
        scored = points
        if item.formula is None and points > 0:
            share = float(points / item.points) + lean + rng.choice((0, 0, 0, -0.08, -0.12, 0.05))
            scored = _stepped(item, share=Decimal(share))
            if item.star:
                scored = max(scored, item.step)
        given[item_id] = GivenScore(scored, texts.score_reason(rng, share=float(scored / item.points)))
    return given


def sheets(
    rng: Random, scheme: Scheme, *, expected: Mapping[str, Decimal], experts: int, disagree: bool = False
) -> tuple[dict[str, GivenScore], ...]:
    """The sheets of `experts` experts; with `disagree` the last one is so strict that moderation opens."""
    leans = [rng.uniform(-0.04, 0.02) for _ in range(experts)]
    if disagree and leans:
        leans[-1] = -0.28
    return tuple(sheet(rng, scheme, expected=expected, lean=lean) for lean in leans)


def _share(rng: Random, strength: float) -> Decimal:
    return Decimal(min(1.0, max(float(LEAST_SHARE), rng.gauss(strength, 0.07))))


def _points(item: Item, *, share: Decimal) -> Decimal:
    """A claim in the item's steps, never below the least share."""
    least = (item.points * LEAST_SHARE / item.step).to_integral_value(ROUND_CEILING) * item.step
    return max(_stepped(item, share=share), min(least, item.points))


def _stepped(item: Item, *, share: Decimal) -> Decimal:
    """A share of the item's points in its own steps, between zero and full."""
    steps = (item.points * share / item.step).to_integral_value(ROUND_HALF_UP)
    return min(item.points, max(Decimal(0), steps * item.step))


def _has(rng: Random, item: Item, institution_type: InstitutionType) -> bool:
    """Whether the institution has what the item is about."""
    shares = {"cooling-makeup": _COOLED, "condensate-recovery": _STEAM}.get(item.formula or "")
    return rng.random() < (shares[institution_type.value] if shares else 0.7)


def _counts(rng: Random, item: Item, *, fixtures: int, water: int) -> dict[str, str]:
    """Counts for an item's formula that earn most or all of its points; both fixture items state the same total."""
    made: dict[str, int] = {}
    match item.formula:
        case "metering-rate":
            parts = round(water * rng.uniform(0.9, 0.98))
            metered = round(parts * rng.uniform(0.955, 1.0))
            made = {"unit_metered": water, "unit_total": water, "sub_metered": metered, "sub_total": parts}
        case "fixture-rate":
            old = int(fixtures * rng.choice((0, 0, 0, 0.009, 0.018)))
            made = {"saving": fixtures - old, "total": fixtures}
        case "leak-rate":
            made = {"leaking": int(fixtures * rng.uniform(0, 0.03)), "total": fixtures}
        case "cooling-makeup":
            flow = rng.randint(40, 400) * 1000
            made = {"makeup": int(flow * rng.uniform(0.005, 0.0098)), "circulating": flow}
        case "condensate-recovery":
            steam = rng.randint(4, 60) * 100
            made = {"recovered": int(steam * rng.uniform(0.53, 0.75)), "steam": steam}
    # An edition may ask for counts that no known formula uses: a small whole number is an answer everywhere.
    return {count.id: str(made.get(count.id, rng.randint(1, 9))) for count in item.counts}


def _fail(item: Item, fixtures: int) -> Answers:
    """An answer that scores nothing; an item computed from statistics alone cannot be failed here."""
    if not item.counts:
        return {} if item.formula else {item.id: {"points": "0"}}
    worst = {
        "unit_metered": 1, "unit_total": 2, "sub_metered": 10, "sub_total": 40, "saving": fixtures // 2, "total": fixtures,
        "leaking": fixtures // 4, "makeup": 4000, "circulating": 100000, "recovered": 10, "steam": 1000,
    }  # fmt: skip
    return {item.id: {"counts": {count.id: str(worst.get(count.id, 0)) for count in item.counts}}}
