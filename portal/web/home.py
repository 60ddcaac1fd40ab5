"""The desk of nobody in particular: language, health, and where a person begins."""

import re

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.db import db, let_go
from portal.models.person import Person
from portal.web import guard
from portal.web.guard import Desk

_OWN_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")

desk = Desk("home", __name__, public=True)


def safe_next(target: str | None) -> str:
    """A path on this site, or the front page: nobody is sent elsewhere by a link."""
    # browsers leave tabs and line ends out and take \\ for /, so that "/<tab>/elsewhere" would lead elsewhere
    if target and _OWN_PATH.fullmatch(target):
        return target
    return url_for("directory.front") if "directory.front" in current_app.view_functions else "/"


@desk.get("/language/<any(zh, en):to>")
def language(to: str) -> Response:
    """Remember the language chosen; a preference, not a record of anybody."""
    answer = redirect(safe_next(request.args.get("next")))
    answer.set_cookie("language", to, max_age=31536000, samesite="Lax", httponly=True,
                      secure=current_app.config["SESSION_COOKIE_SECURE"])
    return answer


def own_desk() -> str:
    """Where a person begins: at the only desk, else at the page that says where something waits."""
    mine = guard.own(current_app, current_user.roles)
    return url_for(mine[0].home if len(mine) == 1 else "own.home")


@desk.get("/healthz")
def health() -> tuple[dict[str, str], int]:
    """Whether the database answers (503: not), by reading a row of it; for the machine that watches."""
    try:
        db.session.scalar(select(Person.id).limit(1))
    except SQLAlchemyError as error:
        let_go()
        return {"status": "database away", "why": type(error).__name__}, 503
    return {"status": "ok"}, 200
