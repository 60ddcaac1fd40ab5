"""Uploads in pieces: open one, ask how far it is, send the next piece, finish it, give it up (docs/uploads.md)."""

from datetime import UTC
from typing import cast

from flask import Response, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import intake, uploads
from portal.domain.scheme import EvidenceRequest, Item, Prerequisite
from portal.domain.workflow import Action
from portal.intake import FileRefused
from portal.models.application import Application
from portal.models.evidence import Evidence
from portal.models.upload import Upload
from portal.stages.apply import actions, queries
from portal.stages.apply.attached import arrived, place_url
from portal.stages.apply.desk import case_or_404, desk, must, own_request
from portal.web.errors import wants_json
from portal.web.receiving import file_limit, receive_piece, receives_files
from portal.web.visitor import me

DIGEST = "sha-256=:"


def _own(number: int, token: str) -> tuple[Application, Upload]:
    """The case and the visitor's own upload to it; 404 for anybody else's."""
    case = case_or_404(number)
    return case, uploads.find(token, case, by=me()) or abort(404)


def _state(upload: Upload, status: int = 200) -> Response:
    """Where an upload stands: in the headers, and as JSON for whoever reads the body."""
    answer = jsonify(
        offset=upload.received, size=upload.size, piece=uploads.PIECE, done=upload.file_id is not None,
        url=url_for("apply.upload_state", number=upload.application_id, token=upload.token),
        expires=upload.expires_at.astimezone(UTC).isoformat(timespec="seconds"),
        pieces=[{"size": size, "sha256": sha256} for _name, size, sha256 in upload.pieces])
    answer.status_code = status
    answer.headers.update({"Upload-Offset": str(upload.received), "Upload-Length": str(upload.size),
                           "Upload-Expires": upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    return answer


@desk.errorhandler(uploads.UploadExpired)
def _gone(expired: uploads.UploadExpired) -> ResponseReturnValue:
    return jsonify(error=str(expired.sentence), message=f"{expired.sentence} {expired.instead}"), 410


def _not_taken(why: str, status: int = 422) -> ResponseReturnValue:
    return jsonify(error=why), status


@desk.post("/<int:number>/uploads/<item_id>/<request_id>")
def upload_begin(number: int, item_id: str, request_id: str) -> ResponseReturnValue:
    """Open an upload for one document that is asked for; the same file again finds the one that was interrupted."""
    case = case_or_404(number)
    place, asked = own_request(case, item_id, request_id)
    must(case, Action.ATTACH)
    size = request.form.get("size", type=int)
    if size is None:
        return _not_taken(_("The size of the file is missing."))
    try:
        name = intake.promised(request.form.get("name", ""), size=size, kinds=asked.kinds, limit=file_limit())
    except FileRefused as refused:
        return _not_taken(_(refused.message, **refused.values))
    upload, fresh = uploads.begin(case, item_id=place.id, request_id=asked.id, name=name, size=size,
                                  modified=request.form.get("modified", "")[:20], by=me())
    answer = _state(upload, 201 if fresh else 200)
    answer.headers["Location"] = url_for("apply.upload_state", number=number, token=upload.token)
    return answer


@desk.get("/<int:number>/uploads/<token>")
def upload_state(number: int, token: str) -> ResponseReturnValue:
    """How much has arrived (GET or HEAD)."""
    return _state(_own(number, token)[1])


@desk.route("/<int:number>/uploads/<token>", methods=["PATCH", "POST"])
@receives_files
def upload_piece(number: int, token: str) -> ResponseReturnValue:
    """Take the next piece; the head says where it begins and what its digest is. POST is for networks without PATCH."""
    case, upload = _own(number, token)
    must(case, Action.ATTACH)
    data = receive_piece(uploads.PIECE)
    offset = request.headers.get("Upload-Offset", type=int)
    told = request.headers.get("Content-Digest", "")
    digest = told.removeprefix(DIGEST).removesuffix(":") if told.startswith(DIGEST) else ""
    try:
        received = uploads.receive(upload, data, offset=-1 if offset is None else offset, digest=digest)
    except uploads.WrongOffset as wrong:
        return jsonify(error=str(wrong.sentence), offset=wrong.received), 409, {"Upload-Offset": str(wrong.received)}
    except uploads.PieceDamaged as damaged:
        return _not_taken(f"{damaged.sentence} {damaged.instead}", 400)
    return Response(status=204, headers={"Upload-Offset": str(received)})


@desk.post("/<int:number>/uploads/<token>/finish")
def upload_finish(number: int, token: str) -> ResponseReturnValue:
    """Examine the whole file and attach it; asked again after a lost answer, it says the same again."""
    case, upload = _own(number, token)
    place, asked = own_request(case, upload.item_id, upload.request_id)
    if upload.file_id is not None:
        bound = queries.bound(case, upload) or abort(404)
        return arrived(number, place, bound), 200
    must(case, Action.ATTACH)
    try:
        bound = _attached(case, upload, place, asked)
    except uploads.PiecesLost:
        if uploads.give_up(upload):
            raise
        bound = queries.bound(case, upload) or abort(404)
        return arrived(number, place, bound), 200
    except FileRefused as refused:
        uploads.drop(upload)
        return _not_taken(_(refused.message, **refused.values))
    except actions.AlreadyAttached as known:
        uploads.drop(upload)
        return _not_taken(f"{known.sentence} {known.instead}")
    return arrived(number, place, bound), 201


def _attached(case: Application, upload: Upload, place: Item | Prerequisite, asked: EvidenceRequest) -> Evidence:
    with uploads.assembled(upload) as file:
        examined = intake.examine(file, upload.name, kinds=asked.kinds, limit=file_limit())
        return actions.attach_upload(case, upload, file, examined, item_id=place.id, request_id=asked.id, by=me())


@desk.post("/<int:number>/uploads/<token>/drop")
def upload_drop(number: int, token: str) -> ResponseReturnValue:
    """Give an unfinished upload up; what had arrived is deleted."""
    case, upload = _own(number, token)
    place, _asked = own_request(case, upload.item_id, upload.request_id)
    name, address = upload.name, place_url(case, place)
    if upload.file_id is None:
        uploads.drop(upload)
    if wants_json():
        return Response(status=204)
    flash(_("Discarded: %(name)s. It was not uploaded in full.", name=name), "done")
    return cast(ResponseReturnValue, redirect(address, 303))
