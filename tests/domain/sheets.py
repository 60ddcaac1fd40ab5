"""Editions, factors and plain makers of sheets for the scoring tests."""

import tomllib
from pathlib import Path

from portal.domain.indicators import read_factors
from portal.domain.scheme_file import read_all
from portal.domain.scoring import score

FOLDER = Path(__file__).parents[2] / "criteria"
PARSED = {p.stem: tomllib.loads(p.read_text("utf-8")) for p in FOLDER.glob("*.toml")}
SCHEMES = read_all(PARSED)
WATER, NATIONAL = SCHEMES["water-saving-2013"], SCHEMES["national-2013"]
NATIONAL_2017 = SCHEMES["national-2017"]
FACTORS = read_factors(PARSED["factors-2020"], file="factors-2020.toml")
AVERAGES = {"kgce_per_m2": "12.49", "kgce_per_person": "100", "m3_per_person": "25"}
STATISTICS = {
    "electricity_kwh": "500000",
    "natural_gas_m3": "10000",
    "floor_area_m2": "10000",
    "headcount": "1000",
    "water_m3": "10000",
    "water_headcount": "1000",
}


def water(*, answers=None, statistics=STATISTICS, averages=AVERAGES):
    """A sheet of the water scheme for a school."""
    return score(
        WATER, institution_type="school", statistics=statistics, averages=averages,
        answers=answers, factors=FACTORS,
    )
