"""How a living case is judged: the experts' sheets, the moderator's word, the visit, the decision and its signatures."""

from __future__ import annotations

import io

from sqlalchemy import select

from portal.clock import now
from portal.demo import dossier, texts
from portal.demo.answers import GivenScore
from portal.demo.applying import clarify, findings, rectify
from portal.demo.journey import Journey
from portal.demo.timeline import Story
from portal.domain.acceptance import Recheck, to_check
from portal.domain.scheme import Item
from portal.domain.workflow import Action, Role, Stage
from portal.intake import examine
from portal.models.review import Sheet, SheetScore
from portal.models.visit import SamplePoint, SiteScore, Visit
from portal.stages.decide import actions as deciding
from portal.stages.review import actions as reviewing
from portal.stages.visit import actions as visiting
from portal.stages.visit import inspecting

UNFINISHED = frozenset({"reviewing", "reviewing-begun"})
"""Endings at which a sheet is half scored."""


def review(j: Journey) -> Story:
    """Scored by every expert, one after another, and concluded by the moderator; the first one asks a question."""
    pace, end = j.plan.pace, j.plan.end
    sheets = list(j.world.session.scalars(select(Sheet.id).where(Sheet.application_id == j.number).order_by(Sheet.id)))
    given = dossier.sheets(j.rng, j.made, experts=len(sheets), disagree=j.plan.disagree, lean=j.plan.lean)
    question, answer = texts.clarification(j.rng)
    span = max(2, pace.conclude - pace.assign - 2)
    for place, (number, scores) in enumerate(zip(sheets, given, strict=True)):
        offset = pace.assign + 2 + place * span // len(sheets)
        yield j.at(offset, 9)
        sheet = j.world.session.get_one(Sheet, number)
        if place == 0:
            reviewing.ask(j.case, question=question, item_id=j.made.sheet.items[1].id, sheet=sheet, by=sheet.expert)
        half = end in UNFINISHED and place == len(sheets) - 2
        _score(j, sheet, scores, half=half)
        if half:
            j.stop()
            return
        if place == 0 and end != "reviewing-begun":
            yield j.at(offset + 1, 10)
            clarify(j, answer)
        yield j.at(offset + 1, 15)
        sheet = j.world.session.get_one(Sheet, number)
        reviewing.seal(sheet, comment="材料基本齐全，数据相互印证，按评分标准逐项评审。", by=sheet.expert)
    if j.ends("to-conclude", "to-moderate"):
        return
    yield j.at(pace.conclude, 10)
    if j.ends("not-passed"):
        reviewing.fail_review(j.case, reason="评审得分未达到合格线，建议继续创建。", by=j.who("moderator"))
    else:
        reviewing.pass_review(j.case, by=j.who("moderator"))


