"""Error pages and refusals: what happened and what to do next, as a page or as JSON."""

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal import wording
from portal.domain.assignment import MESSAGES as CONFLICTS
from portal.domain.assignment import ConflictOfInterest
from portal.domain.refusal import Refused
from portal.domain.workflow import ActionNotAllowed

DRAWN = {400, 403, 404, 409, 413, 429, 500}
DRAWN_AS = {405: 404}


def wants_json() -> bool:
    """Whether the asker is a machine or a script of ours."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.args.get("format") == "json" or request.path.startswith("/api/")


def refused(title: str, sentence: str, instead: str, status: int = 409) -> ResponseReturnValue:
    """One refusal as a page or as JSON."""
    if wants_json():
        return jsonify(error=title, message=sentence, instead=instead), status
    return render_template("errors/refusal.html", title=title, reason=sentence, instead=instead), status


def init_app(app: Flask) -> None:
    """Answer refusals with 409, HTTP errors with their own page."""

    @app.errorhandler(ActionNotAllowed)
    def not_allowed(error: ActionNotAllowed) -> ResponseReturnValue:
        who = "、".join(str(wording.ROLES[role]) for role in sorted(error.move.by))
        when = "、".join(str(wording.STAGES[stage]) for stage in sorted(error.move.start))
        instead = _("This can be done by %(who)s while the case is at: %(when)s. It is now at: %(now)s.",
                    who=who, when=when, now=wording.STAGES[error.stage])
        status = 403 if error.why == "role" else 409
        return refused(_("This is not possible now"), wording.refusal(error.why), instead, status)

    @app.errorhandler(ConflictOfInterest)
    def conflict(error: ConflictOfInterest) -> ResponseReturnValue:
        ties = "；".join(_(CONFLICTS[one.code]) for one in error.conflicts)
        return refused(
            _("Conflict of interest"),
            _("Whoever is tied to an institution can neither score, inspect nor decide its case. Found here: %(ties)s.",
              ties=ties), _("A bureau officer can choose somebody else."), 403)

    @app.errorhandler(Refused)
    def rule(error: Refused) -> ResponseReturnValue:
        return refused(_("This is not possible now"), str(error.sentence), str(error.instead))

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> ResponseReturnValue:
        return refused(_("This form is too old"),
                       _("The page was open for too long, or you signed out in another tab. Nothing was changed."),
                       _("Go back, reload the page and send it again."), 400)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        code = error.code or 500
        if wants_json():
            return jsonify(error=error.name, message=error.description), code
        if code == 401:
            return refused(
                _("Please sign in"), _("You are not signed in, or your session has ended. Nothing was changed."),
                _("Sign in in another tab, then come back and send this page again."), 401)
        code_drawn = DRAWN_AS.get(code, code)
        page = code_drawn if code_drawn in DRAWN else (500 if code >= 500 else 400)
        return render_template(f"errors/{page}.html", error=error), code
