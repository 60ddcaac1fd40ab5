"""Scores worked out by hand from the text of the standards; the working stands beside each case."""

import pytest

from portal import editions
from portal.domain.mistakes import InputErrors

RUBRIC = {"G1": 13, "G2": 7, "G3": 14, "G4": 12, "G5": 9, "G6": 5}
FULL_WATER = {
    "institution": {"type": "school"},
    "statistics": {"water_m3": 2000, "water_headcount": 100},  # 20 m³/person, 20 ÷ 25 = 0.8
    "averages": {"m3_per_person": 25},
    "answers": {
        "T1": {"counts": {"unit_metered": 10, "unit_total": 10, "sub_metered": 95, "sub_total": 100}},
        "T2": {"counts": {"saving": 100, "total": 100}}, "T4": {"counts": {"leaking": 4, "total": 100}},
        "T5": {"counts": {"makeup": 1, "circulating": 100}}, "T6": {"counts": {"recovered": 51, "steam": 100}},
        **{id: {"points": points} for id, points in RUBRIC.items()}},
}
MANUAL_2013 = {
    "1.3": 14, "2.1": 3, "2.2": 3, "2.3": 3, "2.4": 4, "2.5": 4, "2.6": 3, "2.7": 3, "2.8": 3, "2.9": 3, "3.1": 2, "3.2": 4,
    "3.3": 4, "3.4": 2, "3.5": 2, "3.6": 2, "3.7": 2, "3.8": 2, "4.1": 3, "4.2": 2, "4.3": 2, "4.4": 2, "5.1": 3, "5.2": 2, "5.3": 2}
# 100 000 kWh × 0.1229 = 12 290; 1 000 m³ × 1.33 = 1 330; together 13 620 kgce over 1 000 m²: 13.62, ÷ 12.49 = 1.0905 → 5.
# petrol of vehicles 1 000 L × 0.73 × 1.4714 = 1 074.122; 14 694.122 over 50 people: 293.88, ÷ 329.56 = 0.8917 → 7.
ENERGY = {
    "institution": {"type": "government"},
    "statistics": {"electricity_kwh": "100000", "natural_gas_m3": "1000", "gasoline_vehicle_l": "1000", "floor_area_m2": "1000",
                   "headcount": "50", "water_m3": "1200", "water_headcount": "60"},
    "averages": {"kgce_per_m2": "12.49", "kgce_per_person": "329.56", "m3_per_person": "20"},  # 1 200 ÷ 60 = 20, ratio 1 → 6
    "answers": {id: {"points": points} for id, points in MANUAL_2013.items()},
}


def check(edition, given):
    found = editions.self_check(edition, given)
    return found, {one["id"]: one for one in found["items"]}


def water(**answers):
    return FULL_WATER | {"answers": {id: said for id, said in (FULL_WATER["answers"] | answers).items() if said is not None}}


def counted(id, **counts):
    _found, items = check("water-saving-2013", water(**{id: {"counts": counts}}))
    return items[id]["points"], items[id]["state"]


@pytest.mark.parametrize(("counts", "points"), [
    ({"unit_metered": 100, "unit_total": 100, "sub_metered": 95, "sub_total": 100}, "8.00"),  # both reached, 95 counts
    ({"unit_metered": 100, "unit_total": 100, "sub_metered": "94.99", "sub_total": 100}, "0.00"),
    ({"unit_metered": "99.99", "unit_total": 100, "sub_metered": 100, "sub_total": 100}, "0.00"),
    ({"unit_metered": "26400.5", "unit_total": "26400.5", "sub_metered": 19, "sub_total": 20}, "8.00"),  # 19 ÷ 20 = 95 %
])
def test_t1_both_levels_or_nothing(counts, points):
    assert counted("T1", **counts) == (points, "computed")


@pytest.mark.parametrize(("saving", "total", "points"), [
    (95, 100, "0.00"), (96, 100, "0.00"), (199, 206, "0.00"),  # 96.60: no whole point above 96
    (97, 100, "2.00"), (389, 400, "2.00"),  # 97.25
    (49, 50, "4.00"), (1979, 2000, "4.00"),  # 98.95
    (409, 412, "6.00"), (9999, 10000, "6.00"), (412, 412, "8.00"),
])
def test_t2_only_whole_points_gain(saving, total, points):
    assert counted("T2", saving=saving, total=total) == (points, "computed")


