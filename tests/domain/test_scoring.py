"""Scores as tables: every band edge, every formula's fractions, n/a, stars, prerequisites, refusals."""

from decimal import Decimal as D

import pytest

from portal.domain.scoring import InputErrors, ItemState, score
from tests.domain.sheets import AVERAGES, FACTORS, NATIONAL, NATIONAL_2017, STATISTICS, WATER, water


def item(sheet, id):
    return sheet.item(id)


def counted(id, **counts):
    return water(answers={id: {"counts": counts}}).item(id)


@pytest.mark.parametrize(
    ("ratio", "t3", "area"),
    [
        ("0.5", 8, 7), ("0.9", 8, 7), ("0.9000000001", 6, 6), ("1", 6, 6), ("1.0000001", 3, 5),
        ("1.1", 3, 5), ("1.10001", 1, 4), ("1.2", 1, 4), ("1.2000001", 0, 0), ("3", 0, 0),
    ],
)
def test_band_edges_belong_to_the_better_band(ratio, t3, area):
    people = D(300)
    sheet = water(statistics={"water_m3": D(25) * people * D(ratio), "water_headcount": people})
    assert item(sheet, "T3").points == t3
    kwh = D("12.29") * 1000 * D(ratio) / D("0.1229")
    statistics = {"electricity_kwh": kwh, "floor_area_m2": 1000, "headcount": 100}
    sheet = score(
        NATIONAL, institution_type="government", statistics=statistics,
        averages={"kgce_per_m2": "12.29", "kgce_per_person": "122.9"}, factors=FACTORS,
    )
    assert item(sheet, "1.1a").points == area
    assert item(sheet, "1.1b").points == area


def test_a_third_is_compared_exactly():
    """27 m³ over 10 people against 3 m³: exactly 0.9, also when a division does not end."""
    for people in (D(7), D(3), D(11), D(13)):
        sheet = water(
            statistics={"water_m3": D("0.9") * D("3.1") * people, "water_headcount": people},
            averages={"m3_per_person": "3.1"},
        )
        assert item(sheet, "T3").points == 8


@pytest.mark.parametrize(
    ("unit", "sub", "points"),
    [((100, 100), (95, 100), 8), ((100, 100), (9499, 10000), 0), ((9999, 10000), (100, 100), 0),
     ((5, 5), (20, 20), 8), ((0, 5), (0, 5), 0)],
)
def test_t1_needs_both_levels(unit, sub, points):
    found = counted("T1", unit_metered=unit[0], unit_total=unit[1],
                    sub_metered=sub[0], sub_total=sub[1])
    assert (found.points, found.state) == (points, ItemState.COMPUTED)


@pytest.mark.parametrize(
    ("saving", "points"),
    [(9500, 0), (9599, 0), (9600, 0), (9699, 0), (9700, 2), (9799, 2), (9800, 4), (9899, 4),
     (9900, 6), (9927, 6), (9999, 6), (10000, 8), (0, 0)],
)
def test_t2_floors_what_is_gained(saving, points):
    assert counted("T2", saving=saving, total=10000).points == points


@pytest.mark.parametrize(
    ("leaking", "points"),
    [(0, 8), (399, 8), (400, 8), (401, 6), (500, 6), (501, 4), (600, 4), (601, 2), (700, 2),
     (701, 0), (800, 0), (10000, 0)],
)
def test_t4_ceils_what_is_deducted(leaking, points):
    assert counted("T4", leaking=leaking, total=10000).points == points


@pytest.mark.parametrize(("makeup", "points"), [(0, 5), (99, 5), (100, 5), (101, 0), (20000, 0)])
def test_t5_is_all_or_nothing(makeup, points):
    assert counted("T5", makeup=makeup, circulating=10000).points == points


