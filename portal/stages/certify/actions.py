"""Issue, publish, reissue, re-verify and end certificates: one verb, one transaction each; several as long work."""

import secrets
from collections.abc import Sequence
from datetime import date

from flask_babel import format_date, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from portal import editions, lifecycle, outbox, papers, seen, series, works
from portal.clock import now, today
from portal.db import db, lock, transaction
from portal.documents.lettering import TooLong
from portal.documents.typeface import MissingGlyph
from portal.domain import certificate as rules
from portal.domain.refusal import ChangedMeanwhile, Incomplete, Refused
from portal.domain.workflow import Action, Role
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.person import Person
from portal.models.work import Work
from portal.stages.certify import queries

KINDS = ("certificates-issue", "certificates-publish", "certificates-expire")


class NoticeRunning(Refused):
    """The public notice has not ended."""


class ObjectionOpen(Refused):
    """An objection waits for its answer."""


class CannotBePrinted(Refused):
    """The holder's name cannot be drawn or does not fit."""


class NotExpired(Refused):
    """The term has not ended."""


class NothingIssued(Incomplete):
    """There is no certificate for this case."""


def issue(case: Application, *, by: Person) -> Certificate:
    """Issue the certificate of a case whose notice is over and free of open objections; draws number and code.

    Raises NoticeRunning, ObjectionOpen, CannotBePrinted.
    """
    _refuse_unprintable(_draft(case, day=today()))
    with transaction() as session:
        lifecycle.lock(case)
        day = today()
        _refuse_blocked(case, day)
        row = _draft(case, day=day)
        row.serial = series.draw(f"certificate/{row.scheme}/{row.year}")
        row.number = rules.number(editions.get(case.edition).certificate.number_pattern, year=row.year,
                                  serial=row.serial)
        row.verify_code, row.issued_by_id = _fresh_code(), by.id
        lifecycle.advance(case, Action.ISSUE, by=by, detail={
            "number": row.number, "issued_on": day.isoformat(), "dossier": row.dossier_digest,
            "expires_on": row.expires_on.isoformat() if row.expires_on else ""})
        session.add(row)
        session.flush()
        outbox.queue("paper", certificate=row.id)
        return row


def publish(case: Application, *, by: Person) -> None:
    """Put a certificate into the public directory."""
    with transaction():
        row = _locked(case)
        lifecycle.advance(case, Action.PUBLISH_CERTIFICATE, by=by, detail={"number": row.number})
        if row.published_at is not None:
            raise ChangedMeanwhile(_("This certificate is in the directory already."))
        row.published_at = now()


def mark_of(case: Application, row: Certificate) -> str:
    """The mark of a certificate's printing as a page shows it; printed anew it has another."""
    return seen.mark(row.holder, row.issued_on, queries.times_reissued(case))


def reissue(case: Application, *, by: Person, reason: str, present_name: bool = False, read: str = "") -> None:
    """Print a certificate anew under the same number; with `present_name` to the holder's present name.

    `read` is the mark of the printing that was shown; ChangedMeanwhile when it was printed anew since.
    """
    with transaction():
        row = _locked(case)
        if read not in ("", mark_of(case, row)):
            raise ChangedMeanwhile(_("This certificate was reissued after you opened the page."),
                                   instead=_("Reload the page to see the new printing; it needs no second one."))
        before = row.holder
        if present_name:
            row.holder, row.holder_short = case.institution.name, case.institution.short_name
        lifecycle.advance(case, Action.REISSUE, by=by, reason=reason,
                          detail={"number": row.number, "holder": row.holder, "holder_before": before})
        row.reissued_on, row.paper_sha256 = today(), ""
        _refuse_unprintable(row)
        outbox.queue("paper", certificate=row.id)


def start_reverification(case: Application, *, by: Person) -> None:
    """Open the re-verification of a title; a leader decides on it."""
    with transaction():
        row = _locked(case)
        lifecycle.advance(case, Action.START_REVERIFICATION, by=by, detail={"number": row.number})
        row.reverifying = True


def keep_title(case: Application, *, by: Person, reason: str, until: date) -> None:
    """Keep a title after re-verification, with a new last day."""
    with transaction():
        row = _locked(case)
        lifecycle.advance(case, Action.KEEP_TITLE, by=by, reason=reason,
                          detail={"number": row.number, "expires_on": until.isoformat()})
        if until <= max(today(), row.expires_on or row.issued_on):
            raise Refused(_("The new last day must be later than today and than the present one."),
                          instead=_("Choose a later day, or withdraw the title."))
        row.expires_on, row.reverifying, row.paper_sha256 = until, False, ""
        outbox.queue("paper", certificate=row.id)


def withdraw_title(case: Application, *, by: Person, reason: str) -> None:
    """Withdraw a title that did not stand re-verification."""
    _end(case, Action.WITHDRAW_TITLE, by=by, reason=reason, as_="revoked")


def revoke(case: Application, *, by: Person, reason: str) -> None:
    """Revoke a certificate from today."""
    _end(case, Action.REVOKE, by=by, reason=reason, as_="revoked")


