"""The visit desk's pages around a case: queue, case, team, plan, verdict, the officer's deeds, record and files."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, scorecards, seen
from portal.domain.acceptance import may_require
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.visit import Visit
from portal.stages.visit import actions, offline, paper, problems, queries, signed, signing, site, site_sheet
from portal.stages.visit.desk import desk
from portal.stages.visit.forms import OnDocuments, Overdue, Plan, Team, Verdict
from portal.web import sending
from portal.web.case import stations, timeline
from portal.web.paging import page_of
from portal.web.visitor import me

__all__ = ["desk", "offline", "problems", "signed", "site"]


def find(number: int) -> tuple[Application, Visit | None, queries.Part]:
    """A case that the visitor may see here, its visit and the visitor's part in it; 404 otherwise."""
    case = offline.shown_here(number, answers=True)
    visit = queries.visit_of(case, whole=True)
    return case, visit, queries.part_of(me(), visit)


@desk.get("/")
def queue() -> ResponseReturnValue:
    """The cases that wait for this person, the most urgent first."""
    counts = queries.tabs(me())
    chosen = request.args.get("tab", "")
    tab = chosen if chosen in counts else next((name for name, n in counts.items() if n), "visits")
    search = request.args.get("q", "").strip()
    page = page_of(queries.queue(me(), tab, search=search), size=30, scalars=False)
    return render_template("visit/queue.html", counts=counts, tab=tab, page=page, q=search,
                           officer=Role.OFFICER in me().roles)


@desk.get("/<int:number>")
def case(number: int) -> ResponseReturnValue:
    """A case as the desk sees it: what to do next, team, plan, problems, verdict, timeline."""
    case, visit, part = find(number)
    scheme = scorecards.scheme_of(case)
    if visit is not None:
        queries.records(visit)
    return render_template(
        "visit/case.html", case=case, visit=visit, part=part, scheme=scheme, stations=stations(case, scheme),
        timeline=timeline(case, role=Role.OFFICER if part.officer else Role.INSPECTOR, person=me()),
        rechecking=bool(visit and site_sheet.waiting(visit)),
        overdue=case.stage == Stage.RECTIFYING and case.due_at is not None and case.due_at <= clock.now())


@desk.route("/<int:number>/team", methods=["GET", "POST"])
def team(number: int) -> ResponseReturnValue:
    """Choose leader and members; people with a conflict are shown with its reason and cannot be chosen."""
    case, visit, part = find(number)
    if not part.officer:
        abort(403)
    people = queries.candidates(case)
    now_on = [one.person_id for one in visit.members if not one.leads] if visit else []
    leads = next((one.person_id for one in visit.members if one.leads), None) if visit else None
    form, late = Team(leader=leads, members=now_on, seen=seen.mark(*actions.team_of(visit))), False
    form.offer([(one.person.id, one.person.name) for one in people if one.may_lead and one.free],
               [(one.person.id, one.person.name) for one in people if one.may_inspect and one.free])
    if form.validate_on_submit():
        by_id = {one.person.id: one.person for one in people}
        try:
            actions.appoint(case, leader=by_id[form.leader.data], read=form.seen.data or "", by=me(),
                            members=[by_id[one] for one in form.members.data or [] if one != form.leader.data])
        except ChangedMeanwhile as stale:
            visit, late = queries.visit_of(case), True
            form.told(stale, seen.mark(*actions.team_of(visit)))
        else:
            flash(_("The team has been appointed and told."), "done")
            return redirect(url_for("visit.case", number=number), 303)
    return render_template("visit/team.html", case=case, visit=visit, form=form, people=people,
                           begun=visit is not None and bool(visit.verdict or visit.planned_on)
                           ), 409 if late else status_of(form)


@desk.route("/<int:number>/plan", methods=["GET", "POST"])
def plan(number: int) -> ResponseReturnValue:
    """Set day and place."""
    case, visit, part = find(number)
    if visit is None or not part.leads:
        abort(403)
    form, late = Plan(planned=visit.planned_on, on=visit.planned_on, place=visit.place or case.institution.address,
                      attendees=visit.attendees, seen=seen.mark(*actions.plan_of(visit))), False
    if form.validate_on_submit():
        try:
            actions.plan(case, on=form.on.data, place=form.place.data.strip(),
                         attendees=(form.attendees.data or "").strip(), read=form.seen.data or "", by=me())
        except ChangedMeanwhile as stale:
            form.told(stale, seen.mark(*actions.plan_of(queries.visit_of(case))))
            late = True
        else:
            flash(_("The visit has been planned and the institution told."), "done")
            return redirect(url_for("visit.case", number=number), 303)
    return render_template("visit/plan.html", case=case, visit=visit, form=form), 409 if late else status_of(form)


