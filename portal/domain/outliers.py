"""Figures of a year that are out of line: with the year before, or with the same type of institution.

Being out of line is no mistake: it is shown, can be explained, and whoever reviews sees the explanation
(domain.md G3: warnings must be explainable and acknowledgeable).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.domain.indicators import (
    AVERAGES_UNITS,
    Factors,
    NotComputable,
    as_number,
    exact_area_energy,
    exact_person_energy,
    exact_person_water,
)

CHANGE_LIMIT = Fraction(30, 100)
TIMES_LIMIT = Fraction(2)
COMPARED = ("electricity_kwh", "natural_gas_m3", "raw_coal_kg", "lpg_kg", "heat_mj", "water_m3", "floor_area_m2",
            "headcount", "water_headcount")
"""Quantities compared with the year before; vehicle fuel swings too much to tell anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """One figure out of line; `kind` is "change" (share against the year before, signed, in per cent) or
    "average" (how many times the same-type average)."""

    year: int
    key: str
    kind: str
    amount: Decimal
    value: Decimal
    against: Decimal

    @property
    def name(self) -> str:
        """The key under which a reason for it is kept."""
        return f"{self.kind}:{self.key}"


def outliers(years: Mapping[int, Mapping[str, Decimal]], *, averages: Mapping[str, Decimal],
             factors: Factors) -> tuple[Outlier, ...]:
    """Every figure out of line, oldest year first: changed by more than 30 %, or above twice the average.

    `years`: statistics by year (keys of STATISTICS_UNITS); a year without its predecessor is not compared with it.
    `averages`: keys of AVERAGES_UNITS, those known.
    """
    found: list[Outlier] = []
    for year in sorted(years):
        now, before = years[year], years.get(year - 1)
        if before is not None:
            for key in COMPARED:
                was, is_ = before.get(key) or Decimal(), now.get(key) or Decimal()
                if was == 0:
                    continue
                change = (Fraction(is_) - Fraction(was)) / Fraction(was)
                if abs(change) > CHANGE_LIMIT:
                    found.append(Outlier(year=year, key=key, kind="change", amount=as_number(change * 100),
                                         value=is_, against=was))
        for key, value in _indicators(now, factors=factors).items():
            mean = averages.get(key)
            if mean and value > TIMES_LIMIT * Fraction(mean):
                found.append(Outlier(year=year, key=key, kind="average", amount=as_number(value / Fraction(mean)),
                                     value=as_number(value), against=Decimal(mean)))
    return tuple(found)


def _indicators(statistics: Mapping[str, Decimal], *, factors: Factors) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    rules = {
        "kgce_per_m2": lambda: exact_area_energy(statistics, factors=factors),
        "kgce_per_person": lambda: exact_person_energy(statistics, factors=factors),
        "m3_per_person": lambda: exact_person_water(statistics),
    }
    for key in AVERAGES_UNITS:
        try:
            found[key] = rules[key]()
        except NotComputable:
            continue
    return found
