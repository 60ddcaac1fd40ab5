"""The expert's desk: own sheets, the workspace, evidence, seal, recusal, questions."""

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import clock, seen
from portal.domain import wording
from portal.domain.indicators import STATISTICS_UNITS
from portal.domain.judging import Mark, choices
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.scheme import Item
from portal.domain.workflow import Role, Stage
from portal.models.evidence import File
from portal.models.review import Sheet
from portal.stages.review import actions, queries, viewing, worksheet
from portal.stages.review.forms import ABSENT, OTHER, Ask, Because, Score, Seal
from portal.web.case import timeline
from portal.web.errors import wants_json
from portal.web.filters import chinese
from portal.web.filters import points as shown
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.sending import attachment, picture
from portal.web.visitor import me

desk = Desk("review", __name__, prefix="/review", serves={Role.EXPERT}, label=_l("Review"), home="review.queue",
            links=[(_l("My sheets"), "review.queue"), (_l("Questions"), "review.questions")])

SEAL = "seal"
"""Where a button leads that saves the item and goes on to the seal."""


def find(case: int) -> Sheet:
    """This expert's sheet, 404 for any other; ConflictOfInterest for whoever is tied to the institution."""
    sheet = queries.mine(me(), case) or abort(404)
    queries.refuse_tied(sheet.application, me())
    return sheet


def writable(sheet: Sheet) -> bool:
    """Whether the sheet can still be written on."""
    return sheet.state == "assigned" and sheet.application.stage == Stage.REVIEWING


@desk.get("/")
def queue() -> ResponseReturnValue:
    """What waits for this expert, what is sealed, and what ended without a seal."""
    waiting = queries.waiting(me())
    return render_template(
        "review/queue.html", waiting=waiting, done=page_of(queries.sealed(me()), size=20),
        ended=queries.unsealed_ended(me()), scored=queries.progress(waiting),
        items={sheet.id: len(worksheet.items(sheet.application)) for sheet in waiting})


@desk.get("/questions")
def questions() -> ResponseReturnValue:
    """Every question this expert asked, with the answers."""
    return render_template("review/questions.html", page=page_of(queries.all_asked(me()), size=30, scalars=False))


@desk.get("/<int:case>")
def sheet(case: int) -> ResponseReturnValue:
    """The workspace: items, evidence, rubric."""
    return workspace(find(case))


def workspace(found: Sheet, form: Score | None = None, question: Ask | None = None,
              item: str | None = None) -> ResponseReturnValue:
    """Render the workspace at the item asked for; with forms that were refused, as 422."""
    case = found.application
    page = worksheet.build(found, preliminary=queries.preliminary(case))
    at = page.at(item or request.args.get("item"))
    line, onward = page.lines[at], page.next_waiting(at)
    attached = queries.evidence(case)
    here = [one for one in attached if one.item_id == line.item.id]
    view = viewing.viewed(attached, here, line.mark.basis)
    if view.file and view.file not in here:
        here.append(view.file)
    before, after, place, waiting = queries.neighbours(me(), found)
    answer = render_template(
        "review/sheet.html", sheet=found, case=case, page=page, line=line, choices=choices(line.item),
        back=page.lines[at - 1] if at else None, ahead=page.lines[at + 1] if at + 1 < len(page.lines) else None,
        onward=page.lines[onward] if onward is not None else None,
        view=view, shown_files=here, others=attached, wanted=line.item.evidence, pages_of=viewing.pages_of,
        missing_requests=viewing.lacking(line.item, here), labels=viewing.labels(page.scheme, attached),
        asked=queries.asked(found), editable=writable(found),
        form=form or Score(item=line.item, formdata=None, data=filled(line.mark, line.revision, line.item)),
        question=question or Ask(formdata=None), before=before, after=after, place=place, waiting=waiting,
        figures=queries.years(case) if view.kind == "statistics" else [], quantities=quantities(),
        told=timeline(case, role=Role.EXPERT, person=me()) if view.kind == "timeline" else [],
        subtotal=worksheet.subtotal)
    return answer, 422 if form or question else 200


def quantities() -> list[tuple[str, str, str]]:
    """The rows of the statistical form: key, name, unit."""
    tongue = "zh" if chinese() else "en"
    return [(key, wording.label(key, tongue), wording.unit(unit, tongue)) for key, unit in STATISTICS_UNITS.items()]


def filled(mark: Mark, revision: int, item: Item) -> dict[str, object]:
    """A mark as the form shows it: the cell that has its figure, else the figure typed."""
    cells = [one.points for one in choices(item)]
    figure = "" if mark.points is None else shown(mark.points)
    if mark.not_applicable:
        choice, typed = ABSENT, ""
    elif mark.points is None:
        choice, typed = "", ""
    elif mark.points in cells:
        choice, typed = figure, ""
    else:
        choice, typed = OTHER, figure
    return {"choice": choice, "points": typed, "reason": mark.reason, "revision": revision, "steps": list(mark.steps),
            "basis": [f"{mark.basis.evidence}:{mark.basis.page}"] if mark.basis else []}


