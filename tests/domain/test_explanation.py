"""Explanations and reasons read well in both languages and never round across an edge."""

from decimal import Decimal as D

import pytest

from portal.domain import wording
from portal.domain.explanation import Explanation
from portal.domain.formulas import FORMULAS
from portal.domain.indicators import AVERAGES_UNITS, STATISTICS_UNITS
from tests.domain.sheets import water


def chinese(text: str) -> bool:
    return any("一" <= sign <= "鿿" for sign in text)


def t2(saving, total):
    return water(answers={"T2": {"counts": {"saving": saving, "total": total}}}).item("T2").explanation


def test_the_example_of_the_item_page():
    """409 of 412 fixtures: 99.27 %, three full points, 0.27 does not count."""
    found = t2(409, 412)
    assert found.points == 6
    assert found.result_line() == "99.27%"
    assert found.note_line() == "不足一个百分点的 0.27% 不计分。"
    assert found.text("en").endswith("6 of 8 points.")


def test_a_rate_below_a_whole_per_cent_never_reads_as_one():
    assert t2(96999, 100000).result_line() == "96.999%"
    assert t2(97, 100).result_line() == "97.00%"


@pytest.mark.parametrize(("water_m3", "ratio"), [("22500", "0.9000"), ("22500.01", "0.9000004"),
                                                  ("25000", "1.0000"), ("31000", "1.2400")])
def test_a_ratio_never_reads_as_the_edge_it_passed(water_m3, ratio):
    sheet = water(statistics={"water_m3": water_m3, "water_headcount": 1000})
    found = sheet.item("T3").explanation
    assert found.ratio_line() == ratio
    assert found.ratio_line() in found.text()


def test_inputs_are_named_with_unit_and_source():
    found = water().item("T3").explanation
    assert [(i.name, i.unit, i.source) for i in found.inputs] == [
        ("water_m3", "m³", "statistics"), ("water_headcount", "person", "statistics"),
    ]
    assert found.inputs[0].line("zh") == "用水总量 10,000 m³"
    assert found.inputs[1].line("en") == "Water users 1,000 people"
    assert (found.average, found.unit, found.band.points) == (D(25), "m³/person", 8)


def test_not_applicable_says_why_and_gives_no_points_line():
    found = water(answers={"T6": {"na": True}}).item("T6").explanation
    assert found.text("zh") == "不评分：没有锅炉。"
    assert found.text("en") == "Not scored: there is no boiler."


def test_every_formula_and_figure_has_words_in_both_languages():
    assert set(FORMULAS) <= set(wording.FORMULA_TITLES)
    assert set(FORMULAS) == set(wording.FORMULA_SENTENCES)
    assert set(STATISTICS_UNITS) | set(AVERAGES_UNITS) <= set(wording.LABELS)
    tables = (wording.LABELS, wording.FORMULA_TITLES, wording.FORMULA_SENTENCES, wording.NOTES,
              wording.MISSING, wording.REASONS)
    for phrase in (p for table in tables for p in table.values()):
        assert chinese(phrase.zh) and not chinese(phrase.en)


@pytest.mark.parametrize("code", sorted(wording.MISSING))
def test_every_missing_code_can_be_said(code):
    found = Explanation(formula="manual", points=D(0), max=D(8), missing=code,
                        missing_values=(("field", "water_m3"),))
    assert not chinese(found.text("en"))
    assert "%(" not in found.text("zh") + found.text("en")


@pytest.mark.parametrize(("value", "text"), [("500000", "500,000"), ("10.50", "10.5"), ("0", "0"),
                                             ("1E+3", "1,000"), ("0.000", "0")])
def test_figures_are_set_for_reading(value, text):
    assert wording.figure(D(value)) == text