@pytest.mark.parametrize(("statistics", "points"), [
    ({"water_m3": 2250, "water_headcount": 100}, "8.00"),  # 22.5 = 0.9 × 25
    ({"water_m3": "2250.01", "water_headcount": 100}, "6.00"),
    ({"water_m3": 30000, "nonconventional_water_m3": 5000, "water_headcount": 1000}, "6.00"),  # (30 − 5) = 25, ratio 1
    ({"water_m3": 25010, "water_headcount": 1000}, "3.00"),  # 25.01, 1.0004
    ({"water_m3": 2750, "water_headcount": 100}, "3.00"),  # 1.1
    ({"water_m3": 2760, "water_headcount": 100}, "1.00"),  # 1.104
    ({"water_m3": 3000, "water_headcount": 100}, "1.00"),  # 1.2
    ({"water_m3": 3001, "water_headcount": 100}, "0.00"),  # 1.2004
    ({"water_m3": 500, "nonconventional_water_m3": 500, "water_headcount": 10}, "8.00"),  # nothing but reclaimed water
])
def test_t3_water_without_other_sources_over_water_users(statistics, points):
    _found, items = check("water-saving-2013", FULL_WATER | {"statistics": statistics})
    assert (items["T3"]["points"], items["T3"]["state"]) == (points, "computed")


@pytest.mark.parametrize(("leaking", "total", "points"), [
    (0, 7, "8.00"), (1, 25, "8.00"),  # 4 %
    (17, 400, "6.00"),  # 4.25: begun is counted
    (5, 100, "6.00"), (27, 400, "2.00"),  # 6.75 → 3 steps
    (7, 100, "2.00"), (8, 100, "0.00"), (60, 100, "0.00"),
])
def test_t4_begun_points_deduct(leaking, total, points):
    assert counted("T4", leaking=leaking, total=total) == (points, "computed")


def test_t5_one_per_cent_is_still_good():
    assert counted("T5", makeup=12, circulating=1200) == ("5.00", "computed")
    assert counted("T5", makeup="12.01", circulating=1200) == ("0.00", "computed")


@pytest.mark.parametrize(("recovered", "points"), [
    ("50.01", "3.00"), (50, "2.00"), (49, "2.00"), (48, "2.00"), ("47.9", "1.00"), (46, "1.00"), ("45.9", "0.00"), (0, "0.00")])
def test_t6_more_than_half_is_full(recovered, points):
    assert counted("T6", recovered=recovered, steam=100) == (points, "computed")


@pytest.mark.parametrize(("answers", "total", "passed"), [
    ({}, "100.00", True),
    ({"T5": {"na": True}, "T6": {"na": True}}, "100.00", True),
    # 8 + 6 + 8 + 8 and 11 + 7 + 11 + 9 + 9 = 77 of 92
    ({"T2": {"counts": {"saving": 409, "total": 412}}, "T5": {"na": True}, "T6": {"na": True}, "G1": {"points": "11"},
      "G3": {"points": "11"}, "G4": {"points": 9}, "G6": None}, "83.70", False),
    ({"T6": {"na": True}, "G4": {"points": 6}}, "93.81", True),  # 91 ÷ 97
    ({"T5": {"na": True}, "G3": {"points": "4.5"}}, "90.00", True),  # 85.5 ÷ 95 = 0.9: the mark itself passes
    ({"T5": {"na": True}, "G3": {"points": 4}}, "89.47", False),  # 85 ÷ 95
    ({"T1": {"counts": {"unit_metered": 1, "unit_total": 1, "sub_metered": 949, "sub_total": 1000}}}, "92.00", False),  # ★ 0
    ({"T2": {"counts": {"saving": 0, "total": 0}}}, "92.00", False),  # ★ cannot be computed
    ({"G6": {"points": 0}, "G5": {"points": 4}}, "90.00", True),
    ({"P2": {"met": False}}, "100.00", False), ({"P2": {"met": True}}, "100.00", True),
])
def test_totals_of_the_water_sheet(answers, total, passed):
    found, _items = check("water-saving-2013", water(**answers))
    assert (found["total"], found["max"], found["pass_mark"], found["passed"]) == (total, "100.00", "90.00", passed)
    assert bool(found["reasons"]) or passed


