"""What the public may read: published certificates, calls, notices, and any issued certificate by number or code."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload, load_only, selectinload

from portal.clock import CHINA, now, today
from portal.db import db
from portal.directory.forms import FACETS, Wanted
from portal.directory.tiles import MUNICIPAL
from portal.directory.words import NOT_YET
from portal.domain.certificate import (
    CertificateDates,
    NumberError,
    NumberFault,
    Standing,
    parse,
    parse_verify_code,
    standing,
)
from portal.domain.workflow import Action
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.event import Event
from portal.models.institution import Division, Institution
from portal.models.notice import NoticeEntry, PublicNotice
from portal.models.round import Round
from portal.models.signature import Signature

IN_FORCE = (Standing.VALID.value, Standing.REVERIFYING.value)


def dates(row: Certificate) -> CertificateDates:
    """The dates that a certificate's standing follows from."""
    return CertificateDates(
        issued=row.issued_on, until=row.expires_on, revoked=row.ended_on if row.ended_as == "revoked" else None,
        cancelled=row.ended_on if row.ended_as == "cancelled" else None,
        reverification_opened=row.issued_on if row.reverifying else None)


def standing_now(row: Certificate) -> Standing:
    """What a certificate is worth today."""
    return standing(dates(row), today())


def standing_column(day: date) -> ColumnElement[str]:
    """The standing on a day in SQL, for lists; the same table as domain.certificate.standing, held to it by a test."""
    row = Certificate
    return case(
        (and_(row.ended_as == "revoked", row.ended_on <= day), Standing.REVOKED.value),
        (and_(row.ended_as == "cancelled", row.ended_on <= day), Standing.CANCELLED.value),
        (or_(row.expires_on.is_(None), row.expires_on >= day), Standing.VALID.value),
        (row.reverifying, Standing.REVERIFYING.value), else_=Standing.EXPIRED.value)


def listed() -> ColumnElement[bool]:
    """Whether a certificate is in the directory: published, and issued by today."""
    return and_(Certificate.published_at.is_not(None), Certificate.issued_on <= today())


def group_column() -> ColumnElement[int]:
    """The part of an official list: 0 municipal departments, 1 districts and counties, 2 functional areas."""
    return case((Certificate.division_code == MUNICIPAL, 0), (Certificate.division_code.like("5000Z%"), 2), else_=1)


def facet_column(name: str) -> SQLColumnExpression[str]:
    """What a choice of this kind chooses among, as text."""
    if name == "status":
        return standing_column(today())
    return {"scheme": Certificate.scheme, "type": Certificate.institution_type,
            "division": Certificate.division_code, "year": cast(Certificate.year, String)}[name]


