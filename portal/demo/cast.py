"""The registry and the people of the demonstration as rows, found again by what the stories call them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import editions, passwords
from portal.demo import institutions as world
from portal.demo import people, places, statistics
from portal.demo.people import DemoPerson
from portal.domain.workflow import Role
from portal.models.institution import Department, Division, Institution
from portal.models.person import Grant, Person
from portal.models.statistics import YearlyStatistics

PASSWORD = "demo-2026-portal"
"""The one password of everybody in the demonstration, whose people do not exist."""

AUTHORITY_IDS = {"市发展改革委": ("drc",), "市财政局": ("finance",), "市水利局": ("water",), "市节水办": ("water-office",)}
"""The ids by which the editions name the co-authorities."""


@dataclass(frozen=True)
class House:
    """One institution: what was invented and the id of its row, with who applies and signs for it (0: nobody yet)."""

    demo: world.Institution
    id: int
    applicant: int = 0
    signatory: int = 0

    @property
    def body(self) -> str:
        """Who recommends it: the name of its department, else of its division."""
        return self.demo.department.name if self.demo.department else self.demo.division.name


@dataclass
class Cast:
    """Everybody and everything that the stories speak of; people are the ids of their rows."""

    houses: list[House]
    home: House
    """The institution of `applicant` and `signatory`, recommended by its district."""
    campus: House
    """The institution of `applicant2` and `signatory2`, recommended by its department."""
    desk: dict[str, int]
    """By sign-in."""
    recommenders: dict[str, int]
    """By division code, or by the name of the department."""
    crews: dict[int, House] = field(default_factory=dict)
    """By the id of its row: the institutions that somebody acts for."""

    def recommender(self, house: House) -> int:
        """Who recommends an institution; the persons with a desk of their own come first."""
        key = house.demo.department.name if house.demo.department else house.demo.division.code
        if house.demo.division.code == self.home.demo.division.code and house.demo.department is None:
            return self.desk["district"]
        if house.demo.department is not None and self.campus.demo.department == house.demo.department:
            return self.desk["department"]
        return self.recommenders[key]

    def experts(self) -> list[int]:
        """The reviewing experts, in the order of their sign-ins."""
        return [self.desk[f"expert{n}"] for n in range(1, 8)]

    def countersigner(self, authority: str) -> int:
        """Who signs for a co-authority, by its id in the editions."""
        for sign_in, name, _who in people.AUTHORITIES:
            if authority in AUTHORITY_IDS[name]:
                return self.desk[sign_in]
        raise KeyError(authority)


def settle(session: Session, rng: Random, *, scale: int, since: datetime) -> Cast:
    """Write divisions, departments, institutions and the people of every desk."""
    invented = world.institutions(rng, scale=scale)
    home = next(one for one in invented if one.department is None and one.division.name == "渝北区"
                and one.type.value == "school")
    campus = next(one for one in invented if one.department is not None and one.department.name == "市教育委员会")
    session.add_all(Division(code=one.code, name=one.name, kind=one.kind.value) for one in places.divisions())
    departments = {one.name: Department(name=one.name, short_name=one.name) for one in places.departments()}
    session.add_all(departments.values())
    session.flush()
    rows = [_institution(one, departments, since) for one in invented]
    session.add_all(rows)
    session.flush()
    houses = [House(demo=one, id=row.id) for one, row in zip(invented, rows, strict=True)]
    by_code = {house.demo.credit_code: house for house in houses}
    cast = Cast(houses=houses, home=by_code[home.credit_code], campus=by_code[campus.credit_code], desk={},
                recommenders={})
    secret = passwords.hashed(PASSWORD)
    at_desks = people.desks(rng, of_district=home, of_department=campus)
    bodies = people.recommenders(rng, divisions=tuple((one.code, one.name) for one in places.divisions()))
    by_department = {one.code: departments[one.name] for one in places.departments()}
    made = {one.sign_in: person(one, secret, since, by_code, by_department) for one in (*at_desks, *bodies)}
    session.add_all(made.values())
    session.flush()
    cast.desk = {one.sign_in: made[one.sign_in].id for one in at_desks}
    cast.recommenders = {
        one.division_code or by_department[one.department_code or ""].name: made[one.sign_in].id for one in bodies}
    cast.home = replace(cast.home, applicant=cast.desk["applicant"], signatory=cast.desk["signatory"])
    cast.campus = replace(cast.campus, applicant=cast.desk["applicant2"], signatory=cast.desk["signatory2"])
    cast.crews = {house.id: house for house in (cast.home, cast.campus)}
    return cast


def staff(session: Session, rng: Random, houses: Iterable[House], *, cast: Cast, since: datetime) -> list[House]:
    """The institutions with an applicant and a signatory each, who are written where nobody acts for one yet."""
    secret = session.get_one(Person, cast.desk["officer"]).password_hash
    wanted = list(houses)
    fresh = {house.id: (house, [person(each, secret, since, {house.demo.credit_code: house}, {})
                                for each in people.contacts(rng, house.demo)])
             for house in wanted if house.id not in cast.crews}
    session.add_all(each for _house, pair in fresh.values() for each in pair)
    session.flush()
    cast.crews |= {key: replace(house, applicant=pair[0].id, signatory=pair[1].id)
                   for key, (house, pair) in fresh.items()}
    return [cast.crews[house.id] for house in wanted]


def person(one: DemoPerson, secret: str, since: datetime, houses: dict[str, House],
           departments: dict[str, Department]) -> Person:
    """The row of somebody with his or her grants; nobody is sent mail."""
    house = houses[one.institution.credit_code].id if one.institution else None
    department = departments.get(one.department_code or "")
    row = Person(name=one.name, sign_in=one.sign_in, email=one.email, phone=one.phone, position=one.post,
                 password_hash=secret, language="zh", notify="off", active=True, created_at=since,
                 employer_id=house, department_id=department.id if department else None)
    for role in one.roles:
        for authority in AUTHORITY_IDS.get(one.authority or "", (None,)):
            row.grants.append(Grant(
                role=role, institution_id=house, division_code=one.division_code,
                department_id=department.id if department and role is Role.RECOMMENDER else None, authority=authority))
    return row


def figures(rng: Random, house: House, years: tuple[int, ...], *, level: float | None = None) -> tuple[
        statistics.YearOfStatistics, ...]:
    """Figures of years, oldest first, compared with the averages that the portal itself will compare them with."""
    average = editions.average_of(house.demo.type, years[-1])
    typical = None
    if average is not None:
        # floor area and heads give two budgets; the smaller one keeps both indicators at or below the average
        area, heads = house.demo.floor_area_m2, Decimal(house.demo.headcount)
        budget = min(area * average.kgce_per_m2, heads * average.kgce_per_person)
        typical = statistics.Averages(budget / area, budget / heads, average.m3_per_person)
    return statistics.statistics(rng, house.demo, years=years, averages=typical, level=level)


def _institution(one: world.Institution, departments: dict[str, Department], since: datetime) -> Institution:
    return Institution(
        name=one.name, short_name=one.short_name, credit_code=one.credit_code, type=one.type, form_code=one.type_code,
        division_code=one.division.code, department_id=departments[one.department.name].id if one.department else None,
        address=one.address, postcode=one.postcode, phone="023-0000 0000", headcount=one.headcount,
        floor_area_m2=one.floor_area_m2, created_at=since)


def report(session: Session, rng: Random, houses: Iterable[House], *, years: tuple[int, ...], since: datetime,
           strong: frozenset[int]) -> None:
    """Write the yearly statistics of every institution; those in `strong` (ids) use little for their type."""
    session.execute(insert(YearlyStatistics), [
        {"institution_id": house.id, "year": one.year, **one.flat(),
         "costs": {key: format(value, "f") for key, value in one.costs.items() if value}, "acknowledged": {},
         "updated_at": since, "updated_by_id": None}
        for house in houses
        for one in figures(rng, house, years, level=rng.uniform(0.70, 0.94) if house.id in strong else None)])