@pytest.mark.parametrize(("averages", "area", "person"), [
    ({}, "5.00", "7.00"),
    ({"kgce_per_m2": "13.62", "kgce_per_person": "293.88244"}, "6.00", "6.00"),  # exactly the average
    ({"kgce_per_m2": "11.35", "kgce_per_person": "244.91"}, "4.00", "4.00"),  # 1.2 exactly; 244.91 × 1.2 = 293.892
    ({"kgce_per_m2": "11.34", "kgce_per_person": "244.9"}, "0.00", "0.00"),  # 1.20106; 244.9 × 1.2 = 293.88, a trifle less
    ({"kgce_per_m2": "15.14", "kgce_per_person": "267.16"}, "7.00", "4.00"),  # 0.8996; 267.16 × 1.1 = 293.876, a trifle less
])
def test_energy_of_an_office(averages, area, person):
    _found, items = check("national-2013", ENERGY | {"averages": ENERGY["averages"] | averages})
    assert (items["1.1a"]["points"], items["1.1b"]["points"]) == (area, person)


@pytest.mark.parametrize(("burnt", "area", "mean", "points"), [
    # 1 000 L × 0.86 × 1.4571 = 1 253.106 ÷ 100 = 12.53; ÷ 12.49 = 1.0033. With 0.84 it would be 0.98 and 6 points
    ({"diesel_other_l": 1000}, 100, "12.49", "5.00"),
    # 500 × 1.7143 + 1 000 × 0.7143 + 10 000 × 0.0341 = 857.15 + 714.3 + 341 = 1 912.45 ÷ 200 = 9.56225
    ({"lpg_kg": 500, "raw_coal_kg": 1000, "heat_mj": 10000}, 200, "10.62", "6.00"),  # 0.90040
    ({"lpg_kg": 500, "raw_coal_kg": 1000, "heat_mj": 10000}, 200, "10.63", "7.00"),  # 0.89955
    # 2 000 L × 0.73 × 1.4714 = 2 148.244 ÷ 214.8244 = 10
    ({"gasoline_other_l": 2000}, "214.8244", "8.33", "0.00"), ({"gasoline_other_l": 2000}, "214.8244", "8.34", "4.00"),
    # vehicles do not count per area: 1 000 kWh × 0.1229 ÷ 100 = 1.229
    ({"electricity_kwh": 1000, "diesel_vehicle_l": 5000, "gasoline_vehicle_l": 5000}, 100, "1.229", "6.00"),
])
def test_every_fuel_by_its_factor(burnt, area, mean, points):
    given = {"institution": {"type": "hospital"}, "statistics": burnt | {"floor_area_m2": area}, "averages": {"kgce_per_m2": mean}}
    for edition in ("national-2013", "municipal-2016"):
        _found, items = check(edition, given)
        assert (items["1.1a"]["points"], items["1.1a"]["state"]) == (points, "computed")
        assert items["1.1b"]["state"] == "missing"


def test_fuel_of_vehicles_counts_per_person():
    """122.9 + 1 000 × 0.86 × 1.4571 = 1 376.006 over 5: 275.2012, ÷ 250 = 1.1008 → 4 (with 0.84: 1.0775 → 5)."""
    given = {"institution": {"type": "venue"}, "averages": {"kgce_per_person": 250},
             "statistics": {"electricity_kwh": 1000, "diesel_vehicle_l": 1000, "headcount": 5}}
    _found, items = check("national-2013", given)
    assert items["1.1b"]["points"] == "4.00"