@pytest.mark.parametrize(
    ("recovered", "points"),
    [(10000, 3), (5001, 3), (5000, 2), (4999, 2), (4800, 2), (4799, 1), (4600, 1), (4599, 0),
     (0, 0)],
)
def test_t6_deducts_each_started_two_points(recovered, points):
    assert counted("T6", recovered=recovered, steam=10000).points == points


def test_a_water_certificate_answers_1_2_in_full():
    poor = STATISTICS | {"water_m3": "999999"}
    without = score(NATIONAL, institution_type="school", statistics=poor, averages=AVERAGES,
                    factors=FACTORS)
    holder = score(NATIONAL, institution_type="school", holds_water_certificate=True,
                   statistics=poor, averages=AVERAGES, factors=FACTORS)
    assert item(without, "1.2").points == 0
    assert (item(holder, "1.2").points, item(holder, "1.2").state) == (7, ItemState.COMPUTED)
    nothing = score(NATIONAL, institution_type="school", holds_water_certificate=True,
                    factors=FACTORS)
    assert item(nothing, "1.2").points == 7
    assert item(nothing, "1.2").explanation.note == "certificate"


def test_vehicle_fuel_counts_per_person_but_not_per_area():
    more = STATISTICS | {"gasoline_vehicle_l": "900000"}
    before = score(NATIONAL, institution_type="school", statistics=STATISTICS, averages=AVERAGES,
                   factors=FACTORS)
    after = score(NATIONAL, institution_type="school", statistics=more, averages=AVERAGES,
                  factors=FACTORS)
    assert item(before, "1.1a").points == item(after, "1.1a").points
    assert item(before, "1.1b").points > item(after, "1.1b").points


def full_water(**changes):
    answers = {
        "T1": {"counts": {"unit_metered": 1, "unit_total": 1, "sub_metered": 1, "sub_total": 1}},
        "T2": {"counts": {"saving": 412, "total": 412}},
        "T4": {"counts": {"leaking": 0, "total": 412}},
        "T5": {"counts": {"makeup": 1, "circulating": 100}},
        "T6": {"counts": {"recovered": 60, "steam": 100}},
        "G1": {"points": 13}, "G2": {"points": "7"}, "G3": {"points": 14.0},
        "G4": {"points": "12"}, "G5": {"points": "9"}, "G6": {"points": "5"},
    } | changes
    return water(answers={k: v for k, v in answers.items() if v is not None})


def test_full_marks():
    sheet = full_water()
    assert (sheet.total, sheet.max, sheet.passed, sheet.reasons) == (100, 100, True, ())


def test_items_that_are_not_applicable_leave_the_base_and_the_rest_is_rescaled():
    sheet = full_water(T5={"na": True}, T6={"na": True}, G6={"points": 0}, G3={"points": 4})
    assert (sheet.earned, sheet.applicable) == (77, 92)
    assert sheet.as_dict()["total"] == "83.70"
    assert sheet.as_dict()["sections"][0] == {"id": "technical", "points": "32.00", "max": "32.00"}
    assert sheet.item("T5").state is ItemState.NA
    assert not sheet.passed
    assert full_water(T5={"na": True}, T6={"na": True}).total == 100


def test_the_pass_mark_is_inclusive():
    assert full_water(G1={"points": 3}).total == 90
    assert full_water(G1={"points": 3}).passed
    assert not full_water(G1={"points": "2.5"}).passed


def test_a_total_that_only_reads_like_the_pass_mark_does_not_pass_and_says_so():
    """82.5 of 92 is 89.67; the reason never shows a figure that contradicts the refusal."""
    sheet = full_water(T5={"na": True}, T6={"na": True}, G1={"points": "3.5"})
    assert not sheet.passed
    reason = next(r for r in sheet.reasons if r.code == "below-pass-mark")
    assert D(reason.value("total")) < 90


@pytest.mark.parametrize("saving", [395, 0])
def test_a_star_item_at_zero_fails_whatever_the_total(saving):
    sheet = full_water(T2={"counts": {"saving": saving, "total": 412}})
    assert sheet.total == 92
    assert [r.code for r in sheet.reasons] == ["star-zero"]
    assert sheet.reasons[0].value("item") == "T2"
    assert not sheet.passed


