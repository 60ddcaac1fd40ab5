"""What is said while the database, the store or room on a disk is away: 503 or 507 in words, with when to come back."""

import logging
from dataclasses import dataclass

from flask import Flask, g, jsonify, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_login import AnonymousUserMixin
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal import outages
from portal.db import let_go
from portal.outages import Outage
from portal.storage.store import FileMissing, StoreUnavailable
from portal.web.errors import Problem, wants_json

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Away:
    """An outage as a page tells it: status, seconds until it is worth asking again, words."""

    status: int
    wait: int
    problem: Problem


AWAY = {
    Outage.DATABASE: Away(503, 20, Problem(lazy_gettext("The portal is out of reach for a moment"), lazy_gettext(
        "It cannot reach its database just now. Everything that was confirmed to you before is kept. Wait a minute, "
        "then reload the page, see whether what you just sent is there, and if not send it again."))),
    Outage.STORE: Away(503, 20, Problem(lazy_gettext("The stored files are out of reach for a moment"), lazy_gettext(
        "Files can be neither opened nor taken just now; those that were taken before are kept. Wait a minute and try "
        "again: an upload goes on from where it stopped."))),
    Outage.ROOM: Away(507, 120, Problem(lazy_gettext("There is no room left for what you sent"), lazy_gettext(
        "The server's disk is full, so what you just sent was not kept; everything from before is untouched. Tell the "
        "bureau. Once there is room again, send it again: an upload goes on from where it stopped."))),
}


def init_app(app: Flask) -> None:
    """Answer what an outage raises in words; what else these exceptions may mean stays a fault of ours (500)."""

    @app.errorhandler(DBAPIError)
    @app.errorhandler(PoolTimeout)
    @app.errorhandler(StoreUnavailable)
    @app.errorhandler(FileMissing)
    @app.errorhandler(OSError)
    def away(error: Exception) -> ResponseReturnValue:
        # one file that its store does not have is, to whoever asks for it, a store that does not give it
        outage = Outage.STORE if isinstance(error, FileMissing) else outages.of(error)
        if outage not in AWAY:
            raise error
        log.error("%s is away: %s: %s", outage.value, type(error).__name__, error)
        return page_of(AWAY[outage])


def page_of(found: Away) -> ResponseReturnValue:
    """The answer of an outage: it asks neither database nor store for anything."""
    g._login_user = AnonymousUserMixin()  # to know who is visiting would ask the database again
    let_go()
    text = str(found.problem.text)
    if wants_json():
        answer = make_response(jsonify(error=str(found.problem.title), message=text), found.status)
    else:
        answer = make_response(render_template("errors/500.html", problem=found.problem, text=text,
                                               code=found.status), found.status)
    answer.headers["Retry-After"] = str(found.wait)
    return answer
