"""Every kind of mistake in a criteria file is named with its place, and all of them at once."""

import copy
import tomllib
from pathlib import Path

import pytest

from portal.domain.indicators import read_averages, read_factors
from portal.domain.scheme_file import SchemeErrors, check, read, read_all

FOLDER = Path(__file__).parents[2] / "criteria"
WATER = tomllib.loads((FOLDER / "water-saving-2013.toml").read_text("utf-8"))
NATIONAL = tomllib.loads((FOLDER / "national-2013.toml").read_text("utf-8"))
MUNICIPAL = tomllib.loads((FOLDER / "municipal-2016.toml").read_text("utf-8"))
FILE = "water-saving-2013.toml"


def item(data: dict, id: str) -> dict:
    return next(i for s in data["sections"] for i in s["items"] if i["id"] == id)


def found(change, *, of: dict = WATER) -> set[tuple[str, str, str]]:
    """(section, item, key) of every mistake after a change."""
    data = copy.deepcopy(of)
    change(data)
    return {(m.section, m.item, m.key) for m in check(data, FILE)}


def setter(id: str, /, **values):
    return lambda data: item(data, id).update(values)


def test_the_shipped_file_has_no_mistake():
    assert check(WATER, FILE) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(extra=1), ("", "", "extra")),
        (lambda d: d.pop("name"), ("", "", "name")),
        (lambda d: d.update(name=" "), ("", "", "name")),
        (lambda d: d.update(name=3), ("", "", "name")),
        (lambda d: d.update(id="provincial"), ("", "", "id")),
        (lambda d: d.update(basis="one text"), ("", "", "basis")),
        (lambda d: d.update(eligible_types=["bank"]), ("", "", "eligible_types")),
        (lambda d: d.update(eligible_types=["school", "school"]), ("", "", "eligible_types")),
        (lambda d: d.update(sections="none"), ("", "", "sections")),
        (lambda d: d.pop("process"), ("", "", "process")),
        (lambda d: d["totals"].update(base=99), ("totals", "", "base")),
        (lambda d: d["totals"].update(bonus=10), ("totals", "", "bonus")),
        (lambda d: d["totals"].update(by_type=10), ("totals", "", "by_type")),
        (lambda d: d["totals"].update(pass_mark=101), ("totals", "", "pass_mark")),
        (lambda d: d["totals"].update(pass_mark="many"), ("totals", "", "pass_mark")),
        (lambda d: d["totals"].update(na_policy="zero"), ("totals", "", "na_policy")),
        (lambda d: d["totals"].update(score_step=0), ("totals", "", "score_step")),
        (lambda d: d["sections"][0].update(points=41), ("technical", "", "points")),
        (lambda d: d["sections"][0].update(id="management"), ("management", "", "id")),
        (lambda d: d["sections"][0].update(colour="red"), ("technical", "", "colour")),
        (lambda d: d["sections"][0].update(provenance="sure"), ("technical", "", "provenance")),
        (lambda d: d["process"].update(experts=0), ("process", "", "experts")),
        (lambda d: d["process"].update(experts=True), ("process", "", "experts")),
        (lambda d: d["process"].update(candidate_list="no"), ("process", "", "candidate_list")),
        (lambda d: d["process"].update(creation_months=6), ("process", "", "creation_months")),
        (lambda d: d["process"].update(aggregation="median"), ("process", "", "aggregation")),
        (lambda d: d["process"].update(sample_share="0.5"), ("process", "", "sample_share")),
        (lambda d: d["process"].update(sample_share=2), ("process", "", "sample_share")),
        (lambda d: d["process"].update(notice_workdays=3), ("process", "", "notice_workdays")),
        (lambda d: d["process"].update(recommended_by=["friend"]),
         ("process", "", "recommended_by")),
        (lambda d: d["process"]["countersigners"][0].pop("name"), ("process", "water", "name")),
        (lambda d: d["certificate"].update(ink="pink"), ("certificate", "", "ink")),
        (lambda d: d["certificate"].update(number_pattern="{year}-{serial}"),
         ("certificate", "", "number_pattern")),
        (lambda d: d["certificate"].update(number_pattern="{year}{serial}{check}{place}"),
         ("certificate", "", "number_pattern")),
        (lambda d: d["certificate"].update(issuers_en=["One"]), ("certificate", "", "issuers_en")),
        (lambda d: d["prerequisites"][0].update(id="P2"), ("prerequisites", "P2", "id")),
        (lambda d: d["prerequisites"][0].pop("text"), ("prerequisites", "P1", "text")),
        (setter("T2", id="T1"), ("technical", "T1", "id")),
        (setter("T2", points=9), ("technical", "", "points")),
        (setter("T2", points=-1), ("technical", "T2", "points")),
        (setter("T2", points=float("nan")), ("technical", "T2", "points")),
        (setter("T2", point=8), ("technical", "T2", "point")),
        (setter("T2", star="yes"), ("technical", "T2", "star")),
        (setter("T2", check="phone"), ("technical", "T2", "check")),
        (setter("T2", formula="median"), ("technical", "T2", "formula")),
        (setter("T2", params={"from": 96, "per": 1}), ("technical", "T2", "params")),
        (setter("T2", counts=[]), ("technical", "T2", "counts")),
        (setter("T2", step="0.3"), ("technical", "T2", "step")),
        (setter("T2", not_applicable={"condition": "没有器具"}),
         ("technical", "T2", "not_applicable")),
        (setter("T2", bands=[{"points": 8, "label": "x"}]), ("technical", "T2", "bands")),
        (setter("T3", bands=[]), ("technical", "T3", "bands")),
        (setter("G1", bands=[{"points": 13, "label": "x"}]), ("management", "G1", "bands")),
        (setter("G1", steps=[{"label": "all", "points": 12}]), ("management", "G1", "steps")),
        (setter("G1", evidence=[]), ("management", "G1", "evidence")),
        (lambda d: item(d, "T1")["evidence"][0].update(kinds=["film"]),
         ("technical", "T1", "kinds")),
        (lambda d: item(d, "T1")["evidence"][0].update(least=0), ("technical", "T1", "least")),
        (lambda d: item(d, "T1")["evidence"][0].update(name="其他材料"),
         ("technical", "T1", "evidence.name")),
        (lambda d: item(d, "T1")["evidence"][0].update(id="network"),
         ("technical", "T1", "evidence.id")),
        (lambda d: item(d, "T3")["bands"][1].update(limit="0.8"),
         ("technical", "T3", "bands.limit")),
        (lambda d: item(d, "T3")["bands"][4].update(limit="1.3"),
         ("technical", "T3", "bands.limit")),
        (lambda d: item(d, "T3")["bands"][1].update(points=8.5),
         ("technical", "T3", "bands.points")),
        (lambda d: item(d, "T3")["bands"][0].update(points=7),
         ("technical", "T3", "bands.points")),
        (lambda d: d.update(criteria_of="national-1999"), ("", "", "criteria_of")),
    ],
)
def test_each_kind_of_mistake_is_named_with_its_place(change, place):
    assert place in found(change)


