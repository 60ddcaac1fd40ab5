"""What the certifying desk reads: cases on notice with what blocks them, the register, one certificate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.clock import today
from portal.db import db
from portal.domain import certificate as rules
from portal.domain.certificate import Standing
from portal.domain.workflow import Action, Role, Stage
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.event import Event
from portal.models.institution import Institution
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from portal.models.person import Person

_HOUSE = joinedload(Application.institution).options(
    joinedload(Institution.division), joinedload(Institution.department))
SOON = timedelta(days=183)


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A case on notice: when the notice ends and how many objections are open."""

    case: Application
    notice: PublicNotice
    open_objections: int

    @property
    def running(self) -> bool:
        """Whether the notice still runs today."""
        return today() <= self.notice.last_day

    @property
    def free(self) -> bool:
        """Whether the certificate may be issued."""
        return not self.running and not self.open_objections


def announced(numbers: Sequence[int] | None = None) -> list[Announced]:
    """Cases on notice, the first notice to end first; with `numbers` only these."""
    objections = (select(Objection.application_id, func.count().label("open")).where(Objection.state == "open")
                  .group_by(Objection.application_id).subquery())
    last = select(func.max(NoticeEntry.id)).group_by(NoticeEntry.application_id)
    wanted = (
        select(Application, PublicNotice, func.coalesce(objections.c.open, 0))
        .join(NoticeEntry, and_(NoticeEntry.application_id == Application.id, NoticeEntry.id.in_(last)))
        .join(PublicNotice, PublicNotice.id == NoticeEntry.notice_id)
        .outerjoin(objections, objections.c.application_id == Application.id)
        .where(Application.stage == Stage.ANNOUNCED)
        .options(_HOUSE, joinedload(Application.round))
        .order_by(PublicNotice.last_day, PublicNotice.id, NoticeEntry.position))
    if numbers is not None:
        wanted = wanted.where(Application.id.in_(numbers))
    return [Announced(case=case, notice=notice, open_objections=count)
            for case, notice, count in db.session.execute(wanted)]


def notice_of(case: Application) -> PublicNotice | None:
    """The last notice that announced a case."""
    return db.session.scalar(
        select(PublicNotice).join(NoticeEntry).where(NoticeEntry.application_id == case.id)
        .order_by(NoticeEntry.id.desc()).limit(1))


def open_objections(case: Application) -> int:
    """How many objections to a case are open."""
    return db.session.scalar(select(func.count()).select_from(Objection).where(
        Objection.application_id == case.id, Objection.state == "open")) or 0


def times_reissued(case: Application) -> int:
    """How often a certificate has been printed anew."""
    return db.session.scalar(select(func.count()).select_from(Event).where(
        Event.application_id == case.id, Event.action == Action.REISSUE.value)) or 0


def case(number: int) -> Application | None:
    """A case that is on notice or certified."""
    return db.session.scalar(
        select(Application).where(Application.id == number, or_(
            Application.stage == Stage.ANNOUNCED,
            Application.id.in_(select(Certificate.application_id))))
        .options(_HOUSE, joinedload(Application.round)))


def certificate(application: int) -> Certificate | None:
    """The certificate of a case."""
    return db.session.scalar(
        select(Certificate).where(Certificate.application_id == application)
        .options(joinedload(Certificate.application).options(_HOUSE, joinedload(Application.round))))


def certificates(numbers: Sequence[int]) -> list[Certificate]:
    """Certificates of these cases, by number."""
    return list(db.session.scalars(
        select(Certificate).where(Certificate.application_id.in_(numbers))
        .options(joinedload(Certificate.application)).order_by(Certificate.number)))


def asked(text: str) -> Certificate | None:
    """The certificate of a number or verification code, however it was typed; one query at most."""
    try:
        wanted = Certificate.number == rules.parse(text).text
    except rules.NumberError:
        try:
            wanted = Certificate.verify_code == rules.parse_verify_code(text)
        except rules.NumberError:
            return None
    return db.session.scalar(select(Certificate).where(wanted))


def ended_numbers(first: int, last: int) -> tuple[date | None, list[int]]:
    """Of the certificates with keys from `first` to `last`: the first day of issue (None without any), and the keys of
    those that were revoked or cancelled by today."""
    here = Certificate.id.between(first, last)
    since = db.session.scalar(select(func.min(Certificate.issued_on)).where(here))
    return since, list(db.session.scalars(
        select(Certificate.id).where(here, Certificate.ended_as != "", Certificate.ended_on <= today())))


def own_certificate(person: Person, application: int) -> Certificate | None:
    """The certificate of a case of an institution that this person applies or signs for."""
    houses = [grant.institution_id for role in (Role.APPLICANT, Role.SIGNATORY) for grant in person.scopes(role)]
    return db.session.scalar(select(Certificate).where(
        Certificate.application_id == application, Certificate.institution_id.in_(houses)))


