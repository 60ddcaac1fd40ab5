"""Teams appointed, visits planned and concluded: each deed one transaction."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from portal import lifecycle, scorecards, seen
from portal.clock import CHINA, in_china, now
from portal.db import transaction
from portal.domain.acceptance import Recheck, may_require, seed_of
from portal.domain.refusal import Incomplete, Refused
from portal.domain.workflow import MOVES, Action, ActionNotAllowed, Role, Stage
from portal.models.application import Application
from portal.models.person import Person
from portal.models.visit import Visit, VisitMember
from portal.stages.visit import queries, site_sheet
from portal.stages.visit.site_sheet import SiteSheet


class TeamRefused(Refused):
    """These people cannot be the team: a conflict of interest, a missing role, nobody leads or nobody goes along."""


class NotSampled(Refused):
    """A case drawn for a visit, or one that has a team, is not accepted on documents."""


class NotOverdue(Refused):
    """The time to rectify is not over yet."""


class RecheckUsedUp(Refused):
    """The scheme allows no further re-check."""


def team_of(visit: Visit | None) -> list[object]:
    """Who is on the team, and in which turn, as a page shows it."""
    return [visit.turn, sorted([one.person_id, one.leads] for one in visit.members)] if visit else []


def appoint(case: Application, *, leader: Person, members: Sequence[Person], read: str = "", by: Person) -> Visit:
    """Appoint or change the acceptance team: one leader and at least one member; the same team again changes nothing.

    `read` is the mark of the team that was shown; ChangedMeanwhile when somebody appointed another since.

    While nothing is recorded the visit keeps its turn; afterwards a changed team gets a new turn that takes over what
    was recorded. Raises TeamRefused naming who cannot go and why.
    """
    with transaction() as session:
        lifecycle.lock(case)
        people = list({one.id: one for one in (leader, *members)}.values())
        visit = queries.visit_of(case)
        wanted = sorted([one.id, one is leader] for one in people)
        if visit is not None and case.stage == Stage.VISITING and team_of(visit) == [visit.turn, wanted]:
            return visit
        seen.refuse_changed(read, *team_of(visit))
        turn = 1 if visit is None else visit.turn + bool(_begun(visit))
        lifecycle.advance(case, Action.APPOINT_TEAM, by=by, detail={
            "turn": turn, "leader": leader.id, "members": [one.id for one in people[1:]]})
        _refuse_team(case, people)
        if visit is None or turn != visit.turn:
            fresh = Visit(application_id=case.id, turn=turn, appointed_by_id=by.id, appointed_at=now(),
                          seed=visit.seed if visit else seed_of(case.dossier_digest, now().isoformat()))
            session.add(fresh)
            session.flush()
            if visit is not None:
                _take_over(fresh, visit)
            visit = fresh
        else:
            visit.appointed_by_id, visit.appointed_at = by.id, now()
            visit.members.clear()
            session.flush()
        visit.members.extend(VisitMember(person_id=one.id, leads=one is leader) for one in people)
        return visit


def _begun(visit: Visit) -> bool:
    queries.records(visit)
    return bool(visit.site_scores or visit.samples or visit.findings or visit.photos or visit.verdict)


def _take_over(fresh: Visit, before: Visit) -> None:
    """Hand what was recorded to the new turn; who noted it stays on each row."""
    for attribute in ("site_scores", "samples", "findings", "photos", "rivals"):
        for row in list(getattr(before, attribute)):
            row.visit = fresh
    fresh.planned_on, fresh.place, fresh.attendees = before.planned_on, before.place, before.attendees


def _refuse_team(case: Application, people: Sequence[Person]) -> None:
    if len(people) < 2:
        raise TeamRefused(_("A team has a leader and at least one member."), instead=_("Choose one more person."))
    known = {one.person.id: one for one in queries.candidates(case, only=[one.id for one in people])}
    for at, person in enumerate(people):
        one = known.get(person.id)
        if one is None or not (one.may_inspect if at else one.may_lead):
            role = _("a team member") if at else _("the team leader")
            raise TeamRefused(_("%(name)s does not hold the role of %(role)s.", name=person.name, role=role),
                              instead=_("Choose somebody else, or ask an administrator for the role."))
        if not one.free:
            raise TeamRefused(_("%(name)s has a conflict of interest on this case.", name=person.name),
                              instead=_("Choose somebody who is neither tied to the institution nor took part in the "
                                        "case before."))


def plan_of(visit: Visit | None) -> list[object]:
    """The day, place and company of a visit as a page shows them."""
    return [visit.planned_on, visit.place, visit.attendees] if visit else []


def plan(case: Application, *, on: date, place: str, attendees: str, read: str = "", by: Person) -> None:
    """Set day, place and who of the institution will be there; the institution is told, unless nothing is new.

    `read` is the mark of the plan that was shown; ChangedMeanwhile when somebody planned otherwise since.
    """
    with transaction():
        lifecycle.lock(case)
        present = plan_of(queries.visit_of(case))
        if present == [on, place, attendees]:
            return
        seen.refuse_changed(read, *present)
        lifecycle.advance(case, Action.PLAN_VISIT, by=by, detail={"on": on.isoformat(), "place": place})
        visit = current(case, Action.PLAN_VISIT, by=by, leads=True)
        visit.planned_on, visit.place, visit.attendees = on, place, attendees


def accept(case: Application, *, summary: str, by: Person) -> None:
    """Accept on site: the case goes to the decision with its site total. Incomplete names what is missing."""
    with transaction():
        visit, sheet = _at_hand(case, by)
        total = None
        if visit is not None and sheet is not None:
            refuse_gaps(sheet)
            total = sheet.score.total
        lifecycle.advance(case, Action.ACCEPT, by=by, detail=_outcome(total, summary))
        visit = current(case, Action.ACCEPT, by=by, leads=True)
        case.site_total = total
        _conclude(visit, "accepted", summary=summary, reason="", by=by)


def require_rectification(case: Application, *, reason: str, summary: str = "", by: Person) -> None:
    """Send the case to the institution to rectify what was found; due when the last of the problems is due.

    Raises Incomplete without an open problem or with one that lacks demand or day, RecheckUsedUp when the scheme
    allows no further re-check.
    """
    with transaction():
        visit, sheet = _at_hand(case, by)
        if visit is not None and sheet is not None:
            _refuse_rectification(case, sheet)
        lifecycle.advance(case, Action.REQUIRE_RECTIFICATION, by=by, reason=reason, detail={
            "findings": [one.id for one in visit.findings if one.recheck != Recheck.PASSED] if visit else []})
        visit = current(case, Action.REQUIRE_RECTIFICATION, by=by, leads=True)
        open_ones = [one for one in visit.findings if one.recheck != Recheck.PASSED]
        for one in open_ones:
            if one.recheck == Recheck.FAILED:
                one.recheck, one.report, one.reported_at = Recheck.OPEN.value, "", None
        case.due_at = end_of(max(one.due_on for one in open_ones if one.due_on))
        _conclude(visit, "rectify", summary=summary, reason=reason, by=by)


def reject(case: Application, *, reason: str, summary: str = "", by: Person) -> None:
    """Reject on site: the case ends here with the reason that the institution reads."""
    with transaction():
        lifecycle.advance(case, Action.REJECT_ON_SITE, by=by, reason=reason, detail=_outcome(None, summary))
        visit = current(case, Action.REJECT_ON_SITE, by=by, leads=True)
        _conclude(visit, "rejected", summary=summary, reason=reason, by=by)


def accept_on_documents(case: Application, *, remark: str = "", by: Person) -> None:
    """Accept a case of a sampled scheme that was not drawn for a visit. Raises NotSampled."""
    with transaction():
        lifecycle.advance(case, Action.ACCEPT_ON_DOCUMENTS, by=by, detail={"remark": remark})
        if case.drawn_for_visit:
            raise NotSampled(_("This case was drawn for a visit."), instead=_("Appoint an acceptance team."))
        if queries.visit_of(case) is not None:
            raise NotSampled(_("This case has an acceptance team already."),
                             instead=_("Its leader records the verdict."))


def fail_rectification(case: Application, *, reason: str, by: Person) -> None:
    """Close a case whose time to rectify is over. Raises NotOverdue before that."""
    with transaction():
        lifecycle.lock(case)
        due = case.due_at
        lifecycle.advance(case, Action.FAIL_RECTIFICATION, by=by, reason=reason, detail={
            "due": due.isoformat() if due else None})
        if due is not None and due > now():
            raise NotOverdue(
                _("The institution may still rectify until %(when)s.", when=f"{in_china(due):%Y-%m-%d %H:%M}"),
                instead=_("Wait until that day is over."))


def current(case: Application, action: Action, *, by: Person, leads: bool = False) -> Visit:
    """The present visit, if this person is on its team (or leads it); else the table's refusal.

    The table knows who ever was on a team of the case; after a change only the present team acts.
    """
    visit = queries.visit_of(case)
    if visit is None or not any(one.person_id == by.id and (one.leads or not leads) for one in visit.members):
        raise ActionNotAllowed(action, why="role", stage=Stage(case.stage), move=MOVES[action])
    return visit


def refuse_gaps(sheet: SiteSheet) -> None:
    """Raise Incomplete naming everything that keeps the visit from ending in acceptance."""
    missing, gaps = [], sheet.gaps
    if sheet.visit.planned_on is None:
        missing.append(_("the day of the visit"))
    if gaps.unchecked:
        missing.append(_("findings for %(items)s", items="、".join(gaps.unchecked)))
    if gaps.unexplained:
        missing.append(_("a note on what was seen for %(items)s", items="、".join(gaps.unexplained)))
    if gaps.disputed:
        missing.append(_("which of two notes holds for %(items)s", items="、".join(gaps.disputed)))
    if gaps.samples:
        missing.append(_("%(n)s more sampled points", n=gaps.samples))
    if gaps.open:
        missing.append(_("the re-check of problem %(numbers)s", numbers="、".join(map(str, gaps.open))))
    if gaps.failed:
        missing.append(_("the rectification of problem %(numbers)s", numbers="、".join(map(str, gaps.failed))))
    if missing:
        raise Incomplete(_("The visit cannot end in acceptance yet. Missing: %(what)s.", what="；".join(missing)),
                         instead=_("Complete the record, or choose another verdict."))


def _refuse_rectification(case: Application, sheet: SiteSheet) -> None:
    open_ones = [(n, one) for n, one in enumerate(sheet.visit.findings, 1) if one.recheck != Recheck.PASSED]
    if not open_ones:
        raise Incomplete(_("There is no open problem to rectify."), instead=_("Record the problem first."))
    vague = [str(n) for n, one in open_ones if not one.demand.strip() or one.due_on is None]
    if vague:
        raise Incomplete(_("Problem %(numbers)s has no demand or no due day.", numbers="、".join(vague)),
                         instead=_("Complete it, so that the institution knows what to do until when."))
    rechecks = scorecards.scheme_of(case).process.rechecks
    if not may_require(rechecks=rechecks, required=len(queries.sent_to_rectify(case))):
        raise RecheckUsedUp(_("This scheme allows %(n)s re-check, and it has been used.", n=rechecks),
                            instead=_("Accept what has been rectified, or reject the case with a reason."))


def _at_hand(case: Application, by: Person) -> tuple[Visit | None, SiteSheet | None]:
    """The visit and its sheet under the case's lock, if this deed can succeed at all; the table refuses the rest."""
    lifecycle.lock(case)
    visit = queries.visit_of(case)
    able = case.stage == Stage.VISITING and Role.TEAM_LEADER in by.roles and visit is not None and any(
        one.leads and one.person_id == by.id for one in visit.members)
    return (visit, site_sheet.of(case, visit)) if able and visit is not None else (None, None)


def _conclude(visit: Visit, verdict: str, *, summary: str, reason: str, by: Person) -> None:
    visit.verdict, visit.verdict_reason, visit.summary = verdict, reason, summary
    visit.verdict_by_id, visit.verdict_at = by.id, now()


def _outcome(total: Any, summary: str) -> dict[str, Any]:
    return {"site_total": None if total is None else str(total), "summary": summary}


def end_of(day: date) -> datetime:
    """The last second of a day in China: a deadline runs to the end of its day."""
    return datetime.combine(day, time(23, 59, 59), CHINA)
