"""What the bureau's officer does: ask for a supplement, admit, list as candidate, refuse, assign experts."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

from flask_babel import gettext as _

from portal import lifecycle, scorecards, workcalendar
from portal.clock import CHINA, now, today
from portal.db import lock, transaction
from portal.domain.assignment import Conflict, ConflictCode, ConflictOfInterest
from portal.domain.refusal import Incomplete, Refused
from portal.domain.workdays import add_workdays
from portal.domain.workflow import Action, Stage
from portal.dossier import dossier
from portal.models.application import Application, Correction
from portal.models.person import Person
from portal.models.review import Clarification, Sheet
from portal.stages.screen import board, queries

SUPPLEMENT_DAYS = 5


class SheetSealed(Refused):
    """A sealed sheet is part of the result; it is reopened by the moderator, never taken away."""


class AlreadyAssigned(Refused):
    """The expert has this case already."""


class NotAnExpert(Refused):
    """The person chosen is not an active expert."""


class WrongDay(Refused):
    """A deadline in the past."""


def open_to(case: Application, *, by: Person) -> frozenset[Action]:
    """The deeds that this person may do on this case now."""
    return frozenset(lifecycle.actions_open(case, by))


def ask_supplement(case: Application, reasons: Mapping[str, str], *, by: Person, summary: str,
                   due_on: date | None = None) -> None:
    """Ask the institution to supply what is missing: a reason for each point, all at once, and a day.

    `reasons` by the id of an item or a basic condition; "" stands for the application as a whole.
    """
    asked = {key: text.strip() for key, text in reasons.items() if text.strip()}
    if not asked:
        raise Incomplete(_("Nothing to supply is named."), instead=_("Give a reason for every item concerned."))
    due = _end_of(due_on or default_due())
    with transaction() as session:
        lifecycle.advance(case, Action.ASK_SUPPLEMENT, by=by, reason=summary, detail={"items": sorted(asked)})
        case.due_at = due
        session.add_all(Correction(application_id=case.id, desk="screen", item_id=key, reason=text, asked_by_id=by.id,
                                   asked_at=now()) for key, text in asked.items())


def admit(case: Application, *, by: Person, note: str = "") -> None:
    """Pass a case on to expert review.

    Points that the checklist leaves open need a note that goes on record; a basic condition answered with no bars it.
    """
    with transaction():
        lifecycle.lock(case)
        open_points = _checked(case, note)
        lifecycle.advance(case, Action.ADMIT, by=by, detail=_on_record(open_points, note))
        case.due_at = case.round.review_by


def list_candidate(case: Application, *, by: Person, note: str = "") -> None:
    """Put a case on the candidate list; its creation period begins. The same check as for `admit`."""
    with transaction():
        lifecycle.lock(case)
        open_points = _checked(case, note)
        lifecycle.advance(case, Action.LIST_CANDIDATE, by=by, detail=_on_record(open_points, note))
        case.due_at = _end_of(_months_on(today(), scorecards.scheme_of(case).process.creation_months))


def _checked(case: Application, note: str) -> list[queries.Check]:
    if case.stage != Stage.SCREENING:
        return []  # advance() refuses by the table
    said = queries.opinion(case)
    points = [one for one in queries.checklist(case, dossier(case), said[0] if said else None) if not one.holds]
    for one in points:
        if one.bars:
            raise Incomplete(_("%(what)s: %(say)s.", what=one.what, say=one.say),
                             instead=_("Ask for a supplement if the answer is a mistake; otherwise find the "
                                       "application ineligible."))
    if points and not note.strip():
        raise Incomplete(
            _("The checklist leaves points open: %(points)s", points=_("; ").join(one.what for one in points)),
            instead=_("Ask for a supplement, or write why the application can go on; the note is put on record."))
    return points


def _on_record(points: Iterable[queries.Check], note: str) -> dict[str, object]:
    named = [one.what for one in points]
    return {"open_points": named, "note": note.strip()} if named else {}


def find_ineligible(case: Application, *, by: Person, reason: str) -> None:
    """End a case because it may not apply; the institution reads the reason."""
    with transaction():
        lifecycle.advance(case, Action.FIND_INELIGIBLE, by=by, reason=reason)


def assign(case: Application, expert: Person, *, by: Person) -> Sheet:
    """Give a case to an expert. ConflictOfInterest names every tie; a recused expert is not asked again."""
    return assign_all([(case, expert)], by=by)[0]


def assign_all(chosen: Sequence[tuple[Application, Person]], *, by: Person) -> list[Sheet]:
    """Give several cases to experts, all or none."""
    with transaction():
        lifecycle.lock_all({case for case, _expert in chosen})
        return [_assign(case, expert, by=by) for case, expert in chosen]


def _assign(case: Application, expert: Person, *, by: Person) -> Sheet:
    if board.expert(expert.id) is None:
        raise NotAnExpert(_("%(name)s is not an active expert.", name=expert.name),
                          instead=_("Choose somebody who holds the expert's role."))
    ties = board.ties_between(case, expert)
    with transaction() as session:
        lifecycle.lock(case)
        own = next((one for one in queries.sheets(case) if one.expert_id == expert.id), None)
        if own is not None and own.state == "recused":
            ties = ties or (Conflict(ConflictCode.DECLARED, case.institution_id),)
        if expert.id == by.id:
            ties = ties or (Conflict(ConflictCode.OTHER_ROLE, case.id),)
        if ties:
            raise ConflictOfInterest(ties)
        if own is not None:
            raise AlreadyAssigned(_("%(name)s has this case already.", name=expert.name),
                                  instead=_("Choose somebody else."))
        lifecycle.advance(case, Action.ASSIGN, by=by, detail={"expert": expert.id})
        sheet = Sheet(application_id=case.id, expert_id=expert.id, assigned_by_id=by.id, assigned_at=now(),
                      due_at=case.round.review_by, state="assigned")
        session.add(sheet)
        session.flush()
        return sheet


def unassign(sheet: Sheet, *, by: Person) -> None:
    """Take an unsealed sheet back, with the scores on it; questions already asked stay with the case."""
    with transaction() as session:
        case = sheet.application
        lifecycle.lock(case)
        lock(sheet)
        if sheet.state == "sealed":
            raise SheetSealed(_("This sheet is sealed and counts in the result."),
                              instead=_("The moderator can reopen it with a reason."))
        if sheet.state == "recused":
            raise SheetSealed(_("The expert has stood back from this case; the record of that stays."),
                              instead=_("Assign somebody else."))
        lifecycle.advance(case, Action.UNASSIGN, by=by, detail={"expert": sheet.expert_id})
        for question in session.query(Clarification).filter_by(sheet_id=sheet.id):
            question.sheet_id = None
        session.flush()
        session.delete(sheet)


def default_due() -> date:
    """The day by which a supplement is asked for unless another is named."""
    return add_workdays(today(), SUPPLEMENT_DAYS, is_workday=workcalendar.is_workday)


def _end_of(day: date) -> datetime:
    if day < today():
        raise WrongDay(_("The day by which to answer has passed already."), instead=_("Name a day from today on."))
    return datetime.combine(day, time(18), CHINA)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
