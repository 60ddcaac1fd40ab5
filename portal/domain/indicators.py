"""Energy and water indicators from a year's statistics: fuels, factors, formulas, exactly rounded.

Formulas after domain.md C1: energy is converted to kilograms of coal equivalent (kgce) by the
equivalent calorific value; water is never converted. Results are unrounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal.domain.scheme import InstitutionType, Provenance
from portal.domain.scheme_table import SchemeErrors, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Kilograms of coal equivalent in one unit of an energy; liquid fuels also by volume."""

    energy: str
    name: str
    name_en: str
    unit: str
    kgce_per_unit: Decimal
    basis: str
    source: str
    provenance: Provenance
    kg_per_litre: Decimal | None = None
    """Density of a liquid that is weighed in the table and reported in litres."""
    density_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """One edition of the table of factors."""

    edition: str
    name: str
    by_energy: Mapping[str, Factor]

    def per_unit(self, energy: str, *, litres: bool = False) -> Fraction:
        """kgce per unit, or per litre of a liquid; KeyError for an unknown energy."""
        factor = self.by_energy[energy]
        value = Fraction(factor.kgce_per_unit)
        if not litres:
            return value
        if factor.kg_per_litre is None:
            raise KeyError(f"{energy}: no density")
        return value * Fraction(factor.kg_per_litre)


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """The published averages of one kind of institution in one area and year."""

    area: str
    year: int
    label: str
    types: frozenset[InstitutionType]
    kgce_per_m2: Decimal
    kgce_per_person: Decimal
    m3_per_person: Decimal
    source: str
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel:
    """A key of the statistics: its energy, how it is measured, whether vehicles burn it."""

    key: str
    energy: str
    unit: str
    litres: bool = False
    vehicle: bool = False


FUELS = (
    Fuel(key="electricity_kwh", energy="electricity", unit="kWh"),
    Fuel(key="natural_gas_m3", energy="natural_gas", unit="m³"),
    Fuel(key="raw_coal_kg", energy="raw_coal", unit="kg"),
    Fuel(key="gasoline_vehicle_l", energy="gasoline", unit="L", litres=True, vehicle=True),
    Fuel(key="gasoline_other_l", energy="gasoline", unit="L", litres=True),
    Fuel(key="diesel_vehicle_l", energy="diesel", unit="L", litres=True, vehicle=True),
    Fuel(key="diesel_other_l", energy="diesel", unit="L", litres=True),
    Fuel(key="lpg_kg", energy="lpg", unit="kg"),
    Fuel(key="heat_mj", energy="heat", unit="MJ"),
)
BASES = {
    "water_m3": "m³",
    "nonconventional_water_m3": "m³",
    "floor_area_m2": "m²",
    "headcount": "person",
    "water_headcount": "person",
}
STATISTICS_UNITS: dict[str, str] = {f.key: f.unit for f in FUELS} | BASES
"""Every key of a year's statistics with its unit."""
AVERAGES_UNITS = {
    "kgce_per_m2": "kgce/m²",
    "kgce_per_person": "kgce/person",
    "m3_per_person": "m³/person",
}

Statistics = Mapping[str, Decimal]
"""Figures of one period by the keys of STATISTICS_UNITS; a key that is absent was not reported."""


class NotComputable(ValueError):
    """An indicator that these statistics do not give; `reason` and `field` name why."""

    def __init__(self, reason: str, field: str) -> None:
        self.reason, self.field = reason, field
        super().__init__(f"{reason}: {field}")


def energy_kgce(statistics: Statistics, *, factors: Factors, vehicles: bool = True) -> Fraction:
    """Total energy in kgce, exactly; without vehicle fuel when `vehicles` is False.

    NotComputable("no-energy") when no energy is reported at all or all of it is zero.
    """
    if not any(statistics.get(f.key) for f in FUELS):
        raise NotComputable("no-energy", "electricity_kwh")
    return sum(
        (
            Fraction(statistics[f.key]) * factors.per_unit(f.energy, litres=f.litres)
            for f in FUELS
            if statistics.get(f.key) is not None and (vehicles or not f.vehicle)
        ),
        Fraction(),
    )


def exact_area_energy(statistics: Statistics, *, factors: Factors) -> Fraction:
    """单位建筑面积能耗: (total energy − vehicle fuel) / floor area, kgce/m²·a, exactly."""
    area = _over(statistics, "floor_area_m2")
    return energy_kgce(statistics, factors=factors, vehicles=False) / area


def exact_person_energy(statistics: Statistics, *, factors: Factors) -> Fraction:
    """人均综合能耗: total energy / headcount, kgce/person·a, exactly."""
    people = _over(statistics, "headcount")
    return energy_kgce(statistics, factors=factors) / people


def exact_person_water(statistics: Statistics) -> Fraction:
    """人均用水量: water without non-conventional sources / water users, m³/person·a, exactly."""
    people = _over(statistics, "water_headcount")
    water = statistics.get("water_m3")
    if water is None or water == 0:
        raise NotComputable("no-water", "water_m3")
    return (Fraction(water) - Fraction(statistics.get("nonconventional_water_m3") or 0)) / people


