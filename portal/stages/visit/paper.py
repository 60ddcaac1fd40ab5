"""The record of a visit as paper: what is stored, in the words of the form."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.documents import visit_record as drawing
from portal.domain.acceptance import Found, Recheck
from portal.models.application import Application
from portal.models.visit import Finding
from portal.settings import Settings
from portal.stages.visit.site_sheet import Line, SiteSheet


def name(case: Application) -> str:
    """The file name of the record."""
    return f"visit-record-{case.id}.pdf"


def record(case: Application, sheet: SiteSheet) -> bytes:
    """The record as PDF, to be signed by team and institution; in Chinese whatever the page's language."""
    settings: Settings = current_app.config["PORTAL"]
    with force_locale("zh"):
        return drawing.render(facts(case, sheet, specimen=_("Demonstration, not an official record")
                                    if settings.demo else ""))


def facts(case: Application, sheet: SiteSheet, *, specimen: str = "") -> drawing.VisitRecordFacts:
    """What the record says; the visit has been planned."""
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
        samples=tuple(drawing.SampleRow(place=one.place, object=one.fixture,
                                        result=_("Sound") if one.sound else _("Problem"), note=one.note)
                      for one in visit.samples),
        problems=tuple(_problem(one) for one in visit.findings), verdict=verdict,
        opinion="；".join(filter(None, [visit.summary, visit.verdict_reason])),
        total=sheet.score.total, digest=(case.dossier_digest or "")[:16], specimen=specimen)


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
