"""Two who did the same at the same instant: whoever came too late is told so, with 409 and what to do now."""

import logging

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from portal.db import db
from portal.web.errors import refused

log = logging.getLogger(__name__)

# A row that is there already, or one that is referred to and has gone; any other broken constraint is our mistake.
_SQLITE = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"}
_POSTGRES = {"23505", "23503"}


def init_app(app: Flask) -> None:
    """Answer what only a crossing on the way can raise: the net below the refusals of the deeds themselves."""

    @app.errorhandler(ObjectDeletedError)
    @app.errorhandler(StaleDataError)
    @app.errorhandler(IntegrityError)
    def crossed(error: Exception) -> ResponseReturnValue:
        if isinstance(error, IntegrityError) and not _is_crossing(error):
            raise error
        log.warning("two deeds crossed: %s", error)
        db.session.rollback()
        return refused(_("This is not possible now"),
                       _("Somebody else, or you in another window, did this at the same moment. Nothing was changed by "
                         "what you sent."),
                       _("Reload the page: it shows what is there now. If something is missing, send it again."))


def _is_crossing(error: IntegrityError) -> bool:
    return (getattr(error.orig, "sqlite_errorname", None) in _SQLITE
            or getattr(error.orig, "sqlstate", None) in _POSTGRES)