def said(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the words of a search ask of a published certificate: each stands in its names or number, or in its
    institution's present name."""
    row = Certificate
    if wanted.number:
        return [listed(), row.number == wanted.number]
    # one text to look into instead of four, and a separator that no word can hold
    texts = row.holder + "\n" + row.holder_short + "\n" + row.number + "\n" + (
        select(Institution.name).where(Institution.id == row.institution_id).scalar_subquery())
    return [listed(), *(texts.icontains(term, autoescape=True) for term in wanted.terms)]


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a search asks of a certificate."""
    return [*said(wanted), *(facet_column(name).in_(values) for name, values in wanted.chosen.items())]


def units(wanted: Wanted) -> Select[Certificate]:
    """The certificates of a search in the order of official lists."""
    row = Certificate
    return select(row).where(*conditions(wanted)).order_by(
        group_column(), row.division_code, row.scheme, row.year, row.serial, row.id)


def units_shown(wanted: Wanted) -> Select[Certificate]:
    """The same with what a line on the page tells of the institution.

    Loaded for the page's rows alone: in one statement PostgreSQL, which cannot know how many names hold a word, goes
    through all institutions for each certificate found.
    """
    return units(wanted).options(selectinload(Certificate.institution).joinedload(Institution.department))


@dataclass(frozen=True)
class Counts:
    """How many certificates each choice would give, how many were found, and how many institutions hold them."""

    facets: dict[str, dict[str, int]]
    certificates: int
    institutions: int


def counts(wanted: Wanted) -> Counts:
    """The numbers beside the choices, in one query that looks at each certificate once: each kind is counted as if
    nothing of that kind were chosen."""
    columns: list[Any] = [facet_column(name).label(f"facet_{name}") for name in FACETS]
    found = select(Certificate.institution_id.label("holder"), *columns).where(*said(wanted)).cte("found")
    places = [found.c[one.name] for one in columns]
    fitting = [found.c[f"facet_{name}"].in_(values) for name, values in wanted.chosen.items()]
    cube = select(*places, func.count().label("count")).group_by(*places)
    nothing = [cast(null(), String)] * len(places)
    holders = select(*nothing, func.count(found.c.holder.distinct())).where(*fitting)
    facets: dict[str, dict[str, int]] = {name: defaultdict(int) for name in FACETS}
    certificates = institutions = 0
    for *values, count in db.session.execute(union_all(cube, holders)):
        if values[0] is None:
            institutions = count
            continue
        fits = {name: not wanted.chosen.get(name) or value in wanted.chosen[name]
                for name, value in zip(FACETS, values, strict=True)}
        certificates += count if all(fits.values()) else 0
        for name, value in zip(FACETS, values, strict=True):
            if all(fits[other] for other in FACETS if other != name):
                facets[name][value] += count
    return Counts({name: dict(numbers) for name, numbers in facets.items()}, certificates, institutions)


def divisions() -> dict[str, str]:
    """Every division's name by its code, in the order of official lists."""
    rows = db.session.execute(select(Division.code, Division.name))
    return dict(sorted(rows, key=lambda row: (row[0] != MUNICIPAL, not row[0].isdigit(), row[0])))


def exported(wanted: Wanted) -> Iterator[Any]:
    """The rows of a search for the open data, fetched in portions."""
    row = Certificate
    statement = units(wanted).with_only_columns(
        row.number, row.holder, row.institution_type, row.scheme, row.title, row.division_code, row.division,
        row.issued_on, row.expires_on, standing_column(today()).label("status"), row.ended_on)
    yield from db.session.execute(statement.execution_options(yield_per=500))


def updated() -> datetime | None:
    """When the directory last changed by a publication."""
    return db.session.scalar(select(func.max(Certificate.published_at)).where(listed()))


def changed(row: Certificate) -> datetime:
    """When what the directory says of a published certificate last changed: published, reissued or ended."""
    days = [one for one in (row.reissued_on, row.ended_on) if one and one <= today()]
    return max([row.published_at or now(), *(datetime.combine(one, time(), CHINA) for one in days)])


def fresh(size: int = 50) -> list[Certificate]:
    """The certificates of which the directory says something new, the newest first: published, reissued or ended."""
    row = Certificate
    ids = union_all(*(select(wanted.subquery().c.id) for wanted in (
        select(row.id).where(listed(), column.is_not(None)).order_by(column.desc(), row.id.desc()).limit(size)
        for column in (row.published_at, row.reissued_on, row.ended_on))))
    rows = db.session.scalars(select(row).where(row.id.in_(ids)))
    return sorted(rows, key=lambda one: (changed(one), one.id), reverse=True)[:size]


@dataclass(frozen=True)
class Unit:
    """An institution with its published certificates, newest first, the public deeds on them and their notices."""

    institution: Institution
    certificates: list[Certificate]
    deeds: list[tuple[int, str, datetime]]
    notices: list[PublicNotice]


def unit(number: int) -> Unit | None:
    """An institution's page, or None when it holds no published certificate."""
    rows = list(db.session.scalars(
        select(Certificate).where(Certificate.institution_id == number, listed())
        .options(joinedload(Certificate.institution).options(
            joinedload(Institution.division), joinedload(Institution.department), joinedload(Institution.superior)),
            joinedload(Certificate.application).options(load_only(Application.round_id), joinedload(Application.round)))
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())))
    if not rows:
        return None
    shown = (Action.START_REVERIFICATION.value, Action.KEEP_TITLE.value)
    cases = [row.application_id for row in rows]
    deeds = db.session.execute(
        select(Event.application_id, Event.action, Event.at)
        .where(Event.application_id.in_(cases), Event.action.in_(shown)).order_by(Event.seq))
    return Unit(rows[0].institution, rows, [(case_id or 0, action, at) for case_id, action, at in deeds],
                notices_of(cases))