def cancel(case: Application, *, by: Person, reason: str) -> None:
    """Cancel a certificate whose holder has ceased to exist or given it up."""
    _end(case, Action.CANCEL, by=by, reason=reason, as_="cancelled")


def expire(case: Application, *, by: Person) -> None:
    """Close a case whose certificate's term has ended. Raises NotExpired."""
    with transaction():
        row = _locked(case)
        lifecycle.advance(case, Action.EXPIRE, by=by, detail={"number": row.number})
        if row.expires_on is None or row.expires_on >= today():
            raise NotExpired(_("The certificate is valid until %(day)s.",
                               day=format_date(row.expires_on, "long") if row.expires_on else "—"),
                             instead=_("Wait for the end of its term; a leader can revoke or cancel it before."))
        row.reverifying = False


def _end(case: Application, action: Action, *, by: Person, reason: str, as_: str) -> None:
    with transaction():
        row = _locked(case)
        lifecycle.advance(case, action, by=by, reason=reason, detail={"number": row.number})
        row.ended_as, row.ended_on, row.ended_reason, row.reverifying = as_, today(), reason, False


def begin(deed: str, cases: Sequence[Application], *, by: Person) -> Work:
    """Issue, publish or close several ("issue", "publish", "expire") as long work, each in a transaction of its own.

    A case that is refused says why in the report and stops no other.
    """
    return works.start(f"certificates-{deed}", [
        works.Row(case.id, case.institution.name, f"/certify/{case.id}") for case in cases], by=by)


@works.kind("certificates-issue", title=_l("Issuing certificates"), done=lazy_pgettext("work", "Issued"),
            home="certify.queue", serves={Role.OFFICER})
def _issue_one(number: int, by: Person) -> str:
    return issue(_case(number), by=by).number


@works.kind("certificates-publish", title=_l("Publishing certificates"), done=lazy_pgettext("work", "Published"),
            home="certify.queue", serves={Role.OFFICER})
def _publish_one(number: int, by: Person) -> str:
    publish(_case(number), by=by)
    return ""


@works.kind("certificates-expire", title=_l("Closing cases as expired"), done=lazy_pgettext("work", "Closed"),
            home="certify.terms", serves={Role.OFFICER})
def _expire_one(number: int, by: Person) -> str:
    expire(_case(number), by=by)
    return ""


def _case(number: int) -> Application:
    return db.session.get_one(Application, number)


def _locked(case: Application) -> Certificate:
    """The certificate of a case, both rows locked."""
    lifecycle.lock(case)
    row = db.session.scalar(select(Certificate).where(Certificate.application_id == case.id))
    if row is None:
        raise NothingIssued(_("There is no certificate for this case."), instead=_("It has to be issued first."))
    lock(row)
    return row


def _refuse_blocked(case: Application, day: date) -> None:
    notice = queries.notice_of(case)
    if notice is not None and day <= notice.last_day:
        raise NoticeRunning(
            _("The public notice of %(institution)s runs until %(day)s.", institution=case.institution.name,
              day=format_date(notice.last_day, "long")),
            instead=_("The certificate can be issued from the day after, if no objection is open."))
    count = queries.open_objections(case)
    if count:
        raise ObjectionOpen(
            _("%(count)s objections to %(institution)s are open.", count=count, institution=case.institution.name),
            instead=_("Answer them at the desk of public notices first."))


def _draft(case: Application, *, day: date) -> Certificate:
    """The certificate as it would be issued on that day; number and code are still to be drawn."""
    scheme, house = editions.get(case.edition), case.institution
    return Certificate(
        number=rules.number(scheme.certificate.number_pattern, year=day.year, serial=1), verify_code="0000-0000",
        scheme=scheme.id, edition=case.edition, year=day.year, serial=1, application_id=case.id,
        institution_id=house.id, holder=house.name, holder_short=house.short_name, institution_type=house.type.value,
        division_code=house.division_code, division=house.division.name, title=scheme.certificate.title,
        issued_on=day, expires_on=rules.validity_end(day, years=scheme.process.validity_years),
        dossier_digest=case.dossier_digest or "", published_at=None, reissued_on=None, ended_as="")


def _refuse_unprintable(row: Certificate) -> None:
    try:
        papers.render(row)
    except MissingGlyph as error:
        raise CannotBePrinted(
            _("No typeface of the portal can draw “%(character)s” in “%(name)s”.", character=error.named,
              name=row.holder),
            instead=_("Check the name in the registry; if it is right, the administrator adds the character to the "
                      "typeface.")) from error
    except TooLong as error:
        raise CannotBePrinted(
            _("The name %(name)s is too long for the certificate.", name=row.holder),
            instead=_("Check the name in the registry.")) from error


def _fresh_code() -> str:
    while True:
        code = rules.verify_code(secrets.token_bytes(16))
        if not db.session.scalar(select(exists().where(Certificate.verify_code == code))):
            return code
