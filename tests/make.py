"""Plain makers: rows as they stand at a stage, without the way that led there (journeys walk that way)."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal import clock, editions, passwords
from portal.db import db, transaction
from portal.domain import credit_code
from portal.domain.workflow import Role, Stage
from portal.models.application import Answer, Application
from portal.models.institution import Department, Division, Institution
from portal.models.person import Grant, Person
from portal.models.review import Sheet, SheetScore
from portal.models.round import Round
from portal.models.statistics import YearlyStatistics

PASSWORD = "correct horse battery"
_HASH = passwords.hashed(PASSWORD)
NAMES = {"500112": "渝北区", "500101": "万州区", "500000": "重庆市本级"}
_count = itertools.count(1)


class Make:
    """Makes nouns with sensible defaults; every maker commits and returns the row."""

    def _save(self, *rows: Any) -> Any:
        with transaction() as session:
            session.add_all(rows)
        return rows[0]

    def division(self, code: str = "500112", name: str = "渝北区", kind: str = "district") -> Division:
        """A division; the same code gives the same row."""
        return db.session.get(Division, code) or self._save(Division(code=code, name=name, kind=kind))

    def department(self, name: str = "市教育委员会") -> Department:
        """A municipal department; the same name gives the same row."""
        return db.session.scalar(select(Department).where(Department.name == name)) or self._save(
            Department(name=name, short_name=name))

    def institution(self, *, name: str = "", type: str = "school", division: str = "500112",
                    department: Department | None = None, superior: Institution | None = None) -> Institution:
        """An institution with a valid, fictional credit code and statistics for three years."""
        n = next(_count)
        self.division(division, NAMES.get(division, division))
        org = f"YYT{n:05d}"
        first = "12" + "500000" + org + credit_code.org_check(org)
        row = Institution(
            name=name or f"重庆市示例第{n}中学校", short_name=name or f"示例{n}中", type=type, form_code="021",
            credit_code=first + credit_code.check_character(first), division_code=division,
            department_id=department.id if department else None, superior_id=superior.id if superior else None,
            address="示例路1号", postcode="400000", phone="023-00000000", headcount=500,
            floor_area_m2=Decimal(20000), created_at=clock.now())
        self._save(row)
        this = clock.today().year
        for year in (this - 3, this - 2, this - 1):
            self.statistics(row, year)
        return row

    def statistics(self, institution: Institution, year: int, **values: Any) -> YearlyStatistics:
        """A plausible year; any quantity can be given."""
        quantities = dict(electricity_kwh=200000, natural_gas_m3=3000, gasoline_vehicle_l=500, water_m3=12000,
                          floor_area_m2=20000, headcount=500, water_headcount=500) | values
        return self._save(YearlyStatistics(institution_id=institution.id, year=year, updated_at=clock.now(),
                                           costs={}, acknowledged={},
                                           **{key: Decimal(str(value)) for key, value in quantities.items()}))

    def person(self, *roles: Role, name: str = "", institution: Institution | None = None,
               division: str | None = None, department: Department | None = None, authority: str | None = None,
               employer: Institution | None = None, language: str = "zh") -> Person:
        """Somebody with these roles within the scope given; the password is PASSWORD."""
        n = next(_count)
        if division:
            self.division(division, NAMES.get(division, division))
        row = Person(name=name or f"测试{n}", sign_in=f"person{n}", email=f"person{n}@example.invalid",
                     password_hash=_HASH, language=language, created_at=clock.now(),
                     employer_id=(employer or institution).id if (employer or institution) else None,
                     department_id=department.id if department else None)
        for role in roles:
            own = role in {Role.APPLICANT, Role.SIGNATORY}
            body = role == Role.RECOMMENDER
            row.grants.append(Grant(
                role=role, institution_id=institution.id if own and institution else None,
                division_code=division if body else None,
                department_id=department.id if body and department else None,
                authority=authority if role == Role.COUNTERSIGNER else None))
        return self._save(row)

    def applicant(self, institution: Institution) -> Person:
        """The institution's applicant."""
        return self.person(Role.APPLICANT, institution=institution)

    def signatory(self, institution: Institution) -> Person:
        """The institution's head."""
        return self.person(Role.SIGNATORY, institution=institution)

    def round(self, edition: str = "water-saving-2013", *, open: bool = True, year: int | None = None,
              quota: int | None = None) -> Round:
        """A round of an edition, open unless said otherwise."""
        scheme, now = editions.get(edition), clock.now()
        start = now - timedelta(days=30 if open else 90)
        end = now + timedelta(days=11) if open else now - timedelta(days=1)
        year = year or clock.today().year
        return self._save(Round(
            scheme=scheme.id, edition=edition, edition_digest=editions.digest_of(edition), year=year,
            name=f"{year}年度{scheme.short_name}{next(_count)}", statistics_year=year - 1, quota=quota, opens_at=start,
            closes_at=end, recommend_by=end + timedelta(days=10), review_by=end + timedelta(days=30),
            visit_by=end + timedelta(days=60)))

    def application(self, *, stage: Stage = Stage.DRAFT, edition: str = "water-saving-2013",
                    round: Round | None = None, institution: Institution | None = None,
                    operator: Person | None = None, complete: bool | None = None, **values: Any) -> Application:
        """A case at a stage; beyond DRAFT it is complete: answered, signed and with frozen figures."""
        round = round or self.round(edition)
        institution = institution or self.institution()
        operator = operator or self.applicant(institution)
        done = stage is not Stage.DRAFT if complete is None else complete
        now = clock.now()
        row = Application(
            number=f"测{now.year}-{next(_count):04d}", round_id=round.id, institution_id=institution.id,
            scheme=round.scheme, edition=round.edition, edition_digest=round.edition_digest, stage=stage,
            stage_since=now - timedelta(days=3), operator_id=operator.id, created_at=now - timedelta(days=9),
            report={}, figures={}, submitted_at=now - timedelta(days=3) if done and stage is not Stage.DRAFT else None)
        for key, value in values.items():
            setattr(row, key, value)
        if done:
            row.dossier_digest = row.dossier_digest or "0" * 64
            row.figures = row.figures or self.figures(institution, round.statistics_year)
            row.self_total = row.self_total if row.self_total is not None else Decimal("93")
            row.answers = self.answers(row.edition, institution.type, operator)
        return self._save(row)

    def figures(self, institution: Institution, year: int) -> dict[str, Any]:
        """Frozen figures in the shape that portal.scorecards writes at submission."""
        from portal import scorecards

        return scorecards.freeze(institution, year)

    def answers(self, edition: str, type: str, by: Person) -> list[Answer]:
        """Answers that earn full points: counts for computed items, steps otherwise, yes for prerequisites."""
        scheme, now, rows = editions.get(edition), clock.now(), []
        full = {"unit_metered": "10", "unit_total": "10", "sub_metered": "98", "sub_total": "100", "saving": "100",
                "total": "100", "leaking": "0", "makeup": "1", "circulating": "200", "recovered": "60", "steam": "100"}
        for item in scheme.items(type):
            computed = bool(item.formula)
            rows.append(Answer(
                item_id=item.id, counts={count.id: full[count.id] for count in item.counts if count.id in full},
                points=None if computed else item.points, not_applicable=False, note="", updated_at=now,
                updated_by_id=by.id))
        rows += [Answer(item_id=one.id, met=True, counts={}, note="", updated_at=now, updated_by_id=by.id)
                 for one in scheme.prerequisites]
        return rows

    def sheet(self, case: Application, *, expert: Person | None = None, sealed: bool = False,
              share: str = "0.95") -> Sheet:
        """An expert's sheet; sealed ones score every item at `share` of its points, to the item's step."""
        expert = expert or self.person(Role.EXPERT)
        officer = self.person(Role.OFFICER)
        now = clock.now()
        row = Sheet(application_id=case.id, expert_id=expert.id, assigned_by_id=officer.id, assigned_at=now,
                    due_at=case.round.review_by, state="assigned")
        if sealed:
            scheme = editions.get(case.edition)
            items = scheme.items(case.institution.type)
            for item in items:
                points = (item.points * Decimal(share) / item.step).to_integral_value() * item.step
                row.scores.append(SheetScore(item_id=item.id, points=points, reason="", updated_at=now))
            row.state, row.sealed_at = "sealed", now
            row.total = sum((score.points for score in row.scores), Decimal())
        return self._save(row)


def utc(day: date) -> datetime:
    """Noon UTC of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
