"""What leaves the institution's hands: sign-off, submission, correction, withdrawal, clarification, rectification."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import filing, lifecycle, scorecards, seen
from portal.clock import now
from portal.db import lock, transaction
from portal.domain.evidence import dossier_digest
from portal.domain.refusal import ChangedMeanwhile, Incomplete, Refused, RoundClosed
from portal.domain.workflow import Action, Role, Stage, check
from portal.intake import Examined
from portal.models.application import Application
from portal.models.evidence import File
from portal.models.person import Person
from portal.models.review import Clarification
from portal.models.visit import Finding, Visit, VisitPhoto
from portal.stages.apply import queries
from portal.stages.apply.progress import Progress, as_plain, dossier_entries
from portal.web.filters import title_of

HANDS_IN: dict[Stage, Action] = {
    Stage.DRAFT: Action.SUBMIT, Stage.CORRECTING: Action.RESUBMIT, Stage.SUPPLEMENTING: Action.SUPPLY,
    Stage.CANDIDATE: Action.FINISH_CREATION,
}
"""What handing in is called at each stage at which the case is with the institution."""


class SamePerson(Refused):
    """Whoever filled in the case cannot sign it off, and whoever signed it off cannot hand it in."""


class NotSigned(Refused):
    """The head of the institution has not signed off what stands there now."""


class AlreadySigned(ChangedMeanwhile):
    """Another head of the institution has signed off what stands there."""


class AlreadyAnswered(Refused):
    """The question has an answer."""


def missing_names(state: Progress, *, most: int = 12) -> list[str]:
    """Everything that stands in the way, by name, in the reader's language."""
    names = [gettext("Condition %(id)s is not answered", id=one.id) for one in state.unanswered]
    names += [gettext("Condition %(id)s is not met: without it nobody can apply", id=one.id) for one in state.unmet]
    names += [gettext("Statistics of %(year)s are not reported", year=year) for year in state.unreported]
    names += [gettext("%(id)s %(title)s is not answered", id=row.item.id, title=title_of(row.item))
              for row in state.unscored]
    names += [gettext("%(id)s lacks “%(name)s”", id=lack.place.id, name=title_of(lack.request)) for lack in state.lacks]
    names += [gettext("Chapter “%(title)s” of the self-report is not written", title=chapter_name(one))
              for one in state.chapters_left]
    names += [gettext("The correction asked of %(id)s is not answered", id=one.item_id or gettext("the whole"))
              for one in state.unanswered_corrections]
    rest = len(names) - most
    return names if rest <= 0 else [*names[:most], gettext("and %(n)s more", n=rest)]


def chapter_name(chapter: Any) -> str:
    """The title of a chapter in the reader's language."""
    from portal.web.filters import chinese
    return str(chapter.title.say("zh" if chinese() else "en"))


def sign_off(case: Application, *, by: Person) -> None:
    """The head of the institution stands for the dossier as it is now; any later change cancels it.

    Pressed again by the same head it changes nothing; AlreadySigned when another head has signed.
    """
    with transaction():
        lifecycle.lock(case)
        check(Action.SIGN_OFF, lifecycle.standpoint(case, by))
        if case.signed_by_id == by.id:
            return
        if case.signed_at is not None:
            raise AlreadySigned(_("Another head of the institution has signed this off already."),
                                instead=_("The operator can hand it in; a change would ask for a new signature."))
        if by.id in queries.answered_by(case):
            raise SamePerson(_("You filled in this application or attached files to it, so you cannot sign it off."),
                             instead=_("The head of the institution signs with an account of his or her own."))
        state = queries.progress_of(case)
        _complete(state)
        lifecycle.advance(case, Action.SIGN_OFF, by=by, detail={
            "self_total": as_plain(state.sheet.total), "dossier": digest_of(case)})
        case.signed_by_id, case.signed_at = by.id, now()


def hand_in(case: Application, *, by: Person) -> Action:
    """Submit, submit the correction, supply what was asked or report the creation period finished, as the stage has it.

    Freezes figures, self-score and the dossier's digest. RoundClosed, Incomplete (naming all that is missing),
    NotSigned, SamePerson.
    """
    with transaction():
        lifecycle.lock(case)
        # said before the table, which of an operator who signed only knows that she has another role here
        if case.signed_by_id == by.id and Role.APPLICANT in by.roles:
            raise SamePerson(_("You signed this application off, so somebody else hands it in."),
                             instead=_("The operator submits it from the same page."))
        action = HANDS_IN.get(Stage(case.stage), Action.SUBMIT)
        check(action, lifecycle.standpoint(case, by))
        moment = now()
        if action is Action.SUBMIT and not case.round.is_open(moment):
            raise RoundClosed(_("The round is closed: applications could be submitted from its opening to its "
                                "deadline."),
                              instead=_("Your answers and files are kept and can be carried into the next round."))
        state = queries.progress_of(case)
        _complete(state)
        if case.signed_at is None:
            raise NotSigned(_("The head of the institution has not signed off what stands here now."),
                            instead=_("Ask the head to sign; a change after signing asks for a new signature."))
        late = case.due_at is not None and moment > case.due_at
        figures = scorecards.present_figures(case)
        sheet = scorecards.self_score(case, case.answers, figures=figures)
        digest = digest_of(case)
        lifecycle.advance(case, action, by=by, detail={
            "self_total": as_plain(sheet.total), "dossier": digest, "figures_year": figures["year"],
            **({"late": True} if late else {})})
        case.figures, case.self_total, case.dossier_digest = figures, sheet.total, digest
        case.submitted_at = case.submitted_at if action is not Action.SUBMIT and case.submitted_at else moment
        for one in queries.corrections(case):
            if one.resolved_at is None:
                one.resolved_at = moment
        return action


