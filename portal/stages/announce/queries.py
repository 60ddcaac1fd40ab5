"""What the announcing desk and the public read: cases ready for a notice, notices, objections."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal import editions
from portal.clock import today
from portal.db import db
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.models.decision import Countersignature, Decision, Nomination
from portal.models.institution import Institution
from portal.models.notice import NoticeEntry, Objection, ObjectionFile, PublicNotice

_HOUSE = joinedload(Application.institution).options(
    joinedload(Institution.division), joinedload(Institution.department))


def ready() -> ColumnElement[bool]:
    """Whether a case may be put on notice: decided and countersigned, or named by the national authorities."""
    national = [scheme.edition for scheme in editions.every() if scheme.process.nomination]
    agreed = exists().where(
        Decision.application_id == Application.id, Decision.outcome == "pass",
        ~exists().where(Countersignature.decision_id == Decision.id, Countersignature.agreed.is_not(True)))
    named = exists().where(Nomination.application_id == Application.id, Nomination.outcome == "named")
    return or_(and_(Application.stage == Stage.DECIDING, Application.edition.not_in(national), agreed),
               and_(Application.stage == Stage.NOMINATED, named))


def ready_editions() -> list[tuple[str, int]]:
    """Editions with cases that are ready for a notice, and how many."""
    return [(edition, count) for edition, count in db.session.execute(
        select(Application.edition, func.count()).where(ready()).group_by(Application.edition)
        .order_by(Application.edition))]


def ready_cases(edition: str) -> list[Application]:
    """The cases of one edition that are ready for a notice."""
    return list(db.session.scalars(
        select(Application).where(ready(), Application.edition == edition)
        .options(_HOUSE, joinedload(Application.round)).order_by(Application.id)))


def is_ready(case: Application) -> bool:
    """Whether this case is ready now; asked again inside the transaction."""
    return db.session.scalar(select(Application.id).where(Application.id == case.id, ready())) is not None


def notices(*, scheme: str = "", year: int | None = None) -> Select[Any]:
    """All notices, or those of a scheme and of a year, the newest first."""
    wanted = select(PublicNotice).order_by(PublicNotice.published_on.desc(), PublicNotice.id.desc())
    if scheme:
        wanted = wanted.where(PublicNotice.scheme == scheme)
    if year and 1 <= year <= 9998:
        wanted = wanted.where(PublicNotice.published_on.between(date(year, 1, 1), date(year, 12, 31)))
    return wanted


def years() -> list[int]:
    """The years from the newest notice back to the oldest."""
    first, last = db.session.execute(
        select(func.min(PublicNotice.published_on), func.max(PublicNotice.published_on))).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def running() -> list[PublicNotice]:
    """Notices on which objections are still taken, the first to end first."""
    return list(db.session.scalars(
        select(PublicNotice).where(PublicNotice.last_day >= today()).order_by(PublicNotice.last_day)))


def sizes(notices: Sequence[PublicNotice]) -> dict[int, int]:
    """How many cases each notice announces."""
    return {number: count for number, count in db.session.execute(
        select(NoticeEntry.notice_id, func.count()).where(NoticeEntry.notice_id.in_([one.id for one in notices]))
        .group_by(NoticeEntry.notice_id))}


def open_objections(notices: Sequence[PublicNotice]) -> dict[int, int]:
    """How many objections each notice has open."""
    return {number: count for number, count in db.session.execute(
        select(Objection.notice_id, func.count())
        .where(Objection.notice_id.in_([one.id for one in notices]), Objection.state == "open")
        .group_by(Objection.notice_id))}


def notice(number: int) -> PublicNotice | None:
    """A notice with its list, ready to print."""
    return db.session.scalar(
        select(PublicNotice).where(PublicNotice.id == number)
        .options(selectinload(PublicNotice.entries).joinedload(NoticeEntry.application).options(_HOUSE)))


def by_number(text: str) -> PublicNotice | None:
    """A notice by its printed number."""
    return db.session.scalar(select(PublicNotice).where(PublicNotice.number == text.strip()))


def last_contact() -> PublicNotice | None:
    """The newest notice: its contact is proposed for the next."""
    return db.session.scalar(select(PublicNotice).order_by(PublicNotice.id.desc()).limit(1))


def objections(notice: PublicNotice) -> list[Objection]:
    """Every objection to a notice, open ones first."""
    return list(db.session.scalars(
        select(Objection).where(Objection.notice_id == notice.id)
        .options(joinedload(Objection.application).joinedload(Application.institution))
        .order_by(Objection.state != "open", Objection.id)))


def answered(notice: PublicNotice) -> list[Objection]:
    """Objections to a notice that were answered: what the public may read."""
    return [one for one in objections(notice) if one.state != "open"]


def waiting_objections() -> list[Objection]:
    """Objections that wait for an answer, the oldest first."""
    return list(db.session.scalars(
        select(Objection).where(Objection.state == "open")
        .options(joinedload(Objection.application).joinedload(Application.institution),
                 joinedload(Objection.notice)).order_by(Objection.received_at)))


def objection(number: int) -> Objection | None:
    """One objection with its attachments."""
    return db.session.scalar(
        select(Objection).where(Objection.id == number)
        .options(joinedload(Objection.notice), joinedload(Objection.application).options(
            _HOUSE, joinedload(Application.round)),
            selectinload(Objection.attachments).joinedload(ObjectionFile.file)))


def same_objection(notice: PublicNotice, case: Application, said: Mapping[str, str],
                   files: Iterable[str]) -> Objection | None:
    """The open objection that says exactly this, with files of exactly these digests: a form that was sent twice."""
    found = db.session.scalars(
        select(Objection).where(Objection.notice_id == notice.id, Objection.application_id == case.id,
                                Objection.state == "open").filter_by(**said)
        .options(selectinload(Objection.attachments).joinedload(ObjectionFile.file)))
    digests = set(files)
    return next((one for one in found if {each.file.sha256 for each in one.attachments} == digests), None)


def by_receipt(receipt: str) -> Objection | None:
    """One objection by its receipt number, however it was typed."""
    return db.session.scalar(
        select(Objection).where(Objection.receipt == receipt.strip().upper())
        .options(joinedload(Objection.notice),
                 joinedload(Objection.application).joinedload(Application.institution)))


def attachment(number: int, file: int) -> ObjectionFile | None:
    """A file of one objection."""
    return db.session.scalar(
        select(ObjectionFile).where(ObjectionFile.objection_id == number, ObjectionFile.file_id == file)
        .options(joinedload(ObjectionFile.file)))
