"""The visit desk without a signal: the worker's script, the pass for sending, which pages a device may keep."""

import hashlib
import json
from collections.abc import Callable
from io import SEEK_END
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf

from portal import clock, seen
from portal.models.application import Application
from portal.models.visit import Visit
from portal.stages.visit import queries
from portal.stages.visit.desk import desk
from portal.stages.visit.once import once
from portal.web.errors import wants_json
from portal.web.stylesheet import SHEET
from portal.web.visitor import me

KEPT = frozenset({"visit.queue", "visit.case", "visit.workspace", "visit.item", "visit.new_finding", "visit.finding",
                  "visit.recheck", "visit.signing", "visit.offline", "visit.photo_page", "visit.file_page",
                  "visit.signature_file"})
"""The pages of a visit that its own device may keep; the worker keeps nothing that is not marked."""

WORKER = "visit-worker.js"
SHELL = frozenset({"visit", "page", "theme"})
"""First words of the scripts that the desk's pages load."""

WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"


@desk.after_request
def mark(answer: Response) -> Response:
    """Say on a page that a device may keep it, and for whom."""
    if request.endpoint in KEPT and request.method == "GET" and answer.status_code == 200 and (
            current_user and current_user.is_authenticated):
        answer.headers["Visit-Kept-For"] = str(current_user.id)
    return answer


@desk.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The worker's script; its first lines name the scripts and styles of the desk at their present digest."""
    folder = Path(str(current_app.static_folder))
    scripts = sorted(one.name for one in (folder / "js").glob("*.js") if one.stem.split("-")[0] in SHELL)
    assets = [url_for("static", filename=one) for one in
              (SHEET, "img/mark.svg", *(f"js/{name}" for name in scripts if name != WORKER))]
    head = (f"const DIGEST = {json.dumps(hashlib.sha256(' '.join(assets).encode()).hexdigest()[:16])};\n"
            f"const ASSETS = {json.dumps(assets)};\n")
    answer = Response(head + (folder / "js" / WORKER).read_text("utf-8"), mimetype="text/javascript")
    answer.headers.update({"Cache-Control": "no-cache", "Content-Security-Policy": WORKER_POLICY,
                           "Service-Worker-Allowed": url_for("visit.queue")})
    return answer


@desk.get("/pass")
def sending_pass() -> ResponseReturnValue:
    """Who is signed in and the token for sending: what a device kept for somebody is sent for nobody else."""
    return jsonify(person=me().id, token=generate_csrf())


@desk.get("/offline")
def offline() -> ResponseReturnValue:
    """What a device shows for a page that it did not keep."""
    return render_template("visit/offline.html")


def shown_here(number: int, *, answers: bool = False) -> Application:
    """A case that the visitor may see here, 404 for others; ConflictOfInterest for a member who is tied to it."""
    case = queries.mine(me(), number, answers=answers) or abort(404)
    queries.refuse_tied(case, me())
    return case


def on_site(number: int) -> tuple[Application, Visit]:
    """A case on whose present team the visitor is; 404 when it is not the visitor's, 403 for officers who look on.

    Raises ConflictOfInterest for whoever turns out to be tied to the institution.
    """
    case = shown_here(number, answers=True)
    visit = queries.visit_of(case, whole=True)
    if visit is None or not queries.part_of(me(), visit).member:
        abort(403)
    return case, visit


def take(case: Application, visit: Visit, deed: Callable[[], dict[str, Any]], *, said: str = "", adds: bool = False,
         more: Callable[[], dict[str, Any]] | None = None) -> ResponseReturnValue:
    """Do what was sent once; answer a script with the deed's answer, anybody else with its page and what was `said`.

    `adds` marks what writes something new, which a button pressed twice must not do twice. `more` is read after the
    deed, for a script only: figures on the page that it changed.
    """
    answer = once(case, visit, request.form.get("key", ""), deed, by=me(), said=_said() if adds else "")
    if wants_json():
        saved = {"saved": saved_at(), "at": int(clock.now().timestamp() * 1000)}
        return jsonify(saved | answer | (more() if more else {})), 201 if "page" in answer else 200
    if said:
        flash(said, "done")
    return redirect(answer.get("page") or url_for("visit.workspace", number=case.id), 303)


def _said() -> str:
    """A mark of what this form says and to which address: the same button pressed twice gives the same."""
    files = []
    for name, one in request.files.items(multi=True):
        files.append((name, one.filename, one.stream.seek(0, SEEK_END)))
        one.stream.seek(0)
    return seen.mark(request.path, files, [
        (name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"])


def saved_at() -> str:
    """The time of day in China, for the line that says saved."""
    return f"{clock.in_china(clock.now()):%H:%M:%S}"


def unsaved(form: FlaskForm) -> ResponseReturnValue:
    """The first thing that is wrong, for a script."""
    first = next(iter(form.errors.values()))[0]
    return jsonify(error=_("Not saved"), message=first), 422
