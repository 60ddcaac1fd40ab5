"""What the institution fills in: a case, answers, a report, evidence. Every change cancels a sign-off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import editions, filing, lifecycle, scorecards, seen, series, uploads
from portal.clock import now
from portal.db import lock, transaction
from portal.domain.answers import checked
from portal.domain.refusal import ChangedMeanwhile, Refused, RoundClosed
from portal.domain.scheme import Item, Scheme
from portal.domain.workflow import Action, check
from portal.intake import Examined
from portal.models.application import Answer, Application, Correction
from portal.models.evidence import Evidence, File
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.round import Round
from portal.models.upload import Upload
from portal.stages.apply.progress import as_plain


class NotEligible(Refused):
    """The scheme does not take institutions of this type, or the institution has a case in this round already."""


class AlreadyOpen(NotEligible):
    """The institution has a case in this round already; `case` is that one."""

    def __init__(self, case: Application) -> None:
        super().__init__(_("Your institution already has an application in this round."),
                         instead=_("Open it from the list of your applications."))
        self.case = case


class AlreadyAttached(Refused):
    """The same file answers the same request already."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer as filled in: points by hand, counts by id, chosen steps of the rubric, not applicable, a note."""

    points: Decimal | None = None
    counts: Mapping[str, Decimal] = field(default_factory=dict)
    steps: tuple[int, ...] = ()
    not_applicable: bool = False
    note: str = ""

    def stored_counts(self) -> dict[str, Any]:
        """Counts as plain JSON; the chosen steps of a rubric travel with them."""
        plain: dict[str, Any] = {key: format(value, "f") for key, value in self.counts.items()}
        return plain | ({"steps": list(self.steps)} if self.steps else {})

    def scored(self) -> dict[str, Any]:
        """The answer as scoring takes it."""
        if self.not_applicable:
            return {"na": True}
        said: dict[str, Any] = {"counts": dict(self.counts)} if self.counts else {}
        return said | ({"points": self.points} if self.points is not None else {})


def open_case(round_: Round, house: Institution, *, by: Person, carry: Application | None = None) -> Application:
    """Open a case in a round, with the answers and files of an earlier one when `carry` is given.

    RoundClosed outside the window, NotEligible for other types; a second case of the same institution is refused.
    """
    with transaction() as session:
        lock(house)  # a second application of the same institution waits for the first, and the round's dates stay
        lock(round_)
        if not round_.is_open(now()):
            raise RoundClosed(_("This round is not open for applications."),
                              instead=_("Watch the list of rounds: it shows when the next one opens."))
        scheme = editions.frozen(round_.edition, round_.edition_digest)
        if house.type not in scheme.eligible_types:
            raise NotEligible(_("This scheme does not take institutions of your type."),
                              instead=_("Choose another scheme, or have the type corrected in the registry."))
        if known := session.scalar(select(Application).where(Application.round_id == round_.id,
                                                             Application.institution_id == house.id)):
            raise AlreadyOpen(known)
        moment = now()
        serial = series.draw(f"application:{scheme.id}:{round_.year}")
        case = Application(
            number=scheme.certificate.application_pattern.format(year=round_.year, serial=serial), round=round_,
            institution=house, scheme=scheme.id, edition=round_.edition, edition_digest=round_.edition_digest,
            stage_since=moment, operator_id=by.id, created_at=moment, report={}, figures={})
        session.add(case)
        session.flush()
        lifecycle.advance(case, Action.OPEN, by=by, detail={
            "number": case.number, "edition": case.edition, "edition_digest": case.edition_digest,
            "carried_from": carry.number if carry else None})
        if carry is not None:
            _carry(carry, case, scheme, by=by)
        return case


def _carry(old: Application, case: Application, scheme: Scheme, *, by: Person) -> None:
    """Copy what still fits: answers, report and bindings; the files themselves stay where they are."""
    with transaction() as session:
        places = {item.id for item in scheme.items(case.institution.type)} | {one.id for one in scheme.prerequisites}
        for one in old.answers:
            if one.item_id in places:
                case.answers.append(Answer(
                    item_id=one.item_id, not_applicable=one.not_applicable, points=one.points, met=one.met,
                    counts=dict(one.counts), note=one.note, updated_at=now(), updated_by_id=by.id))
        case.report = {key: value for key, value in old.report.items() if key != "revision"}
        for bound in session.scalars(select(Evidence).where(Evidence.application_id == old.id)):
            if bound.item_id in places:
                session.add(Evidence(application_id=case.id, item_id=bound.item_id, request_id=bound.request_id,
                                     file_id=bound.file_id, bound_by_id=by.id, bound_at=now()))


