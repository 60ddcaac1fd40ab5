"""The editions that ship: complete, adding up, true to the tables they were transcribed from."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from portal.domain.formulas import FORMULAS
from portal.domain.indicators import read_averages, read_factors
from portal.domain.scheme import InstitutionType, NotApplicablePolicy, Provenance, Scheme, digest
from portal.domain.scheme_file import read, read_all

FOLDER = Path(__file__).parents[2] / "criteria"


def parsed() -> dict:
    return {p.stem: tomllib.loads(p.read_text("utf-8")) for p in sorted(FOLDER.glob("*.toml"))}


@pytest.fixture(scope="module")
def schemes() -> dict[str, Scheme]:
    return read_all(parsed())


def test_the_four_editions_are_there_and_free_of_mistakes(schemes):
    assert sorted(schemes) == [
        "municipal-2016", "national-2013", "national-2017", "water-saving-2013",
    ]


@pytest.mark.parametrize(
    ("edition", "sections"),
    [
        ("national-2013", [35, 29, 20, 9, 7, 10]),
        ("municipal-2016", [35, 29, 20, 9, 7, 10]),
        ("water-saving-2013", [40, 60]),
    ],
)
def test_the_units_have_the_points_of_the_standard(schemes, edition, sections):
    assert [s.points for s in schemes[edition].sections] == sections
    assert sum(sections) == schemes[edition].total


@pytest.mark.parametrize("kind", list(InstitutionType))
def test_the_2017_edition_gives_every_type_90_and_10_and_10(schemes, kind):
    scheme = schemes["national-2017"]
    own = scheme.sections_for(kind)
    assert sum(s.points for s in own if s.types is None and not s.bonus) == 90
    assert [s.points for s in own if s.types is not None] == [10]
    assert sum(s.points for s in own if s.bonus) == 10
    assert (scheme.base_total, scheme.total) == (100, 110)
    assert len([s for s in own if s.types is None and not s.bonus]) == 6
    assert scheme.section("efficiency").points == 30


def test_others_use_the_sheet_of_government(schemes):
    scheme = schemes["national-2017"]
    assert scheme.items("other") == scheme.items("government")
    assert scheme.items("school") != scheme.items("government")


def test_pass_marks_and_stars(schemes):
    assert {e: s.pass_mark for e, s in schemes.items()} == {
        "national-2013": 85, "national-2017": 85, "municipal-2016": 85, "water-saving-2013": 90,
    }
    stars = {e: [i.id for i in s.stars()] for e, s in schemes.items()}
    assert stars["water-saving-2013"] == ["T1", "T2"]
    assert stars["national-2013"] == ["2.1", "2.3", "2.4", "4.1", "5.1"]
    assert stars["national-2017"] == ["2.1", "2.2", "2.3"]


def test_water_items_have_the_points_of_the_table(schemes):
    points = {i.id: i.points for i in schemes["water-saving-2013"].items()}
    assert points == {
        "T1": 8, "T2": 8, "T3": 8, "T4": 8, "T5": 5, "T6": 3,
        "G1": 13, "G2": 7, "G3": 14, "G4": 12, "G5": 9, "G6": 5,
    }
    water = schemes["water-saving-2013"]
    assert [i.id for i in water.items() if i.not_applicable] == ["T5", "T6"]
    assert water.na_policy is NotApplicablePolicy.EXCLUDE_RESCALE


def test_national_items_have_the_points_of_the_table(schemes):
    points = {i.id: i.points for i in schemes["national-2013"].items()}
    assert list(points.values()) == [
        7, 7, 7, 14, 3, 3, 3, 4, 4, 3, 3, 3, 3, 2, 4, 4, 2, 2, 2, 2, 2, 3, 2, 2, 2, 3, 2, 2,
        3, 3, 2, 2,
    ]
    assert list(points)[:4] == ["1.1a", "1.1b", "1.2", "1.3"]


def test_the_municipal_scheme_takes_over_the_checklist_but_not_the_process(schemes):
    national, municipal = schemes["national-2013"], schemes["municipal-2016"]
    assert municipal.sections == national.sections
    assert municipal.prerequisites == national.prerequisites
    assert municipal.process != national.process
    assert (national.process.candidate_list, national.process.nomination) == (True, True)
    assert (municipal.process.candidate_list, municipal.process.nomination) == (False, False)
    assert digest(municipal) != digest(national)


def test_what_was_reconstructed_says_so(schemes):
    water = schemes["water-saving-2013"]
    assert water.item("T4").provenance is Provenance.SOLID
    assert water.item("G1").provenance is Provenance.SOLID
    assert water.item("G5").provenance is Provenance.RECONSTRUCTED
    national = schemes["national-2013"]
    assert national.item("1.3").provenance is Provenance.DERIVED
    assert national.item("2.1").provenance is Provenance.RECONSTRUCTED
    assert all(s.provenance_notes for s in schemes.values())


def test_every_item_asks_for_named_documents_and_every_request_can_be_found(schemes):
    for scheme in schemes.values():
        for item in scheme.items():
            assert item.evidence, (scheme.edition, item.id)
        for owner, request in scheme.evidence_requests():
            assert scheme.evidence_request(f"{owner.id}/{request.id}") is request
            assert request.name_en


def test_the_digest_ignores_spelling_and_notices_content(schemes):
    files = parsed()
    again = dict(reversed(list(files["water-saving-2013"].items())))
    assert digest(read(again, file="water-saving-2013.toml")) == digest(schemes["water-saving-2013"])
    again["totals"] = again["totals"] | {"pass_mark": 89}
    assert digest(read(again, file="water-saving-2013.toml")) != digest(schemes["water-saving-2013"])


def test_a_change_of_the_national_checklist_changes_the_municipal_digest(schemes):
    files = parsed()
    files["national-2013"]["sections"][0]["items"][0]["title"] = "改"
    assert digest(read_all(files)["municipal-2016"]) != digest(schemes["municipal-2016"])


def test_factors_and_averages_carry_their_sources():
    files = parsed()
    factors = read_factors(files["factors-2020"], file="factors-2020.toml")
    assert factors.by_energy["electricity"].kgce_per_unit == Decimal("0.1229")
    assert factors.by_energy["gasoline"].kg_per_litre == Decimal("0.73")
    assert all(f.source and f.basis for f in factors.by_energy.values())
    averages = read_averages(files["averages"], file="averages.toml")
    assert all(a.source for a in averages)
    for kind in InstitutionType:
        assert any(kind in a.types for a in averages)


def test_the_guide_names_every_file_and_formula_and_its_examples_hold():
    guide = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in guide for name in FORMULAS)
    assert all(f"`{path.name}`" in guide for path in FOLDER.glob("*.toml"))
    blocks = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    example = tomllib.loads(blocks[0])["sections"]["items"][0]
    water = parsed()["water-saving-2013"]
    section = water["sections"][1]
    section["items"] = [example if i["id"] == example["id"] else i for i in section["items"]]
    assert read(water, file="water-saving-2013.toml").item("G6").steps
    bands = tomllib.loads(blocks[1])["bands"]
    water["sections"][0]["items"][2]["bands"] = bands
    assert len(read(water, file="water-saving-2013.toml").item("T3").bands) == 3
