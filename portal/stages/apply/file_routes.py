"""Evidence: upload, take from the library, remove, download, look at."""

from typing import Any, BinaryIO, cast

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.refusal import Refused
from portal.domain.scheme import Item, Prerequisite
from portal.domain.workflow import Action
from portal.models.application import Application
from portal.models.evidence import Evidence
from portal.stages.apply import actions, arrivals, queries
from portal.stages.apply.desk import case_or_404, desk, must, own_request
from portal.web import sending
from portal.web.errors import wants_json
from portal.web.filters import size
from portal.web.paging import page_of
from portal.web.receiving import receive, receives_files
from portal.web.visitor import me


def _place_url(case: Application, place: Item | Prerequisite) -> str:
    if isinstance(place, Item):
        return url_for("apply.item", number=case.id, item_id=place.id) + "#evidence"
    return url_for("apply.conditions", number=case.id) + f"#{place.id}"


def facts_of(bound: Evidence) -> list[str]:
    """Pages, size and day of an attached file in words."""
    file = bound.file
    pages = [_("%(n)s pages", n=file.pages)] if file.pages else []
    return [*pages, size(file.size)]


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
            told.append({"name": arriving.filename, "ok": False, "error": why})
            continue
        try:
            bound = actions.attach(case, cast(BinaryIO, arriving.stream), examined, item_id=place.id,
                                   request_id=asked.id, by=me())
        except Refused as refused:
            told.append({"name": examined.name, "ok": False, "error": f"{refused.sentence} {refused.instead}"})
            continue
        told.append({"name": examined.name, "ok": True, "facts": facts_of(bound),
                     "url": url_for("apply.download", number=number, evidence_id=bound.id)})
    if wants_json():
        return _told(told)
    if not told:
        flash(_("Choose at least one file first."), "stop")
    for one in told:
        if one["ok"]:
            flash(_("Attached: %(name)s", name=one["name"]), "done")
        else:
            flash(_("Not attached: %(name)s. %(why)s", name=one["name"], why=one["error"]), "stop")
    return redirect(_place_url(case, place), 303)


def _told(told: list[dict[str, Any]]) -> ResponseReturnValue:
    """One file: its own answer; several: one answer for each."""
    if not told:
        return jsonify(error=_("Choose at least one file first.")), 422
    if len(told) == 1:
        return jsonify(told[0]), 201 if told[0]["ok"] else 422
    return jsonify(files=told), 201 if any(one["ok"] for one in told) else 422


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
    return redirect(_place_url(case, place), 303)


@desk.post("/<int:number>/files/<int:evidence_id>/remove")
def detach(number: int, evidence_id: int) -> ResponseReturnValue:
    """Take a file off the case; it stays in the library."""
    case = case_or_404(number)
    bound = queries.attached(case, evidence_id) or abort(404)
    place, _asked = own_request(case, bound.item_id, bound.request_id)
    name = bound.file.name
    actions.detach(case, bound, by=me())
    flash(_("Removed: %(name)s. It stays in the evidence library.", name=name), "done")
    return redirect(_place_url(case, place), 303)


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