def exact_decline(*, base: Decimal, current: Decimal) -> Fraction:
    """下降率: (base − current) / base × 100 %, exactly; negative when it rose."""
    if base == 0:
        raise NotComputable("zero-base", "base")
    return (Fraction(base) - Fraction(current)) / Fraction(base) * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """A period's indicators as unrounded Decimals; None where the statistics do not give one."""

    total_kgce: Decimal | None
    without_vehicles_kgce: Decimal | None
    kgce_per_m2: Decimal | None
    kgce_per_person: Decimal | None
    m3_per_person: Decimal | None
    missing: tuple[NotComputable, ...] = ()


def indicators(statistics: Statistics, *, factors: Factors) -> Indicators:
    """All indicators of a period; what cannot be computed is None and named in `missing`."""
    missing: list[NotComputable] = []

    def attempt(rule: Any, **more: Any) -> Decimal | None:
        try:
            return as_number(rule(statistics, **more))
        except NotComputable as why:
            if not any((why.reason, why.field) == (m.reason, m.field) for m in missing):
                missing.append(why)
            return None

    return Indicators(
        total_kgce=attempt(energy_kgce, factors=factors),
        without_vehicles_kgce=attempt(energy_kgce, factors=factors, vehicles=False),
        kgce_per_m2=attempt(exact_area_energy, factors=factors),
        kgce_per_person=attempt(exact_person_energy, factors=factors),
        m3_per_person=attempt(exact_person_water),
        missing=tuple(missing),
    )


def decline(*, base: Decimal, current: Decimal) -> Decimal:
    """下降率 in per cent, unrounded; NotComputable("zero-base") for a base of zero."""
    return as_number(exact_decline(base=base, current=current))


def as_number(value: Fraction) -> Decimal:
    """The Decimal nearest to an exact fraction (28 significant digits)."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Decimal | Fraction, places: int = 2) -> Decimal:
    """A figure for a reader: half up, once, at the very end (370.725 → 370.73).

    A fraction is rounded exactly, without passing through a shortened Decimal.
    """
    exact = abs(Fraction(value)) * 10**places
    whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return (Decimal(whole) if value >= 0 else -Decimal(whole)).scaleb(-places)


def reading(value: Decimal, *, against: Decimal, places: int = 2) -> str:
    """A figure with some decimals, or with as many as it takes to show on which side it lies.

    89.996 would read 90.00 beside a pass mark of 90 and make nonsense of the refusal.
    """
    for digits in range(places, 13):
        shown = rounded(value, digits)
        if (shown > against) == (value > against) and (shown < against) == (value < against):
            return f"{shown:.{digits}f}"
    return format(value, "f")


def read_factors(parsed: Mapping[str, Any], *, file: str) -> Factors:
    """The table of factors in a parsed file; SchemeErrors with every mistake."""
    mistakes: list[Any] = []
    top = Table(parsed, file=file, mistakes=mistakes)
    rows: list[Factor] = []
    for t in top.tables("factors", "item", section="factors"):
        factor = Factor(
            energy=t.text("id"),
            name=t.text("name"),
            name_en=t.text("name_en"),
            unit=t.text("unit"),
            kgce_per_unit=t.decimal("kgce_per_unit", above="0"),
            basis=t.text("basis"),
            source=t.text("source"),
            provenance=t.enum("provenance", Provenance),
            kg_per_litre=t.decimal("kg_per_litre", above="0") if t.has("kg_per_litre") else None,
            density_source=t.text("density_source", ""),
        )
        t.close()
        if any(factor.energy == other.energy for other in rows):
            t.wrong("id", factor.energy, "unique")
        rows.append(factor)
    factors = Factors(
        edition=file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml"),
        name=top.text("name"),
        by_energy={f.energy: f for f in rows},
    )
    top.text("note", "")
    top.close()
    for fuel in FUELS:
        found = factors.by_energy.get(fuel.energy)
        if found is None:
            top.wrong_at("factors", fuel.energy, "id", "missing", "needed")
        elif fuel.litres and found.kg_per_litre is None:
            top.wrong_at("factors", fuel.energy, "kg_per_litre", "missing", "number > 0")
    if mistakes:
        raise SchemeErrors(mistakes)
    return factors


def read_averages(parsed: Mapping[str, Any], *, file: str) -> tuple[Average, ...]:
    """The table of published averages in a parsed file; SchemeErrors with every mistake."""
    mistakes: list[Any] = []
    top = Table(parsed, file=file, mistakes=mistakes)
    rows: list[Average] = []
    for t in top.tables("averages", "item", section="averages"):
        rows.append(
            Average(
                area=t.text("area"),
                year=t.integer("year", least=1980),
                label=t.text("label"),
                types=frozenset(t.enums("types", InstitutionType)),
                kgce_per_m2=t.decimal("kgce_per_m2", above="0"),
                kgce_per_person=t.decimal("kgce_per_person", above="0"),
                m3_per_person=t.decimal("m3_per_person", above="0"),
                source=t.text("source"),
                provenance=t.enum("provenance", Provenance),
            )
        )
        t.text("id", "")
        t.close()
    top.text("note", "")
    top.close()
    if mistakes:
        raise SchemeErrors(mistakes)
    return tuple(rows)


def _over(statistics: Statistics, key: str) -> Fraction:
    value = statistics.get(key)
    if value is None:
        raise NotComputable("not-reported", key)
    if value == 0:
        raise NotComputable("zero", key)
    return Fraction(value)
