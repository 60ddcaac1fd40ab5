"""Yearly energy and water statistics that look like an institution's: near the average of its type, a little less each year.

Sources: the averages are Guangdong's notice for 2021 (the only published table by type), for `other` Chongqing's own
2015 totals; coal factors and densities are the ones Chongqing's plan implies (domain facts C2, C3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from types import MappingProxyType

from portal.demo.institutions import Institution

QUANTITIES = (
    "electricity_kwh", "natural_gas_m3", "raw_coal_kg", "gasoline_vehicle_l", "gasoline_other_l", "diesel_vehicle_l",
    "diesel_other_l", "lpg_kg", "heat_mj", "water_m3", "nonconventional_water_m3",
)  # fmt: skip
SIZES = ("floor_area_m2", "headcount", "water_headcount")

# Standard coal, kgce for one unit; a litre of petrol weighs 0.73 kg, of diesel 0.86 kg.
KGCE = MappingProxyType({
    "electricity_kwh": 0.1229, "natural_gas_m3": 1.33, "raw_coal_kg": 0.7143, "gasoline_l": 1.4714 * 0.73,
    "diesel_l": 1.4571 * 0.86, "lpg_kg": 1.7143, "heat_mj": 0.0341,
})  # fmt: skip

# Yuan for one unit, rounded from public tariffs of the city; plausible, not authoritative.
PRICES = MappingProxyType({
    "electricity_kwh": 0.82, "natural_gas_m3": 2.98, "raw_coal_kg": 1.05, "gasoline_vehicle_l": 7.6, "gasoline_other_l": 7.6,
    "diesel_vehicle_l": 7.25, "diesel_other_l": 7.25, "lpg_kg": 7.4, "heat_mj": 0.09, "water_m3": 4.3,
    "nonconventional_water_m3": 1.2,
})  # fmt: skip


@dataclass(frozen=True)
class Averages:
    """The same-type average of an area and year: kgce/m²·a without vehicles, kgce/person·a, m³/person·a."""

    kgce_per_m2: Decimal
    kgce_per_person: Decimal
    m3_per_person: Decimal


def _averages(per_m2: str, per_person: str, water: str) -> Averages:
    return Averages(Decimal(per_m2), Decimal(per_person), Decimal(water))


TYPICAL: Mapping[str, Averages] = MappingProxyType({
    "municipal-government": _averages("12.49", "517.33", "38.53"),
    "government": _averages("11.02", "397.34", "69.99"),
    "higher-education": _averages("4.77", "102.80", "50.51"),
    "school": _averages("3.28", "65.30", "43.38"),
    "hospital": _averages("15.88", "294.06", "55.87"),
    "venue": _averages("9.87", "66.04", "11.17"),
    "other": _averages("12.75", "220.84", "27.70"),
})  # fmt: skip

# How the energy apart from vehicles splits: electricity, natural gas, bottled gas, petrol and diesel of machines, heat.
_MIX: Mapping[str, tuple[float, float, float, float, float, float]] = MappingProxyType({
    "municipal-government": (0.86, 0.125, 0.0, 0.003, 0.012, 0.0),
    "government": (0.87, 0.10, 0.015, 0.003, 0.012, 0.0),
    "higher-education": (0.80, 0.19, 0.0, 0.002, 0.008, 0.0),
    "school": (0.79, 0.18, 0.02, 0.002, 0.008, 0.0),
    "hospital": (0.72, 0.22, 0.0, 0.002, 0.018, 0.04),
    "venue": (0.93, 0.06, 0.0, 0.002, 0.008, 0.0),
    "other": (0.84, 0.13, 0.01, 0.004, 0.016, 0.0),
})
# Vehicle fuel as a share of the other energy: much in offices, little in schools.
_VEHICLES = MappingProxyType({"municipal-government": 0.07, "government": 0.09, "hospital": 0.02, "other": 0.04})


@dataclass(frozen=True)
class YearOfStatistics:
    """One natural year: quantities in the units their keys name, sizes of the institution, costs in yuan by quantity."""

    year: int
    quantities: Mapping[str, Decimal]
    sizes: Mapping[str, Decimal]
    costs: Mapping[str, Decimal]

    def flat(self) -> dict[str, Decimal]:
        """Quantities and sizes in one dictionary, the shape that the indicators take."""
        return {**self.quantities, **self.sizes}


def years_before(today: date, *, count: int = 3) -> tuple[int, ...]:
    """The last `count` complete natural years, oldest first."""
    return tuple(range(today.year - count, today.year))


def statistics(
    rng: Random,
    institution: Institution,
    *,
    years: tuple[int, ...],
    averages: Averages | None = None,
    level: float | None = None,
) -> tuple[YearOfStatistics, ...]:
    """Figures for the years, oldest first.

    `level` is the last year's ratio to the average (0.85 is fifteen per cent better); without it most institutions
    fall between 0.72 and 1.12 and one in fourteen above. Energy and water fall by one to four per cent a year.
    """
    typical = averages or TYPICAL[institution.profile]
    target = _level(rng) if level is None else level
    energy_level = target * rng.uniform(0.97, 1.03)
    water_level = target * rng.uniform(0.95, 1.05)
    mix = _mix(rng, institution.profile)
    energy_decline, water_decline = rng.uniform(0.01, 0.04), rng.uniform(0.01, 0.045)
    made = []
    for back, year in reversed(list(enumerate(reversed(years)))):
        headcount = max(10, round(institution.headcount * (1 - 0.006 * back) * rng.uniform(0.997, 1.003)))
        water_headcount = max(10, round(institution.water_headcount * (1 - 0.006 * back) * rng.uniform(0.997, 1.003)))
        area = float(institution.floor_area_m2)
        # The building's size and the number of people give two slightly different budgets: their mean keeps both
        # indicators close to the average of the type.
        by_area = area * float(typical.kgce_per_m2)
        by_people = headcount * float(typical.kgce_per_person) / (1 + _VEHICLES.get(institution.profile, 0.01))
        budget = math.sqrt(by_area * by_people) * energy_level * (1 + energy_decline) ** back * rng.uniform(0.995, 1.005)
        water = water_headcount * float(typical.m3_per_person) * water_level * (1 + water_decline) ** back
        made.append(_year(rng, year, mix, budget, water, institution, headcount, water_headcount))
    return tuple(made)


def _level(rng: Random) -> float:
    draw = rng.random()
    if draw < 0.07:
        return rng.uniform(1.15, 1.35)
    return min(1.12, max(0.72, rng.gauss(0.90, 0.10)))


def _mix(rng: Random, profile: str) -> tuple[float, ...]:
    """The type's split with the gas share moved a little, as kitchens and boilers differ."""
    electricity, gas, *rest = _MIX[profile]
    moved = gas * rng.uniform(-0.4, 0.4)
    return (electricity - moved, gas + moved, *rest, _VEHICLES.get(profile, 0.01) * rng.uniform(0.6, 1.3))