def withdraw(case: Application, *, reason: str, by: Person) -> None:
    """End the case before it is decided."""
    with transaction():
        lifecycle.advance(case, Action.WITHDRAW, by=by, reason=reason)


def clarify(case: Application, question: Clarification, answer: str, *, by: Person) -> None:
    """Answer a question of an expert, once."""
    with transaction():
        lifecycle.lock(case)
        lock(question)
        lifecycle.advance(case, Action.CLARIFY, by=by, detail={"clarification": question.id, "item": question.item_id})
        if question.answered_at is not None:
            raise AlreadyAnswered(_("This question has been answered already."),
                                  instead=_("Reload the page to read the answer."))
        question.answer, question.answered_by_id, question.answered_at = answer, by.id, now()


def report_rectification(case: Application, finding: Finding, *, report: str, read: str = "",
                         photos: Sequence[tuple[BinaryIO, Examined]] = (), by: Person) -> None:
    """Say how a problem was put right, with pictures of it; can be changed until all are reported done.

    The same again changes nothing, a picture that is there already is not shown twice. `read` is the mark of the
    report that was shown; ChangedMeanwhile when another window has saved since.
    """
    with transaction() as session:
        lifecycle.lock(case)
        lock(finding)
        shown = set(session.scalars(select(File.sha256).join(VisitPhoto, VisitPhoto.file_id == File.id).where(
            VisitPhoto.finding_id == finding.id, VisitPhoto.phase == "after")))
        photos = [one for one in photos if one[1].sha256 not in shown]
        again = finding.reported_at is not None and finding.report == report and (
            finding.rechecked_at is None or finding.reported_at > finding.rechecked_at)
        if again and not photos:
            return
        if finding.report != report:
            seen.refuse_changed(read, finding.report)
        lifecycle.advance(case, Action.REPORT_RECTIFICATION, by=by, detail={
            "finding": finding.id, "item": finding.item_id, "photos": [one.sha256 for _stream, one in photos]})
        if finding.recheck == "passed":
            raise AlreadyAnswered(_("This problem has passed its re-check; there is nothing left to report."),
                                  instead=_("Look at the other problems on the page."))
        finding.report, finding.reported_at = report, now()
        for stream, one in photos:
            file = filing.keep(stream, sha256=one.sha256, size=one.size, mime=one.mime, kind=one.kind.value,
                               name=one.name, pages=one.pages, institution_id=case.institution_id, by=by)
            session.add(VisitPhoto(visit_id=finding.visit_id, item_id=finding.item_id, finding_id=finding.id,
                                   phase="after", file=file))


def finish_rectification(case: Application, *, by: Person) -> None:
    """Hand the case back to the acceptance team; every problem needs a report and a picture of what it is like now."""
    with transaction():
        lifecycle.lock(case)
        check(Action.FINISH_RECTIFICATION, lifecycle.standpoint(case, by))
        found = rectifications(queries.visits(case))
        left = [gettext("“%(what)s” has no report or no picture", what=one.what[:24])
                for one, done in found if not done]
        if left:
            raise Incomplete(gettext("Not every problem is reported put right: %(names)s.", names="；".join(left)),
                             instead=_("Report each of them with at least one picture, then hand in again."))
        lifecycle.advance(case, Action.FINISH_RECTIFICATION, by=by,
                          detail={"findings": [one.id for one, _done in found]})


def rectifications(visits: Iterable[Visit]) -> list[tuple[Finding, bool]]:
    """The problems that have not passed a re-check, each with whether it is reported put right since the last one."""
    found = []
    for visit in visits:
        for one in visit.findings:
            if one.recheck == "passed":
                continue
            pictured = any(photo.finding_id == one.id and photo.phase == "after" for photo in visit.photos)
            fresh = one.reported_at is not None and (one.rechecked_at is None or one.reported_at > one.rechecked_at)
            found.append((one, bool(one.report.strip()) and fresh and pictured))
    return found


def digest_of(case: Application) -> str:
    """The digest over everything attached."""
    return dossier_digest(dossier_entries(queries.evidence(case)))


def _complete(state: Progress) -> None:
    if not state.complete:
        raise Incomplete(gettext("Something is missing: %(names)s.", names="；".join(missing_names(state))),
                         instead=_("Complete it from the task list; every line there leads to its place."))