def save_answer(case: Application, item: Item, said: Said, *, revision: int, by: Person) -> Answer:
    """Store the answer to one item; nothing is written when nothing changed.

    `revision` is the one that was read (0: none yet); ChangedMeanwhile when another tab saved since. InputErrors when
    figures do not fit the item (the form names them before).
    """
    scheme = scorecards.scheme_of(case)
    with transaction() as session:
        row = _row(case, item.id, by=by)
        checked(scheme, institution_type=case.institution.type.value, holds_water_certificate=False, statistics=None,
                averages=None, answers={item.id: said.scored()})
        points = None if said.not_applicable else said.points
        counts = said.stored_counts()
        if row is not None and (row.not_applicable, row.points, row.counts, row.note) == (
                said.not_applicable, points, counts, said.note):
            return row
        if (row.revision if row else 0) != revision:
            raise seen.stale()
        _do(case, Action.ANSWER, by=by, detail={
            "item": item.id, "na": said.not_applicable, "points": as_plain(points), "counts": counts,
            "revision": revision + 1})
        if row is None:
            row = Answer(application=case, item_id=item.id, revision=0, updated_at=now(), updated_by_id=by.id)
            session.add(row)
        row.not_applicable, row.points, row.counts, row.note = said.not_applicable, points, counts, said.note
        row.revision, row.updated_at, row.updated_by_id = revision + 1, now(), by.id
        return row


def save_conditions(case: Application, said: Mapping[str, tuple[bool | None, str]], *, revision: int,
                    by: Person) -> int:
    """Store yes or no (None: unanswered) and a note for the basic conditions by id, all at once.

    `revision` is the sum of the answers' revisions as read; gives the new sum.
    """
    with transaction() as session:
        lifecycle.lock(case)
        _may(case, Action.ANSWER, by=by)
        rows = {one.item_id: one for one in case.answers if one.item_id in said}
        changed = {place: met for place, (met, note) in said.items()
                   if ((rows[place].met, rows[place].note) if place in rows else (None, "")) != (met, note)}
        present = sum(one.revision for one in rows.values())
        if not changed:
            return present
        if present != revision:
            raise seen.stale()
        _do(case, Action.ANSWER, by=by, detail={"item": "、".join(changed), "met": changed})
        for place in changed:
            row = rows.get(place)
            if row is None:
                row = Answer(application=case, item_id=place, revision=0, counts={}, updated_at=now(),
                             updated_by_id=by.id)
                session.add(row)
            row.met, row.note = said[place]
            row.revision, row.updated_at, row.updated_by_id = row.revision + 1, now(), by.id
        return revision + len(changed)


def save_report(case: Application, texts: Mapping[str, str], *, revision: int, by: Person) -> int:
    """Store chapters of the self-report by key; gives the new revision."""
    with transaction():
        lifecycle.lock(case)
        _may(case, Action.ANSWER, by=by)
        present = int(case.report.get("revision", 0))
        if all(str(case.report.get(key, "")) == text for key, text in texts.items()):
            return present
        if present != revision:
            raise seen.stale()
        _do(case, Action.ANSWER, by=by, detail={
            "report": {key: len(text) for key, text in texts.items()}, "revision": revision + 1})
        case.report = {**case.report, **texts, "revision": revision + 1}
        return revision + 1


def reply_to_correction(case: Application, correction: Correction, reply: str, *, read: str = "", by: Person) -> None:
    """Say what was corrected; the recommending body or the bureau reads it beside its own words.

    `read` is the mark of the reply that stood there; ChangedMeanwhile when another window has written since.
    """
    with transaction():
        lifecycle.lock(case)
        lock(correction)
        if correction.reply == reply:
            return
        if read not in ("", seen.mark(correction.reply)):
            raise ChangedMeanwhile(_("This correction was answered in another window in the meantime: %(reply)s",
                                     reply=correction.reply),
                                   instead=_("Go back: what you typed is still in the form. Reload the page to see the "
                                             "answer, then write what is missing."))
        _do(case, Action.ANSWER, by=by, detail={"item": correction.item_id, "correction": correction.id})
        correction.reply = reply