def test_a_prerequisite_answered_no_fails_and_yes_or_silence_does_not():
    assert full_water(P2={"met": True}).passed
    sheet = full_water(P2={"met": False})
    assert [(r.code, r.value("item")) for r in sheet.reasons] == [("prerequisite-unmet", "P2")]
    assert (sheet.passed, sheet.total) == (False, 100)


def test_a_missing_item_counts_zero_and_is_named():
    sheet = full_water(G5=None)
    assert (sheet.total, sheet.passed) == (91, True)
    assert sheet.item("G5").state is ItemState.MISSING
    assert [(r.code, r.value("item"), r.fails) for r in sheet.reasons] == [
        ("item-missing", "G5", False)
    ]
    assert "G5" in sheet.as_dict()["reasons"][0]


@pytest.mark.parametrize(
    ("counts", "reason", "field"),
    [({"saving": 0, "total": 0}, "count-zero", "total"), ({"saving": 3}, "count-missing", "total"),
     ({}, "count-missing", "saving"), ({"saving": None, "total": 4}, "count-missing", "saving")],
)
def test_counts_that_cannot_be_divided_are_missing_with_a_reason(counts, reason, field):
    found = counted("T2", **counts)
    assert (found.state, found.points) == (ItemState.MISSING, 0)
    assert found.explanation.missing == reason
    assert dict(found.explanation.missing_values)["field"] == field


@pytest.mark.parametrize(
    ("statistics", "averages", "reason"),
    [({}, AVERAGES, "not-reported"), ({"water_headcount": 0, "water_m3": 1}, AVERAGES, "zero"),
     ({"water_headcount": 3}, AVERAGES, "no-water"),
     ({"water_headcount": 3, "water_m3": 3}, {}, "no-average"),
     ({"water_headcount": 3, "water_m3": 3}, {"m3_per_person": 0}, "no-average")],
)
def test_figures_that_are_absent_make_an_item_missing_with_a_reason(statistics, averages, reason):
    found = water(statistics=statistics, averages=averages).item("T3")
    assert (found.state, found.explanation.missing) == (ItemState.MISSING, reason)


def test_nothing_at_all_is_a_sheet_of_zeros_and_no_exception():
    for scheme in (WATER, NATIONAL, NATIONAL_2017):
        sheet = score(scheme, institution_type="hospital", factors=FACTORS)
        assert (sheet.total, sheet.passed) == (0, False)
        assert {i.state for i in sheet.items} == {ItemState.MISSING}
        assert sheet.as_dict()["reasons"]


def test_points_by_hand_win_over_the_formula_which_stays_visible():
    found = water(answers={"T2": {"counts": {"saving": 409, "total": 412}, "points": "4"}})
    found = found.item("T2")
    assert (found.points, found.computed, found.state) == (4, 6, ItemState.SCORED)
    assert found.explanation.note == "departed"


def test_the_bonus_comes_on_top_and_is_not_rescaled():
    answers = {i.id: {"points": str(i.points)} for i in NATIONAL.items()}
    sheet = score(NATIONAL, institution_type="school", answers=answers, factors=FACTORS)
    assert (sheet.total, sheet.max) == (110, 110)
    answers["3.4"] = {"na": True}
    answers["6.1"] = {"points": "0"}
    sheet = score(NATIONAL, institution_type="school", answers=answers, factors=FACTORS)
    assert (sheet.total, sheet.max) == (107, 110)


def test_every_type_is_scored_by_its_own_section():
    answers = {i.id: {"points": str(i.points)} for i in NATIONAL_2017.items("hospital")}
    sheet = score(NATIONAL_2017, institution_type="hospital", answers=answers, factors=FACTORS)
    assert sheet.total == 110
    with pytest.raises(InputErrors) as caught:
        score(NATIONAL_2017, institution_type="school", answers=answers, factors=FACTORS)
    assert {m.path for m in caught.value.mistakes} == {
        "answers.7-H1", "answers.7-H2", "answers.7-H3",
    }