@pytest.mark.parametrize(("change", "total", "passed"), [
    ({}, "97.00", True),  # 79 by hand + 5 + 7 + 6
    ({"6.1": {"points": 3}}, "100.00", True),
    ({"6.1": {"points": 3}, "6.2": {"points": 3}, "6.3": {"points": 2}, "6.4": {"points": 2}}, "107.00", True),
    ({"3.4": {"na": True}, "3.8": {"na": True}, "6.1": {"points": 3}}, "99.88", True),  # 93 ÷ 96 × 100 + 3 = 99.875
    ({"2.3": {"points": 0}}, "94.00", False),  # ★
    ({"1.3": {"points": 0}, "6.1": {"points": 2}}, "85.00", True),  # the bonus counts towards the mark
    ({"1.3": {"points": 0}, "6.1": {"points": "1.5"}}, "84.50", False),
    ({"P3": {"met": False}}, "97.00", False),
])
def test_totals_of_the_national_sheet(change, total, passed):
    for edition in ("national-2013", "municipal-2016"):
        found, _items = check(edition, ENERGY | {"answers": ENERGY["answers"] | change})
        assert (found["total"], found["max"], found["pass_mark"], found["passed"]) == (total, "110.00", "85.00", passed)


def test_a_water_certificate_answers_the_water_item_without_any_figure():
    given = {"institution": {"type": "other", "holds_water_certificate": True}}
    found, items = check("national-2013", given)
    assert (items["1.2"]["points"], items["1.2"]["state"], found["total"]) == ("7.00", "computed", "7.00")
    found, items = check("national-2017", given)  # that edition knows no such rule
    assert items["2.3"]["state"] == "missing"


def test_the_2017_edition_asks_each_type_its_own_and_lets_no_efficiency_item_be_zero():
    scheme = editions.get("national-2017")
    for kind, own in (("government", "7-G1"), ("school", "7-S1"), ("hospital", "7-H1"), ("venue", "7-V1"), ("other", "7-G1")):
        answers = {item.id: {"points": str(item.points)} for item in scheme.items(kind)}
        found, items = check("national-2017", {"institution": {"type": kind}, "answers": answers})
        assert (found["total"], found["passed"], found["reasons"]) == ("110.00", True, []) and own in items
        for id in ("2.1", "2.2", "2.3"):
            found, _items = check("national-2017", {"institution": {"type": kind}, "answers": answers | {id: {"points": 0}}})
            assert (found["total"], found["passed"]) == ("100.00", False)


@pytest.mark.parametrize(("statistics", "averages"), [
    ({}, {"m3_per_person": 25}), ({"water_m3": 100}, {"m3_per_person": 25}), ({"water_headcount": 10}, {"m3_per_person": 25}),
    ({"water_m3": 100, "water_headcount": 0}, {"m3_per_person": 25}), ({"water_m3": 100, "water_headcount": 10}, {}),
    ({"water_m3": 100, "water_headcount": 10}, {"m3_per_person": 0}), ({"water_m3": None, "water_headcount": 10}, {"m3_per_person": 25}),
    ({"nonconventional_water_m3": 5, "water_headcount": 10}, {"m3_per_person": 25}),
])
def test_what_lacks_a_figure_is_missing_counts_nothing_and_is_named(statistics, averages):
    found, items = check("water-saving-2013", FULL_WATER | {"statistics": statistics, "averages": averages})
    assert (items["T3"]["points"], items["T3"]["state"], found["total"]) == ("0.00", "missing", "92.00")
    assert any("T3" in reason for reason in found["reasons"]) and found["passed"]


@pytest.mark.parametrize("text", ["26400", " 26400 ", "26400.0", "2.64e4", "+26400"])
def test_numbers_may_be_texts(text):
    """26 400 ÷ 1 200 = 22; ÷ 25.35 = 0.8679."""
    given = FULL_WATER | {"statistics": {"water_m3": text, "water_headcount": "1200"}, "averages": {"m3_per_person": "25.35"}}
    assert check("water-saving-2013", given)[1]["T3"]["points"] == "8.00"