def attach(case: Application, stream: BinaryIO, examined: Examined, *, item_id: str, request_id: str,
           by: Person) -> Evidence:
    """Keep an examined file in the institution's library and bind it to a request of an item or a condition."""
    with transaction() as session:
        _do(case, Action.ATTACH, by=by, detail={
            "item": item_id, "request": request_id, "sha256": examined.sha256, "name": examined.name})
        file = filing.keep(stream, sha256=examined.sha256, size=examined.size, mime=examined.mime,
                           kind=examined.kind.value, name=examined.name, pages=examined.pages,
                           institution_id=case.institution_id, by=by)
        return _bind(session, case, file, item_id=item_id, request_id=request_id, by=by)


def attach_upload(case: Application, upload: Upload, stream: BinaryIO, examined: Examined, *, item_id: str,
                  request_id: str, by: Person) -> Evidence:
    """Attach what arrived in pieces, once: a second finishing finds what the first one attached."""
    with transaction() as session:
        lifecycle.lock(case)
        lock(upload)
        if upload.file_id is not None:
            known = session.scalar(select(Evidence).where(
                Evidence.application_id == case.id, Evidence.item_id == item_id, Evidence.request_id == request_id,
                Evidence.file_id == upload.file_id))
            if known is None:
                raise ChangedMeanwhile(_("This file was attached and has been removed since."),
                                       instead=_("Reload the page to see what is attached."))
            return known
        bound = attach(case, stream, examined, item_id=item_id, request_id=request_id, by=by)
        uploads.finished(upload, bound.file_id)
        return bound


def reuse(case: Application, file: File, *, item_id: str, request_id: str, by: Person) -> Evidence:
    """Bind a file of the institution's library to a request."""
    with transaction() as session:
        _do(case, Action.ATTACH, by=by, detail={
            "item": item_id, "request": request_id, "sha256": file.sha256, "name": file.name, "from_library": True})
        return _bind(session, case, file, item_id=item_id, request_id=request_id, by=by)


def _bind(session: Any, case: Application, file: File, *, item_id: str, request_id: str, by: Person) -> Evidence:
    if session.scalar(select(Evidence.id).where(
            Evidence.application_id == case.id, Evidence.item_id == item_id, Evidence.request_id == request_id,
            Evidence.file_id == file.id)):
        raise AlreadyAttached(_("This file is attached here already."), instead=_("Choose another file."))
    bound = Evidence(application_id=case.id, item_id=item_id, request_id=request_id, file=file, bound_by_id=by.id,
                     bound_at=now())
    session.add(bound)
    session.flush()
    return bound


def detach(case: Application, bound: Evidence, *, by: Person) -> None:
    """Take a file off the case; it stays in the institution's library."""
    with transaction() as session:
        lifecycle.lock(case)
        lock(bound)
        _do(case, Action.DETACH, by=by, detail={
            "item": bound.item_id, "request": bound.request_id, "sha256": bound.file.sha256, "name": bound.file.name})
        session.delete(bound)


def _do(case: Application, action: Action, *, by: Person, detail: Mapping[str, Any]) -> None:
    """Record a change and cancel the sign-off, which was given for what stood there before."""
    lifecycle.lock(case)
    cancelled = case.signed_at is not None
    lifecycle.advance(case, action, by=by, detail={**detail, **({"sign_off_cancelled": True} if cancelled else {})})
    case.signed_by_id = case.signed_at = None


def _may(case: Application, action: Action, *, by: Person) -> None:
    check(action, lifecycle.standpoint(case, by))


def _row(case: Application, place: str, *, by: Person) -> Answer | None:
    """The stored answer under the case's lock, after making sure that this person may answer now."""
    lifecycle.lock(case)
    _may(case, Action.ANSWER, by=by)
    return next((one for one in case.answers if one.item_id == place), None)
