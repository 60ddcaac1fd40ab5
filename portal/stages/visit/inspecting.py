"""What the team writes down on site: items, sampled points, problems, photos, re-checks; each deed one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO

from flask_babel import gettext as _

from portal import filing, lifecycle, scorecards, seen
from portal.clock import now, today
from portal.db import transaction
from portal.domain import acceptance, judging
from portal.domain.acceptance import Found, Recheck
from portal.domain.judging import Fault, Mark
from portal.domain.refusal import ChangedMeanwhile, Incomplete, Refused
from portal.domain.scheme import Item, Process
from portal.domain.workdays import add_workdays
from portal.domain.workflow import Action
from portal.intake import Examined
from portal.models.application import Application
from portal.models.person import Person
from portal.models.visit import Finding, SamplePoint, SiteScore, Visit, VisitPhoto
from portal.stages.visit import queries
from portal.stages.visit.actions import current
from portal.workcalendar import is_workday


class NotAllowedScore(Refused):
    """The item does not allow this site score."""


class NotThere(Refused):
    """What is to be changed is not part of this visit (any more)."""


class AlreadySent(Refused):
    """A problem that the institution was told about is part of the record."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A problem as it is written down; `item_id` may be empty."""

    what: str
    demand: str
    owner: str
    due_on: date
    item_id: str = ""


def due_by_default(process: Process) -> date:
    """The day until which a problem found today is to be rectified."""
    return add_workdays(today(), process.rectification_days, is_workday=is_workday)


def note_item(case: Application, item_id: str, *, found: Found, points: Decimal | None, not_applicable: bool = False,
              note: str = "", revision: int, by: Person) -> SiteScore:
    """Write what was found of an item; without points the score stays as reviewed. `revision` 0 means none yet.

    The same again changes nothing. Raises NotAllowedScore, ChangedMeanwhile.
    """
    with transaction() as session:
        lifecycle.lock(case)
        visit = queries.visit_of(case)
        row = next((one for one in visit.site_scores if one.item_id == item_id), None) if visit else None
        said = (found.value, None if not_applicable else points, not_applicable, note)
        if row is not None and (row.found, row.points, row.not_applicable, row.note) == said:
            return row
        lifecycle.advance(case, Action.INSPECT, by=by, detail={
            "item": item_id, "found": found.value, "points": None if points is None else str(points),
            "not_applicable": not_applicable, "note": note})
        visit = begin(case, by=by)
        _refuse_score(_item(case, item_id), Mark(points=said[1], not_applicable=not_applicable))
        if revision != (row.revision if row else 0):
            raise ChangedMeanwhile(_("%(item)s was saved by somebody else or in another tab in the meantime.",
                                             item=item_id),
                                   instead=_("Reload the page to see it, then enter your finding again."))
        if row is None:
            row = SiteScore(visit_id=visit.id, item_id=item_id, revision=0)
            session.add(row)
        row.found, row.points, row.not_applicable, row.note = said
        row.noted_by_id, row.noted_at, row.revision = by.id, now(), row.revision + 1
        return row


def _item(case: Application, item_id: str) -> Item:
    items = {one.id: one for one in scorecards.scheme_of(case).items(case.institution.type)}
    if item_id not in items:
        raise NotThere(_("The checklist of this institution has no item %(item)s.", item=item_id))
    return items[item_id]


def _refuse_score(item: Item, mark: Mark) -> None:
    match judging.fault(item, mark):
        case Fault.RANGE:
            raise NotAllowedScore(_("Enter 0 to %(max)s points.", max=format(item.points.normalize(), "f")))
        case Fault.STEP:
            raise NotAllowedScore(_("Points go in steps of %(step)s.", step=format(item.step.normalize(), "f")))
        case Fault.NOT_APPLICABLE:
            raise NotAllowedScore(_("This item must be scored: the standard knows no exception."))


def add_sample(case: Application, *, place: str, fixture: str, sound: bool, note: str = "", listed: int | None = None,
               by: Person) -> SamplePoint:
    """Write down a sampled point; `listed` is its number on the institution's list, when it was drawn from it.

    Raises ChangedMeanwhile when somebody has written down the point of this number.
    """
    with transaction() as session:
        lifecycle.advance(case, Action.INSPECT, by=by, detail={"sample": place, "listed": listed, "sound": sound})
        visit = begin(case, by=by)
        known = next((one for one in visit.samples if listed is not None and one.listed == listed), None)
        if known is not None:
            raise ChangedMeanwhile(
                _("Point %(n)s of the list has been written down already: %(place)s.", n=listed, place=known.place),
                instead=_("Correct it there if you saw something else."))
        row = SamplePoint(visit_id=visit.id, place=place, listed=listed, fixture=fixture, sound=sound, note=note,
                          noted_by_id=by.id, noted_at=now())
        session.add(row)
        session.flush()
        return row


