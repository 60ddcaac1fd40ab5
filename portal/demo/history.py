"""The certified past: five years of rounds with their cases, notices and certificates, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import editions, workcalendar
from portal.demo import answers as invented
from portal.demo import cast as people
from portal.demo import dossier, seasons, texts, titles
from portal.demo.cast import Cast, House
from portal.demo.numbers import Numbers
from portal.demo.record import Deed
from portal.demo.seasons import Days
from portal.domain import judging
from portal.domain.official_list import Listed, grouped
from portal.domain.results import combine
from portal.domain.scheme import Scheme, Visits
from portal.domain.workdays import notice_period
from portal.domain.workflow import Action, Role, Stage
from portal.models.application import Answer, Application
from portal.models.certificate import Certificate
from portal.models.decision import Countersignature, Decision, Nomination
from portal.models.notice import NoticeEntry, PublicNotice
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.models.review import Sheet, SheetScore
from portal.models.round import Round
from portal.models.visit import Visit, VisitMember
from portal.stages.announce import phrases

CERTIFIED = {"national": 69, "municipal": 79, "water-saving": 65}
"""How many units hold a certificate of each scheme (those of the living cases included)."""

CONTACT = ("重庆市机关事务管理局节能处", "023-0000 0010", "重庆市示例一路1号")


@dataclass
class Past:
    """One certified case on its way into the tables."""

    house: House
    scheme: Scheme
    round: Round
    batch: int
    fate: str
    dossier: dossier.Dossier
    case: Application
    sheets: list[tuple[Sheet, dict[str, invented.GivenScore]]] = field(default_factory=list)
    totals: list[Decimal] = field(default_factory=list)
    visit: Visit | None = None
    decision: Decision | None = None


def shares(total: int, parts: int) -> list[int]:
    """A number cut into parts that differ by one at most, the larger ones first."""
    return [total // parts + (at < total % parts) for at in range(parts)]


def write(session: Session, rng: Random, *, cast: Cast, days: Days, rounds: dict[tuple[str, str], int],
          holders: Mapping[str, Sequence[House]], numbers: Numbers) -> list[Deed]:
    """Write the past of every scheme for its `holders`; gives the deeds, which the caller chains in order of time."""
    deeds: list[Deed] = []
    for scheme_id, houses in holders.items():
        scheme = editions.get(seasons.EDITIONS[scheme_id])
        rest = list(houses)
        for batch, count in enumerate(shares(len(houses), seasons.PAST)):
            chosen, rest = rest[:count], rest[count:]
            round_ = session.get_one(Round, rounds[scheme_id, str(batch)])
            deeds += Batch(session, rng, cast, days, round_, scheme, batch, numbers).write(chosen)
    return deeds


class Batch:
    """One past round, from its applications to its certificates."""

    def __init__(self, session: Session, rng: Random, cast: Cast, days: Days, round_: Round, scheme: Scheme, batch: int,
                 numbers: Numbers) -> None:
        self.session, self.rng, self.cast, self.days, self.round = session, rng, cast, days, round_
        self.scheme, self.batch, self.numbers = scheme, batch, numbers
        self.window = seasons.past(scheme.id, batch)
        self.end = seasons.issued(scheme.id, batch)
        self.rows: dict[type, list[dict[str, Any]]] = defaultdict(list)
        self.deeds: list[Deed] = []

    def write(self, houses: Sequence[House]) -> list[Deed]:
        """Write the batch; gives its deeds."""
        cases = [self._case(house, fate) for house, fate in
                 zip(houses, titles.fates(self.scheme.id, self.batch, len(houses)), strict=True)]
        self.session.add_all(one.case for one in cases)
        self.session.flush()
        notice = self._notice(cases)
        for one in cases:
            self._judged(one)
            self._decided(one)
            row, one.case.stage, one.case.stage_since = titles.certify(self, one, notice_ends=notice.last_day)
            self.rows[Certificate].append(row)
        self._keyed(cases)
        for kind in (Answer, PreliminaryScore, Recommendation, SheetScore, Nomination, NoticeEntry, Certificate):
            if self.rows[kind]:
                self.session.execute(insert(kind), self.rows[kind])
        return self.deeds

    def at(self, offset: int, hour: int = 10) -> datetime:
        """About that hour of a working day."""
        return self.days.at(offset, hour, self.rng.randrange(60))

    def did(self, one: Past, at: datetime, action: Action, by: int, role: Role, before: Stage, *, reason: str = "",
            **detail: Any) -> None:
        """Note one deed."""
        self.deeds.append(Deed(at=at, action=action, by=by, role=role, case=one.case.id, before=before, reason=reason,
                               detail=detail))

    def _case(self, house: House, fate: str) -> Past:
        year = self.round.statistics_year
        used = people.figures(self.rng, house, (year,), level=self.rng.uniform(0.70, 0.94))[0]
        figures = dossier.frozen(house.demo.type, year, used.flat())
        made = dossier.passing(self.rng, self.scheme, figures=figures, headcount=house.demo.headcount,
                               margin=Decimal(2), strength=self.rng.uniform(0.80, 0.95))
        opened, sent = self.at(self.window.opens + 6), self.at(self.window.closes - 4, 15)
        serial = self.numbers.draw(f"application:{self.scheme.id}:{self.round.year}")
        case = Application(
            number=self.scheme.certificate.application_pattern.format(year=self.round.year, serial=serial),
            round_id=self.round.id, institution_id=house.id, scheme=self.scheme.id, edition=self.scheme.edition,
            edition_digest=self.round.edition_digest, stage=Stage.CERTIFIED, stage_since=sent,
            operator_id=house.applicant, created_at=opened, signed_by_id=house.signatory,
            signed_at=sent - timedelta(hours=3), submitted_at=sent, figures=figures, self_total=made.sheet.total,
            report=dossier.report(self.rng, self.scheme, name=house.demo.name, headcount=house.demo.headcount,
                                  floor_area_m2=int(house.demo.floor_area_m2)),
            dossier_digest=self.rng.randbytes(32).hex())
        return Past(house=house, scheme=self.scheme, round=self.round, batch=self.batch, fate=fate, dossier=made, case=case)

    def _judged(self, one: Past) -> None:
        """From opening to the experts' result."""
        case, house, cast = one.case, one.house, self.cast
        officer, recommender = cast.desk["officer"], cast.recommender(house)
        self.rows[Answer] += dossier.answer_rows(one.dossier, case=case.id, by=house.applicant, at=case.created_at)
        self.did(one, case.created_at, Action.OPEN, house.applicant, Role.APPLICANT, Stage.DRAFT, number=case.number,
                  edition=case.edition, edition_digest=case.edition_digest)
        sent = case.submitted_at or case.created_at
        self.did(one, case.signed_at or sent, Action.SIGN_OFF, house.signatory, Role.SIGNATORY, Stage.DRAFT)
        self.did(one, sent, Action.SUBMIT, house.applicant, Role.APPLICANT, Stage.DRAFT,
                  self_total=_plain(case.self_total), dossier=case.dossier_digest)
        first = invented.sheet(self.rng, one.scheme, expected=one.dossier.expected, lean=-0.01)
        case.preliminary_total = one.dossier.total_of(first)
        endorsed = self.at(self.window.recommend_by - 3)
        self.rows[PreliminaryScore] += [
            {"application_id": case.id, "note": row.pop("reason"), **row} for row in dossier.score_rows(
                one.dossier, first, scored_by_id=recommender, scored_at=endorsed)]
        self.rows[Recommendation].append({
            "application_id": case.id, "recommender_id": recommender, "outcome": "endorsed",
            "body": house.body,
            "opinion": texts.recommendation(self.rng), "rank": None, "given_at": endorsed})
        self.did(one, endorsed, Action.ENDORSE, recommender, Role.RECOMMENDER, Stage.RECOMMENDING)
        checked = self.at(self.window.recommend_by + 6)
        if one.scheme.process.candidate_list:
            self.did(one, checked, Action.LIST_CANDIDATE, officer, Role.OFFICER, Stage.SCREENING)
            self.did(one, self.at(self.end - 150, 16), Action.FINISH_CREATION, house.applicant, Role.APPLICANT,
                      Stage.CANDIDATE)
        else:
            self.did(one, checked, Action.ADMIT, officer, Role.OFFICER, Stage.SCREENING)
        self._reviewed(one)

    def _reviewed(self, one: Past) -> None:
        case, cast, process = one.case, self.cast, one.scheme.process
        assigned = self.at(self.end - 140, 9)
        experts = self.rng.sample(cast.experts(), k=process.experts)
        for expert, given in zip(experts, dossier.sheets(self.rng, one.dossier, experts=process.experts), strict=True):
            sealed = self.at(self.end - self.rng.randint(114, 130), 15)
            one.totals.append(one.dossier.total_of(given))
            one.sheets.append((Sheet(
                application_id=case.id, expert_id=expert, assigned_by_id=cast.desk["officer"], assigned_at=assigned,
                due_at=one.round.review_by, state="sealed", sealed_at=sealed, total=one.totals[-1],
                comment="材料真实完整，同意通过评审。"), given))
            self.did(one, assigned, Action.ASSIGN, cast.desk["officer"], Role.OFFICER, Stage.REVIEWING,
                      expert=expert)
            self.did(one, sealed, Action.SEAL, expert, Role.EXPERT, Stage.REVIEWING, total=_plain(one.totals[-1]))
        found = combine(one.totals, aggregation=process.aggregation, trim_from=process.trim_from,
                        spread_limit=process.spread_limit)
        case.review_result, case.review_spread = found.result, found.spread
        case.drawn_for_visit = process.visits is Visits.ALL or judging.drawn(case.number, share=process.sample_share)
        self.did(one, self.at(self.end - 111, 16), Action.PASS_REVIEW, cast.desk["moderator"], Role.MODERATOR,
                  Stage.REVIEWING, result=_plain(case.review_result), drawn_for_visit=case.drawn_for_visit)

    def _decided(self, one: Past) -> None:
        """From the visit to the countersigned decision."""
        case, cast = one.case, self.cast
        officer, leads, member = cast.desk["officer"], cast.desk["team-leader"], cast.desk["inspector"]
        accepted = self.at(self.end - 74, 16)
        if case.drawn_for_visit:
            appointed, planned = self.at(self.end - 104, 11), self.at(self.end - 98, 14)
            one.visit = Visit(
                          application_id=case.id, turn=1, planned_on=self.days.day(self.end - 76),
                          members=[VisitMember(person_id=each, leads=each == leads) for each in (leads, member)],
                          place=one.house.demo.address, attendees="后勤部门负责人、节能联络员", appointed_by_id=officer,
                          appointed_at=appointed, verdict="accepted", verdict_by_id=leads, verdict_at=accepted,
                          summary="现场与申报材料一致，计量、器具和制度落实情况良好。")
            case.site_total = case.review_result
            self.did(one, appointed, Action.APPOINT_TEAM, officer, Role.OFFICER, Stage.VISITING, leader=leads,
                      members=[member])
            self.did(one, planned, Action.PLAN_VISIT, leads, Role.TEAM_LEADER, Stage.VISITING)
            self.did(one, accepted, Action.ACCEPT, leads, Role.TEAM_LEADER, Stage.VISITING,
                      site_total=_plain(case.site_total))
        else:
            self.did(one, accepted, Action.ACCEPT_ON_DOCUMENTS, officer, Role.OFFICER, Stage.VISITING)
        decided = self.at(self.end - 60, 9)
        leader = cast.desk["leader"]
        remark = texts.decision_remark(self.rng, passed=True)
        one.decision = Decision(application_id=case.id, leader_id=leader, outcome="pass", result=case.review_result,
                            grounds=self._grounds(one), remark=remark, decided_at=decided)
        self.did(one, decided, Action.DECIDE, leader, Role.LEADER, Stage.DECIDING, outcome="pass",
                  result=_plain(case.review_result), remark=remark)
        for body in one.scheme.process.countersigners:
            signed, signer = self.at(self.end - self.rng.randint(48, 56), 11), cast.countersigner(body.id)
            one.decision.countersignatures.append(Countersignature(
                authority=body.id, agreed=True, remark="同意。", signed_by_id=signer, signed_at=signed))
            self.did(one, signed, Action.COUNTERSIGN, signer, Role.COUNTERSIGNER, Stage.DECIDING, authority=body.id,
                      remark="同意。")
        if one.scheme.process.nomination:
            sent, back = self.at(self.end - 46, 9), self.at(self.end - 27, 9)
            document = f"国管节能示例〔{back.year}〕{self.batch + 3}号"
            self.rows[Nomination].append({
                "application_id": case.id, "sent_at": sent, "outcome": "named", "document": document, "remark": "",
                "recorded_at": back})
            self.did(one, sent, Action.NOMINATE, officer, Role.OFFICER, Stage.DECIDING)
            self.did(one, back, Action.RECORD_NATIONAL_RESULT, officer, Role.OFFICER, Stage.NOMINATED, outcome="named",
                      document=document)

    def _keyed(self, cases: Sequence[Past]) -> None:
        """The rows that others point at, all at once, then the scores of the sheets."""
        self.session.add_all(sheet for one in cases for sheet, _given in one.sheets)
        self.session.add_all(row for one in cases for row in (one.visit, one.decision) if row is not None)
        self.session.flush()
        for one in cases:
            for sheet, given in one.sheets:
                self.rows[SheetScore] += dossier.score_rows(one.dossier, given, sheet_id=sheet.id, revision=1,
                                                            updated_at=sheet.sealed_at)

    def _grounds(self, one: Past) -> dict[str, Any]:
        scheme = one.scheme
        found = combine(one.totals, aggregation=scheme.process.aggregation, trim_from=scheme.process.trim_from,
                        spread_limit=scheme.process.spread_limit)
        return {"result": _plain(found.result), "pass_mark": _plain(scheme.pass_mark),
                "aggregation": scheme.process.aggregation.value, "totals": [_plain(each) for each in sorted(one.totals)],
                "dropped": [_plain(each) for each in found.dropped], "spread": _plain(found.spread),
                "visit": "accepted" if one.case.drawn_for_visit else "documents", "reasons": []}

    def _notice(self, cases: Sequence[Past]) -> PublicNotice:
        day = self.days.day(self.end - 22)
        scheme, officer = self.scheme, self.cast.desk["officer"]
        serial = self.numbers.draw(f"notice/{day.year}")
        basis = phrases.NATIONAL_BASIS if scheme.process.nomination else phrases.BASIS
        notice = PublicNotice(
            number=phrases.NUMBER.format(year=day.year, serial=serial), scheme=scheme.id,
            title=phrases.TITLE.format(year=day.year, scheme=scheme.name),
            basis=basis.format(basis=scheme.basis[0], scheme=scheme.name), contact_office=CONTACT[0],
            contact_phone=CONTACT[1], contact_address=CONTACT[2], published_on=day, published_at=self.days.at(self.end - 22),
            workdays=max(5, scheme.process.notice_workdays), published_by_id=officer,
            last_day=notice_period(day, max(5, scheme.process.notice_workdays), is_workday=workcalendar.is_workday))
        self.session.add(notice)
        self.session.flush()
        order = [key for group in grouped(
            Listed(key=one.case.id, name=one.house.demo.name, division_code=one.house.demo.division.code,
                   division=one.house.demo.division.name,
                   department=one.house.demo.department.name if one.house.demo.department else "")
            for one in cases) for key in group.keys]
        self.rows[NoticeEntry] += [{"notice_id": notice.id, "application_id": key, "position": position}
                                   for position, key in enumerate(order, start=1)]
        before = Stage.NOMINATED if scheme.process.nomination else Stage.DECIDING
        action = Action.PUBLISH_NATIONAL_NOTICE if scheme.process.nomination else Action.PUBLISH_NOTICE
        for one in cases:
            self.did(one, notice.published_at, action, officer, Role.OFFICER, before, notice=notice.number,
                      last_day=notice.last_day.isoformat())
        return notice


def _plain(value: Decimal | None) -> str:
    if value is None:
        return ""
    return format(value.quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize(), "f")