def _year(
    rng: Random, year: int, mix: tuple[float, ...], budget: float, water: float,
    institution: Institution, headcount: int, water_headcount: int,
) -> YearOfStatistics:  # fmt: skip
    electricity, gas, bottled, petrol, diesel, heat, vehicles = mix
    diesel_vehicles = 0.12
    raw = {
        "electricity_kwh": budget * electricity / KGCE["electricity_kwh"],
        "natural_gas_m3": budget * gas / KGCE["natural_gas_m3"],
        "raw_coal_kg": 0.0,  # Chongqing's public institutions had replaced their coal by then
        "gasoline_vehicle_l": budget * vehicles * (1 - diesel_vehicles) / KGCE["gasoline_l"],
        "gasoline_other_l": budget * petrol / KGCE["gasoline_l"],
        "diesel_vehicle_l": budget * vehicles * diesel_vehicles / KGCE["diesel_l"],
        "diesel_other_l": budget * diesel / KGCE["diesel_l"],
        "lpg_kg": budget * bottled / KGCE["lpg_kg"],
        "heat_mj": budget * heat / KGCE["heat_mj"],
        "water_m3": water,
        "nonconventional_water_m3": 0.0,
    }
    # Reclaimed or rain water is part of the year's water and leaves it in the indicator, so it comes on top.
    if institution.credit_code[15] in "02468":
        reused = water * 0.03
        raw["nonconventional_water_m3"] = reused
        raw["water_m3"] += reused
    quantities = {key: _two(raw[key]) for key in QUANTITIES}
    costs = {key: _two(float(quantities[key]) * PRICES[key] * rng.uniform(0.98, 1.02)) for key in QUANTITIES}
    sizes = {
        "floor_area_m2": institution.floor_area_m2,
        "headcount": Decimal(headcount),
        "water_headcount": Decimal(water_headcount),
    }
    return YearOfStatistics(year, MappingProxyType(quantities), MappingProxyType(sizes), MappingProxyType(costs))


def _two(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
