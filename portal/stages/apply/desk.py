"""The institution's desk and what its pages share."""

from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _

from portal import lifecycle, scorecards
from portal.domain.scheme import EvidenceRequest, Item, Prerequisite, Scheme
from portal.domain.workflow import Action, Role, check
from portal.models.application import Application
from portal.stages.apply import queries
from portal.web.guard import Desk
from portal.web.visitor import me

desk = Desk("apply", __name__, prefix="/apply", serves={Role.APPLICANT, Role.SIGNATORY}, label=_("Apply"),
            home="apply.index", links=[(_("My applications"), "apply.index"), (_("Evidence library"), "apply.library"),
                                       (_("Energy and water statistics"), "registry.statistics"),
                                       (_("Institution"), "registry.institution")])


def case_or_404(number: int) -> Application:
    """The case, if it is of the visitor's own institution; else it does not exist here."""
    return queries.case(me(), number) or abort(404)


def own_item(case: Application, item_id: str) -> tuple[Scheme, Item]:
    """The case's scheme and one item of it that scores this type of institution; 404 for others."""
    scheme = scorecards.scheme_of(case)
    if not scheme.has_item(item_id) or item_id not in {item.id for item in scheme.items(case.institution.type)}:
        abort(404)
    return scheme, scheme.item(item_id)


def own_request(case: Application, place_id: str, request_id: str) -> tuple[Item | Prerequisite, EvidenceRequest]:
    """An item or a condition and one document that it asks for; 404 when it does not."""
    scheme = scorecards.scheme_of(case)
    for place, request in scheme.evidence_requests(case.institution.type):
        if (place.id, request.id) == (place_id, request_id):
            return place, request
    abort(404)


def must(case: Application, action: Action) -> None:
    """Refuse now, before anything large is read or asked, what the action would refuse later.

    A reason is typed on the page that this opens, so that its absence refuses nothing yet.
    """
    check(action, lifecycle.standpoint(case, me()), reason="to be typed")


def may(case: Application) -> dict[str, Any]:
    """The deeds that are open to the visitor, by name, for the buttons of a page."""
    return {action.value: True for action in lifecycle.actions_open(case, me())}
