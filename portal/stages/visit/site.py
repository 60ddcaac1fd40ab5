"""The team's pages on site: workspace, one item, sampled points, problems with photos, re-check."""

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.domain.acceptance import Found, Recheck
from portal.intake import FileRefused
from portal.models.application import Application
from portal.models.visit import Finding, Visit
from portal.stages.visit import inspecting, intake, queries, site_sheet
from portal.stages.visit.desk import desk
from portal.stages.visit.forms import Again, Note, ProblemForm, Sample, SampleResult
from portal.stages.visit.site_sheet import SiteSheet
from portal.web import sending
from portal.web.errors import wants_json
from portal.web.filters import points as shown
from portal.web.receiving import file_limit, receive, receives_files
from portal.web.visitor import me

ALL_PHOTOS = 12


def on_site(number: int) -> tuple[Application, Visit]:
    """A case on whose present team the visitor is; 404 when it is not the visitor's, 403 for officers who look on."""
    case = queries.mine(me(), number) or abort(404)
    visit = queries.visit_of(case)
    if visit is None or not queries.part_of(me(), visit).member:
        abort(403)
    return case, visit


@desk.get("/<int:number>/site")
def workspace(number: int) -> ResponseReturnValue:
    """Everything to do on site, on one page made for a phone."""
    case, visit = on_site(number)
    sheet = site_sheet.of(case, visit)
    return render_template("visit/site.html", case=case, visit=visit, sheet=sheet, form=Sample(formdata=None),
                           part=queries.part_of(me(), visit), rechecking=bool(site_sheet.waiting(visit)))


