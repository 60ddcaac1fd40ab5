"""What an expert changes (scores, seal, recusal, questions) and how the moderator settles and concludes the review."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from portal import lifecycle, scorecards, seen
from portal.clock import now
from portal.db import db, lock, transaction
from portal.domain import judging, notices
from portal.domain.judging import Mark
from portal.domain.refusal import ChangedMeanwhile, Incomplete, Refused
from portal.domain.results import Outcome
from portal.domain.scheme import Visits
from portal.domain.workflow import Action
from portal.models.application import Application
from portal.models.person import Person
from portal.models.review import Clarification, Moderation, Sheet, SheetScore
from portal.stages.review import bench, queries, worksheet
from portal.stages.review.bench import Bench
from portal.stages.review.worksheet import Worksheet


class SheetSealed(Refused):
    """A sheet that is sealed or handed back takes no more scores."""


class OwnSheet(Refused):
    """Whoever scores a case does not moderate it."""


class NothingToSettle(Refused):
    """The sheets agree, or the disagreement is settled."""


class ResultFails(Refused):
    """The sheets say that the case does not pass."""


class ResultPasses(Refused):
    """The sheets say that the case passes."""


def score(sheet: Sheet, item_id: str, *, mark: Mark, revision: int, by: Person) -> Worksheet:
    """Write one item of a sheet; gives the sheet as it stands then, without the institution's claims.

    `revision` is the one that the page was built on (0: none yet).
    The same mark again changes nothing. Raises SheetSealed, ChangedMeanwhile, ActionNotAllowed, ConflictOfInterest,
    Incomplete for a mark that the item does not allow.
    """
    with transaction():
        case = _own(sheet, by=by)
        item = {one.id: one for one in worksheet.items(case)}.get(item_id)
        if item is None or judging.fault(item, mark):
            raise Incomplete(_("This item does not allow this score."), instead=_("Choose one of the scores shown."))
        if mark.basis and not queries.has_page(case, mark.basis):
            raise Incomplete(_("The page marked as the basis is not in the evidence of this case."),
                             instead=_("Open the page in the viewer and mark it again."))
        row = next((one for one in sheet.scores if one.item_id == item_id), None)
        if worksheet.mark_of(row) == mark:
            return worksheet.build(sheet, answers=())
        if revision != (row.revision if row else 0):
            raise ChangedMeanwhile(_("This item was saved in another tab in the meantime."),
                                   instead=_("Reload the page to see it, then enter your score again."))
        lifecycle.advance(case, Action.SCORE, by=by, detail={
            "sheet": sheet.id, "item": item_id, "points": None if mark.points is None else str(mark.points),
            "not_applicable": mark.not_applicable, "reason": mark.reason,
            "basis": [mark.basis.evidence, mark.basis.page] if mark.basis else None, "steps": list(mark.steps)})
        if row is None:
            row = SheetScore(item_id=item_id, revision=0)
            sheet.scores.append(row)
        row.points, row.not_applicable, row.reason = mark.points, mark.not_applicable, mark.reason
        row.basis_id, row.basis_page = (mark.basis.evidence, mark.basis.page) if mark.basis else (None, None)
        row.steps = list(mark.steps) or None
        row.revision, row.updated_at = row.revision + 1, now()
        return worksheet.build(sheet, answers=())


def comment(sheet: Sheet, text: str, *, read: str = "", by: Person) -> None:
    """Write the overall comment; `read` is the mark of the one that was shown. Raises ChangedMeanwhile, SheetSealed."""
    with transaction():
        case = _own(sheet, by=by)
        if sheet.comment != text:
            seen.refuse_changed(read, sheet.comment)
            lifecycle.advance(case, Action.SCORE, by=by, detail={"sheet": sheet.id, "comment": True})
            sheet.comment = text


def seal(sheet: Sheet, *, comment: str, read: str = "", by: Person) -> bool:
    """Seal a sheet for good; the last one gives the case its result and tells the moderators: True then.

    `read` is the mark of the comment that was shown. Raises ChangedMeanwhile, Incomplete with every item that lacks
    its score or its reason.
    """
    with transaction():
        case = _own(sheet, by=by)
        if sheet.comment != comment:
            seen.refuse_changed(read, sheet.comment)
        page = worksheet.build(sheet)
        if page.unscored:
            raise Incomplete(_("These items are not scored yet: %(items)s.", items=_named(page.unscored)),
                             instead=_("Score them, then seal the sheet."))
        if page.unreasoned:
            raise Incomplete(_("These scores need a reason: %(items)s.", items=_named(page.unreasoned)),
                             instead=_("Write the reasons, then seal the sheet."))
        sheets = _sheets(case)
        states = ["sealed" if one.id == sheet.id else one.state for one in sheets]
        last = judging.complete(states, experts=scorecards.scheme_of(case).process.experts)
        lifecycle.advance(case, Action.SEAL, by=by, detail={"sheet": sheet.id, "total": str(page.total)},
                          tell=(notices.SHEETS_COMPLETE,) if last else ())
        sheet.state, sheet.sealed_at, sheet.total, sheet.comment = "sealed", now(), page.total, comment
        if last:
            _keep_result(case, bench.outcome(case, [one for one in sheets if one.state == "sealed"]))
        return last


def recuse(sheet: Sheet, *, reason: str, by: Person) -> None:
    """Hand a sheet back; another expert has to be assigned unless enough others have sealed theirs."""
    with transaction():
        case = _own(sheet, by=by)
        sheets = _sheets(case)
        states = ["recused" if one.id == sheet.id else one.state for one in sheets]
        last = judging.complete(states, experts=scorecards.scheme_of(case).process.experts)
        lifecycle.advance(case, Action.RECUSE, by=by, reason=reason, detail={"sheet": sheet.id, "expert": by.id},
                          tell=(notices.SHEETS_COMPLETE,) if last else ())
        sheet.state, sheet.recused_reason = "recused", reason
        if last:
            _keep_result(case, bench.outcome(case, [one for one in sheets if one.state == "sealed"]))


def ask(case: Application, *, question: str, item_id: str = "", sheet: Sheet | None = None,
        by: Person) -> Clarification:
    """Ask the institution, which does not learn who asked; `sheet` is the asking expert's, None for a moderator.

    The same question again, while it waits for its answer, is the one that was asked.
    """
    with transaction() as session:
        if sheet is not None:
            case = _own(sheet, by=by)
        lifecycle.lock(case)
        known = session.scalar(select(Clarification).where(
            Clarification.application_id == case.id, Clarification.asked_by_id == by.id,
            Clarification.item_id == item_id, Clarification.question == question, Clarification.answered_at.is_(None)))
        if known is not None:
            return known
        lifecycle.advance(case, Action.ASK_CLARIFICATION, by=by, detail={"item": item_id})
        row = Clarification(application_id=case.id, sheet_id=sheet.id if sheet else None, item_id=item_id,
                            question=question, asked_by_id=by.id, asked_at=now())
        session.add(row)
        session.flush()
        return row


def stand(case: Application, *, reason: str, by: Person) -> Moderation:
    """Settle a disagreement by letting the result stand. Raises NothingToSettle, OwnSheet."""
    with transaction() as session:
        found = _bench(case, by=by)
        if not found.to_settle or found.outcome is None or found.outcome.combined is None:
            raise NothingToSettle(_("The sheets do not contradict each other, or this is settled already."),
                                  instead=_("Conclude the review."))
        spread = found.outcome.combined.spread
        lifecycle.advance(case, Action.MODERATE, by=by, reason=reason, detail={"spread": str(spread)})
        row = Moderation(application_id=case.id, moderator_id=by.id, outcome="stands", spread=spread, reason=reason,
                         settled_at=now())
        session.add(row)
        _keep_result(case, found.outcome)
        return row


def reopen(case: Application, *, sheets: Collection[int], until: datetime, reason: str, by: Person) -> list[Sheet]:
    """Give sealed sheets back to their experts, who are told the reason; the earlier result is cleared.

    Raises NothingToSettle when none of `sheets` (ids) is a sealed sheet of this case, OwnSheet.
    """
    with transaction() as session:
        found = _bench(case, by=by)
        chosen = [sheet for sheet in found.sealed if sheet.id in sheets]
        if not chosen:
            raise NothingToSettle(_("None of these sheets is sealed."), instead=_("Reload the page."))
        spread = found.outcome.combined.spread if found.outcome and found.outcome.combined else None
        for sheet in chosen:
            lifecycle.advance(case, Action.REOPEN_SHEET, by=by, reason=reason,
                              detail={"expert": sheet.expert_id, "sheet": sheet.id, "total": str(sheet.total)})
            sheet.state, sheet.sealed_at, sheet.total, sheet.due_at = "assigned", None, None, until
        session.add(Moderation(application_id=case.id, moderator_id=by.id, outcome="reopened", spread=spread or 0,
                               reason=reason, settled_at=now()))
        case.review_result = case.review_spread = None
        return chosen


def pass_review(case: Application, *, reason: str = "", by: Person) -> None:
    """Conclude that the case passes; in a scheme that visits a sample, draw whether this one is visited.

    Raises Incomplete while sheets are missing or a disagreement is not settled, ResultFails, OwnSheet.
    """
    with transaction():
        found = _decided(_bench(case, by=by))
        if not found.passed:
            raise ResultFails(_("By its sheets this case does not pass: %(reasons)s", reasons=_told(found)),
                              instead=_("Conclude it as not passed, or reopen sheets with a reason."))
        process = scorecards.scheme_of(case).process
        drawn = process.visits is Visits.ALL or judging.drawn(case.number, share=process.sample_share)
        lifecycle.advance(case, Action.PASS_REVIEW, by=by, reason=reason,
                          detail={"result": str(found.total), "drawn_for_visit": drawn})
        _keep_result(case, found)
        case.drawn_for_visit = drawn


def fail_review(case: Application, *, reason: str, by: Person) -> None:
    """Conclude that the case does not pass; the institution reads the reason.

    Raises Incomplete while sheets are missing or a disagreement is not settled, ResultPasses, OwnSheet.
    """
    with transaction():
        found = _decided(_bench(case, by=by))
        if found.passed:
            raise ResultPasses(_("By its sheets this case passes, so it cannot be concluded as not passed."),
                               instead=_("Reopen sheets with a reason if they overlooked something; "
                                         "the leader can still decide otherwise."))
        lifecycle.advance(case, Action.FAIL_REVIEW, by=by, reason=reason, detail={"result": str(found.total)})
        _keep_result(case, found)


def _bench(case: Application, *, by: Person) -> Bench:
    """Lock the case and lay its sheets side by side; nobody moderates a case that he or she scored."""
    lifecycle.lock(case)
    sheets = _sheets(case)
    if any(sheet.expert_id == by.id for sheet in sheets):
        raise OwnSheet(_("You were assigned to score this case, so you cannot moderate it."),
                       instead=_("Another moderator can."))
    return bench.build(case, sheets, queries.moderations(case))


def _decided(found: Bench) -> Outcome:
    if not found.complete or found.outcome is None:
        raise Incomplete(_("%(sealed)s of %(experts)s sheets are sealed.", sealed=len(found.sealed),
                           experts=max(found.scheme.process.experts, len(found.active))),
                         instead=_("The review can be concluded when all sheets are sealed."))
    if found.to_settle:
        raise Incomplete(_("The sheets contradict each other: %(reasons)s", reasons=_told(found.outcome, fails=False)),
                         instead=_("Let the result stand with a reason, or reopen sheets."))
    return found.outcome


def _told(found: Outcome, *, fails: bool = True) -> str:
    return " ".join(reason.line(str(get_locale() or "zh")) for reason in found.reasons if reason.fails is fails)


def _keep_result(case: Application, found: Outcome | None) -> None:
    case.review_result = found.total if found else None
    case.review_spread = found.combined.spread if found and found.combined else None


def _own(sheet: Sheet, *, by: Person) -> Application:
    """Lock the case, read the sheet anew and refuse whoever may no longer write on it."""
    # by its key: the row itself is read under the lock
    case = lifecycle.lock_found(select(Application).join(Sheet).where(Sheet.id.in_(inspect(sheet).identity or ())))
    lock(sheet)
    if sheet.expert_id != by.id or sheet.state != "assigned":
        raise SheetSealed(_("This sheet is sealed or was handed back, so nothing on it can be changed."),
                          instead=_("The moderator can reopen a sealed sheet."))
    return case


def _sheets(case: Application) -> list[Sheet]:
    """Every sheet of a case with its scores, read anew under the lock."""
    return list(db.session.scalars(
        select(Sheet).where(Sheet.application_id == case.id).order_by(Sheet.id)
        .options(selectinload(Sheet.scores)).execution_options(populate_existing=True)))


def _named(lines: Sequence[worksheet.Line]) -> str:
    chinese = str(get_locale() or "zh").startswith("zh")
    return "、".join(f"{line.item.id} {line.item.title if chinese else line.item.title_en}" for line in lines)