@desk.post("/<int:case>/items/<string(maxlength=20):item>")
def score(case: int, item: str) -> ResponseReturnValue:
    """Save one item; on to the next one when the button says so."""
    # whether a tie forbids it is asked where the score is written, under the lock
    found = queries.mine(me(), case, whole=False) or abort(404)
    criterion = {one.id: one for one in worksheet.items(found.application)}.get(item) or abort(404)
    form = Score(item=criterion)
    if not form.validate_on_submit():
        if wants_json():
            return jsonify(error=_("Not saved"), message=" ".join(
                str(text) for errors in form.errors.values() for text in errors)), 422
        return workspace(find(case), form=form, item=item)
    page = actions.score(found, item, mark=form.mark(), revision=form.revision.data or 0, by=me())
    if wants_json():
        line = page.lines[page.at(item)]
        return jsonify(saved=f"{clock.in_china(line.saved or clock.now()):%H:%M:%S}", revision=line.revision,
                       need=line.need, state=line.state, left=page.left, item=item, out=outputs(page, line))
    goto = request.form.get("goto") or item
    if goto == SEAL:
        return redirect(url_for("review.seal", case=case), 303)
    return redirect(url_for("review.sheet", case=case, item=goto), 303)


def outputs(page: worksheet.Worksheet, line: worksheet.Line) -> dict[str, str]:
    """What a save changes elsewhere on the page."""
    given = _("n/a") if line.mark.not_applicable else shown(line.mark.points)
    return {"scored": f"{page.scored} / {len(page.lines)}", "total": shown(page.total),
            "unscored": str(len(page.unscored)), "left": left_to_do(page), f"points-{line.item.id}": given,
            **{f"sum-{section.id}": shown(worksheet.subtotal(lines)) for section, lines in page.groups}}


def left_to_do(page: worksheet.Worksheet) -> str:
    """How many items keep the sheet open, for its button; empty for none."""
    return ngettext("(%(num)s item left)", "(%(num)s items left)", page.left) if page.left else ""


@desk.post("/<int:case>/items/<string(maxlength=20):item>/ask")
def ask(case: int, item: str) -> ResponseReturnValue:
    """Ask the institution about an item."""
    found = find(case)
    if item not in {one.id for one in worksheet.items(found.application)}:
        abort(404)
    form = Ask()
    if not form.validate_on_submit():
        return workspace(found, question=form, item=item)
    actions.ask(found.application, question=(form.question.data or "").strip(), item_id=item, sheet=found, by=me())
    flash(_("The question has been sent. The institution does not learn who asked."), "done")
    return redirect(url_for("review.sheet", case=case, item=item), 303)


@desk.route("/<int:case>/seal", methods=["GET", "POST"])
def seal(case: int) -> ResponseReturnValue:
    """Look the sheet through, comment, and seal it for good."""
    found = find(case)
    form, stale = Seal(obj=found, seen=seen.mark(found.comment)), False
    if form.validate_on_submit():
        text = (form.comment.data or "").strip()
        before, after, *_place = queries.neighbours(me(), found)
        try:
            if request.form.get("deed") != "seal":
                actions.comment(found, text, read=form.seen.data or "", by=me())
                flash(_("The comment has been saved."), "done")
                return redirect(url_for("review.seal", case=case), 303)
            actions.seal(found, comment=text, read=form.seen.data or "", by=me())
            return onwards(found, after or before)
        except ChangedMeanwhile as changed:
            form.told(changed, seen.mark(found.comment))
            stale = True
    page = worksheet.build(found, preliminary=queries.preliminary(found.application))
    attached = queries.evidence(found.application, pictures=False)
    return render_template("review/seal.html", sheet=found, case=found.application, page=page, form=form,
                           editable=writable(found), labels=viewing.labels(page.scheme, attached),
                           subtotal=worksheet.subtotal), 409 if stale else 422 if form.errors else 200


def onwards(done: Sheet, case: int | None) -> ResponseReturnValue:
    """From a sheet that is sealed to the next one that waits, or to the list."""
    name = done.application.institution.name
    if case is None:
        flash(_("The sheet for %(name)s is sealed. No other sheet waits for you.", name=name), "done")
        return redirect(url_for("review.queue"), 303)
    flash(_("The sheet for %(name)s is sealed. This is the next one.", name=name), "done")
    return redirect(url_for("review.sheet", case=case), 303)


@desk.route("/<int:case>/recuse", methods=["GET", "POST"])
def recuse(case: int) -> ResponseReturnValue:
    """Hand the sheet back with a reason; whoever is tied to the institution can do this alone."""
    found = queries.mine(me(), case) or abort(404)
    form = Because()
    if form.validate_on_submit():
        actions.recuse(found, reason=(form.reason.data or "").strip(), by=me())
        flash(_("You have handed back the sheet for %(name)s.", name=found.application.institution.name), "done")
        return redirect(url_for("review.queue"), 303)
    return render_template("review/recuse.html", sheet=found, case=found.application, form=form,
                           editable=writable(found)), 422 if form.errors else 200


def find_file(case: int, evidence: int) -> File:
    """A file of a case that this expert judges."""
    find(case)
    return queries.file_of(me(), case, evidence) or abort(404)


@desk.get("/<int:case>/files/<int:evidence>")
def original(case: int, evidence: int) -> ResponseReturnValue:
    """The original of an evidence file."""
    return attachment(find_file(case, evidence))


@desk.get("/<int:case>/files/<int:evidence>/pages/<int:number>")
def drawn(case: int, evidence: int, number: int) -> ResponseReturnValue:
    """The picture of one page of an evidence file."""
    return picture(find_file(case, evidence), number)