def unpublished() -> list[Certificate]:
    """Certificates that are issued and not yet in the directory."""
    return list(db.session.scalars(
        select(Certificate).where(Certificate.published_at.is_(None), Certificate.ended_as == "")
        .options(joinedload(Certificate.application)).order_by(Certificate.id)))


def ended_terms() -> list[Certificate]:
    """Certificates whose term is over and whose case still says certified or re-verifying."""
    return list(db.session.scalars(
        select(Certificate).join(Certificate.application)
        .where(Certificate.expires_on < today(), Application.stage.in_((Stage.CERTIFIED, Stage.REVERIFYING)))
        .options(joinedload(Certificate.application)).order_by(Certificate.expires_on).limit(200)))


def reverifying() -> list[Certificate]:
    """Certificates that are being re-verified."""
    return list(db.session.scalars(
        select(Certificate).join(Certificate.application).where(Application.stage == Stage.REVERIFYING)
        .options(joinedload(Certificate.application)).order_by(Certificate.expires_on)))


def ending_soon() -> list[Certificate]:
    """Certificates whose term ends within half a year and that are not re-verified yet."""
    return list(db.session.scalars(
        select(Certificate).join(Certificate.application)
        .where(Certificate.expires_on >= today(), Certificate.expires_on <= today() + SOON,
               Application.stage == Stage.CERTIFIED, Certificate.ended_as == "")
        .options(joinedload(Certificate.application)).order_by(Certificate.expires_on).limit(200)))


SORTS: dict[str, tuple[Any, ...]] = {
    "": (Certificate.issued_on.desc(), Certificate.id.desc()), "issued": (Certificate.issued_on, Certificate.id),
    "ends": (Certificate.expires_on.is_(None), Certificate.expires_on, Certificate.id),
    "-ends": (Certificate.expires_on.desc(), Certificate.id), "holder": (Certificate.holder, Certificate.id)}
"""The orders of the register by their name in the address; the empty one is the newest first."""


def register(*, text: str = "", scheme: str = "", status: str = "", year: int | None = None,
             sort: str = "") -> Select[Any]:
    """The register as a select; `status` is a value of Standing or "unpublished", `sort` a name of SORTS."""
    wanted = select(Certificate).options(joinedload(Certificate.application))
    if text.strip():
        like = f"%{_escaped(text.strip())}%"
        columns = (Certificate.holder, Certificate.holder_short, Certificate.number, Certificate.verify_code)
        wanted = wanted.where(or_(*(column.ilike(like, escape="\\") for column in columns)))
    if scheme:
        wanted = wanted.where(Certificate.scheme == scheme)
    if year:
        wanted = wanted.where(Certificate.year == year)
    if status in _STATUS:
        wanted = wanted.where(_STATUS[status](today()))
    return wanted.order_by(*SORTS.get(sort, SORTS[""]))


def exported(**chosen: Any) -> list[Certificate]:
    """The whole register as chosen."""
    return list(db.session.scalars(register(**chosen)))


def years() -> list[int]:
    """The years in which certificates were issued, newest first."""
    return list(db.session.scalars(select(Certificate.year).distinct().order_by(Certificate.year.desc())))


def standing(row: Certificate) -> Standing:
    """What a certificate is worth today."""
    day = today()
    return rules.standing(rules.CertificateDates(
        issued=row.issued_on, until=row.expires_on, revoked=row.ended_on if row.ended_as == "revoked" else None,
        cancelled=row.ended_on if row.ended_as == "cancelled" else None,
        reverification_opened=day if row.reverifying else None), day)


def _in_term(day: date) -> ColumnElement[bool]:
    return and_(Certificate.ended_as == "", or_(Certificate.expires_on.is_(None), Certificate.expires_on >= day))


def _over(day: date, *, reverifying: bool) -> ColumnElement[bool]:
    return and_(Certificate.ended_as == "", Certificate.expires_on < day, Certificate.reverifying.is_(reverifying))


_STATUS: dict[str, Callable[[date], ColumnElement[bool]]] = {
    Standing.VALID.value: _in_term,
    Standing.EXPIRED.value: lambda day: _over(day, reverifying=False),
    Standing.REVERIFYING.value: lambda day: and_(Certificate.ended_as == "", Certificate.reverifying.is_(True)),
    Standing.REVOKED.value: lambda day: Certificate.ended_as == "revoked",
    Standing.CANCELLED.value: lambda day: Certificate.ended_as == "cancelled",
    "unpublished": lambda day: and_(Certificate.published_at.is_(None), Certificate.ended_as == ""),
}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