def notices_of(cases: Sequence[int]) -> list[PublicNotice]:
    """The public notices on which these cases stood, the oldest first."""
    return list(db.session.scalars(
        select(PublicNotice).where(PublicNotice.published_on <= today(), PublicNotice.id.in_(
            select(NoticeEntry.notice_id).where(NoticeEntry.application_id.in_(cases))))
        .order_by(PublicNotice.published_on, PublicNotice.id)))


@dataclass(frozen=True)
class Verification:
    """What a number or code turned out to be; `fault` when it cannot be one at all.

    `status` is a standing, or `not-yet-valid` for a certificate whose day of issue is still to come.
    """

    asked: str
    status: str
    certificate: Certificate | None = None
    fault: NumberFault | None = None
    signature: Signature | None = None


def verification(asked: str) -> Verification:
    """Look a number or verification code up in one query; a typo is known by its check character without any."""
    try:
        wanted = Certificate.number == parse(asked).text
    except NumberError as error:
        if error.fault is NumberFault.CHECK:
            return Verification(asked, Standing.UNKNOWN.value, fault=error.fault)
        try:
            wanted = Certificate.verify_code == parse_verify_code(asked)
        except NumberError as wrong:
            return Verification(asked, Standing.UNKNOWN.value, fault=wrong.fault)
    found = db.session.execute(
        select(Certificate, Signature).where(wanted)
        .outerjoin(Signature, and_(Signature.certificate_id == Certificate.id,
                                   Signature.paper_sha256 == Certificate.paper_sha256))).first()
    if found is None:
        return Verification(asked, Standing.UNKNOWN.value)
    row, signature = found
    status = NOT_YET if row.issued_on > today() else standing_now(row).value
    return Verification(asked, status, row, signature=signature)


def figures() -> tuple[dict[str, int], dict[str, int]]:
    """Institutions with a title in force: by scheme, and by division code."""
    row, force = Certificate, facet_column("status").in_(IN_FORCE)
    parts = [select(literal(kind), column, func.count(row.institution_id.distinct())).where(listed(), force)
             .group_by(column) for kind, column in (("scheme", row.scheme), ("division", row.division_code))]
    found: dict[str, dict[str, int]] = {"scheme": {}, "division": {}}
    for kind, value, count in db.session.execute(union_all(*parts)):
        found[kind][value] = count
    return found["scheme"], found["division"]


def rounds() -> list[Round]:
    """Calls that are open, and those announced for later; the nearest deadline first."""
    return list(db.session.scalars(select(Round).where(Round.closes_at > now()).order_by(
        Round.opens_at > now(), Round.closes_at, Round.id)))


def notices(*, least: int = 5) -> list[tuple[PublicNotice, int]]:
    """Every running notice with its number of entries, then the latest others up to `least` in all."""
    running = PublicNotice.last_day >= today()
    entries = (select(func.count()).where(NoticeEntry.notice_id == PublicNotice.id)
               .correlate(PublicNotice).scalar_subquery())
    rows = db.session.execute(select(PublicNotice, entries).where(PublicNotice.published_on <= today())
                              .order_by(running.desc(), PublicNotice.published_on.desc(), PublicNotice.id.desc())
                              .limit(max(least, 20))).all()
    open_ones = sum(notice.last_day >= today() for notice, _count in rows)
    return [(notice, count) for notice, count in rows[:max(least, open_ones)]]


def latest(size: int = 5) -> list[Certificate]:
    """The published certificates issued last."""
    row = Certificate
    return list(db.session.scalars(
        select(row).where(listed()).options(load_only(row.holder, row.title, row.issued_on, row.institution_id))
        .order_by(row.issued_on.desc(), row.id.desc()).limit(size)))
