"""The record of a visit as paper: what is stored, in the words of the form."""

from collections.abc import Sequence

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import clock, filing, scorecards
from portal.documents import rectification_notice
from portal.documents import visit_record as drawing
from portal.documents.letter import BUREAU
from portal.documents.sealing import Signed
from portal.domain.acceptance import Found, Recheck
from portal.models.application import Application
from portal.models.event import Event
from portal.models.visit import Finding, Visit
from portal.settings import Settings
from portal.stages.visit import queries
from portal.stages.visit.desk import desk
from portal.stages.visit.offline import shown_here
from portal.stages.visit.signing import Place
from portal.stages.visit.site_sheet import Line, SiteSheet
from portal.web import sending
from portal.web.filters import moment


def name(case: Application) -> str:
    """The file name of the record."""
    return f"visit-record-{case.id}.pdf"


def record(case: Application, sheet: SiteSheet, places: Sequence[Place] = ()) -> bytes:
    """The record as PDF with the signatures in force; in Chinese whatever the page's language."""
    settings: Settings = current_app.config["PORTAL"]
    with force_locale("zh"):
        return drawing.render(facts(case, sheet, places, specimen=_("Demonstration, not an official record")
                                    if settings.demo else ""))


def facts(case: Application, sheet: SiteSheet, places: Sequence[Place] = (), *,
          specimen: str = "") -> drawing.VisitRecordFacts:
    """What the record says; the visit has been planned. `places` in the order of the team, the institution last."""
    visit, scheme = sheet.visit, sheet.scheme
    if visit.planned_on is None:
        raise ValueError("a visit without a day has no record")
    team = sorted(visit.members, key=lambda one: (not one.leads, one.id))
    verdict = {"accepted": _("Accepted"), "rectify": _("Re-check after rectification"), "rejected": _("Not accepted"),
               "": _("Verdict not given yet")}[visit.verdict]
    return drawing.VisitRecordFacts(
        scheme_title=scheme.name, ink=scheme.certificate.ink, unit=case.institution.name, case_number=case.number,
        visited=visit.planned_on, address=visit.place,
        members=tuple((one.person.name, one.person.position) for one in team),
        attendees=tuple(filter(None, (part.strip() for part in visit.attendees.replace("，", "、").replace(
            "\n", "、").split("、")))),
        methods=_("Report heard, documents read, items checked on site") + (
            _(", points sampled") if visit.samples else ""),
        checks=tuple(_check(line) for line in sheet.lines),
        samples=tuple(drawing.SampleRow(place=one.place, object="　".join(filter(
            None, [one.fixture, _("No. %(n)s of the list", n=one.listed) if one.listed else ""])),
                                        result=_("Sound") if one.sound else _("Problem"), note=one.note)
                      for one in visit.samples),
        problems=tuple(_problem(one) for one in visit.findings), verdict=verdict,
        opinion="".join(_sentence(part) for part in (visit.summary, visit.verdict_reason)),
        total=sheet.score.total, digest=case.dossier_digest or "", specimen=specimen,
        signed=tuple(_signed(one) for one in places))


def _signed(place: Place) -> Signed | None:
    given = place.signature
    if given is None:
        return None
    with filing.open_file(given.file) as stream:
        picture = stream.read()
    facts = [given.name + given.post if place.person is None else "", moment(given.signed_at),
             _("typed and confirmed") if given.typed else ""]
    return Signed(picture=picture, line=" ".join(filter(None, facts)))


def _sentence(text: str) -> str:
    """A remark as a sentence of the opinion, closed by one full stop."""
    text = text.strip().rstrip("；;，,。")
    return text + ("" if not text or text[-1] in "！？…" else "。")


def _check(line: Line) -> drawing.CheckRow:
    words = {Found.TRUE: _("As reported"), Found.PARTLY: _("Partly"), Found.FALSE: _("Not so")}
    unseen = "—" if line.on_site else _("by documents")
    return drawing.CheckRow(
        number=line.item.id, title=line.item.title, points=line.item.points, self_score=line.own.points,
        site_score=line.site.points, finding=words[Found(line.found)] if line.found else unseen,
        note=line.row.note if line.row else "")


def _problem(row: Finding) -> drawing.ProblemRow:
    state = {Recheck.PASSED: _("Rectified"), Recheck.FAILED: _("Not rectified")}.get(
        Recheck(row.recheck), _("Reported") if row.reported_at else _("To be rectified"))
    return drawing.ProblemRow(text=f"{row.item_id} {row.what}".strip() + (f"（{row.demand}）" if row.demand else ""),
                              owner=row.owner, due=row.due_on, state=state)


@desk.get("/<int:number>/rectification.pdf")
def rectification(number: int) -> ResponseReturnValue:
    """The rectification notice of the last time the case was sent to rectify; 404 when it never was."""
    case = shown_here(number)
    visit, sent = queries.visit_of(case), queries.sent_to_rectify(case)
    if visit is None or not sent:
        abort(404)
    queries.records(visit)
    return sending.paper(rectification_notice.render(demands(case, visit, sent[-1])), f"rectification-{case.id}.pdf")


def demands(case: Application, visit: Visit, sent: Event) -> rectification_notice.RectificationFacts:
    """What has to be rectified, as the verdict sent it: only the problems that were open then."""
    settings: Settings = current_app.config["PORTAL"]
    scheme, wanted = scorecards.scheme_of(case), set(sent.detail.get("findings", ()))
    rows = [one for one in visit.findings if one.id in wanted] or list(visit.findings)
    return rectification_notice.RectificationFacts(
        issuer=BUREAU, unit=case.institution.name, scheme_title=scheme.name, case_number=case.number,
        visited=visit.planned_on, due=max((one.due_on for one in rows if one.due_on), default=None),
        rows=tuple(rectification_notice.DemandRow(text=one.what, demand=one.demand, owner=one.owner, due=one.due_on,
                                                  item=one.item_id) for one in rows),
        issued=clock.in_china(sent.at).date(), remark=sent.reason, ink=scheme.certificate.ink,
        specimen="演示样本 · 非正式文件" if settings.demo else "")