def _score(j: Journey, sheet: Sheet, given: dict[str, GivenScore], *, half: bool) -> None:
    """An expert's morning: every item, or the first half of them."""
    rows = dossier.score_rows(j.made, given, sheet_id=sheet.id, revision=1, updated_at=now())
    rows = rows[:len(rows) // 2] if half else rows
    j.write(SheetScore, rows)
    j.did(Action.SCORE, ({
        "sheet": row["sheet_id"], "item": row["item_id"], "points": None if row["points"] is None else str(row["points"]),
        "not_applicable": row["not_applicable"], "reason": row["reason"]} for row in rows),
        by=sheet.expert_id, role=Role.EXPERT, stage=Stage.REVIEWING)


def visit(j: Journey) -> Story:
    """A team appointed, a day planned, everything looked at; some have to put something right."""
    pace, end = j.plan.pace, j.plan.end
    if j.ends("to-appoint"):
        return
    if not j.case.drawn_for_visit:
        yield j.at(pace.visit, 10)
        visiting.accept_on_documents(j.case, remark="未抽中现场核查，评审材料充分，按书面结论验收。", by=j.who("officer"))
        return
    yield j.at(pace.appoint, 10)
    visiting.appoint(j.case, leader=j.who("team-leader"), members=[j.who("inspector")], by=j.who("officer"))
    if j.ends("to-plan"):
        return
    yield j.at(pace.plan, 15)
    visiting.plan(j.case, on=j.world.days.day(3 if end == "visiting" else pace.visit), place=j.house.demo.address,
                  attendees="后勤负责人、节能联络员、设备管理员", by=j.who("team-leader"))
    if j.ends("visiting"):
        return
    yield j.at(pace.visit, 10)
    items = [item for item in to_check(j.scheme.items(j.made.type)) if item.id not in j.made.absent]
    chosen = j.rng.sample(items, k=2) if j.plan.rectify else []
    problems = list(zip(chosen, texts.findings(j.rng, count=2), strict=False))
    _inspect(j, half=end == "visiting-begun", problems={item.id: what for item, (what, _demand) in problems})
    if j.ends("visiting-begun"):
        return
    if problems:
        yield from _to_rectify(j, problems)
        if j.over:
            return
    yield j.at(pace.finish or pace.visit, 16)
    visiting.accept(j.case, summary="现场与申报材料一致，抽查部位器具完好，同意通过验收。", by=j.who("team-leader"))


def _inspect(j: Journey, *, half: bool, problems: dict[str, str]) -> None:
    """Look at everything that is verified on site, and at the sampled points."""
    who, moment = j.world.cast.desk["inspector"], now()
    found = j.world.session.scalars(select(Visit.id).where(Visit.application_id == j.number)).one()
    by = {"visit_id": found, "noted_by_id": who, "noted_at": moment}
    items = to_check(j.scheme.items(j.made.type))
    noted = [{"item_id": item.id, "found": "partly" if item.id in problems else "true", "points": None,
              "note": problems.get(item.id, ""), "not_applicable": item.id in j.made.absent, "revision": 1, **by}
             for item in (items[:len(items) // 2] if half else items)]
    points = j.scheme.process.visit_points
    samples = [{"place": f"{n // 3 + 1}楼{'东西中'[n % 3]}侧卫生间", "sound": True, "note": "",
                "fixture": ("感应水龙头", "延时冲洗阀", "节水型便器")[n % 3], **by}
               for n in range(points // 2 if half else points)]
    j.write(SiteScore, noted)
    j.write(SamplePoint, samples)
    j.did(Action.INSPECT, [*({"item": row["item_id"], "found": row["found"], "points": None} for row in noted),
                           *({"sample": row["place"], "sound": True} for row in samples)],
          by=who, role=Role.INSPECTOR, stage=Stage.VISITING)


def _to_rectify(j: Journey, problems: list[tuple[Item, tuple[str, str]]]) -> Story:
    """Problems written down with a picture each, reported put right, and looked at again."""
    pace = j.plan.pace
    for place, (item, (what, demand)) in enumerate(problems):
        row = inspecting.add_finding(j.case, inspecting.Problem(
            what=what, demand=demand, owner="后勤科", due_on=inspecting.due_by_default(j.scheme.process), item_id=item.id),
            by=j.who("team-leader"))
        photo = j.world.press.sheet("整改前现场照片", ("image",), place)
        stream = io.BytesIO(photo.data)
        inspecting.add_photo(j.case, stream, examined=examine(stream, photo.facts.name), taken_at=now(),
                             place="现场", finding_id=row.id, by=j.who("inspector"))
    yield j.at(pace.visit, 16)
    visiting.require_rectification(j.case, reason="现场发现两处问题，请限期整改并上传整改后照片。",
                                   summary="总体符合，存在两处需整改的问题。", by=j.who("team-leader"))
    if j.ends("rectifying"):
        return
    yield from rectify(j, pace.visit + 6)
    if j.ends("rechecking"):
        return
    yield j.at(pace.visit + 9, 10)
    for finding in findings(j):
        inspecting.recheck(j.case, finding.id, result=Recheck.PASSED, note="现场复核，已整改到位。", by=j.who("team-leader"))


def decide(j: Journey) -> Story:
    """Decided by a leader, signed by the co-authorities, and for the national title sent on."""
    pace, end = j.plan.pace, j.plan.end
    if j.ends("deciding"):
        return
    yield j.at(pace.decide, 9)
    deciding.decide(j.case, remark=texts.decision_remark(j.rng, passed=True), by=j.who("leader"))
    if j.ends("countersigning"):
        return
    for place, body in enumerate(j.scheme.process.countersigners):
        yield j.at(pace.sign, 10 + 2 * place)
        signer = j.world.person(j.world.cast.countersigner(body.id))
        if end == "objected" and place == 1:
            deciding.object_to_decision(j.case, authority=body.id, by=signer,
                                        reason="该单位上年度用能统计与我单位掌握的数据不一致，建议核实后再议。")
            j.stop()
            return
        deciding.countersign(j.case, authority=body.id, remark="同意。", by=signer)
        if j.ends("half-signed"):
            return
    if not j.scheme.process.nomination or j.ends("to-nominate"):
        return
    yield j.at(pace.nominate, 10)
    deciding.nominate(j.case, by=j.who("officer"))
    if j.ends("nominated"):
        return
    yield j.at(pace.result, 10)
    deciding.record_national_result(j.case, document=f"国管节能示例〔{now().year}〕27号", by=j.who("officer"))
