"""Signing on the screen: everybody's place, the drawing or the typed name, the picture of a signature."""

from typing import Any

from flask import abort, flash, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal import filing
from portal.stages.visit import queries
from portal.stages.visit import signing as signatures
from portal.stages.visit.desk import desk
from portal.stages.visit.forms import Signature
from portal.stages.visit.offline import on_site, shown_here, take, unsaved
from portal.web.errors import wants_json
from portal.web.receiving import receive, receives_files
from portal.web.several import apart
from portal.web.visitor import me


@desk.route("/<int:number>/sign", methods=["GET", "POST"])
@receives_files
def signing(number: int) -> ResponseReturnValue:
    """Sign the record: each member on his or her own device, the institution's representative on a member's."""
    case, visit = on_site(number)
    if request.method == "POST":
        receive()
    drawing = request.files.get("drawing")
    sent = drawing if isinstance(drawing, FileStorage) and drawing.filename else None
    form = Signature(drawn=sent is not None)
    if request.method == "POST" and form.validate():
        def deed() -> dict[str, Any]:
            signatures.sign(case, name=form.name.data or "", post=form.post.data or "",
                            for_unit=form.party.data == "unit", drawing=sent.stream if sent else None, by=me())  # type: ignore[arg-type]
            flash(_("Signed."), "done")
            return {"page": url_for("visit.signing", number=number) + f"#{form.party.data}"}

        return take(case, visit, deed, adds=True)
    if form.errors and wants_json():
        return unsaved(form)
    queries.records(visit)
    forms = {"self": Signature(formdata=None, party="self", name=me().name),
             "unit": Signature(formdata=None, party="unit")}
    faulty = form.party.data if form.errors and form.party.data in forms else ""
    if faulty:
        forms[faulty] = form
    return render_template("visit/sign.html", case=case, visit=visit, places=signatures.places(visit),
                           forms=apart(forms), faulty=faulty, part=queries.part_of(me(), visit)), 422 if faulty else 200


@desk.get("/<int:number>/signatures/<int:signature>")
def signature_file(number: int, signature: int) -> ResponseReturnValue:
    """The picture of a signature."""
    shown_here(number)
    file = (queries.signature_of(me(), number, signature) or abort(404)).file
    answer = send_file(filing.open_file(file), mimetype=file.mime, max_age=3600, etag=file.sha256)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
