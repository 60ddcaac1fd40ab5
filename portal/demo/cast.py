"""The registry and the people of the demonstration as rows, found again by what the stories call them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
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
    """One institution: what was invented and its row, with who applies and signs for it (None: nobody yet)."""

    demo: world.Institution
    row: Institution
    applicant: Person | None = None
    signatory: Person | None = None


@dataclass
class Cast:
    """Everybody and everything that the stories speak of."""

    houses: list[House]
    home: House
    """The institution of `applicant` and `signatory`, recommended by its district."""
    campus: House
    """The institution of `applicant2` and `signatory2`, recommended by its department."""
    desk: dict[str, Person]
    recommenders: dict[str, Person]
    """By division code, or by the name of the department."""
    crews: dict[int, House] = field(default_factory=dict)
    """By the id of its row: the institutions that somebody acts for."""

    def recommender(self, house: House) -> Person:
        """Who recommends an institution; the persons with a desk of their own come first."""
        key = house.demo.department.name if house.demo.department else house.demo.division.code
        if house.demo.division.code == self.home.demo.division.code and house.demo.department is None:
            return self.desk["district"]
        if house.demo.department is not None and self.campus.demo.department == house.demo.department:
            return self.desk["department"]
        return self.recommenders[key]

    def experts(self) -> list[Person]:
        """The reviewing experts, in the order of their sign-ins."""
        return [self.desk[f"expert{n}"] for n in range(1, 8)]

    def countersigner(self, authority: str) -> Person:
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
    houses = [House(demo=one, row=row) for one, row in zip(invented, rows, strict=True)]
    by_code = {house.demo.credit_code: house for house in houses}
    cast = Cast(houses=houses, home=by_code[home.credit_code], campus=by_code[campus.credit_code], desk={},
                recommenders={})
    secret = passwords.hashed(PASSWORD)
    at_desks = people.desks(rng, of_district=home, of_department=campus)
    bodies = people.recommenders(rng, divisions=tuple((one.code, one.name) for one in places.divisions()))
    by_department = {one.code: departments[one.name] for one in places.departments()}
    for one in at_desks:
        cast.desk[one.sign_in] = person(one, secret, since, by_code, by_department)
    for one in bodies:
        key = one.division_code or by_department[one.department_code or ""].name
        cast.recommenders[key] = person(one, secret, since, by_code, by_department)
    session.add_all([*cast.desk.values(), *cast.recommenders.values()])
    session.flush()
    cast.home = staffed(cast.home, cast.desk["applicant"], cast.desk["signatory"])
    cast.campus = staffed(cast.campus, cast.desk["applicant2"], cast.desk["signatory2"])
    cast.crews = {house.row.id: house for house in (cast.home, cast.campus)}
    return cast


def staffed(house: House, applicant: Person, signatory: Person) -> House:
    """The institution with the people who act for it."""
    return House(demo=house.demo, row=house.row, applicant=applicant, signatory=signatory)


def staff(session: Session, rng: Random, houses: Iterable[House], *, cast: Cast, since: datetime) -> list[House]:
    """The institutions with an applicant and a signatory each, who are written where nobody acts for one yet."""
    secret = cast.desk["officer"].password_hash
    made, fresh = [], []
    for house in houses:
        if house.row.id not in cast.crews:
            pair = [person(each, secret, since, {house.demo.credit_code: house}, {})
                    for each in people.contacts(rng, house.demo)]
            fresh += pair
            cast.crews[house.row.id] = staffed(house, *pair)
        made.append(cast.crews[house.row.id])
    session.add_all(fresh)
    session.flush()
    return made


def person(one: DemoPerson, secret: str, since: datetime, houses: dict[str, House],
           departments: dict[str, Department]) -> Person:
    """The row of somebody with his or her grants; nobody is sent mail."""
    house = houses[one.institution.credit_code].row if one.institution else None
    department = departments.get(one.department_code or "")
    row = Person(name=one.name, sign_in=one.sign_in, email=one.email, phone=one.phone, position=one.post,
                 password_hash=secret, language="zh", notify="off", active=True, created_at=since,
                 employer_id=house.id if house else None, department_id=department.id if department else None)
    for role in one.roles:
        for authority in AUTHORITY_IDS.get(one.authority or "", (None,)):
            row.grants.append(Grant(
                role=role, institution_id=house.id if house else None, division_code=one.division_code,
                department_id=department.id if department and role is Role.RECOMMENDER else None, authority=authority))
    return row


def figures(rng: Random, house: House, years: tuple[int, ...], *, level: float | None = None) -> tuple[
        statistics.YearOfStatistics, ...]:
    """Figures of years, oldest first, compared with the averages that the portal itself will compare them with."""
    average = editions.average_of(house.demo.type, years[-1])
    typical = statistics.Averages(average.kgce_per_m2, average.kgce_per_person, average.m3_per_person) if average else None
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
        {"institution_id": house.row.id, "year": one.year, **one.flat(),
         "costs": {key: format(value, "f") for key, value in one.costs.items() if value}, "acknowledged": {},
         "updated_at": since, "updated_by_id": None}
        for house in houses
        for one in figures(rng, house, years, level=rng.uniform(0.68, 0.80) if house.row.id in strong else None)])
