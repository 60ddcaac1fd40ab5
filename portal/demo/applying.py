"""The institution's chapters of a living case: opening, filling in, handing in, correcting, answering, rectifying."""

from __future__ import annotations

import io
from decimal import Decimal

from sqlalchemy import select

from portal import scorecards
from portal.clock import now
from portal.demo import dossier, texts
from portal.demo.journey import Journey
from portal.demo.timeline import Story
from portal.domain.scheme import EvidenceRequest
from portal.domain.workflow import Action, Role, Stage
from portal.intake import examine
from portal.models.application import Answer, Correction
from portal.models.institution import Institution
from portal.models.review import Clarification
from portal.models.round import Round
from portal.models.visit import Finding, Visit
from portal.stages.apply import actions as applying
from portal.stages.apply import handing_in


def apply(j: Journey) -> Story:
    """From opening the case to handing it in."""
    pace, end = j.plan.pace, j.plan.end
    yield j.at(pace.open, 9) if j.plan.slot is None else j.world.days.at(pace.open, 9, j.plan.slot)
    round_ = j.world.session.get_one(Round, j.world.rounds[j.plan.scheme, j.plan.round])
    j.number = applying.open_case(round_, j.world.session.get_one(Institution, j.house.id), by=j.applicant).id
    j.made = dossier.passing(j.rng, j.scheme, figures=scorecards.present_figures(j.case), headcount=j.house.demo.headcount,
                             margin=Decimal("2.5"), strength=j.rng.uniform(0.80, 0.95))
    sections = j.scheme.sections_for(j.made.type)
    conditions = [one.id for one in j.scheme.prerequisites]
    first = [*conditions, *(item.id for section in sections[:2] for item in section.items)]
    rest = [item.id for section in sections[2:] for item in section.items]
    span = max(1, pace.submit - pace.open)
    yield j.at(pace.open + span // 3, 14)
    fill(j, first, leave_files=2 if end == "draft-begun" else 0)
    if j.ends("draft-begun"):
        return
    yield j.at(pace.open + 2 * span // 3, 14)
    fill(j, rest)
    j.case.report = dossier.report(j.rng, j.scheme, name=j.house.demo.name, headcount=j.house.demo.headcount,
                                   floor_area_m2=int(j.house.demo.floor_area_m2))
    if j.ends("draft-ready"):
        return
    yield j.at(pace.submit, 9)
    handing_in.sign_off(j.case, by=j.signatory)
    if j.ends("draft-signed"):
        return
    yield j.at(pace.submit, 15)
    handing_in.hand_in(j.case, by=j.applicant)
    if j.ends("withdrawn"):
        yield j.at(pace.submit + 3, 10)
        handing_in.withdraw(j.case, reason="单位即将整体搬迁，待新址投用后重新申报。", by=j.applicant)


def fill(j: Journey, places: list[str], *, leave_files: int = 0) -> None:
    """Answer items and attach what they ask for, as an afternoon's work would; the last files may be left out."""
    moment, who, stage = now(), j.house.applicant, Stage(j.case.stage)
    every = {one.id for one in j.scheme.prerequisites} | {one.id for one in j.made.sheet.items}
    rows = dossier.answer_rows(j.made, case=j.number, by=who, at=moment, leave_out=frozenset(every - set(places)))
    wanted = [(place, request) for place in places for request in _asked(j, place)]
    wanted = wanted[:len(wanted) - leave_files]
    j.write(Answer, rows)
    j.world.archive.bind(wanted, case=j.number, house=j.house, by=who, at=moment)
    j.did(Action.ANSWER, ({"item": row["item_id"], "na": row["not_applicable"], "revision": 1} for row in rows), by=who,
          role=Role.APPLICANT, stage=stage)
    j.did(Action.ATTACH, ({"item": place, "request": request.id} for place, request in wanted), by=who,
          role=Role.APPLICANT, stage=stage)


def _asked(j: Journey, place: str) -> tuple[EvidenceRequest, ...]:
    if place in j.made.absent:
        return ()
    return j.scheme.item(place).evidence if j.scheme.has_item(place) else j.scheme.prerequisite(place).evidence


def reply(j: Journey, offset: int) -> Story:
    """Answer every correction, sign again and hand in again."""
    yield j.at(offset, 10)
    for one in j.world.session.scalars(select(Correction).where(
            Correction.application_id == j.number, Correction.resolved_at.is_(None))).all():
        applying.reply_to_correction(j.case, one, "已按要求重新扫描并补充材料，请审核。", by=j.applicant)
    yield j.at(offset, 15)
    handing_in.sign_off(j.case, by=j.signatory)
    yield j.at(offset, 16)
    handing_in.hand_in(j.case, by=j.applicant)


def finish_creation(j: Journey, offset: int) -> Story:
    """The year of creation is over: sign and report it."""
    yield j.at(offset - 2, 10)
    handing_in.sign_off(j.case, by=j.signatory)
    yield j.at(offset, 10)
    handing_in.hand_in(j.case, by=j.applicant)


def clarify(j: Journey, answer: str) -> None:
    """Answer the question that an expert asked."""
    question = j.world.session.scalars(select(Clarification).where(Clarification.application_id == j.number)).one()
    handing_in.clarify(j.case, question, answer, by=j.applicant)


def rectify(j: Journey, offset: int) -> Story:
    """Report every problem put right, each with a picture, and hand the case back to the team."""
    yield j.at(offset, 14)
    for place, finding in enumerate(findings(j)):
        photo = j.world.press.sheet("整改后现场照片", ("image",), place)
        stream = io.BytesIO(photo.data)
        handing_in.report_rectification(j.case, finding, report=texts.rectified(j.rng), photos=[
            (stream, examine(stream, photo.facts.name))], by=j.applicant)
    yield j.at(offset + 1, 10)
    handing_in.finish_rectification(j.case, by=j.applicant)


def findings(j: Journey) -> list[Finding]:
    """The problems found on site, in order."""
    return list(j.world.session.scalars(
        select(Finding).join(Visit).where(Visit.application_id == j.number).order_by(Finding.id)))
