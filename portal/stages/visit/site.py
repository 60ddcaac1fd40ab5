"""The team's pages on site: workspace, one item with its notes, sampled points."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import seen
from portal.domain.acceptance import Found
from portal.domain.refusal import ChangedMeanwhile
from portal.models.application import Application
from portal.models.visit import Visit
from portal.stages.visit import inspecting, queries, rivals, signing, site_sheet
from portal.stages.visit.desk import desk
from portal.stages.visit.forms import Note, Sample, SampleResult, Settle
from portal.stages.visit.offline import on_site, take, unsaved
from portal.stages.visit.rivals import Settlement
from portal.stages.visit.site_sheet import SiteSheet
from portal.web.errors import wants_json
from portal.web.filters import points as shown
from portal.web.receiving import file_limit
from portal.web.visitor import me


@desk.get("/<int:number>/site")
def workspace(number: int) -> ResponseReturnValue:
    """Everything to do on site, on one page made for a phone."""
    case, visit = on_site(number)
    sheet = site_sheet.of(case, visit)
    form = Sample(formdata=None)
    form.offer(sheet.to_see, request.args.get("listed", type=int))
    return _workspace(case, visit, sheet, form)


def _workspace(case: Application, visit: Visit, sheet: SiteSheet, form: Sample) -> ResponseReturnValue:
    return render_template("visit/site.html", case=case, visit=visit, sheet=sheet, form=form,
                           places=signing.places(visit), part=queries.part_of(me(), visit),
                           rechecking=bool(site_sheet.waiting(visit))), 422 if form.errors else 200


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
        return _noted(case, visit, sheet, item, form)
    if form.errors and wants_json():
        return unsaved(form)
    return render_template(
        "visit/item.html", case=case, visit=visit, sheet=sheet, line=line, form=form,
        evidence=queries.evidence(case, item), following=next_item(sheet, item), before=next_item(sheet, item, step=-1),
        photos=[one for one in visit.photos if one.item_id == item and one.finding_id is None],
        problems=[(n, one) for n, one in enumerate(visit.findings, 1) if one.item_id == item],
        rivals=sheet.rivals(item), limit_mb=file_limit() // 1024 // 1024), 422 if form.errors else 200


def _noted(case: Application, visit: Visit, sheet: SiteSheet, item: str, form: Note) -> ResponseReturnValue:
    """Save a note; one that came too late is kept beside the note on the record, and both are told."""
    absent = bool(form.not_applicable.data)
    said: dict[str, Any] = {"found": Found(form.found.data), "points": None if absent else form.score,
                            "not_applicable": absent, "note": (form.note.data or "").strip()}
    following = next_item(sheet, item) if "next" in request.form else None
    page = url_for("visit.item", number=case.id, item=following or item)

    def deed() -> dict[str, Any]:
        saved = inspecting.note_item(case, item, **said, revision=form.revision.data or 0, by=me())
        return {"revision": saved.revision} if wants_json() else {
            "page": page if following else url_for("visit.workspace", number=case.id) + "#items"}

    try:
        return take(case, visit, deed, said=_("%(item)s saved.", item=item),
                    more=lambda: {"out": totals(site_sheet.of(case, visit))})
    except ChangedMeanwhile as late:
        rival = rivals.keep(case, item, **said, by=me())
        here = url_for("visit.item", number=case.id, item=item)
        words = str(late.sentence) if rival is None else _(
            "%(item)s was noted by somebody else in the meantime. Both notes have been kept; settle which one holds.",
            item=item)
        if wants_json():
            return jsonify(error=_("Two notes"), message=words, kept=True, page=here), 409
        flash(words, "warn")
        return redirect(here, 303)


@desk.post("/<int:number>/rivals/<int:rival>")
def settle(number: int, rival: int) -> ResponseReturnValue:
    """Settle which of two notes of an item holds."""
    case, visit = on_site(number)
    queries.records(visit)
    row = next((one for one in visit.rivals if one.id == rival), None) or abort(404)
    page = url_for("visit.item", number=number, item=row.item_id)
    form = Settle()
    if not form.validate_on_submit():
        flash(str(next(iter(form.errors.values()))[0]), "warn")
        return redirect(page, 303)
    rivals.settle(case, rival, Settlement(form.how.data), by=me())
    flash(_("Settled. What was set aside stays in the timeline."), "done")
    return redirect(page, 303)


@desk.post("/<int:number>/samples")
def add_sample(number: int) -> ResponseReturnValue:
    """Put a sampled point on the list."""
    case, visit = on_site(number)
    sheet = site_sheet.of(case, visit)
    form = Sample()
    # a number that somebody else has seen meanwhile is no mistake of the form: the deed says who wrote it down
    form.offer([n for n, _seen in sheet.draw])
    if not form.validate_on_submit():
        return unsaved(form) if wants_json() else _workspace(case, visit, sheet, form)
    listed = form.listed.data

    def deed() -> dict[str, Any]:
        inspecting.add_sample(case, place=form.place.data.strip(), fixture=(form.fixture.data or "").strip(),
                              sound=form.sound.data == "1", note=(form.note.data or "").strip(), listed=listed, by=me())
        return {"page": url_for("visit.workspace", number=number) + ("#points" if listed else "#add-point")}

    return take(case, visit, deed, adds=True)


@desk.post("/<int:number>/samples/<int:sample>")
def change_sample(number: int, sample: int) -> ResponseReturnValue:
    """Say again whether a sampled point is sound."""
    case, visit = on_site(number)
    form = SampleResult()
    if not form.validate_on_submit():
        return unsaved(form) if wants_json() else redirect(url_for("visit.workspace", number=number), 303)

    def deed() -> dict[str, Any]:
        saved = inspecting.change_sample(case, sample, sound=form.sound.data == "1",
                                         note=(form.note.data or "").strip(), read=form.seen.data or "", by=me())
        told = {"seen": seen.mark(saved.sound, saved.note)}
        return told if wants_json() else {"page": url_for("visit.workspace", number=number) + f"#point-{sample}"}

    return take(case, visit, deed, more=lambda: {"out": totals(site_sheet.of(case, visit))})


@desk.post("/<int:number>/samples/<int:sample>/drop")
def drop_sample(number: int, sample: int) -> ResponseReturnValue:
    """Take a sampled point off the list."""
    case, _visit = on_site(number)
    inspecting.drop_sample(case, sample, by=me())
    flash(_("The sampled point has been taken out."), "done")
    return redirect(url_for("visit.workspace", number=number) + "#points", 303)


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