def change_sample(case: Application, number: int, *, sound: bool, note: str, read: str = "",
                  by: Person) -> SamplePoint:
    """Correct whether a sampled point is sound, and what was seen; `read` is the mark of what was shown.

    Raises NotThere, ChangedMeanwhile.
    """
    with transaction():
        lifecycle.lock(case)
        row = _sample(queries.visit_of(case), number)
        if (row.sound, row.note) == (sound, note):
            return row
        seen.refuse_changed(read, row.sound, row.note)
        lifecycle.advance(case, Action.INSPECT, by=by, detail={"sample": row.place, "sound": sound, "note": note})
        begin(case, by=by)
        row.sound, row.note, row.noted_by_id, row.noted_at = sound, note, by.id, now()
        return row


def drop_sample(case: Application, number: int, *, by: Person) -> None:
    """Take a sampled point out of the record. Raises NotThere."""
    with transaction() as session:
        lifecycle.lock(case)
        row = _sample(queries.visit_of(case), number)
        lifecycle.advance(case, Action.INSPECT, by=by, detail={"sample": row.place, "dropped": True})
        begin(case, by=by)
        session.delete(row)


def _sample(visit: Visit | None, number: int) -> SamplePoint:
    for row in visit.samples if visit else []:
        if row.id == number:
            return row
    raise NotThere(_("This sampled point is no longer on the list."))


def add_finding(case: Application, problem: Problem, *, by: Person) -> Finding:
    """Write down a problem with its demand, owner and due day."""
    with transaction() as session:
        lifecycle.advance(case, Action.INSPECT, by=by, detail={"item": problem.item_id, "problem": problem.what})
        visit = begin(case, by=by)
        _refuse_problem(case, problem)
        row = Finding(visit_id=visit.id, found_by_id=by.id, found_at=now(), item_id=problem.item_id, what=problem.what,
                      demand=problem.demand, owner=problem.owner, due_on=problem.due_on)
        session.add(row)
        session.flush()
        return row


def seen_of(row: Finding) -> str:
    """A mark of how a problem stood when somebody began to correct it."""
    return acceptance.seed_of(row.what, row.demand, row.owner, row.due_on, row.item_id)


def change_finding(case: Application, number: int, problem: Problem, *, seen: str = "", by: Person) -> Finding:
    """Correct a problem that the institution has not been told about; `seen` is the mark of what was corrected.

    Raises NotThere, AlreadySent, ChangedMeanwhile.
    """
    with transaction():
        lifecycle.lock(case)
        row = _finding(queries.visit_of(case), number)
        if Problem(what=row.what, demand=row.demand, owner=row.owner, due_on=row.due_on or today(),
                   item_id=row.item_id) == problem:
            return row
        lifecycle.advance(case, Action.INSPECT, by=by, detail={
            "item": problem.item_id, "problem": problem.what, "finding": row.id})
        begin(case, by=by)
        _refuse_sent(case, row)
        _refuse_problem(case, problem)
        if seen not in ("", seen_of(row)):
            raise ChangedMeanwhile(_("This problem was changed by somebody else in the meantime. It now says: %(what)s",
                                     what="；".join(filter(None, [row.what, row.demand, row.owner]))),
                                   instead=_("Your text is still here: enter what is missing on the fresh page."))
        row.item_id, row.what, row.demand = problem.item_id, problem.what, problem.demand
        row.owner, row.due_on = problem.owner, problem.due_on
        return row


def drop_finding(case: Application, number: int, *, by: Person) -> None:
    """Take a problem that the institution has not been told about out of the record. Raises NotThere, AlreadySent."""
    with transaction() as session:
        lifecycle.lock(case)
        row = _finding(queries.visit_of(case), number)
        lifecycle.advance(case, Action.INSPECT, by=by, detail={"problem": row.what, "finding": row.id, "dropped": True})
        visit = begin(case, by=by)
        _refuse_sent(case, row)
        for photo in list(visit.photos):
            if photo.finding_id == row.id:
                session.delete(photo)
        session.flush()
        session.delete(row)