def refused(given, edition="water-saving-2013"):
    with pytest.raises(InputErrors) as caught:
        editions.self_check(edition, given)
    for one in caught.value.mistakes:
        assert one.message and one.say("zh") and one.say("zh") != one.message
    return sorted(one.path for one in caught.value.mistakes)


@pytest.mark.parametrize("value", [
    -1, "-0.01", "NaN", "Infinity", "-Infinity", "sNaN", float("nan"), float("inf"), True, False, "", " ", "many", "1 000", "1,000",
    "0x10", "1_000", [1], {"a": 1}, 10**16, "1e16", "1e400", "1e-400", "9" * 50], ids=repr)
def test_what_is_no_figure_is_refused_at_its_path(value):
    assert refused(FULL_WATER | {"statistics": {"water_m3": value}}) == ["statistics.water_m3"]
    assert refused(water(G1={"points": value})) == ["answers.G1.points"]
    assert refused(water(T2={"counts": {"saving": 1, "total": value}})) in (
        ["answers.T2.counts.total"], ["answers.T2.counts.saving"])


@pytest.mark.parametrize(("given", "paths"), [
    (None, [""]), ([], [""]), ("T1", [""]), (3, [""]),
    ({}, ["institution.type"]),
    ({"institution": []}, ["institution", "institution.type"]),
    ({"institution": {"type": "bank", "name": "x"}, "figures": {}}, ["figures", "institution.name", "institution.type"]),
    ({"institution": {"type": 7, "holds_water_certificate": 1}}, ["institution.holds_water_certificate", "institution.type"]),
    ({"institution": {"type": "school", "holds_water_certificate": "true"}}, ["institution.holds_water_certificate"]),
    (water(T1={"na": True}), ["answers.T1.na"]), (water(T5={"na": 1}), ["answers.T5.na"]),
    (water(T5={"na": True, "points": 5}), ["answers.T5.points"]),
    (water(T4={"counts": {"leaking": 5, "total": 4}}), ["answers.T4.counts.leaking"]),
    (water(T1={"counts": {"unit_metered": 2, "unit_total": 1, "sub_metered": 2, "sub_total": 1}}),
     ["answers.T1.counts.sub_metered", "answers.T1.counts.unit_metered"]),
    (water(T6={"counts": {"recovered": 101, "steam": 100}}), ["answers.T6.counts.recovered"]),
    (water(G1={"points": "13.5"}), ["answers.G1.points"]), (water(G1={"points": "12.3"}), ["answers.G1.points"]),
    (water(G1={"counts": {"total": 1}}), ["answers.G1.counts.total"]), (water(T2={"counts": {"all": 1}}), ["answers.T2.counts.all"]),
    (water(T3={"counts": {"water_m3": 1}}), ["answers.T3.counts.water_m3"]),
    (water(T9={"points": 1}), ["answers.T9"]), (water(**{"1.1a": {"points": 1}}), ["answers.1.1a"]),
    (water(T1=[8]), ["answers.T1"]), (water(T1=8), ["answers.T1"]), (water(P2={"met": 1}), ["answers.P2.met"]),
    (FULL_WATER | {"statistics": {"water_m3": 10, "nonconventional_water_m3": "10.01"}}, ["statistics.nonconventional_water_m3"]),
    (FULL_WATER | {"statistics": {"steam_t": 1}, "averages": {"kgce": 1}}, ["averages.kgce", "statistics.steam_t"]),
])
def test_every_mistake_is_named_at_once(given, paths):
    assert refused(given) == paths


def test_an_unknown_type_does_not_make_mistakes_of_the_answers():
    assert refused({"institution": {"type": "bank"}, "answers": {"7-H1": {"points": 4}}}, "national-2017") == ["institution.type"]
    assert refused({"institution": {"type": "school"}, "answers": {"7-H1": {"points": 4}}}, "national-2017") == ["answers.7-H1"]


def test_halves_of_characters_stay_printable():
    with pytest.raises(InputErrors) as caught:
        editions.self_check("water-saving-2013", FULL_WATER | {"answers": {"T\ud800": {}}, "\udfff": 1})
    for one in caught.value.mistakes:
        assert (one.path + one.message).encode("utf-8")