@desk.route("/<int:number>/conclude", methods=["GET", "POST"])
def conclude(number: int) -> ResponseReturnValue:
    """What is missing, what the verdict does, and the verdict."""
    case, visit, part = find(number)
    if visit is None or not part.leads:
        abort(403)
    sheet = site_sheet.of(case, visit)
    form = Verdict(summary=visit.summary)
    if form.validate_on_submit():
        summary, reason = (form.summary.data or "").strip(), (form.reason.data or "").strip()
        match form.outcome.data:
            case "accept":
                actions.accept(case, summary=summary, by=me())
                said = _("Accepted. The case goes to the decision.")
            case "rectify":
                actions.require_rectification(case, reason=reason, summary=summary, by=me())
                said = _("The institution has been told what to rectify and until when.")
            case _other:
                actions.reject(case, reason=reason, summary=summary, by=me())
                said = _("Rejected. The institution has been told the reason.")
        flash(said, "done")
        return redirect(url_for("visit.case", number=number), 303)
    again = may_require(rechecks=sheet.scheme.process.rechecks, required=len(queries.sent_to_rectify(case)))
    return render_template("visit/conclude.html", case=case, visit=visit, form=form, sheet=sheet,
                           again=again), status_of(form)


@desk.route("/<int:number>/accept-on-documents", methods=["GET", "POST"])
def on_documents(number: int) -> ResponseReturnValue:
    """Accept a case that was not drawn for a visit."""
    case, visit, part = find(number)
    if not part.officer:
        abort(403)
    form = OnDocuments()
    if form.validate_on_submit():
        actions.accept_on_documents(case, remark=(form.remark.data or "").strip(), by=me())
        flash(_("Accepted on documents. The case goes to the decision."), "done")
        return redirect(url_for("visit.queue"), 303)
    return render_template("visit/on_documents.html", case=case, form=form, visit=visit,
                           scheme=scorecards.scheme_of(case)), status_of(form)


@desk.route("/<int:number>/overdue", methods=["GET", "POST"])
def overdue(number: int) -> ResponseReturnValue:
    """Close a case that was not rectified in time."""
    case, visit, part = find(number)
    if not part.officer:
        abort(403)
    form = Overdue()
    if form.validate_on_submit():
        actions.fail_rectification(case, reason=form.reason.data.strip(), by=me())
        flash(_("Closed as not rectified in time. The institution has been told."), "done")
        return redirect(url_for("visit.queue"), 303)
    return render_template("visit/overdue.html", case=case, form=form, visit=visit), status_of(form)


@desk.get("/<int:number>/record")
def record(number: int) -> ResponseReturnValue:
    """Everything that the team wrote down, to read."""
    case, visit, part = find(number)
    if visit is None:
        abort(404)
    return render_template("visit/record.html", case=case, visit=visit, part=part, sheet=site_sheet.of(case, visit),
                           places=signing.places(visit))


@desk.get("/<int:number>/record.pdf")
def record_paper(number: int) -> ResponseReturnValue:
    """The record as paper, to be signed."""
    case, visit, _part = find(number)
    if visit is None or visit.planned_on is None:
        abort(404)
    sheet = site_sheet.of(case, visit)
    return sending.paper(paper.record(case, sheet, signing.places(visit)), paper.name(case))


@desk.get("/<int:number>/files/<int:evidence>")
def file(number: int, evidence: int) -> ResponseReturnValue:
    """An evidence file as it was handed in."""
    offline.shown_here(number)
    return sending.attachment(queries.file_of(me(), number, evidence) or abort(404))


@desk.get("/<int:number>/files/<int:evidence>/pages/<int:page>")
def file_page(number: int, evidence: int, page: int) -> ResponseReturnValue:
    """One page of an evidence file as a picture."""
    offline.shown_here(number)
    return sending.picture(queries.file_of(me(), number, evidence) or abort(404), page)


def status_of(form: object) -> int:
    """422 for a form that was refused, 200 for one that is shown."""
    return 422 if getattr(form, "errors", None) else 200