def recheck(case: Application, number: int, *, result: Recheck, note: str, read: str = "", by: Person) -> Finding:
    """Say how a problem came out when the team looked again; also for what was put right on the spot.

    A failure, and a problem put right before the institution was told, need a note; `read` is the mark of what was
    shown. Raises Incomplete, NotThere, ChangedMeanwhile.
    """
    with transaction():
        lifecycle.lock(case)
        row = _finding(queries.visit_of(case), number)
        if (row.recheck, row.recheck_note) == (result.value, note):
            return row
        seen.refuse_changed(read, row.recheck, row.recheck_note)
        lifecycle.advance(case, Action.INSPECT, by=by, detail={
            "item": row.item_id, "finding": row.id, "recheck": result.value, "note": note})
        begin(case, by=by)
        if not note.strip() and needs_note(row, result):
            raise Incomplete(_("Write what you saw at the re-check."),
                             instead=_("The note is part of the record that the institution reads."))
        row.recheck, row.recheck_note = result.value, note
        row.rechecked_at = None if result is Recheck.OPEN else now()
        return row


def _finding(visit: Visit | None, number: int) -> Finding:
    for row in visit.findings if visit else []:
        if row.id == number:
            return row
    raise NotThere(_("This problem is no longer on the list."))


def is_sent(case: Application, row: Finding) -> bool:
    """Whether the institution has been told about a problem."""
    sent = queries.sent_to_rectify(case)
    return bool(sent) and row.found_at <= sent[-1].at


def _refuse_sent(case: Application, row: Finding) -> None:
    if row.reported_at is not None or is_sent(case, row):
        raise AlreadySent(_("The institution has been told about this problem, so it stays in the record."),
                          instead=_("Re-check it, and write what you saw."))


def _refuse_problem(case: Application, problem: Problem) -> None:
    if problem.item_id:
        _item(case, problem.item_id)
    if not problem.what.strip():
        raise Incomplete(_("Write what the problem is."))
    if problem.due_on < today():
        raise Incomplete(_("The due day has passed."), instead=_("Choose a day from today on."))


def add_photo(case: Application, stream: BinaryIO, *, examined: Examined, taken_at: datetime | None, place: str = "",
              source: str = "", item_id: str = "", finding_id: int | None = None, by: Person) -> VisitPhoto:
    """Keep an examined photo of an item, of a problem, or of the site as a whole. Raises NotThere.

    `source` tells who wrote down time and place: "camera", "device" or nobody.
    """
    with transaction() as session:
        lifecycle.advance(case, Action.INSPECT, by=by, detail={
            "item": item_id, "finding": finding_id, "photo": examined.name, "sha256": examined.sha256})
        visit = begin(case, by=by)
        problem = _finding(visit, finding_id) if finding_id else None
        if item_id:
            _item(case, item_id)
        # a photo belongs to the visit, not to the institution's own library
        file = filing.keep(stream, sha256=examined.sha256, size=examined.size, mime=examined.mime,
                           kind=examined.kind.value, name=examined.name, pages=examined.pages, institution_id=None,
                           by=by)
        phase = "site" if problem is None else "after" if problem.reported_at else "before"
        row = VisitPhoto(visit_id=visit.id, item_id=problem.item_id if problem else item_id,
                         finding_id=finding_id, phase=phase, place=place[:120],
                         taken_at=taken_at if taken_at and taken_at < now() + timedelta(days=1) else None,
                         source=source, file_id=file.id)
        session.add(row)
        session.flush()
        return row


def drop_photo(case: Application, number: int, *, by: Person) -> None:
    """Take one of the team's photos out of the record; what was shown to the institution stays. Raises NotThere."""
    with transaction() as session:
        lifecycle.lock(case)
        visit = queries.visit_of(case)
        row = next((one for one in visit.photos if one.id == number), None) if visit else None
        if row is None:
            raise NotThere(_("This photo is no longer there."))
        lifecycle.advance(case, Action.INSPECT, by=by, detail={"item": row.item_id, "photo": row.file.name,
                                                               "dropped": True})
        visit = begin(case, by=by)
        if row.finding_id:
            _refuse_sent(case, _finding(visit, row.finding_id))
        session.delete(row)


def needs_note(row: Finding, result: Recheck) -> bool:
    """Whether a re-check with this result says nothing without a note."""
    return result is Recheck.FAILED or (result is Recheck.PASSED and row.reported_at is None)


def begin(case: Application, *, by: Person) -> Visit:
    """The visit of the team's member; writing anything after a rectification opens the verdict again."""
    visit = current(case, Action.INSPECT, by=by)
    if visit.verdict:
        visit.verdict, visit.verdict_reason, visit.verdict_at, visit.verdict_by_id = "", "", None, None
    return visit
