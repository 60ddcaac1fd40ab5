"""The formulas that compute an item's points from statistics and counts, by the name editions use.

All comparisons are exact (fractions, never rounded figures): a value of exactly 0.9 × average
is in the better band, 96.99 % is not 97 %.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from portal.domain import indicators
from portal.domain.explanation import Explanation, Input
from portal.domain.indicators import FUELS, Factors, NotComputable, as_number, reading, rounded
from portal.domain.scheme import Band, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a formula may look at; decimals are finite and not negative (checked before)."""

    statistics: Mapping[str, Decimal]
    averages: Mapping[str, Decimal]
    factors: Factors
    counts: Mapping[str, Decimal]
    holds_water_certificate: bool = False
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula's needs and its rule; the rule raises NotComputable when a figure is missing."""

    rule: Callable[[Item, Figures], Explanation]
    counts: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    banded: bool = False
    part_of: tuple[tuple[str, str], ...] = ()
    """Pairs (part, whole) of counts: a part above its whole is wrong input."""


def _area_energy(item: Item, figures: Figures) -> Explanation:
    value = indicators.exact_area_energy(figures.statistics, factors=figures.factors)
    total = indicators.energy_kgce(figures.statistics, factors=figures.factors, vehicles=False)
    inputs = (
        *_fuels(figures, vehicles=False),
        _converted("without_vehicles_kgce", total),
        _reported(figures, "floor_area_m2"),
    )
    return _banded(item, figures, value=value, average="kgce_per_m2", inputs=inputs)


def _person_energy(item: Item, figures: Figures) -> Explanation:
    value = indicators.exact_person_energy(figures.statistics, factors=figures.factors)
    total = indicators.energy_kgce(figures.statistics, factors=figures.factors)
    inputs = (
        *_fuels(figures, vehicles=True),
        _converted("total_kgce", total),
        _reported(figures, "headcount"),
    )
    return _banded(item, figures, value=value, average="kgce_per_person", inputs=inputs)


def _person_water(item: Item, figures: Figures) -> Explanation:
    value = indicators.exact_person_water(figures.statistics)
    inputs = tuple(
        _reported(figures, key)
        for key in ("water_m3", "nonconventional_water_m3", "water_headcount")
        if figures.statistics.get(key) is not None
    )
    return _banded(item, figures, value=value, average="m3_per_person", inputs=inputs)


def _person_water_or_certificate(item: Item, figures: Figures) -> Explanation:
    """已经是节水型单位的直接得满分: the certificate answers the item, whatever the figures say."""
    if not figures.holds_water_certificate:
        return _person_water(item, figures)
    return Explanation(
        formula="person-water-or-certificate",
        points=item.points,
        max=item.points,
        note="certificate",
    )


def _metering_rate(item: Item, figures: Figures) -> Explanation:
    unit = _percent(item, figures, "unit_metered", "unit_total")
    sub = _percent(item, figures, "sub_metered", "sub_total")
    met = unit >= Fraction(item.param("unit")) and sub >= Fraction(item.param("sub"))
    rates = (
        Input(name="unit_rate", value=rounded(unit, 4), unit="%", source="answer"),
        Input(name="sub_rate", value=rounded(sub, 4), unit="%", source="answer"),
    )
    return _rated(
        item,
        figures,
        value=None,
        points=Fraction(item.points) if met else Fraction(),
        note="" if met else "metering-missed",
        more=rates,
    )


def _fixture_rate(item: Item, figures: Figures) -> Explanation:
    """Each full percentage point above `from` gains; what is begun does not count."""
    rate = _percent(item, figures, "saving", "total")
    above = (rate - Fraction(item.param("from"))) / Fraction(item.param("per"))
    steps = max(0, floor(above))
    points = min(Fraction(item.points), steps * Fraction(item.param("gain")))
    rest = (above - steps) * Fraction(item.param("per")) if above > 0 else Fraction()
    lost = rest > 0 and points < item.points
    return _rated(
        item,
        figures,
        value=rate,
        points=points,
        note="floored" if lost else "",
        note_values=(("rest", reading(as_number(rest), against=Decimal(1))),) if lost else (),
    )


def _leak_rate(item: Item, figures: Figures) -> Explanation:
    """Each begun percentage point above `to` deducts."""
    rate = _percent(item, figures, "leaking", "total")
    above = (rate - Fraction(item.param("to"))) / Fraction(item.param("per"))
    return _deducted(item, figures, rate=rate, steps=max(0, ceil(above)), exact=above)


def _cooling_makeup(item: Item, figures: Figures) -> Explanation:
    rate = _percent(item, figures, "makeup", "circulating")
    met = rate <= Fraction(item.param("to"))
    points = Fraction(item.points) if met else Fraction()
    return _rated(item, figures, value=rate, points=points)


