"""Publish a notice, take an objection, answer it: one verb, one transaction each."""

import secrets
from collections.abc import Sequence
from typing import BinaryIO

from flask_babel import format_date
from flask_babel import gettext as _

from portal import editions, filing, lifecycle, series
from portal.clock import now, today
from portal.db import lock, transaction
from portal.domain.certificate import ALPHABET
from portal.domain.refusal import ChangedMeanwhile, Incomplete, Refused
from portal.domain.workflow import Action
from portal.intake import Examined
from portal.models.application import Application
from portal.models.notice import NoticeEntry, Objection, ObjectionFile, PublicNotice
from portal.models.person import Person
from portal.stages.announce import gazette, phrases, queries


class NotReady(Incomplete):
    """A case is not, or no longer, ready for a notice."""


class NoticeOver(Refused):
    """The period in which objections are taken has ended."""


def publish(cases: Sequence[Application], *, by: Person, title: str, basis: str, contact_office: str,
            contact_phone: str, contact_address: str) -> PublicNotice:
    """Put cases of one scheme on public notice from today; draws the number, counts the working days.

    Raises NotReady when a case has moved on or is not fully countersigned; then nothing is published.
    """
    if not cases:
        raise NotReady(_("No unit is chosen."), instead=_("Choose the units that this notice announces."))
    with transaction() as session:
        lifecycle.lock_all(cases)
        scheme = editions.get(cases[0].edition)
        day = today()
        serial = series.draw(f"notice/{day.year}")
        made = PublicNotice(
            number=phrases.NUMBER.format(year=day.year, serial=serial), scheme=scheme.id, title=title, basis=basis,
            contact_office=contact_office, contact_phone=contact_phone, contact_address=contact_address,
            published_on=day, published_at=now(), workdays=gazette.length(scheme),
            last_day=gazette.last_day(scheme, day), published_by_id=by.id)
        action = Action.PUBLISH_NATIONAL_NOTICE if scheme.process.nomination else Action.PUBLISH_NOTICE
        by_id = {case.id: case for case in cases}
        order = gazette.printed(cases)
        for case in cases:
            if case.edition != scheme.edition or not queries.is_ready(case):
                raise NotReady(
                    _("%(institution)s is not ready for this notice.", institution=case.institution.name),
                    instead=_("Every co-authority must have agreed, and for a national scheme the result must be "
                              "recorded. Take it off the list or wait."))
        for key in order:
            lifecycle.advance(by_id[key], action, by=by,
                              detail={"notice": made.number, "last_day": made.last_day.isoformat()})
        session.add(made)
        session.flush()
        session.add_all(NoticeEntry(notice_id=made.id, application_id=key, position=position)
                        for position, key in enumerate(order, start=1))
        return made


def object_to(entry: NoticeEntry, *, party: str, name: str, phone: str, address: str, facts: str, email: str = "",
              files: Sequence[tuple[Examined, BinaryIO]] = ()) -> Objection:
    """Take an objection of the public against one unit on a running notice and draw its receipt.

    Who objects stays with the bureau: the record keeps the receipt only. The same objection sent again while it waits
    for its answer is the one that is there. Raises NoticeOver.
    """
    with transaction() as session:
        notice, case = entry.notice, lifecycle.lock(entry.application)
        said = {"party": party, "name": name, "phone": phone, "email": email, "address": address, "facts": facts}
        if known := queries.same_objection(notice, case, said, files=[one.sha256 for one, _stream in files]):
            return known
        if not gazette.runs(notice):
            raise NoticeOver(
                _("The period for objections ended on %(day)s.", day=format_date(notice.last_day, "long")),
                instead=_("You can still report a breach to the office named on the notice."))
        year = today().year
        receipt = f"{year}-{series.draw(f'objection/{year}'):04d}-{_mark()}"
        event = lifecycle.advance(case, Action.OBJECT, by=None, detail={"receipt": receipt, "notice": notice.number})
        made = Objection(receipt=receipt, notice_id=notice.id, application_id=case.id, received_at=event.at, **said)
        session.add(made)
        session.flush()
        for examined, stream in files:
            file = filing.keep(stream, sha256=examined.sha256, size=examined.size, mime=examined.mime,
                               kind=examined.kind.value, name=examined.name, pages=examined.pages,
                               institution_id=None, by=None)
            if all(file.id != one.file_id for one in made.attachments):
                made.attachments.append(ObjectionFile(file_id=file.id))
        return made


def dismiss(objection: Objection, *, by: Person, answer: str) -> None:
    """Dismiss an objection; the answer is published without any word on who objected."""
    with transaction():
        lifecycle.lock(objection.application)
        lock(objection)
        _refuse_answered(objection)
        event = lifecycle.advance(objection.application, Action.DISMISS_OBJECTION, by=by, reason=answer,
                                  detail={"receipt": objection.receipt})
        objection.state, objection.answer = "dismissed", answer
        objection.answered_by_id, objection.answered_at = by.id, event.at


def uphold(objection: Objection, *, by: Person, answer: str) -> None:
    """Uphold an objection: the case ends, and with it every other open objection to it gets the same answer."""
    with transaction() as session:
        case = lifecycle.lock(objection.application)
        lock(objection)
        _refuse_answered(objection)
        event = lifecycle.advance(case, Action.UPHOLD_OBJECTION, by=by, reason=answer,
                                  detail={"receipt": objection.receipt})
        for one in session.query(Objection).filter_by(application_id=case.id, state="open"):
            one.state, one.answer, one.answered_by_id, one.answered_at = "upheld", answer, by.id, event.at


def _refuse_answered(objection: Objection) -> None:
    if objection.state != "open":
        raise ChangedMeanwhile(_("This objection has been answered already."),
                               instead=_("Open it to read the answer."))


def _mark() -> str:
    """Four characters that nobody can guess: receipts follow each other, the pages behind them do not."""
    return "".join(secrets.choice(ALPHABET) for _n in range(4))
