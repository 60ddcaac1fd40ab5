"""Evidence: upload, take from the library, remove, download, look at."""

from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.evidence import short_name
from portal.domain.refusal import Refused
from portal.domain.workflow import Action
from portal.stages.apply import actions, arrivals, queries
from portal.stages.apply.attached import place_url
from portal.stages.apply.desk import case_or_404, desk, must, own_request
from portal.web import sending
from portal.web.paging import page_of
from portal.web.receiving import receive, receives_files
from portal.web.visitor import me


@desk.post("/<int:number>/upload/<item_id>/<request_id>")
@receives_files
def upload(number: int, item_id: str, request_id: str) -> ResponseReturnValue:
    """Take files for one request; each is taken or refused by itself."""
    case = case_or_404(number)
    place, asked = own_request(case, item_id, request_id)
    must(case, Action.ATTACH)
    receive(files=arrivals.AT_ONCE)
    told: list[dict[str, Any]] = []
    for arriving, examined, why in arrivals.examined(asked.kinds):
        if examined is None:
            told.append({"name": short_name(arriving.filename or ""), "ok": False, "error": why})
            continue
        try:
            bound = actions.attach(case, cast(BinaryIO, arriving.stream), examined, item_id=place.id,
                                   request_id=asked.id, by=me())
        except Refused as refused:
            told.append({"name": short_name(examined.name), "ok": False,
                         "error": f"{refused.sentence} {refused.instead}"})
            continue
        told.append({"name": short_name(bound.file.name), "ok": True})
    if not told:
        flash(_("Choose at least one file first."), "stop")
    for one in told:
        if one["ok"]:
            flash(_("Attached: %(name)s", name=one["name"]), "done")
        else:
            flash(_("Not attached: %(name)s. %(why)s", name=one["name"], why=one["error"]), "stop")
    return redirect(place_url(case, place), 303)


@desk.post("/<int:number>/reuse/<item_id>/<request_id>")
def reuse(number: int, item_id: str, request_id: str) -> ResponseReturnValue:
    """Attach files that are in the library already."""
    case = case_or_404(number)
    place, asked = own_request(case, item_id, request_id)
    chosen = [queries.library_file(case, one) for one in request.form.getlist("file", type=int)]
    if not chosen:
        flash(_("Choose at least one file first."), "stop")
    for file in chosen:
        if file is None or file.kind not in asked.kinds:
            abort(404)
        try:
            actions.reuse(case, file, item_id=place.id, request_id=asked.id, by=me())
            flash(_("Attached: %(name)s", name=file.name), "done")
        except actions.AlreadyAttached as refused:
            flash(_("Not attached: %(name)s. %(why)s", name=file.name, why=refused.sentence), "stop")
    return redirect(place_url(case, place), 303)


@desk.post("/<int:number>/files/<int:evidence_id>/remove")
def detach(number: int, evidence_id: int) -> ResponseReturnValue:
    """Take a file off the case; it stays in the library."""
    case = case_or_404(number)
    bound = queries.attached(case, evidence_id) or abort(404)
    place, _asked = own_request(case, bound.item_id, bound.request_id)
    name = bound.file.name
    actions.detach(case, bound, by=me())
    flash(_("Removed: %(name)s. It stays in the evidence library.", name=name), "done")
    return redirect(place_url(case, place), 303)


@desk.get("/<int:number>/files/<int:evidence_id>")
def download(number: int, evidence_id: int) -> ResponseReturnValue:
    """The file as it was uploaded."""
    bound = queries.attached(case_or_404(number), evidence_id) or abort(404)
    return sending.attachment(bound.file)


@desk.get("/<int:number>/files/<int:evidence_id>/pages/<int:page>")
def picture(number: int, evidence_id: int, page: int) -> ResponseReturnValue:
    """One page of a file as a picture (0: thumbnail)."""
    bound = queries.attached(case_or_404(number), evidence_id) or abort(404)
    return sending.picture(bound.file, page)


@desk.get("/<int:number>/photos/<int:photo>")
def photo(number: int, photo: int) -> ResponseReturnValue:
    """The picture of a problem found on site, or of its rectification."""
    found = queries.finding_photo(case_or_404(number), photo) or abort(404)
    return sending.picture(found.file, request.args.get("page", 0, type=int))


@desk.get("/library")
def library() -> ResponseReturnValue:
    """Everything the institution ever uploaded, with where it is used."""
    words = request.args.get("q", "").strip()
    page = page_of(queries.library(me(), words=words), size=30, scalars=False)
    return render_template("apply/library.html", page=page, words=words)


@desk.get("/library/<int:file_id>")
def library_file(file_id: int) -> ResponseReturnValue:
    """A file of the library as it was uploaded."""
    return sending.attachment(queries.own_file(me(), file_id) or abort(404))