def test_a_star_does_not_belong_to_a_bonus():
    assert ("bonus", "6.1", "star") in found(setter("6.1", star=True), of=NATIONAL)


def test_type_sections_must_serve_every_eligible_type():
    data = tomllib.loads((FOLDER / "national-2017.toml").read_text("utf-8"))

    def forget(d):
        next(s for s in d["sections"] if s["id"] == "feature-venue")["types"] = ["hospital"]

    data = copy.deepcopy(data)
    forget(data)
    wrong = [m for m in check(data, "national-2017.toml") if m.key == "by_type"]
    assert sorted(m.allowed for m in wrong) == ["0 (Σ sections, venue)", "20 (Σ sections, hospital)"]


def test_read_reports_all_mistakes_at_once_and_says_what_is_allowed():
    data = copy.deepcopy(WATER)
    item(data, "T2")["formula"] = "median"
    data["certificate"]["ink"] = "pink"
    data["colour"] = "blue"
    with pytest.raises(SchemeErrors) as caught:
        read(data, file=FILE)
    keys = [m.key for m in caught.value.mistakes]
    assert {"formula", "ink", "colour"} <= set(keys)
    ink = next(m for m in caught.value.mistakes if m.key == "ink")
    assert (ink.file, ink.wrong, ink.allowed) == (FILE, "'pink'", "red | green | blue")
    assert ink.line() == f"{FILE} · certificate · ink: 'pink' — allowed: red | green | blue"


@pytest.mark.parametrize("junk", [{}, {"sections": [{}]}, {"sections": [{"items": [{}]}]},
                                  {"totals": 3, "process": [], "sections": {"a": 1}},
                                  {"prerequisites": [{"evidence": [{"kinds": 3}]}]}])
def test_junk_is_reported_and_never_raises_anything_else(junk):
    assert check(junk, "junk.toml")


def test_criteria_taken_over_need_the_other_edition():
    assert check(MUNICIPAL, "municipal-2016.toml", {"national-2013": NATIONAL}) == []
    assert "criteria_of" in {m.key for m in check(MUNICIPAL, "municipal-2016.toml")}


def test_a_pass_mark_of_its_own_goes_on_top_of_what_is_taken_over():
    own = MUNICIPAL | {"totals": {"pass_mark": 88}}
    scheme = read_all({"national-2013": NATIONAL, "municipal-2016": own})["municipal-2016"]
    assert (scheme.pass_mark, scheme.total) == (88, 110)


def test_factors_need_every_energy_of_the_form():
    factors = tomllib.loads((FOLDER / "factors-2020.toml").read_text("utf-8"))
    factors["factors"] = [f for f in factors["factors"] if f["id"] != "heat"]
    factors["factors"][3].pop("kg_per_litre")
    with pytest.raises(SchemeErrors) as caught:
        read_factors(factors, file="factors-2020.toml")
    assert {(m.item, m.key) for m in caught.value.mistakes} == {
        ("heat", "id"), ("gasoline", "kg_per_litre"),
    }


def test_averages_must_be_positive():
    averages = tomllib.loads((FOLDER / "averages.toml").read_text("utf-8"))
    averages["averages"][0]["kgce_per_m2"] = 0
    with pytest.raises(SchemeErrors):
        read_averages(averages, file="averages.toml")


def test_tables_of_factors_and_averages_are_checked_as_what_they_are():
    for name in ("factors-2020", "averages"):
        data = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
        assert check(data, f"{name}.toml") == []
        data[name.partition("-")[0]][0]["provenance"] = "sure"
        assert [m.key for m in check(data, f"{name}.toml")] == ["provenance"]
