"""One living case from its opening to where its story ends, driven by the deeds of the desks themselves."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import insert, select

from portal import editions, scorecards
from portal.clock import now
from portal.demo import answers as invented
from portal.demo import dossier, record, texts
from portal.demo.cast import House
from portal.demo.record import Deed
from portal.demo.seasons import EDITIONS
from portal.demo.timeline import Story
from portal.demo.world import World
from portal.domain.acceptance import Recheck, to_check
from portal.domain.scheme import EvidenceRequest, Item, Prerequisite
from portal.domain.workflow import Action, Role, Stage
from portal.intake import examine
from portal.models.application import Answer, Application, Correction
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.review import Clarification, Sheet, SheetScore
from portal.models.round import Round
from portal.models.visit import Finding, SamplePoint, SiteScore, Visit
from portal.stages.apply import actions as apply
from portal.stages.apply import handing_in
from portal.stages.decide import actions as deciding
from portal.stages.recommend import actions as recommending
from portal.stages.recommend import queries as bodies
from portal.stages.review import actions as reviewing
from portal.stages.screen import actions as screening
from portal.stages.visit import actions as visiting
from portal.stages.visit import inspecting


@dataclass(frozen=True, kw_only=True)
class Pace:
    """When a case does what, in days from today."""

    open: int
    submit: int
    endorse: int
    admit: int
    list: int = -486
    """National cases: the day of the candidate list; `admit` is when their creation period ends."""
    assign: int = 0
    conclude: int = 0
    appoint: int = 0
    plan: int = 0
    visit: int = 0
    finish: int = 0
    decide: int = 0
    sign: int = 0
    nominate: int = 0
    result: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which case: its scheme and round ("open" or "running"), where its story ends, and how good it is."""

    scheme: str
    round: str
    end: str
    pace: Pace
    lean: float = 0.0
    """How much less than claimed the experts give, as a share of the points (negative)."""
    disagree: bool = False
    rectify: bool = False
    slot: int = 0
    """The minute in which the case is opened: it decides the number, and the number whether it is drawn for a visit."""