@desk.route("/<int:number>/items/<item>", methods=["GET", "POST"])
def item(number: int, item: str) -> ResponseReturnValue:
    """One item: requirement, what to look at, scores beside each other, what was found."""
    case, visit = on_site(number)
    sheet = site_sheet.of(case, visit)
    line = sheet.line(item) or abort(404)
    row = line.row
    form = Note(item=line.item, found=row.found if row else None, note=row.note if row else "",
                points=shown(line.site.points) if line.site.points is not None else "",
                not_applicable=line.site.absent, revision=row.revision if row else 0)
    if form.validate_on_submit():
        absent = bool(form.not_applicable.data)
        saved = inspecting.note_item(
            case, item, found=Found(form.found.data), points=None if absent else form.score, not_applicable=absent,
            note=(form.note.data or "").strip(), revision=form.revision.data or 0, by=me())
        if wants_json():
            return jsonify(saved=saved_at(), revision=saved.revision, out=totals(site_sheet.of(case, visit)))
        following = next_item(sheet, item)
        flash(_("%(item)s saved.", item=item), "done")
        return redirect(url_for("visit.item", number=number, item=following) if following and "next" in request.form
                        else url_for("visit.workspace", number=number) + "#items", 303)
    if form.errors and wants_json():
        return unsaved(form)
    return render_template(
        "visit/item.html", case=case, visit=visit, sheet=sheet, line=line, form=form,
        evidence=queries.evidence(case, item), following=next_item(sheet, item), before=next_item(sheet, item, step=-1),
        photos=[one for one in visit.photos if one.item_id == item and one.finding_id is None],
        problems=[(n, one) for n, one in enumerate(visit.findings, 1) if one.item_id == item],
        limit_mb=file_limit() // 1024 // 1024), 422 if form.errors else 200


@desk.post("/<int:number>/samples")
def add_sample(number: int) -> ResponseReturnValue:
    """Put a sampled point on the list."""
    case, visit = on_site(number)
    form = Sample()
    if form.validate_on_submit():
        inspecting.add_sample(case, place=form.place.data.strip(), fixture=(form.fixture.data or "").strip(),
                              sound=form.sound.data == "1", note=(form.note.data or "").strip(), by=me())
        return went(url_for("visit.workspace", number=number) + "#add-point")
    if wants_json():
        return unsaved(form)
    return render_template("visit/site.html", case=case, visit=visit, sheet=site_sheet.of(case, visit), form=form,
                           part=queries.part_of(me(), visit), rechecking=bool(site_sheet.waiting(visit))), 422


@desk.post("/<int:number>/samples/<int:sample>")
def change_sample(number: int, sample: int) -> ResponseReturnValue:
    """Say again whether a sampled point is sound."""
    case, visit = on_site(number)
    form = SampleResult()
    if not form.validate_on_submit():
        return unsaved(form) if wants_json() else redirect(url_for("visit.workspace", number=number), 303)
    inspecting.change_sample(case, sample, sound=form.sound.data == "1", note=(form.note.data or "").strip(), by=me())
    if wants_json():
        return jsonify(saved=saved_at(), out=totals(site_sheet.of(case, visit)))
    return redirect(url_for("visit.workspace", number=number) + f"#point-{sample}", 303)


@desk.post("/<int:number>/samples/<int:sample>/drop")
def drop_sample(number: int, sample: int) -> ResponseReturnValue:
    """Take a sampled point off the list."""
    case, _visit = on_site(number)
    inspecting.drop_sample(case, sample, by=me())
    flash(_("The sampled point has been taken out."), "done")
    return redirect(url_for("visit.workspace", number=number) + "#points", 303)


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
        row = inspecting.add_finding(case, problem_of(form), by=me())
        refused = keep_photos(case, finding=row)
        flash(_("Problem %(n)s has been recorded.", n=len(visit.findings)), "done")
        for text in refused:
            flash(text, "warn")
        return went(url_for("visit.workspace", number=number) + f"#problem-{row.id}")
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
    form = ProblemForm(item=row.item_id, what=row.what, owner=row.owner, due_on=row.due_on, demand=row.demand)
    form.offer([line.item for line in sheet.lines])
    if form.validate_on_submit():
        inspecting.change_finding(case, finding, problem_of(form), by=me())
        if wants_json():
            return jsonify(saved=saved_at())
        flash(_("Problem %(n)s saved.", n=n), "done")
        return redirect(url_for("visit.workspace", number=number) + f"#problem-{finding}", 303)
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
    case, visit = on_site(number)
    queries.records(visit)
    forms = {row.id: Again(formdata=None, recheck=row.recheck, recheck_note=row.recheck_note)
             for row in visit.findings}
    return render_template("visit/recheck.html", case=case, visit=visit, forms=forms, wrong=None,
                           part=queries.part_of(me(), visit))


@desk.post("/<int:number>/findings/<int:finding>/recheck")
def check_again(number: int, finding: int) -> ResponseReturnValue:
    """Say how one problem came out."""
    case, visit = on_site(number)
    queries.records(visit)
    problem(visit, finding)
    form = Again()
    if form.validate_on_submit():
        inspecting.recheck(case, finding, result=Recheck(form.recheck.data),
                           note=(form.recheck_note.data or "").strip(), by=me())
        if wants_json():
            return jsonify(saved=saved_at())
        flash(_("Re-check saved."), "done")
        return redirect(url_for("visit.recheck", number=number) + f"#problem-{finding}", 303)
    if wants_json():
        return unsaved(form)
    forms = {row.id: form if row.id == finding else Again(formdata=None, recheck=row.recheck,
                                                          recheck_note=row.recheck_note) for row in visit.findings}
    return render_template("visit/recheck.html", case=case, visit=visit, forms=forms, wrong=form,
                           part=queries.part_of(me(), visit)), 422


@desk.post("/<int:number>/photos")
@receives_files
def add_photos(number: int) -> ResponseReturnValue:
    """Keep photos of an item, a problem or the site; each is answered for by itself."""
    case, visit = on_site(number)
    receive(files=ALL_PHOTOS)
    item_id = request.form.get("item", "")
    row = problem(visit, int(request.form["finding"]))[1] if request.form.get("finding", "").isdigit() else None
    kept, refused = len(visit.photos), keep_photos(case, item_id=item_id, finding=row)
    if len(visit.photos) == kept and refused and wants_json():
        return jsonify(error=_("Not saved"), message=refused[0]), 422
    for text in refused:
        flash(text, "warn")
    if len(visit.photos) > kept:
        flash(_("Photos have been kept."), "done")
    back = (url_for("visit.recheck", number=number) if row is not None and row.reported_at else
            url_for("visit.item", number=number, item=item_id) if item_id and row is None
            else url_for("visit.workspace", number=number))
    return went(back + (f"#problem-{row.id}" if row is not None else "#photos"))


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
    return sending.attachment((queries.photo_of(me(), number, photo) or abort(404)).file)


@desk.get("/<int:number>/photos/<int:photo>/pages/<int:page>")
def photo_page(number: int, photo: int, page: int) -> ResponseReturnValue:
    """A photo as a picture; page 0 is the small one."""
    return sending.picture((queries.photo_of(me(), number, photo) or abort(404)).file, page)


def keep_photos(case: Application, *, item_id: str = "", finding: Finding | None = None) -> list[str]:
    """Keep every photo of the request and tell of those that were refused."""
    refused = []
    place = request.form.get("place", "").strip()
    for sent in [*request.files.getlist("photos")][:ALL_PHOTOS]:
        if not isinstance(sent, FileStorage) or not sent.filename:
            continue
        try:
            shot = intake.photo(sent.stream, sent.filename, limit=file_limit())  # type: ignore[arg-type]
        except FileRefused as error:
            refused.append(_("%(name)s was not kept: %(why)s", name=sent.filename,
                             why=_(error.message) % error.values))
            continue
        inspecting.add_photo(case, sent.stream, examined=shot.examined,  # type: ignore[arg-type]
                             taken_at=shot.taken_at, place=place or shot.place, item_id=item_id,
                             finding_id=finding.id if finding else None, by=me())
    return refused


def problem(visit: Visit, number: int) -> tuple[int, Finding]:
    """A problem of the visit with its position from 1; 404 when there is none."""
    return next(((n, row) for n, row in enumerate(visit.findings, 1) if row.id == number), None) or abort(404)


def problem_of(form: ProblemForm) -> inspecting.Problem:
    """A problem as filled in."""
    return inspecting.Problem(what=form.what.data.strip(), demand=form.demand.data.strip(), due_on=form.due_on.data,
                              owner=(form.owner.data or "").strip(), item_id=form.item.data or "")


def next_item(sheet: SiteSheet, item: str, *, step: int = 1) -> str | None:
    """The item after (or before) this one among those to check on site; None at the end."""
    ids = [line.item.id for line in sheet.to_check]
    if item not in ids:
        return None
    at = ids.index(item) + step
    return ids[at] if 0 <= at < len(ids) else None


def totals(sheet: SiteSheet) -> dict[str, str]:
    """The figures on a page that change with a save."""
    return {"checked": str(sheet.checked), "total": shown(sheet.score.total),
            "sound": str(sum(one.sound for one in sheet.visit.samples))}


def went(page: str) -> ResponseReturnValue:
    """Where to go on after a deed: as a redirect, or told to a script that sends the form itself."""
    return (jsonify(saved=saved_at(), page=page), 201) if wants_json() else redirect(page, 303)


def saved_at() -> str:
    """The time of day in China, for the line that says saved."""
    return f"{clock.in_china(clock.now()):%H:%M:%S}"


def unsaved(form: FlaskForm) -> ResponseReturnValue:
    """The first thing that is wrong, for a script."""
    first = next(iter(form.errors.values()))[0]
    return jsonify(error=_("Not saved"), message=first), 422

