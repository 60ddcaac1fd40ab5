"""Error pages and refusals: what happened and what to do next, as a page or as JSON."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound

from portal import clock, wording
from portal.db import db
from portal.documents.lettering import TooLong
from portal.documents.typeface import MissingGlyph
from portal.domain.assignment import MESSAGES as CONFLICTS
from portal.domain.assignment import ConflictOfInterest
from portal.domain.refusal import Refused
from portal.domain.workflow import ActionNotAllowed
from portal.web.limits import limiter


@dataclass(frozen=True)
class Problem:
    """What happened and what to do next, in the page's words; `who` can help, `back` says whether going back does."""

    title: Any
    text: Any
    who: Any = ""
    back: bool = False


PROBLEMS = {
    400: Problem(lazy_gettext("The request could not be read"), lazy_gettext(
        "The form may have been open too long, or the address was cut off. Go back, reload the page and send it "
        "again; your browser keeps what you typed."), back=True),
    403: Problem(lazy_gettext("You may not open this page"), lazy_gettext(
        "Your account has no role at this desk, or the case is not assigned to you."), lazy_gettext(
        "Roles are given by the administrator of the portal; cases are assigned by the bureau.")),
    404: Problem(lazy_gettext("There is no such page"), lazy_gettext(
        "The address is mistyped, or the page is not one that is open to you. Search for the unit, or start from "
        "the home page.")),
    405: Problem(lazy_gettext("This address cannot be opened directly"), lazy_gettext(
        "It only takes what a form sends, or a form was sent to the wrong place. Go back to the page and press its "
        "button; nothing was changed."), back=True),
    409: Problem(lazy_gettext("This cannot be done now"), lazy_gettext(
        "The case has moved on since you opened the page. Reload it to see where it stands and what can be done "
        "next."), back=True),
    413: Problem(lazy_gettext("What you sent is too large"), "", back=True),
    429: Problem(lazy_gettext("Too many attempts"), "", back=True),
    500: Problem(lazy_gettext("Something went wrong on our side"), lazy_gettext(
        "Nothing you saved before is lost. Try again in a few minutes; if it happens again, tell the bureau the time "
        "and what you were doing.")),
}
NEAREST = {410: 404, 414: 400, 422: 400}


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
        return refused(_("This is not possible now"), str(error.sentence), str(error.instead), error.status)

    @app.errorhandler(MissingGlyph)
    def undrawable(error: MissingGlyph) -> ResponseReturnValue:
        return refused(
            _("This paper cannot be printed"),
            _("No typeface of the portal can draw “%(character)s” in “%(name)s”.", character=error.named,
              name=error.text),
            _("Check how it is spelled; if it is right, the administrator adds the character to the typeface."))

    @app.errorhandler(TooLong)
    def too_long(error: TooLong) -> ResponseReturnValue:
        return refused(_("This paper cannot be printed"),
                       _("There is no room on the paper for “%(text)s”.", text=error.text), _("Shorten it."))

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> ResponseReturnValue:
        return refused(_("This form is too old"),
                       _("The page was open for too long, or you signed out in another tab. Nothing was changed."),
                       _("Go back, reload the page and send it again."), 400)

    @app.errorhandler(DataError)
    @app.errorhandler(OverflowError)
    def beyond(_error: Exception) -> ResponseReturnValue:
        # a number or text that no column of the database can hold, so that no row can have it
        db.session.rollback()
        missing = NotFound() if request.method in {"GET", "HEAD"} else BadRequest()
        return page_of_problem(missing.code or 404, missing)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        code = error.code or 500
        if code == 401 and not wants_json():
            return refused(
                _("Please sign in"), _("You are not signed in, or your session has ended. Nothing was changed."),
                _("Sign in in another tab, then come back and send this page again."), 401)
        return page_of_problem(code, error)


def page_of_problem(code: int, error: HTTPException) -> ResponseReturnValue:
    """The page of an HTTP error, or its JSON; after 429 with the seconds to wait."""
    near = NEAREST.get(code, code if code in PROBLEMS else (500 if code >= 500 else 400))
    wait = seconds_to_wait() if code == 429 else 0
    if near == 500:
        g._login_user = AnonymousUserMixin()  # what broke may be needed to know who is visiting
    text = too_large() if near == 413 else too_often(wait) if near == 429 else str(PROBLEMS[near].text)
    if wants_json():
        title = str(PROBLEMS[near].title) if code in PROBLEMS else error.name
        answer = make_response(jsonify(error=title, message=text if code in PROBLEMS else error.description), code)
    else:
        name = "errors/500.html" if near == 500 else "errors/problem.html"
        answer = make_response(render_template(name, problem=PROBLEMS[near], text=text, code=code), code)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer


def too_large() -> str:
    """What to do with a file above the limit."""
    return _("Each file may have at most %(mb)s MB. Split it or scan it at 200 dpi in grey, then upload it again; what "
             "was saved before is kept.", mb=current_app.config["PORTAL"].upload_limit_mb)


def too_often(seconds: int) -> str:
    """Until when somebody has to wait who knocked too often."""
    minutes = max(1, -(-seconds // 60))
    return ngettext("To keep accounts safe, this is paused for a while. Wait %(num)s minute and try again.",
                    "To keep accounts safe, this is paused for a while. Wait %(num)s minutes and try again.", minutes)


def seconds_to_wait() -> int:
    """Seconds until the limit that was hit lets somebody in again, at least one."""
    hit = limiter.current_limit
    return max(1, round(hit.reset_at - clock.now().timestamp())) if hit else 60
