"""The steps that are drawn beside a computed item are those by which it is scored."""

from decimal import Decimal as D

import pytest

from portal.domain.ladder import ladder
from tests.domain.sheets import NATIONAL, SCHEMES, WATER, water


@pytest.mark.parametrize(("id", "rungs"), [
    ("T2", "0 < 97% · 2 ≥ 97% · 4 ≥ 98% · 6 ≥ 99% · 8 ≥ 100%"),
    ("T3", "8 ≤ 0.9 · 6 ≤ 1.0 · 3 ≤ 1.1 · 1 ≤ 1.2 · 0 > 1.2"),
    ("T4", "8 ≤ 4% · 6 ≤ 5% · 4 ≤ 6% · 2 ≤ 7% · 0 > 7%"),
    ("T5", "5 ≤ 1% · 0 > 1%"),
    ("T6", "3 > 50% · 2 ≥ 48% · 1 ≥ 46% · 0 < 46%"),
    ("T1", ""), ("G1", ""),
])
def test_the_steps_are_the_standard_s(id, rungs):
    assert " · ".join(f"{points} {what}" for points, what in ladder(WATER.item(id))) == rungs


@pytest.mark.parametrize(("id", "part", "whole"), [("T2", "saving", "total"), ("T4", "leaking", "total"),
                                                   ("T5", "makeup", "circulating"), ("T6", "recovered", "steam")])
def test_the_score_of_every_tenth_of_a_per_cent_stands_on_its_step(id, part, whole):
    holds = {"<": D.__lt__, ">": D.__gt__, "≤": D.__le__, "≥": D.__ge__}
    rungs = ladder(WATER.item(id))
    order = rungs if id != "T2" else rungs[::-1]  # the best step first
    for thousandth in range(0, 1001):
        rate = D(thousandth) / 10
        first = next(points for points, what in order if holds[what.split()[0]](rate, D(what.split()[1].rstrip("%"))))
        assert water(answers={id: {"counts": {part: thousandth, whole: 1000}}}).item(id).points == first


def test_every_banded_item_has_a_step_for_each_band():
    for scheme in SCHEMES.values():
        for item in scheme.items():
            assert len(ladder(item)) == len(item.bands) or not item.bands
    assert ladder(NATIONAL.item("1.1a"))[0] == (D(7), "≤ 0.9")
