"""The bureau's desk for the formal check: queues, cases, candidate lists."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import editions
from portal.domain.official_list import Listed, grouped
from portal.domain.refusal import Refused
from portal.domain.workflow import Role, Stage
from portal.dossier import dossier, evidence_of
from portal.models.application import Application
from portal.stages.screen import actions, assignment, queries
from portal.stages.screen.desk import desk, found
from portal.stages.screen.forms import Ineligible, Pass, Supplement
from portal.web import sending
from portal.web.case import stations, timeline
from portal.web.corrections import asked
from portal.web.paging import page_of
from portal.web.visitor import me

__all__ = ["assignment", "desk"]  # the module that adds its pages to the desk


@desk.get("/")
def queue() -> ResponseReturnValue:
    """What waits for the bureau, by what has to be done with it."""
    tab = request.args.get("tab", "check")
    tab = tab if tab in queries.TABS else "check"
    stage = request.args.get("stage", "")
    wanted = queries.Filter(scheme=request.args.get("scheme", ""), division=request.args.get("division", ""),
                            stage=stage if stage in list(Stage) else "", words=request.args.get("q", "").strip())
    page = page_of(queries.queue(tab, wanted), size=30)
    return render_template(
        "screen/queue.html", tab=tab, page=page, wanted=wanted, counts=queries.counts(),
        seats=queries.seats(page.rows), divisions=queries.divisions(), editions=editions,
        schemes={one.id: one for one in editions.every()}, stages=[one for one in Stage if one != Stage.DRAFT])


@desk.get("/<int:number>")
def case(number: int) -> ResponseReturnValue:
    """One case: the formal checklist, everything handed in, scores side by side, who reviews it."""
    one = found(number)
    file, opinion = dossier(one), queries.opinion(one)
    return render_template(
        "screen/case.html", case=one, file=file, scheme=file.scheme,
        checks=queries.checklist(one, file, opinion[0] if opinion else None), opinion=opinion,
        sheets=queries.sheets(one), stations=stations(one, file.scheme),
        may={action.value for action in actions.open_to(one, by=me())},
        told=timeline(one, role=Role.OFFICER, person=me()))


@desk.route("/<int:number>/supplement", methods=["GET", "POST"])
def supplement(number: int) -> ResponseReturnValue:
    """Ask for a supplement: a reason for each point, all at once."""
    one = found(number)
    file = dossier(one)
    page = asked(Supplement(due_on=actions.default_due()), file, lambda reasons, summary, day: (
        actions.ask_supplement(one, reasons, by=me(), summary=summary, due_on=day)))
    if page.done:
        flash(_("The supplement to %(number)s has been asked for; the institution has been told.",
                number=one.number), "done")
        return redirect(url_for(".queue"), 303)
    return render_template("screen/supplement.html", case=one, file=file, scheme=file.scheme, page=page,
                           open="ask-supplement" in _open(one), stations=stations(one, file.scheme)), page.status


@desk.route("/<int:number>/admit", methods=["GET", "POST"])
def admit(number: int) -> ResponseReturnValue:
    """Pass a case on: to expert review, or to the candidate list where the scheme has one."""
    one = found(number)
    form, problem = Pass(), None
    listing = editions.get(one.edition).process.candidate_list
    if form.validate_on_submit():
        try:
            (actions.list_candidate if listing else actions.admit)(one, by=me(), note=form.note.data or "")
            flash(_("%(number)s is on the candidate list.", number=one.number) if listing else
                  _("%(number)s has been admitted to expert review. Assign experts now.", number=one.number), "done")
            return redirect(url_for(".case", number=number), 303)
        except Refused as refused:
            problem, one = refused, found(number)
    file, opinion = dossier(one), queries.opinion(one)
    return render_template(
        "screen/admit.html", case=one, scheme=file.scheme, form=form, problem=problem, listing=listing,
        open_points=[each for each in queries.checklist(one, file, opinion[0] if opinion else None) if not each.holds],
        open=bool({"admit", "list-candidate"} & _open(one)), stations=stations(one, file.scheme),
    ), 422 if form.errors or problem else 200


@desk.route("/<int:number>/ineligible", methods=["GET", "POST"])
def ineligible(number: int) -> ResponseReturnValue:
    """Find a case ineligible; the page asks once more and names what follows."""
    one = found(number)
    form = Ineligible()
    if form.validate_on_submit():
        actions.find_ineligible(one, by=me(), reason=form.reason.data or "")
        flash(_("%(number)s is closed as ineligible; the institution reads your reason.", number=one.number), "done")
        return redirect(url_for(".queue"), 303)
    scheme = editions.get(one.edition)
    return render_template("screen/ineligible.html", case=one, scheme=scheme, form=form,
                           open="find-ineligible" in _open(one),
                           stations=stations(one, scheme)), 422 if form.errors else 200


def _open(one: Application) -> set[str]:
    return {action.value for action in actions.open_to(one, by=me())}


@desk.get("/candidates/")
def candidate_lists() -> ResponseReturnValue:
    """Rounds with a candidate list."""
    return render_template("screen/candidate_lists.html", rounds=queries.rounds_with_candidates())


@desk.get("/candidates/<int:round>")
def candidates(round: int) -> ResponseReturnValue:
    """The official candidate list of a round, to be printed."""
    call = queries.round_of(round) or abort(404)
    scheme = editions.get(call.edition)
    if not scheme.process.candidate_list:
        abort(404)
    rows = {one.id: one for one in queries.candidates(call)}
    groups = grouped(Listed(
        key=one.id, name=one.institution.name, division_code=one.institution.division_code,
        division=one.institution.division.name,
        department=one.institution.department.name if one.institution.department else "") for one in rows.values())
    return render_template("screen/candidates.html", round=call, scheme=scheme, rows=rows, groups=groups)


@desk.get("/<int:number>/files/<int:evidence>")
def view_file(number: int, evidence: int) -> ResponseReturnValue:
    """The pages of one evidence file as pictures."""
    one = found(number)
    shown = evidence_of(one, evidence) or abort(404)
    return render_template("screen/file.html", case=one, shown=shown)


@desk.get("/<int:number>/files/<int:evidence>/download")
def download(number: int, evidence: int) -> ResponseReturnValue:
    """The original of an evidence file."""
    return sending.attachment((evidence_of(found(number), evidence) or abort(404)).file)


@desk.get("/<int:number>/files/<int:evidence>/pages/<int:at>")
def picture(number: int, evidence: int, at: int) -> ResponseReturnValue:
    """One page of an evidence file."""
    return sending.picture((evidence_of(found(number), evidence) or abort(404)).file, at)
