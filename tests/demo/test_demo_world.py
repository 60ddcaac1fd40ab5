"""Invented places, institutions, people and figures: complete, unique, repeatable, near the averages of their type."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import editions
from portal.demo import institutions as world
from portal.demo import people, places, statistics
from portal.domain import credit_code
from portal.domain.indicators import indicators
from portal.domain.scheme import InstitutionType
from portal.domain.workflow import Role


@pytest.fixture(scope="module")
def made():
    return world.institutions(Random(7))


def test_the_city_has_its_divisions_and_departments():
    kinds = Counter(each.kind for each in places.divisions())
    assert kinds == {
        places.DivisionKind.MUNICIPAL: 1,
        places.DivisionKind.DISTRICT: 26,
        places.DivisionKind.COUNTY: 12,
        places.DivisionKind.FUNCTIONAL_AREA: 3,
    }
    assert len(places.areas()) == 41
    names = [each.name for each in places.departments()]
    assert len(names) == len(set(names)) == 115
    assert {each.system for each in places.departments()} == places.SYSTEMS
    assert places.department("市教育委员会").system == "education"
    with pytest.raises(KeyError):
        places.department("市演示委员会")


@given(seed=st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_every_code_is_valid_unique_and_in_the_range_of_nobody(seed):
    found = world.institutions(Random(seed))
    codes = [each.credit_code for each in found]
    assert len(set(codes)) == len(codes)
    for each in found:
        code = credit_code.parse(each.credit_code)
        assert code.organisation.startswith(world.ORGANISATION_PREFIX)
        assert code.division == each.division.registration_code
        assert each.credit_code[:2] in credit_code.PUBLIC_PREFIXES


def test_the_same_seed_makes_the_same_world_and_another_seed_another(made):
    assert world.institutions(Random(7)) == made
    assert world.institutions(Random(8)) != made


def test_every_area_and_department_has_institutions_of_every_type(made):
    assert {each.type for each in made} == set(InstitutionType)
    for area in places.areas():
        types = {each.type for each in made if each.division == area}
        assert {InstitutionType.GOVERNMENT, InstitutionType.SCHOOL, InstitutionType.HOSPITAL, InstitutionType.VENUE} <= types
    assert {each.department for each in made if each.department} == set(places.departments())
    assert all((each.department is None) == (each.division != places.municipal()) for each in made)


def test_names_stay_unique_at_the_size_of_the_city():
    many = world.institutions(Random(1), scale=42)
    assert len(many) > 17_000
    assert len({each.name for each in many}) == len({each.credit_code for each in many}) == len(many)
    assert max(len(each.name) for each in many) <= 40


def test_type_codes_fit_types_and_addresses_are_invented(made):
    for each in made:
        assert each.type_code in {"01", "021", "022", "023", "024", "025", "026", "03"}
        assert (each.type is InstitutionType.GOVERNMENT) == (each.type_code == "01")
        assert "示例" in each.address
        assert len(each.postcode) == 6 and each.postcode.startswith("409")
        assert each.short_name and each.superior


@pytest.mark.parametrize("scale", [0, -1, 1000])
def test_a_scale_out_of_range_is_refused(scale):
    with pytest.raises(ValueError, match="scale"):
        world.institutions(Random(1), scale=scale)


def test_sizes_are_skewed_like_real_ones(made):
    schools = sorted(each.headcount for each in made if each.type is InstitutionType.SCHOOL)
    mean, median = sum(schools) / len(schools), schools[len(schools) // 2]
    assert mean > median
    universities = [each.floor_area_m2 for each in made if each.type is InstitutionType.HIGHER_EDUCATION]
    offices = [each.floor_area_m2 for each in made if each.type is InstitutionType.GOVERNMENT]
    assert min(universities) > sum(offices) / len(offices)


def test_every_desk_has_a_person_and_nobody_can_be_reached(made):
    school = next(each for each in made if each.type is InstitutionType.SCHOOL)
    college = next(each for each in made if each.type is InstitutionType.HIGHER_EDUCATION)
    staff = people.desks(Random(1), of_district=school, of_department=college)
    assert {role for each in staff for role in each.roles} == set(Role) - {Role.PUBLIC}
    assert len({each.sign_in for each in staff}) == len({each.email for each in staff}) == len(staff)
    assert sum(Role.EXPERT in each.roles for each in staff) >= 5
    assert {each.authority for each in staff if each.authority} == {"市发展改革委", "市财政局", "市水利局", "市节水办"}
    assert all(each.email.endswith("@demo.invalid") and each.phone.startswith("023-0000 ") for each in staff)
    by_sign_in = {each.sign_in: each for each in staff}
    assert by_sign_in["district"].division_code == school.division.code
    assert by_sign_in["department"].department_code == college.department.code
    with pytest.raises(ValueError, match="recommended"):
        people.desks(Random(1), of_district=college, of_department=school)


def test_every_area_and_department_has_a_recommender(made):
    found = people.recommenders(Random(1), divisions=tuple((each.code, each.name) for each in places.areas()))
    assert len(found) == 41 + 115
    pairs = [people.contacts(Random(2), each) for each in made]
    sign_ins = [each.sign_in for each in found] + [each.sign_in for pair in pairs for each in pair]
    assert len(set(sign_ins)) == len(sign_ins)


def test_figures_lie_around_the_average_and_fall(made):
    ratios = []
    for each in made:
        years = statistics.statistics(Random(each.credit_code), each, years=(2023, 2024, 2025))
        typical = statistics.TYPICAL[each.profile]
        computed = [indicators(year.flat(), factors=editions.factors()) for year in years]
        last = computed[-1]
        ratios += [
            last.kgce_per_m2 / typical.kgce_per_m2,
            last.kgce_per_person / typical.kgce_per_person,
            last.m3_per_person / typical.m3_per_person,
        ]
        assert last.kgce_per_person < computed[0].kgce_per_person * Decimal("1.02")
        assert last.m3_per_person < computed[0].m3_per_person
    inside = sum(Decimal("0.7") <= ratio <= Decimal("1.15") for ratio in ratios) / len(ratios)
    assert inside > 0.85
    assert min(ratios) > Decimal("0.5") and max(ratios) < Decimal("1.6")
    assert 0.85 < sorted(ratios)[len(ratios) // 2] < 0.95


def test_the_level_can_be_asked_for(made):
    for each in made[::17]:
        (year,) = statistics.statistics(Random(3), each, years=(2025,), level=0.8)
        ratio = indicators(year.flat(), factors=editions.factors()).m3_per_person / statistics.TYPICAL[each.profile].m3_per_person
        assert Decimal("0.75") < ratio < Decimal("0.85")


def test_every_quantity_has_a_cost_and_water_covers_its_reused_part(made):
    for each in made[::5]:
        for year in statistics.statistics(Random(4), each, years=(2024, 2025)):
            assert set(year.quantities) == set(year.costs) == set(statistics.QUANTITIES)
            assert set(year.sizes) == set(statistics.SIZES)
            assert all((year.quantities[key] > 0) == (year.costs[key] > 0) for key in year.quantities)
            assert year.quantities["nonconventional_water_m3"] < year.quantities["water_m3"]


def test_the_averages_are_those_of_the_criteria():
    published = {(each.label, each.area): each for each in editions.averages()}
    labels = {
        "municipal-government": "省级以上机关", "government": "市级以下机关", "higher-education": "高等学校",
        "school": "中小学校", "hospital": "医院", "venue": "场馆",
    }  # fmt: skip
    for profile, label in labels.items():
        row, ours = published[label, "广东省"], statistics.TYPICAL[profile]
        assert (row.kgce_per_m2, row.kgce_per_person, row.m3_per_person) == (ours.kgce_per_m2, ours.kgce_per_person, ours.m3_per_person)
