"""Problems on site: recorded with their photos, corrected, re-checked; photos with time and place."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal import seen
from portal.domain.acceptance import Recheck
from portal.domain.evidence import short_name
from portal.intake import FileRefused
from portal.models.application import Application
from portal.models.visit import Finding, Visit
from portal.stages.visit import inspecting, intake, queries, site_sheet
from portal.stages.visit.desk import desk
from portal.stages.visit.forms import Again, ProblemForm
from portal.stages.visit.offline import on_site, shown_here, take, unsaved
from portal.web import sending
from portal.web.arriving import number_of
from portal.web.errors import wants_json
from portal.web.receiving import file_limit, receive, receives_files
from portal.web.visitor import me

ALL_PHOTOS = 12


class NothingKept(Exception):
    """No photo of the request was taken; the message says why of the first."""


@desk.route("/<int:number>/findings/new", methods=["GET", "POST"])
@receives_files
def new_finding(number: int) -> ResponseReturnValue:
    """Write down a problem, with photos if there are any."""
    case, visit = on_site(number)
    if request.method == "POST":
        receive(files=ALL_PHOTOS)
    sheet = site_sheet.of(case, visit)
    sample = next((one for one in visit.samples if str(one.id) == request.args.get("point", "")), None)
    form = ProblemForm(item=request.args.get("item", ""), due_on=inspecting.due_by_default(sheet.scheme.process),
                       what=f"{sample.place} {sample.fixture} {sample.note}".strip() if sample else "")
    form.offer([line.item for line in sheet.lines])
    if form.validate_on_submit():
        n = len(visit.findings) + 1

        def deed() -> dict[str, Any]:
            row = inspecting.add_finding(case, problem_of(form), by=me())
            flash(_("Problem %(n)s has been recorded.", n=n), "done")
            for text in keep_photos(case, finding=row)[1]:
                flash(text, "warn")
            return {"page": url_for("visit.workspace", number=number) + f"#problem-{row.id}"}

        return take(case, visit, deed, adds=True)
    if form.errors and wants_json():
        return unsaved(form)
    return render_template("visit/finding.html", case=case, visit=visit, sheet=sheet, form=form, row=None, n=None,
                           limit_mb=file_limit() // 1024 // 1024), 422 if form.errors else 200


@desk.route("/<int:number>/findings/<int:finding>", methods=["GET", "POST"])
def finding(number: int, finding: int) -> ResponseReturnValue:
    """Correct a problem that the institution has not been told about."""
    case, visit = on_site(number)
    sheet = site_sheet.of(case, visit)
    n, row = problem(visit, finding)
    form = ProblemForm(item=row.item_id, what=row.what, owner=row.owner, due_on=row.due_on, demand=row.demand,
                       seen=inspecting.seen_of(row))
    form.offer([line.item for line in sheet.lines])
    if form.validate_on_submit():
        def deed() -> dict[str, Any]:
            saved = inspecting.change_finding(case, finding, problem_of(form), seen=form.seen.data or "", by=me())
            return {"seen": inspecting.seen_of(saved)} if wants_json() else {
                "page": url_for("visit.workspace", number=number) + f"#problem-{finding}"}

        return take(case, visit, deed, said=_("Problem %(n)s saved.", n=n))
    if form.errors and wants_json():
        return unsaved(form)
    return render_template("visit/finding.html", case=case, visit=visit, sheet=sheet, form=form, row=row, n=n,
                           limit_mb=file_limit() // 1024 // 1024), 422 if form.errors else 200


@desk.post("/<int:number>/findings/<int:finding>/drop")
def drop_finding(number: int, finding: int) -> ResponseReturnValue:
    """Take out a problem that the institution has not been told about."""
    case, _visit = on_site(number)
    inspecting.drop_finding(case, finding, by=me())
    flash(_("The problem has been taken out of the record."), "done")
    return redirect(url_for("visit.workspace", number=number) + "#problems", 303)


@desk.get("/<int:number>/recheck")
def recheck(number: int) -> ResponseReturnValue:
    """Every problem with what the institution reported, before and after beside each other."""
    return _recheck(*on_site(number))


def _recheck(case: Application, visit: Visit, wrong: Again | None = None) -> ResponseReturnValue:
    queries.records(visit)
    forms = {row.id: wrong if wrong is not None and wrong.row is row else
             Again(row=row, formdata=None, recheck=row.recheck, recheck_note=row.recheck_note,
                   seen=seen.mark(row.recheck, row.recheck_note))
             for row in visit.findings}
    for number, form in forms.items():
        for one in form:
            one.id = f"{one.name}-{number}"
    return render_template("visit/recheck.html", case=case, visit=visit, forms=forms, wrong=wrong,
                           part=queries.part_of(me(), visit)), 422 if wrong is not None else 200


@desk.post("/<int:number>/findings/<int:finding>/recheck")
def check_again(number: int, finding: int) -> ResponseReturnValue:
    """Say how one problem came out."""
    case, visit = on_site(number)
    queries.records(visit)
    form = Again(row=problem(visit, finding)[1])
    if not form.validate_on_submit():
        return unsaved(form) if wants_json() else _recheck(case, visit, form)

    def deed() -> dict[str, Any]:
        saved = inspecting.recheck(case, finding, result=Recheck(form.recheck.data),
                                   note=(form.recheck_note.data or "").strip(), read=form.seen.data or "", by=me())
        told = {"seen": seen.mark(saved.recheck, saved.recheck_note)}
        return told if wants_json() else {"page": url_for("visit.recheck", number=number) + f"#problem-{finding}"}

    return take(case, visit, deed, said=_("Re-check saved."))


@desk.post("/<int:number>/photos")
@receives_files
def add_photos(number: int) -> ResponseReturnValue:
    """Keep photos of an item, a problem or the site; each is answered for by itself."""
    case, visit = on_site(number)
    receive(files=ALL_PHOTOS)
    item_id = request.form.get("item", "")
    wanted = number_of(request.form.get("finding", ""))
    row = problem(visit, wanted)[1] if wanted is not None else None
    back = (url_for("visit.recheck", number=number) if row is not None and row.reported_at else
            url_for("visit.item", number=number, item=item_id) if item_id and row is None
            else url_for("visit.workspace", number=number)) + (f"#problem-{row.id}" if row is not None else "#photos")

    def deed() -> dict[str, Any]:
        kept, refused = keep_photos(case, item_id=item_id, finding=row)
        if refused and not kept:
            raise NothingKept(refused[0])
        for text in refused:
            flash(text, "warn")
        if kept and not wants_json():
            flash(_("Photos have been kept."), "done")
        return {"page": back}

    try:
        return take(case, visit, deed, adds=True)
    except NothingKept as nothing:
        if wants_json():
            return jsonify(error=_("Not saved"), message=str(nothing)), 422
        flash(str(nothing), "warn")
        return redirect(back, 303)


@desk.post("/<int:number>/photos/<int:photo>/drop")
def drop_photo(number: int, photo: int) -> ResponseReturnValue:
    """Take one of the team's photos out."""
    case, visit = on_site(number)
    row = next((one for one in visit.photos if one.id == photo), None) or abort(404)
    item_id, finding_id = row.item_id, row.finding_id
    inspecting.drop_photo(case, photo, by=me())
    flash(_("The photo has been taken out."), "done")
    return redirect(url_for("visit.item", number=number, item=item_id) if item_id and not finding_id
                    else url_for("visit.workspace", number=number) + "#problems", 303)


