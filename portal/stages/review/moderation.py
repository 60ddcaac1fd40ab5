"""The moderator's desk: sheets side by side, disagreements settled, the review concluded."""

from datetime import UTC, datetime, time, timedelta

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import clock
from portal.domain.workflow import Role, Stage
from portal.dossier import evidence_of
from portal.models.application import Application
from portal.stages.review import actions, bench, queries, summary, viewing
from portal.stages.review.forms import Ask, Because, Conclude, Reopen
from portal.web import case as life
from portal.web import sending
from portal.web.filters import points
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.sending import attachment, paper
from portal.web.visitor import me

desk = Desk("moderate", __name__, prefix="/moderate", serves={Role.MODERATOR}, label=_l("Moderation"),
            home="moderate.queue", links=[(_l("Cases under review"), "moderate.queue")])


def find(number: int) -> Application:
    """A case under review, 404 for one that this moderator scores; ConflictOfInterest for whoever is tied to it."""
    case = queries.to_moderate(me(), number) or abort(404)
    queries.refuse_tied(case, me())
    return case


@desk.get("/")
def queue() -> ResponseReturnValue:
    """Cases whose sheets are in, the widest spread first; and those that wait."""
    ready = request.args.get("show") != "waiting"
    page = page_of(queries.reviewing(me(), ready=ready), size=30, scalars=False)
    other = page_of(queries.reviewing(me(), ready=not ready), size=1, number=1, scalars=False).total
    return render_template("moderate/queue.html", page=page, ready=ready, schemes=bench.schemes(),
                           counts=(page.total, other) if ready else (other, page.total))


@desk.get("/<int:number>")
def case(number: int) -> ResponseReturnValue:
    """Sheets side by side, result and spread, and what can be done now."""
    return show(find(number))


def show(found: Application, *, stand: Because | None = None, reopen: Reopen | None = None,
         question: Ask | None = None) -> ResponseReturnValue:
    """Render the case; with a form that was refused, as 422."""
    sheets = queries.sheets_of(found)
    whole = bench.build(found, sheets, queries.moderations(found))
    refused, evidence = bool(stand or reopen or question), queries.evidence(found, pictures=False)
    asked = request.args.get("items", "differing" if whole.differing else "all")
    return render_template(
        "moderate/case.html", case=found, bench=whole, differing=asked == "differing", scheme=whole.scheme,
        experts=bench.codes(whole.sealed),
        stations=life.stations(found, whole.scheme), timeline=life.timeline(found, role=Role.MODERATOR, person=me()),
        questions=queries.questions(found), reviewing=found.stage == Stage.REVIEWING,
        stand=stand or Because(formdata=None), reopen=reopen or reopening(whole, blank=True),
        question=question or Ask(formdata=None), evidence=evidence,
        labels=viewing.labels(whole.scheme, evidence)), 422 if refused else 200


def reopening(whole: bench.Bench, *, blank: bool = False) -> Reopen:
    """The form that reopens sheets of a case."""
    form = Reopen(formdata=None, until=clock.today() + timedelta(days=7)) if blank else Reopen()
    form.sheets.choices = [
        (sheet.id, _("%(name)s (%(role)s)", name=sheet.expert.name, role=points(whole.totals[sheet.id], 2)))
        for sheet in whole.sealed]
    return form


@desk.post("/<int:number>/stand")
def stand(number: int) -> ResponseReturnValue:
    """Let the result stand although the sheets contradict each other."""
    found = find(number)
    form = Because()
    if not form.validate_on_submit():
        return show(found, stand=form)
    actions.stand(found, reason=(form.reason.data or "").strip(), by=me())
    flash(_("Settled: the result stands."), "done")
    return redirect(url_for("moderate.case", number=number), 303)


@desk.post("/<int:number>/reopen")
def reopen(number: int) -> ResponseReturnValue:
    """Give sealed sheets back to their experts."""
    found = find(number)
    form = reopening(bench.build(found, queries.sheets_of(found)))
    if not form.validate_on_submit():
        return show(found, reopen=form)
    until = datetime.combine(form.until.data, time(18), tzinfo=clock.CHINA).astimezone(UTC)
    actions.reopen(found, sheets=form.sheets.data or [], until=until, reason=(form.reason.data or "").strip(), by=me())
    flash(_("The sheets have been reopened; their experts have been told the reason."), "done")
    return redirect(url_for("moderate.case", number=number), 303)


@desk.post("/<int:number>/ask")
def ask(number: int) -> ResponseReturnValue:
    """Ask the institution."""
    found = find(number)
    form = Ask()
    if not form.validate_on_submit():
        return show(found, question=form)
    actions.ask(found, question=(form.question.data or "").strip(), by=me())
    flash(_("The question has been sent. The institution does not learn who asked."), "done")
    return redirect(url_for("moderate.case", number=number), 303)


@desk.route("/<int:number>/conclude", methods=["GET", "POST"])
def conclude(number: int) -> ResponseReturnValue:
    """Confirm how the review ends; the sheets decide whether it is passed or not passed."""
    found = find(number)
    whole = bench.build(found, queries.sheets_of(found), queries.moderations(found))
    passes = request.form.get("deed") == "pass"
    form = Because() if whole.may_fail and not passes else Conclude()
    if form.validate_on_submit():
        deed = actions.pass_review if passes else actions.fail_review
        deed(found, reason=(form.reason.data or "").strip(), by=me())
        flash(_("The review of %(name)s is concluded.", name=found.institution.name), "done")
        return redirect(url_for("moderate.queue"), 303)
    if request.method == "GET":
        form.reason.data = whole.why_not()
    return render_template("moderate/conclude.html", case=found, bench=whole, scheme=whole.scheme, form=form,
                           reviewing=found.stage == Stage.REVIEWING), 422 if form.errors else 200


@desk.get("/<int:number>/summary.pdf")
def printed(number: int) -> Response:
    """The summary of the sheets on paper."""
    found = find(number)
    whole = bench.build(found, queries.sheets_of(found), queries.moderations(found))
    if not whole.sealed:
        abort(404)
    names = viewing.labels(whole.scheme, queries.evidence(found, pictures=False))
    return paper(summary.render(whole, names), f"{found.number} 专家评分汇总表.pdf")


@desk.get("/<int:number>/files/<int:evidence>")
def view_file(number: int, evidence: int) -> ResponseReturnValue:
    """The pages of one evidence file as pictures."""
    found = find(number)
    shown = evidence_of(found, evidence) or abort(404)
    return render_template("moderate/file.html", case=found, shown=shown)


@desk.get("/<int:number>/files/<int:evidence>/download")
def download(number: int, evidence: int) -> ResponseReturnValue:
    """The original of an evidence file."""
    return attachment((evidence_of(find(number), evidence) or abort(404)).file)


@desk.get("/<int:number>/files/<int:evidence>/pages/<int:at>")
def picture(number: int, evidence: int, at: int) -> ResponseReturnValue:
    """One page of an evidence file."""
    return sending.picture((evidence_of(find(number), evidence) or abort(404)).file, at)
