"""The desk of the formal check: whom it serves, and how its pages find a case."""

from flask import abort
from flask_babel import lazy_gettext as _l

from portal import ties
from portal.domain.workflow import Role
from portal.models.application import Application
from portal.stages.screen import queries
from portal.web.guard import Desk
from portal.web.visitor import me

desk = Desk("screen", __name__, prefix="/screen", serves={Role.OFFICER}, label=_l("Formal check"),
            home="screen.queue", links=[(_l("Cases"), "screen.queue"), (_l("Assign experts"), "screen.rounds"),
                                        (_l("Candidate lists"), "screen.candidate_lists")])


def found(number: int) -> Application:
    """A submitted case, or 404; ConflictOfInterest for whoever scores it: its page names the other experts."""
    case = queries.case_of(number) or abort(404)
    ties.refuse_expert(case, me())
    return case