def test_the_answer_has_texts_with_two_decimals():
    found = full_water().as_dict()
    assert list(found) == [
        "edition", "items", "sections", "total", "max", "pass_mark", "passed", "reasons",
    ]
    assert (found["edition"], found["total"], found["pass_mark"]) == (
        "water-saving-2013", "100.00", "90.00",
    )
    assert list(found["items"][0]) == ["id", "points", "max", "state", "explanation"]
    assert found["items"][0]["points"] == "8.00"
    assert found["items"][1]["explanation"].startswith("其中节水型器具 412 件")


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"institution_type": "bank"}, {"institution.type"}),
        ({"institution_type": None}, {"institution.type"}),
        ({"holds_water_certificate": "yes"}, {"institution.holds_water_certificate"}),
        ({"statistics": {"water_m3": "many"}}, {"statistics.water_m3"}),
        ({"statistics": {"water_m3": -1}}, {"statistics.water_m3"}),
        ({"statistics": {"water_m3": True}}, {"statistics.water_m3"}),
        ({"statistics": {"water_m3": "NaN"}}, {"statistics.water_m3"}),
        ({"statistics": {"water_m3": "1e-999999"}}, {"statistics.water_m3"}),
        ({"statistics": {"water_m3": float("inf")}}, {"statistics.water_m3"}),
        ({"statistics": {"water_m3": 10**5000}}, {"statistics.water_m3"}),
        ({"statistics": {"steam": 1}}, {"statistics.steam"}),
        ({"statistics": [1]}, {"statistics"}),
        ({"statistics": {"water_m3": 1, "nonconventional_water_m3": 2}},
         {"statistics.nonconventional_water_m3"}),
        ({"averages": {"kgce": 1}}, {"averages.kgce"}),
        ({"answers": {"T9": {}}}, {"answers.T9"}),
        ({"answers": {"T1": 8}}, {"answers.T1"}),
        ({"answers": {"T1": {"na": True}}}, {"answers.T1.na"}),
        ({"answers": {"T5": {"na": "yes"}}}, {"answers.T5.na"}),
        ({"answers": {"T5": {"na": True, "points": 5}}}, {"answers.T5.points"}),
        ({"answers": {"T2": {"counts": {"saving": 5, "total": 4}}}}, {"answers.T2.counts.saving"}),
        ({"answers": {"T2": {"counts": {"all": 5}}}}, {"answers.T2.counts.all"}),
        ({"answers": {"G1": {"counts": {"all": 5}}}}, {"answers.G1.counts.all"}),
        ({"answers": {"G1": {"points": 14}}}, {"answers.G1.points"}),
        ({"answers": {"G1": {"points": -1}}}, {"answers.G1.points"}),
        ({"answers": {"G1": {"points": "10.3"}}}, {"answers.G1.points"}),
        ({"answers": {"G1": {"points": "1e999999"}}}, {"answers.G1.points"}),
        ({"answers": {"G1": {"point": 1}}}, {"answers.G1.point"}),
        ({"answers": {"P1": {"met": "no"}}}, {"answers.P1.met"}),
        ({"answers": {"P1": {"na": True}}}, {"answers.P1.na", "answers.P1.met"}),
        ({"answers": {"T1": {"na": True}, "G1": {"points": 99}}, "averages": {"x": 1},
          "institution_type": "bank"},
         {"answers.T1.na", "answers.G1.points", "averages.x", "institution.type"}),
    ],
)
def test_wrong_input_is_refused_with_every_path(given, paths):
    with pytest.raises(InputErrors) as caught:
        score(WATER, **({"institution_type": "school", "factors": FACTORS} | given))
    assert {m.path for m in caught.value.mistakes} == paths
    assert all(m.message for m in caught.value.mistakes)
