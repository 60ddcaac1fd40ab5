"""The holder's door to its papers: certificate and plaque of one's own institution."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import papers
from portal.documents import plaque
from portal.domain.refusal import Refused
from portal.domain.workflow import Role
from portal.models.certificate import Certificate
from portal.stages.certify import queries
from portal.web import sending
from portal.web.guard import Desk
from portal.web.visitor import me

desk = Desk("papers", __name__, prefix="/papers", serves={Role.APPLICANT, Role.SIGNATORY})


@desk.get("/<int:number>.pdf")
def certificate(number: int) -> ResponseReturnValue:
    """The certificate of a case of one's own institution."""
    row = _own(number)
    return sending.paper(papers.current(row), f"{row.number}.pdf", inline=False)


@desk.get("/<int:number>/plaque.pdf")
def plate(number: int) -> ResponseReturnValue:
    """The artwork of the plaque."""
    row = _own(number)
    return sending.paper(plaque.render(papers.facts(row), ground="line" not in request.args),
                         _("plaque %(number)s", number=row.number) + ".pdf", inline=False)


def _own(number: int) -> Certificate:
    row = queries.own_certificate(me(), number) or abort(404)
    if row.ended_as:
        raise Refused(_("This certificate has been revoked or cancelled; it is not handed out any more."),
                      instead=_("The case page gives the reason."))
    return row
