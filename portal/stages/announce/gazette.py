"""A notice as it is printed, on the page and on paper: its list in official order and the days that it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app, url_for
from flask_babel import force_locale

from portal import editions, wording, workcalendar
from portal.clock import today
from portal.documents import listing, notice_list
from portal.domain.official_list import Group, Listed, grouped
from portal.domain.scheme import Scheme
from portal.domain.workdays import notice_period
from portal.models.application import Application
from portal.models.notice import PublicNotice
from portal.stages.announce import phrases

# From this many units a division on, each division gets a heading of its own.
CROWDED = 3


@dataclass(frozen=True, kw_only=True)
class ListedCase:
    """One line of the list: running number from 1, the case and the body that recommended it."""

    serial: int
    case: Application
    area: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """One group of the list under its printed title."""

    title: str
    lines: tuple[ListedCase, ...]


def blocks(cases: Sequence[Application]) -> list[Block]:
    """The list in official order: municipal bodies first, then the divisions by code; numbers run through."""
    by_id = {case.id: case for case in cases}
    groups = grouped(
        Listed(key=case.id, name=case.institution.name, division_code=case.institution.division_code,
               division=case.institution.division.name,
               department=case.institution.department.name if case.institution.department else "")
        for case in cases)
    groups = _merged(groups)
    found, serial = [], 0
    for group in groups:
        lines = []
        for key in group.keys:
            serial += 1
            lines.append(ListedCase(serial=serial, case=by_id[key], area=area(by_id[key])))
        found.append(Block(title=phrases.MUNICIPAL if group.municipal else group.title, lines=tuple(lines)))
    return found


def _merged(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Divisions with a unit or two each stand under one title, since every line names its division anyway."""
    divisions = [group for group in groups if not group.municipal]
    if not divisions or sum(len(group.keys) for group in divisions) >= CROWDED * len(divisions):
        return groups
    together = Group(municipal=False, title=phrases.DIVISIONS if len(divisions) > 1 else divisions[0].title,
                     keys=tuple(key for group in divisions for key in group.keys))
    return (*(group for group in groups if group.municipal), together)


def area(case: Application) -> str:
    """The body that recommended: the department, else the division."""
    house = case.institution
    return (house.department.short_name or house.department.name) if house.department else house.division.name


def printed(cases: Sequence[Application]) -> list[int]:
    """Keys of the cases in printed order."""
    return [line.case.id for block in blocks(cases) for line in block.lines]


def last_day(scheme: Scheme, published: date) -> date:
    """The last day of a notice of this scheme; never fewer than five working days."""
    return notice_period(published, length(scheme), is_workday=workcalendar.is_workday)


def length(scheme: Scheme) -> int:
    """How many working days a notice of this scheme runs."""
    return max(5, scheme.process.notice_workdays)


def workdays(notice: PublicNotice) -> list[date]:
    """The working days on which the notice runs, the first one after publication."""
    span = (notice.last_day - notice.published_on).days
    days = [notice.published_on + timedelta(days=step) for step in range(1, span + 1)]
    return [day for day in days if workcalendar.is_workday(day)]


def runs(notice: PublicNotice) -> bool:
    """Whether objections are still taken today."""
    return today() <= notice.last_day


def paper(notice: PublicNotice) -> bytes:
    """The notice as PDF, as the bureau prints it."""
    settings = current_app.config["PORTAL"]
    kinds = wording.TYPES
    with force_locale("zh"):  # the paper is Chinese whoever downloads it
        groups = tuple(
            listing.ListedGroup(title=block.title, rows=tuple(
                listing.ListedUnit(unit=line.case.institution.name, area=line.area,
                                      kind=str(kinds[line.case.institution.type])) for line in block.lines))
            for block in blocks([entry.application for entry in notice.entries]))
    days = workdays(notice)
    scheme = _scheme(notice)
    return notice_list.render(notice_list.NoticeFacts(
        issuer=phrases.ISSUER, title=notice.title,
        paragraphs=tuple(part.strip() for part in notice.basis.splitlines() if part.strip()), groups=groups,
        first=days[0] if days else notice.last_day, last=notice.last_day, workdays=notice.workdays,
        objection=phrases.OBJECTION,
        contacts=((phrases.OFFICE, notice.contact_office), (phrases.PHONE, notice.contact_phone),
                  (phrases.ADDRESS, notice.contact_address)),
        issued=notice.published_on, number=notice.number, ink=scheme.certificate.ink if scheme else "red",
        list_title=phrases.LIST, url=settings.base_url.rstrip("/") + url_for("notices.notice", number=notice.id),
        specimen="演示样本 · 非正式公示" if settings.demo else ""))


def _scheme(notice: PublicNotice) -> Scheme | None:
    """An edition of the notice's scheme: that of its first entry."""
    return editions.get(notice.entries[0].application.edition) if notice.entries else None
