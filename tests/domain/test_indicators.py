"""Indicators against the city's published totals, their exclusions, and exact rounding."""

import tomllib
from decimal import Decimal as D
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.indicators import (
    FUELS,
    NotComputable,
    decline,
    energy_kgce,
    exact_person_water,
    indicators,
    read_factors,
    reading,
    rounded,
)

FILE = Path(__file__).parents[2] / "criteria" / "factors-2020.toml"
FACTORS = read_factors(tomllib.loads(FILE.read_text("utf-8")), file=FILE.name)

CHONGQING_2015 = {
    "electricity_kwh": D("6381000000"),
    "natural_gas_m3": D("144824100"),
    "raw_coal_kg": D("54700000"),
    "gasoline_vehicle_l": D("79279900"),
    "diesel_vehicle_l": D("5068100"),
    "water_m3": D("139000000"),
    "floor_area_m2": D("79687200"),
    "headcount": D("5015000"),
    "water_headcount": D("5015000"),
}


def test_the_city_of_2015_comes_out_as_published():
    """Published: 1.1075 Mtce, 220.84 kgce/person, 12.75 kgce/m² without vehicles, 27.7 t/person."""
    found = indicators(CHONGQING_2015, factors=FACTORS)
    assert abs(found.total_kgce - D("1107500000")) < D("100000")
    assert abs(found.kgce_per_person - D("220.84")) < D("0.03")
    assert rounded(found.kgce_per_m2) == D("12.75")
    assert rounded(found.m3_per_person, 1) == D("27.7")
    assert found.missing == ()


@pytest.mark.parametrize(
    ("published_tce", "energy", "amount"),
    [
        ("784100", "electricity_kwh", "6381000000"),
        ("192600", "natural_gas_m3", "144824100"),
        ("39100", "raw_coal_kg", "54700000"),
        ("85200", "gasoline_vehicle_l", "79279900"),
        ("6300", "diesel_vehicle_l", "5068100"),
    ],
)
def test_each_energy_of_the_city_comes_out_within_its_rounding(published_tce, energy, amount):
    tce = energy_kgce({energy: D(amount)}, factors=FACTORS) / 1000
    assert abs(tce - Fraction(published_tce)) <= 125


def test_litres_are_weighed_before_they_are_converted():
    assert energy_kgce({"gasoline_other_l": D(1000)}, factors=FACTORS) == Fraction("1074.122")
    assert energy_kgce({"diesel_other_l": D(1000)}, factors=FACTORS) == Fraction("1253.106")


def test_only_vehicle_fuel_is_left_out_of_energy_per_area():
    everything = {fuel.key: D(100) for fuel in FUELS}
    left_out = energy_kgce(everything, factors=FACTORS) - energy_kgce(
        everything, factors=FACTORS, vehicles=False
    )
    assert left_out == 100 * (Fraction("1.074122") + Fraction("1.253106"))


def test_non_conventional_water_does_not_count():
    assert exact_person_water(
        {"water_m3": D(1000), "nonconventional_water_m3": D(250), "water_headcount": D(30)}
    ) == Fraction(25)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"floor_area_m2": D(0)}, ("zero", "floor_area_m2")),
        ({"headcount": None}, ("not-reported", "headcount")),
        ({"water_headcount": D(0)}, ("zero", "water_headcount")),
        ({"water_m3": None}, ("no-water", "water_m3")),
        ({f.key: D(0) for f in FUELS}, ("no-energy", "electricity_kwh")),
    ],
)
def test_what_cannot_be_computed_is_named(change, reason):
    statistics = {k: v for k, v in (CHONGQING_2015 | change).items() if v is not None}
    found = indicators(statistics, factors=FACTORS)
    assert reason in {(m.reason, m.field) for m in found.missing}


def test_decline_is_negative_when_it_rose():
    assert decline(base=D(200), current=D("167.76")) == D("16.12")
    assert decline(base=D(100), current=D(110)) == D(-10)
    with pytest.raises(NotComputable):
        decline(base=D(0), current=D(1))


@pytest.mark.parametrize(
    ("value", "text"),
    [("370.725", "370.73"), ("0.005", "0.01"), ("0.0049999", "0.00"), ("-0.005", "-0.01"),
     ("2.675", "2.68"), ("12", "12.00")],
)
def test_rounding_is_half_up(value, text):
    assert str(rounded(D(value))) == text


def test_a_fraction_is_rounded_exactly():
    assert rounded(Fraction(1, 3), 4) == D("0.3333")
    assert rounded(Fraction(2675, 1000)) == D("2.68")


@given(st.fractions(-(10**6), 10**6), st.integers(0, 6))
def test_rounding_is_never_off_by_more_than_half_a_step(value, places):
    assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)


@given(st.decimals(0, 110, places=8), st.sampled_from([D(85), D(90), D("0.9")]))
def test_a_reading_lies_on_the_same_side_as_the_value(value, edge):
    shown = D(reading(value, against=edge))
    assert (shown < edge) == (value < edge)
    assert (shown > edge) == (value > edge)


figures = st.decimals(0, 10**7, places=2)


@given(st.dictionaries(st.sampled_from([f.key for f in FUELS]), figures), st.data())
def test_more_energy_never_lowers_an_indicator(statistics, data):
    key = data.draw(st.sampled_from([f.key for f in FUELS]))
    statistics = statistics | {"heat_mj": statistics.get("heat_mj", D(0)) + 1}
    more = statistics | {key: statistics.get(key, D(0)) + data.draw(figures)}
    assert energy_kgce(more, factors=FACTORS) >= energy_kgce(statistics, factors=FACTORS)
