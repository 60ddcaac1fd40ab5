"""What holds at any time, whatever was killed: chain, numbers, files and their bytes, jobs, mails."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sqlalchemy import func, select

from portal import audit, filing
from portal.db import db
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.models.certificate import Certificate, NumberSeries
from portal.models.event import Event
from portal.models.evidence import File, Picture
from portal.models.job import Job, Message
from portal.models.signature import Signature
from portal.models.work import WorkRow
from portal.storage.store import FileMissing, is_intact

STORED = (File, Picture, Signature)


@dataclass(frozen=True)
class Mark:
    """How far the rows had been looked at."""

    rows: dict[Any, int]
    events: int

    @classmethod
    def now(cls) -> "Mark":
        """Everything that is there."""
        last = {kind: db.session.scalar(select(func.max(kind.id))) or 0 for kind in (*STORED, Message)}
        return cls(last, db.session.scalar(select(func.max(Event.seq))) or 0)


def under_way() -> int:
    """Jobs and rows of long work that are still to be done."""
    db.session.rollback()
    count = select(func.count())
    return sum(db.session.scalar(count.select_from(kind).where(kind.state == "waiting")) or 0 for kind in (Job, WorkRow))


def broken(since: Mark, mails: Sequence[EmailMessage]) -> list[str]:
    """Everything that does not hold, in a line each; what was stored or told is looked at from the mark on."""
    db.session.rollback()
    db.session.expire_all()
    return [*_chain(since), *_numbers(), *_stages(), *_files(since), *_jobs(), *_mails(since, mails)]


def _chain(since: Mark) -> Iterator[str]:
    count, breaks = audit.breaks()
    yield from breaks
    if count < since.events:
        yield f"{since.events - count} events are gone"


def _numbers() -> Iterator[str]:
    """Numbers that were drawn: from 1 on, none twice, none left out, the series ends with the last."""
    for series in db.session.scalars(select(NumberSeries).where(NumberSeries.name.like("certificate/%"))):
        _kind, scheme, year = series.name.split("/")
        drawn = sorted(db.session.scalars(select(Certificate.serial).where(
            Certificate.scheme == scheme, Certificate.year == int(year))))
        if drawn != list(range(1, series.last + 1)):
            yield f"{series.name}: {drawn} drawn, the series says {series.last}"


def _stages() -> Iterator[str]:
    """Certified and with a certificate are the same cases."""
    certified = set(db.session.scalars(select(Application.id).where(Application.stage == Stage.CERTIFIED)))
    held = set(db.session.scalars(select(Certificate.application_id)))
    if certified != held:
        yield f"certified without a certificate or the other way round: {sorted(certified ^ held)}"


def _files(since: Mark) -> Iterator[str]:
    """Every row's bytes are in its store and have its digest and size."""
    for kind in STORED:
        for row in db.session.scalars(select(kind).where(kind.id > since.rows[kind])):
            store = filing.store(row.store)
            try:
                if not is_intact(store, row.sha256) or store.size(row.sha256) != row.size:
                    yield f"{kind.__name__} {row.id}: other bytes in the store"
            except FileMissing:
                yield f"{kind.__name__} {row.id}: not in the store"


def _jobs() -> Iterator[str]:
    for job in db.session.scalars(select(Job).where((Job.state == "failed") | (Job.attempts > 1))):
        yield f"job {job.id} ({job.kind}): {job.state} after {job.attempts} attempts: {job.error[-300:]}"


def _mails(since: Mark, mails: Sequence[EmailMessage]) -> Iterator[str]:
    """Every message that counts as mailed has gone, under one Message-ID however often it was sent."""
    sent: dict[int, set[str]] = defaultdict(set)
    for mail in mails:
        name = str(mail["Message-ID"])
        sent[int(name.removeprefix("<message-").split(".")[0])].add(name)
    for number in db.session.scalars(select(Message.id).where(Message.id > since.rows[Message], Message.mailed_at.is_not(None))):
        if len(sent[number]) != 1:
            yield f"message {number}: {len(sent[number])} mails"


def repeats(mails: Sequence[EmailMessage]) -> int:
    """How often a mail went again under the Message-ID it had: the price of never losing one."""
    return len(mails) - len({str(mail["Message-ID"]) for mail in mails})