@desk.get("/<int:number>/photos/<int:photo>")
def photo_file(number: int, photo: int) -> ResponseReturnValue:
    """A photo as it was taken."""
    shown_here(number)
    return sending.attachment((queries.photo_of(me(), number, photo) or abort(404)).file)


@desk.get("/<int:number>/photos/<int:photo>/pages/<int:page>")
def photo_page(number: int, photo: int, page: int) -> ResponseReturnValue:
    """A photo as a picture; page 0 is the small one."""
    shown_here(number)
    return sending.picture((queries.photo_of(me(), number, photo) or abort(404)).file, page)


def keep_photos(case: Application, *, item_id: str = "", finding: Finding | None = None) -> tuple[int, list[str]]:
    """Keep every photo of the request; gives how many were taken and why each of the others was not.

    What the camera wrote into a photo wins; else the device's time and, where its owner allowed it, place count.
    """
    kept, refused = 0, []
    typed, place = request.form.get("place", "").strip(), request.form.get("device_place", "").strip()
    times = request.form.getlist("device_time")
    for n, sent in enumerate([*request.files.getlist("photos")][:ALL_PHOTOS]):
        if not isinstance(sent, FileStorage) or not sent.filename:
            continue
        try:
            shot = intake.photo(sent.stream, sent.filename, limit=file_limit())  # type: ignore[arg-type]
        except FileRefused as error:
            refused.append(_("%(name)s was not kept: %(why)s", name=short_name(sent.filename),
                             why=_(error.message) % error.values))
            continue
        noted = shot.noted_by_device(_moment(times[n] if n < len(times) else ""), place)
        inspecting.add_photo(case, sent.stream, examined=noted.examined,  # type: ignore[arg-type]
                             taken_at=noted.taken_at, place=typed or noted.place, source=noted.source,
                             item_id=item_id, finding_id=finding.id if finding else None, by=me())
        kept += 1
    return kept, refused


def _moment(milliseconds: str) -> datetime | None:
    """A device's time, given in milliseconds since 1970; None for anything else."""
    if not milliseconds.isdecimal() or len(milliseconds) > 14:
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def problem(visit: Visit, number: int) -> tuple[int, Finding]:
    """A problem of the visit with its position from 1; 404 when there is none."""
    return next(((n, row) for n, row in enumerate(visit.findings, 1) if row.id == number), None) or abort(404)


def problem_of(form: ProblemForm) -> inspecting.Problem:
    """A problem as filled in."""
    return inspecting.Problem(what=form.what.data.strip(), demand=form.demand.data.strip(), due_on=form.due_on.data,
                              owner=(form.owner.data or "").strip(), item_id=form.item.data or "")
