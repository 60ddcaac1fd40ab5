"""Institutions and their years: one's own, and all of them for the bureau."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from portal.clock import now, today
from portal.db import db
from portal.domain.workflow import EDITABLE, Role
from portal.models.application import Application
from portal.models.institution import Division, Institution
from portal.models.person import Person
from portal.models.round import Round
from portal.models.statistics import YearlyStatistics

SHOWN = 3
"""How many years the statistical form of an application has."""


def own(person: Person, *roles: Role) -> Institution | None:
    """The institution for which a person applies or signs; the first one when there are several."""
    wanted = roles or (Role.APPLICANT, Role.SIGNATORY)
    ids = sorted(grant.institution_id for grant in person.grants if grant.role in wanted and grant.institution_id)
    return institution(ids[0]) if ids else None


def institution(number: int) -> Institution | None:
    """One institution with its division, department and superior body."""
    return db.session.scalar(select(Institution).where(Institution.id == number).options(
        joinedload(Institution.division), joinedload(Institution.department), joinedload(Institution.superior)))


def search(*, words: str = "", division: str = "", kind: str = "") -> Select[Institution]:
    """Institutions by a part of their name, short name or credit code, by division and by type."""
    wanted = select(Institution).options(joinedload(Institution.division), joinedload(Institution.department))
    if words:
        wanted = wanted.where(or_(Institution.name.contains(words, autoescape=True),
                                  Institution.short_name.contains(words, autoescape=True),
                                  Institution.credit_code.contains(words.upper(), autoescape=True)))
    if division:
        wanted = wanted.where(Institution.division_code == division)
    if kind:
        wanted = wanted.where(Institution.type == kind)
    return wanted.order_by(Institution.division_code, Institution.id)


def last_year() -> int:
    """The latest year that a running or coming round asks for, else the year that ended last."""
    asked = db.session.scalar(select(Round.statistics_year).where(Round.closes_at > now())
                              .order_by(Round.statistics_year.desc()).limit(1))
    return asked or today().year - 1


def years(last: int) -> tuple[int, ...]:
    """The years of the form, oldest first."""
    return tuple(range(last - SHOWN + 1, last + 1))


def statistics(house: Institution, wanted: Iterable[int]) -> dict[int, YearlyStatistics]:
    """The reported years among those wanted."""
    found = db.session.scalars(select(YearlyStatistics).where(
        YearlyStatistics.institution_id == house.id, YearlyStatistics.year.in_(list(wanted))))
    return {one.year: one for one in found}


def seen(row: YearlyStatistics | None) -> str:
    """The mark by which two windows notice each other: when the year was last saved; empty for never."""
    return row.updated_at.isoformat() if row is not None else ""


def open_cases(house: Institution) -> list[Application]:
    """Cases of the institution that it may still edit, and that its head may sign off."""
    return list(db.session.scalars(select(Application).where(
        Application.institution_id == house.id,
        Application.stage.in_([stage.value for stage in EDITABLE]))))


def changed_at(rows: Iterable[YearlyStatistics]) -> datetime | None:
    """When any of these years was last saved."""
    return max((one.updated_at for one in rows), default=None)


def divisions() -> list[Division]:
    """All divisions in the order of their codes."""
    return list(db.session.scalars(select(Division).order_by(Division.code)))