class Journey:
    """The life of one case; `story` is played, `case` is there once it is opened."""

    def __init__(self, world: World, plan: Plan, house: House, ordinal: int) -> None:
        self.world, self.plan, self.house = world, plan, house
        self.rng = Random(f"{world.seed}/{plan.scheme}/{plan.end}/{ordinal}")
        self.scheme = editions.get(EDITIONS[plan.scheme])
        self.number = 0
        """The id of the case once it is opened."""
        self.made: dossier.Dossier
        self.over = False

    @property
    def case(self) -> Application:
        """The case as it stands now."""
        return self.world.session.get_one(Application, self.number)

    @property
    def applicant(self) -> Person:
        """Who applies."""
        return self.world.person(self.house.applicant)

    @property
    def signatory(self) -> Person:
        """Who signs."""
        return self.world.person(self.house.signatory)

    def story(self) -> Story:
        """Everything that happens to the case, in order, until its story ends."""
        for chapter in (self._apply, self._recommend, self._screen, self._assign, self._review, self._visit, self._decide):
            yield from chapter()
            if self.over:
                return

    def at(self, offset: int, hour: int = 10) -> datetime:
        """About that hour of a working day."""
        return self.world.days.at(offset, hour, self.rng.randrange(55))

    def ends(self, *names: str) -> bool:
        """Whether the story ends here; remembered."""
        self.over = self.over or self.plan.end in names
        return self.over

    # --- the institution

    def _apply(self) -> Story:
        pace, end = self.plan.pace, self.plan.end
        yield self.world.days.at(pace.open, 9, self.plan.slot)
        round_ = self.world.session.get_one(Round, self.world.rounds[self.plan.scheme, self.plan.round])
        self.number = apply.open_case(round_, self.world.session.get_one(Institution, self.house.id),
                                      by=self.applicant).id
        self.made = self._dossier()
        first = frozenset(item.id for section in self.scheme.sections_for(self.made.type)[:2] for item in section.items)
        places = [*(one.id for one in self.scheme.prerequisites), *(one.id for one in self.made.sheet.items)]
        sittings = [[place for place in places if place in first or self._is_condition(place)],
                    [place for place in places if place not in first and not self._is_condition(place)]]
        span = max(1, pace.submit - pace.open)
        yield self.at(pace.open + span // 3, 14)
        self._fill(sittings[0], leave_files=2 if end == "draft-begun" else 0)
        if self.ends("draft-begun"):
            return
        yield self.at(pace.open + 2 * span // 3, 14)
        self._fill(sittings[1], leave_files=1 if end == "draft-unfinished" else 0)
        self.case.report = dossier.report(self.rng, self.scheme, name=self.house.demo.name,
                                          headcount=self.house.demo.headcount,
                                          floor_area_m2=int(self.house.demo.floor_area_m2))
        if self.ends("draft-ready", "draft-unfinished"):
            return
        yield self.at(pace.submit, 9)
        handing_in.sign_off(self.case, by=self.signatory)
        if self.ends("draft-signed"):
            return
        yield self.at(pace.submit, 15)
        handing_in.hand_in(self.case, by=self.applicant)
        if end == "withdrawn":
            yield self.at(pace.submit + 3, 10)
            handing_in.withdraw(self.case, reason="单位即将整体搬迁，待新址投用后重新申报。", by=self.applicant)
            self.over = True

    def _dossier(self) -> dossier.Dossier:
        figures = scorecards.present_figures(self.case)
        return dossier.passing(self.rng, self.scheme, figures=figures, headcount=self.house.demo.headcount,
                               margin=Decimal("4.5"), strength=0.94)

    def _is_condition(self, place: str) -> bool:
        return not self.scheme.has_item(place)

    def _place(self, place: str) -> Item | Prerequisite:
        return self.scheme.prerequisite(place) if self._is_condition(place) else self.scheme.item(place)

    def _fill(self, places: list[str], *, leave_files: int = 0) -> None:
        """Answer items and attach what they ask for, as an afternoon's work would."""
        moment, who, stage = now(), self.house.applicant, Stage(self.case.stage)
        others = frozenset(one.id for one in (*self.scheme.prerequisites, *self.made.sheet.items)) - set(places)
        rows = dossier.answer_rows(self.made, case=self.number, by=who, at=moment, leave_out=others)
        if rows:
            self.world.session.execute(insert(Answer), rows)
        wanted = [(place, request) for place in places for request in self._asked(place)]
        wanted = wanted[:len(wanted) - leave_files]
        self.world.archive.bind(wanted, case=self.number, house=self.house, by=who, at=moment)
        deeds = [Deed(at=moment + timedelta(seconds=40 * n), action=Action.ANSWER, by=who, role=Role.APPLICANT,
                      case=self.number, before=stage,
                      detail={"item": row["item_id"], "na": row["not_applicable"], "revision": 1})
                 for n, row in enumerate(rows)]
        deeds += [Deed(at=moment + timedelta(minutes=40), action=Action.ATTACH, by=who, role=Role.APPLICANT, case=self.number,
                       before=stage, detail={"item": place, "request": request.id})
                  for place, request in wanted]
        record.write(self.world.session, deeds)
        self.world.session.expire_all()

    def _asked(self, place: str) -> tuple[EvidenceRequest, ...]:
        return () if place in self.made.absent else self._place(place).evidence

    # --- the recommending body

    def _recommend(self) -> Story:
        pace, end, who = self.plan.pace, self.plan.end, self.world.cast.recommender(self.house)
        if self.ends("recommending"):
            return
        given = invented.sheet(self.rng, self.scheme, expected=self.made.expected, lean=-0.01)
        marks = {one.id: recommending.Given(
            points=given[one.id].points if one.id in given else None, not_applicable=one.id not in given,
            note="" if one.id not in given or given[one.id].points == one.points else given[one.id].reason)
            for one in self.made.sheet.items}
        yield self.at(pace.endorse - 1, 14)
        if end == "recommending-begun":
            marks = dict(list(marks.items())[:len(marks) // 2])
        recommending.score(self.case, marks, seen=recommending.revision(bodies.preliminary(self.case)), by=self.world.person(who))
        if self.ends("recommending-begun"):
            return
        yield self.at(pace.endorse, 10)
        if end == "not-recommended":
            recommending.decline(self.case, reason="本辖区推荐名额有限，该单位用能计量尚不完善，建议完善后下一批次申报。", by=self.world.person(who))
            self.over = True
            return
        if end in {"correcting", "corrected"}:
            asked = self._to_correct(2)
            recommending.return_for_correction(self.case, asked, summary="部分佐证材料不完整，请补正后重新提交。", by=self.world.person(who))
            if self.ends("correcting"):
                return
            yield from self._reply(pace.endorse + 3)
            self.over = True
            return
        already = bodies.ranks(self.case.round_id, bodies.body_of(self.case.institution))
        recommending.endorse(self.case, opinion=texts.recommendation(self.rng), rank=recommending.next_rank(already), by=self.world.person(who))

    def _to_correct(self, count: int) -> dict[str, str]:
        items = [item for item in self.scheme.items(self.made.type) if item.evidence and item.id not in self.made.absent]
        return {item.id: texts.return_reason(self.rng, document=item.evidence[0].name)
                for item in self.rng.sample(items, k=count)}

    def _reply(self, offset: int) -> Story:
        """Answer every correction, sign again and hand in again."""
        yield self.at(offset, 10)
        for one in self.world.session.scalars(select(Correction).where(
                Correction.application_id == self.number, Correction.resolved_at.is_(None))).all():
            apply.reply_to_correction(self.case, one, "已按要求重新扫描并补充材料，请审核。", by=self.applicant)
        yield self.at(offset, 15)
        handing_in.sign_off(self.case, by=self.signatory)
        yield self.at(offset, 16)
        handing_in.hand_in(self.case, by=self.applicant)

    # --- the bureau's officer

    def _screen(self) -> Story:
        pace, end = self.plan.pace, self.plan.end
        if self.ends("screening"):
            return
        if end == "ineligible":
            yield self.at(pace.admit, 10)
            screening.find_ineligible(self.case, reason="申报主体与名录库登记的独立核算单位不一致，不符合申报条件。",
                                      by=self.world.person("officer"))
            self.over = True
            return
        if end in {"supplementing", "supplied"}:
            yield self.at(pace.admit, 10)
            screening.ask_supplement(self.case, self._to_correct(2), summary="形式审查发现材料缺漏，请一次性补充。",
                                     by=self.world.person("officer"))
            if self.ends("supplementing"):
                return
            yield from self._reply(pace.admit + 4)
            self.over = True
            return
        if self.scheme.process.candidate_list:
            yield self.at(pace.list if self.plan.round == "running" else pace.admit, 10)
            screening.list_candidate(self.case, by=self.world.person("officer"))
            if self.ends("candidate"):
                return
            yield self.at(pace.admit - 2, 10)
            handing_in.sign_off(self.case, by=self.signatory)
            yield self.at(pace.admit, 10)
            handing_in.hand_in(self.case, by=self.applicant)
        else:
            yield self.at(pace.admit, 10)
            screening.admit(self.case, by=self.world.person("officer"))
        self.ends("to-assign")

    def _assign(self) -> Story:
        yield self.at(self.plan.pace.assign, 11)
        screening.assign_all([(self.case, self.world.person(expert)) for expert in
                              self._experts(self.scheme.process.experts)], by=self.world.person("officer"))

    def _experts(self, count: int) -> list[int]:
        """The experts with the fewest open sheets, so that nobody waits in vain."""
        every = self.world.cast.experts()
        load = dict.fromkeys(every, 0)
        for number in self.world.session.scalars(select(Sheet.expert_id).where(Sheet.state == "assigned")):
            load[number] = load.get(number, 0) + 1
        self.rng.shuffle(every)
        return sorted(every, key=lambda one: load[one])[:count]

    # --- the experts and the moderator

    def _review(self) -> Story:
        pace, end = self.plan.pace, self.plan.end
        if self.ends("assigned"):
            return
        sheets = list(self.world.session.scalars(
            select(Sheet.id).where(Sheet.application_id == self.number).order_by(Sheet.id)))
        given = dossier.sheets(self.rng, self.made, experts=len(sheets), disagree=self.plan.disagree, lean=self.plan.lean)
        span = max(2, pace.conclude - pace.assign - 2)
        for place, (number, scores) in enumerate(zip(sheets, given, strict=True)):
            offset = pace.assign + 2 + place * span // len(sheets)
            yield self.at(offset, 9)
            if end == "reviewing" and place == len(sheets) - 1:
                self.over = True
                return
            sheet = self._sheet(number)
            if place == 0:
                reviewing.ask(self.case, question=(pair := texts.clarification(self.rng))[0],
                              item_id=self.made.sheet.items[1].id, sheet=sheet, by=sheet.expert)
            self._score(sheet, scores, half=end in {"reviewing", "reviewing-begun"} and place == len(sheets) - 2)
            if end in {"reviewing", "reviewing-begun"} and place == len(sheets) - 2:
                if end == "reviewing-begun":
                    self.over = True
                    return
                continue
            if place == 0 and end not in {"reviewing-begun"}:
                yield self.at(offset + 1, 10)
                self._clarify(pair[1])
            yield self.at(offset + 1, 15)
            sheet = self._sheet(number)
            reviewing.seal(sheet, comment="材料基本齐全，数据相互印证，按评分标准逐项评审。", by=sheet.expert)
        if self.ends("to-conclude", "to-moderate"):
            return
        yield self.at(pace.conclude, 10)
        if self.plan.disagree:
            reviewing.stand(self.case, reason="分差集中在个别管理项目，经核对佐证，各表评分均有依据，结果有效。", by=self.world.person("moderator"))
        if end == "not-passed":
            reviewing.fail_review(self.case, reason="评审得分未达到合格线，建议继续创建。", by=self.world.person("moderator"))
            self.over = True
            return
        reviewing.pass_review(self.case, by=self.world.person("moderator"))

    def _sheet(self, number: int) -> Sheet:
        return self.world.session.get_one(Sheet, number)

    def _clarify(self, answer: str) -> None:
        question = self.world.session.scalars(select(Clarification).where(
            Clarification.application_id == self.number)).one()
        handing_in.clarify(self.case, question, answer, by=self.applicant)

    def _score(self, sheet: Sheet, given: dict[str, invented.GivenScore], *, half: bool) -> None:
        """An expert's morning: every item, or the first half of them."""
        rows = dossier.score_rows(self.made, given, sheet_id=sheet.id, revision=1, updated_at=now())
        rows = rows[:len(rows) // 2] if half else rows
        if rows:
            self.world.session.execute(insert(SheetScore), rows)
        record.write(self.world.session, [
            Deed(at=now() + timedelta(seconds=30 * n), action=Action.SCORE, by=sheet.expert_id, role=Role.EXPERT,
                 case=self.number, before=Stage.REVIEWING, detail={
                     "sheet": sheet.id, "item": row["item_id"], "points": None if row["points"] is None else str(row["points"]),
                     "not_applicable": row["not_applicable"], "reason": row["reason"]})
            for n, row in enumerate(rows)])
        self.world.session.expire_all()

    # --- the acceptance team

    def _visit(self) -> Story:
        pace, end = self.plan.pace, self.plan.end
        if self.ends("to-appoint"):
            return
        if not self.case.drawn_for_visit:
            yield self.at(pace.visit, 10)
            visiting.accept_on_documents(self.case, remark="未抽中现场核查，评审材料充分，按书面结论验收。",
                                         by=self.world.person("officer"))
            return
        yield self.at(pace.appoint, 10)
        visiting.appoint(self.case, leader=self.world.person("team-leader"), members=[self.world.person("inspector")], by=self.world.person("officer"))
        if self.ends("to-plan"):
            return
        yield self.at(pace.plan, 15)
        visiting.plan(self.case, on=self.world.days.day(3 if end == "visiting" else pace.visit),
                      place=self.house.demo.address, attendees="后勤负责人、节能联络员、设备管理员", by=self.world.person("team-leader"))
        if self.ends("visiting"):
            return
        yield self.at(pace.visit, 10)
        self._inspected(half=end == "visiting-begun")
        if self.ends("visiting-begun"):
            return
        if self.plan.rectify:
            yield from self._rectify()
            if self.over:
                return
        elif end == "rejected-on-site":
            yield self.at(pace.visit, 16)
            visiting.reject(self.case, reason="现场器具与台账严重不符，不予通过验收。", by=self.world.person("team-leader"))
            self.over = True
            return
        yield self.at(pace.finish or pace.visit, 16)
        visiting.accept(self.case, summary="现场与申报材料一致，抽查部位器具完好，同意通过验收。", by=self.world.person("team-leader"))

    def _inspected(self, *, half: bool) -> None:
        """Look at everything that is verified on site, and at the sampled points."""
        who, moment = self.world.cast.desk["inspector"], now()
        visit = self.world.session.scalars(select(Visit.id).where(Visit.application_id == self.number)).one()
        items = to_check(self.scheme.items(self.made.type))
        noted = [{"visit_id": visit, "item_id": item.id, "found": "true", "points": None, "note": "", "revision": 1,
                  "not_applicable": item.id in self.made.absent, "noted_by_id": who, "noted_at": moment}
                 for item in (items[:len(items) // 2] if half else items)]
        points = self.scheme.process.visit_points
        samples = [{"visit_id": visit, "place": f"{n // 3 + 1}楼{'东西中'[n % 3]}侧卫生间", "note": "", "sound": True,
                    "fixture": ("感应水龙头", "延时冲洗阀", "节水型便器")[n % 3], "noted_by_id": who, "noted_at": moment}
                   for n in range(points // 2 if half else points)]
        for kind, rows in ((SiteScore, noted), (SamplePoint, samples)):
            if rows:
                self.world.session.execute(insert(kind), rows)
        said = [{"item": row["item_id"], "found": "true", "points": None} for row in noted]
        said += [{"sample": row["place"], "sound": True} for row in samples]
        record.write(self.world.session, [
            Deed(at=moment + timedelta(seconds=90 * n), action=Action.INSPECT, by=who, role=Role.INSPECTOR, case=self.number,
                 before=Stage.VISITING, detail=detail) for n, detail in enumerate(said)])
        self.world.session.expire_all()

    def _rectify(self) -> Story:
        pace, end = self.plan.pace, self.plan.end
        items = [item for item in to_check(self.scheme.items(self.made.type)) if item.id not in self.made.absent]
        for (what, demand), item in zip(texts.findings(self.rng, count=2), self.rng.sample(items, k=2), strict=True):
            inspecting.add_finding(self.case, inspecting.Problem(
                what=what, demand=demand, owner="后勤科", due_on=inspecting.due_by_default(self.scheme.process),
                item_id=item.id), by=self.world.person("team-leader"))
        yield self.at(pace.visit, 16)
        visiting.require_rectification(self.case, reason="现场发现两处问题，请限期整改并上传整改后照片。",
                                       summary="总体符合，存在两处需整改的问题。", by=self.world.person("team-leader"))
        if self.ends("rectifying"):
            return
        yield self.at(pace.visit + 6, 14)
        for finding in self._findings():
            sheet = self.world.press.sheet("整改后现场照片", ("image",), finding.id % 2)
            stream = io.BytesIO(sheet.data)
            handing_in.report_rectification(self.case, finding, report=texts.rectified(self.rng), photos=[
                (stream, examine(stream, sheet.facts.name))], by=self.applicant)
        if self.ends("rectifying-reported"):
            return
        yield self.at(pace.visit + 7, 10)
        handing_in.finish_rectification(self.case, by=self.applicant)
        if self.ends("rechecking"):
            return
        yield self.at(pace.visit + 9, 10)
        for finding in self._findings():
            inspecting.recheck(self.case, finding.id, result=Recheck.PASSED, note="现场复核，已整改到位。", by=self.world.person("team-leader"))

    def _findings(self) -> list[Finding]:
        return list(self.world.session.scalars(
            select(Finding).join(Visit).where(Visit.application_id == self.number).order_by(Finding.id)))

    # --- the leaders and the co-authorities

    def _decide(self) -> Story:
        pace, end = self.plan.pace, self.plan.end
        if self.ends("deciding"):
            return
        yield self.at(pace.decide, 9)
        if end == "rejected":
            deciding.reject(self.case, reason="经集体研究，单位正在实施整体改造，本批次暂不认定。", by=self.world.person("leader"))
            self.over = True
            return
        deciding.decide(self.case, remark=texts.decision_remark(self.rng, passed=True), by=self.world.person("leader"))
        if self.ends("countersigning"):
            return
        for place, body in enumerate(self.scheme.process.countersigners):
            yield self.at(pace.sign, 10 + 2 * place)
            signer = self.world.cast.countersigner(body.id)
            if end == "objected" and place == 1:
                deciding.object_to_decision(self.case, authority=body.id, by=self.world.person(signer),
                                            reason="该单位上年度用水统计与我局台账不一致，建议核实后再议。")
                self.over = True
                return
            deciding.countersign(self.case, authority=body.id, remark="同意。", by=self.world.person(signer))
            if self.ends("half-signed"):
                return
        if not self.scheme.process.nomination or self.ends("to-nominate"):
            return
        yield self.at(pace.nominate, 10)
        deciding.nominate(self.case, by=self.world.person("officer"))
        if self.ends("nominated"):
            return
        yield self.at(pace.result, 10)
        deciding.record_national_result(self.case, document=f"国管节能示例〔{now().year}〕27号", by=self.world.person("officer"))