def _condensate_recovery(item: Item, figures: Figures) -> Explanation:
    """Full points above `over`; at or below it each begun step deducts, the edge being the first."""
    rate = _percent(item, figures, "recovered", "steam")
    below = (Fraction(item.param("over")) - rate) / Fraction(item.param("per"))
    steps = 0 if below < 0 else max(1, ceil(below))
    return _deducted(item, figures, rate=rate, steps=steps, exact=below)


FORMULAS: dict[str, Formula] = {
    "area-energy": Formula(rule=_area_energy, banded=True),
    "person-energy": Formula(rule=_person_energy, banded=True),
    "person-water": Formula(rule=_person_water, banded=True),
    "person-water-or-certificate": Formula(rule=_person_water_or_certificate, banded=True),
    "metering-rate": Formula(
        rule=_metering_rate,
        counts=("unit_metered", "unit_total", "sub_metered", "sub_total"),
        params=("unit", "sub"),
        part_of=(("unit_metered", "unit_total"), ("sub_metered", "sub_total")),
    ),
    "fixture-rate": Formula(
        rule=_fixture_rate,
        counts=("saving", "total"),
        params=("from", "gain", "per"),
        part_of=(("saving", "total"),),
    ),
    "leak-rate": Formula(
        rule=_leak_rate,
        counts=("leaking", "total"),
        params=("to", "loss", "per"),
        part_of=(("leaking", "total"),),
    ),
    "cooling-makeup": Formula(
        rule=_cooling_makeup, counts=("makeup", "circulating"), params=("to",)
    ),
    "condensate-recovery": Formula(
        rule=_condensate_recovery,
        counts=("recovered", "steam"),
        params=("over", "loss", "per"),
        part_of=(("recovered", "steam"),),
    ),
}


def band_for(bands: tuple[Band, ...], ratio: Fraction) -> tuple[Band, Decimal | None]:
    """The band of an exact ratio (limits are inclusive) and the limit below it, if any."""
    under: Decimal | None = None
    for band in bands:
        if band.limit is None or ratio <= Fraction(band.limit):
            return band, under
        under = band.limit
    raise ValueError("the last band must have no limit")


def _banded(
    item: Item, figures: Figures, *, value: Fraction, average: str, inputs: tuple[Input, ...]
) -> Explanation:
    mean = figures.averages.get(average)
    if mean is None or mean == 0:
        raise NotComputable("no-average", average)
    ratio = value / Fraction(mean)
    band, under = band_for(item.bands, ratio)
    return Explanation(
        formula=str(item.formula),
        points=band.points,
        max=item.points,
        inputs=inputs,
        result=as_number(value),
        unit=indicators.AVERAGES_UNITS[average],
        period=figures.period,
        average=mean,
        ratio=as_number(ratio),
        band=band,
        band_over=under,
    )


def _deducted(
    item: Item, figures: Figures, *, rate: Fraction, steps: int, exact: Fraction
) -> Explanation:
    points = max(Fraction(), Fraction(item.points) - steps * Fraction(item.param("loss")))
    begun = points > 0 and 0 < exact < steps
    return _rated(item, figures, value=rate, points=points, note="ceiled" if begun else "")


def _rated(
    item: Item,
    figures: Figures,
    *,
    value: Fraction | None,
    points: Fraction,
    note: str = "",
    note_values: tuple[tuple[str, str], ...] = (),
    more: tuple[Input, ...] = (),
) -> Explanation:
    stated = tuple(
        Input(
            name=count.id,
            value=figures.counts[count.id],
            unit=count.unit,
            source="answer",
            title=count.name,
            title_en=count.name_en,
        )
        for count in item.counts
        if count.id in figures.counts
    )
    return Explanation(
        formula=str(item.formula),
        points=as_number(points),
        max=item.points,
        inputs=stated + more,
        result=None if value is None else as_number(value),
        unit="" if value is None else "%",
        period=figures.period,
        note=note,
        note_values=note_values,
    )


def _percent(item: Item, figures: Figures, part: str, whole: str) -> Fraction:
    for name in (part, whole):
        if figures.counts.get(name) is None:
            raise NotComputable("count-missing", name)
    if figures.counts[whole] == 0:
        raise NotComputable("count-zero", whole)
    return Fraction(figures.counts[part]) / Fraction(figures.counts[whole]) * 100


def _fuels(figures: Figures, *, vehicles: bool) -> tuple[Input, ...]:
    """The energies that were reported and used, in the order of the statistical form."""
    return tuple(
        Input(name=f.key, value=figures.statistics[f.key], unit=f.unit, source="statistics")
        for f in FUELS
        if figures.statistics.get(f.key) and (vehicles or not f.vehicle)
    )


def _reported(figures: Figures, key: str) -> Input:
    return Input(
        name=key,
        value=figures.statistics[key],
        unit=indicators.BASES[key],
        source="statistics",
    )


def _converted(name: str, total: Fraction) -> Input:
    return Input(name=name, value=rounded(total), unit="kgce", source="factors")
