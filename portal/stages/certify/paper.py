"""Papers around a certificate that the bureau prints: the re-verification form and the decision that ends a title."""

from typing import Literal

from flask import abort, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, editions
from portal.documents import ending_decision, reverification_form
from portal.documents.letter import BUREAU
from portal.domain.workflow import Role
from portal.models.certificate import Certificate
from portal.settings import Settings
from portal.stages.certify import queries
from portal.web import sending
from portal.web.guard import Desk

desk = Desk("certify_paper", __name__, prefix="/certify", serves={Role.OFFICER, Role.LEADER})

SPECIMEN = "演示样本 · 非正式文件"


@desk.get("/<int:number>/re-verification.pdf")
def form(number: int) -> ResponseReturnValue:
    """The re-verification form of a title that has not ended, to be filled in by hand."""
    row = queries.certificate(number) or abort(404)
    if row.ended_as:
        abort(404)
    return sending.paper(reverification_form.render(reverification(row)),
                         _("re-verification %(number)s", number=row.number) + ".pdf")


@desk.get("/<int:number>/decision.pdf")
def decision(number: int) -> ResponseReturnValue:
    """The decision that revoked or cancelled a certificate; 404 while it is in force."""
    row = queries.certificate(number) or abort(404)
    if not row.ended_as:
        abort(404)
    return sending.paper(ending_decision.render(ending(row)), _("decision %(number)s", number=row.number) + ".pdf")


def reverification(row: Certificate) -> reverification_form.ReverificationFacts:
    """What is known of the title and what its scheme asks again; years are the last three complete ones."""
    scheme, house = editions.get(row.edition), row.application.institution
    year = clock.today().year
    return reverification_form.ReverificationFacts(
        scheme_title=row.title, ink=scheme.certificate.ink, issuer=BUREAU, holder=row.holder,
        credit_code=house.credit_code, division=row.division, number=row.number, issued=row.issued_on,
        until=row.expires_on, edition=scheme.edition_name, rule=scheme.process.reverification.rule,
        years=(year - 3, year - 2, year - 1), conditions=tuple(one.text for one in scheme.prerequisites),
        stars=tuple(reverification_form.StarRow(item.id, item.title) for item in scheme.stars(house.type)),
        specimen=_specimen())


def ending(row: Certificate) -> ending_decision.EndingFacts:
    """Why and when a certificate ended, told to the holder, with copies to the co-authorities and who recommended."""
    if row.ended_on is None:
        raise ValueError("a certificate in force has no decision that ends it")
    scheme, house = editions.get(row.edition), row.application.institution
    recommender = house.department.name if house.department else f"{row.division}机关事务管理部门"
    kind: Literal["revoked", "cancelled"] = "revoked" if row.ended_as == "revoked" else "cancelled"
    settings: Settings = current_app.config["PORTAL"]
    return ending_decision.EndingFacts(
        kind=kind, issuer=BUREAU, holder=row.holder, title=row.title, number=row.number, issued=row.issued_on,
        until=row.expires_on, ended=row.ended_on, reason=row.ended_reason,
        basis=f"{scheme.name}评价标准（{scheme.edition_name}）" if kind == "revoked" else "",
        copied_to=(*(one.name for one in scheme.process.countersigners), recommender), ink=scheme.certificate.ink,
        url=settings.base_url.rstrip("/") + url_for("directory.verify") + "/" + row.verify_code.replace("-", ""),
        specimen=_specimen())


def _specimen() -> str:
    settings: Settings = current_app.config["PORTAL"]
    return SPECIMEN if settings.demo else ""
