"""The record of an acceptance visit (现场验收记录表): team, findings, sampled points, verdict."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from portal.documents.palette import palette
from portal.documents.paper import grouped, plain_date
from portal.documents.prose import Prose, styles
from portal.documents.sealing import Opinion, OpinionBox, SignatureLines, Signed
from portal.documents.sheets import Sheet, build
from portal.documents.tables import (
    Cell,
    framed,
    heading,
    ruled,
    score,
    titled,
)
from portal.documents.typeface import legible


@dataclass(frozen=True)
class CheckRow:
    """One item checked on site: finding is 属实, 部分属实 or 不属实."""

    number: str
    title: str
    points: Decimal
    self_score: Decimal | None
    site_score: Decimal | None
    finding: str
    note: str = ""


@dataclass(frozen=True)
class SampleRow:
    """One sampled point, for instance a tap of the ten that must be looked at."""

    place: str
    object: str
    result: str
    note: str = ""


@dataclass(frozen=True)
class ProblemRow:
    """One problem found, with its due day and state."""

    text: str
    owner: str
    due: date | None
    state: str = ""


@dataclass(frozen=True)
class VisitRecordFacts:
    """A visit as the team signs it; members are (name, organisation), the leader first.

    `signed` are the signatures given on the screen, the members' in their order, then the institution's.
    """

    scheme_title: str
    ink: str
    unit: str
    case_number: str
    visited: date
    address: str
    members: tuple[tuple[str, str], ...]
    attendees: tuple[str, ...]
    methods: str
    checks: tuple[CheckRow, ...]
    samples: tuple[SampleRow, ...]
    problems: tuple[ProblemRow, ...]
    verdict: str
    opinion: str
    total: Decimal | None = None
    digest: str = ""
    specimen: str = ""
    signed: tuple[Signed | None, ...] = ()


def render(facts: VisitRecordFacts) -> bytes:
    """The record as A4 PDF, to be signed by the team and the unit."""
    col = palette(facts.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = Sheet(title=f"现场验收记录表　{facts.case_number}", author="、".join(
                      sorted({office for _, office in facts.members if office})),
                  head_left=f"{facts.scheme_title}　现场验收记录表", head_right=facts.case_number,
                  foot=f"材料摘要 {grouped(facts.digest)}" if facts.digest else "",
                  specimen=facts.specimen)
    wide = sheet.measure
    people = "\n".join(f"{name}　{office}" + ("（组长）" if i == 0 else "")
                       for i, (name, office) in enumerate(facts.members))
    story: list[Flowable] = [
        Prose("现场验收记录表", look.title),
        framed([[("单位名称", facts.unit)], [("创建项目", facts.scheme_title)],
                [("申报编号", facts.case_number), ("验收日期", plain_date(facts.visited))],
                [("验收地点", facts.address)], [("验收组", people)],
                [("单位参加人", "、".join(facts.attendees))], [("验收方式", facts.methods)]],
               measure=wide, look=look, col=col)]
    checks: list[list[Cell | Flowable]] = [
        ["编号", "评价项目", "分值", "自评分", "现场分", "核查结果", "说明"]]
    checks += [[row.number, row.title, score(row.points), score(row.self_score),
                score(row.site_score), row.finding, legible(row.note)] for row in facts.checks]
    foot = 0
    if facts.total is not None:
        foot = 1
        checks.append(["", "现场分合计", "", "", score(facts.total), "", ""])
    story += titled(Prose("一、逐项核查", look.heading),
                    ruled(checks, [13, wide - 13 - 13 - 15 - 15 - 20 - 40, 13, 15, 15, 20, 40],
                          look=look, col=col, align="clccccl", foot_rows=foot), wide)
    number = iter("二三四五")
    if facts.samples:
        samples: list[list[Cell | Flowable]] = [["序号", "位置", "器具或设备", "结果", "说明"]]
        samples += [[str(i), legible(row.place), legible(row.object), row.result, legible(row.note)]
                    for i, row in enumerate(facts.samples, 1)]
        story += titled(Prose(f"{next(number)}、抽查点位（{len(facts.samples)}处）", look.heading),
                        ruled(samples, [12, 46, 40, 22, wide - 120], look=look, col=col, align="cllcl"), wide)
    title = Prose(f"{next(number)}、问题与整改要求", look.heading)
    if facts.problems:
        problems: list[list[Cell | Flowable]] = [["序号", "问题", "责任人", "整改期限", "状态"]]
        problems += [[str(i), legible(row.text), row.owner, plain_date(row.due, "—"), row.state]
                     for i, row in enumerate(facts.problems, 1)]
        story += titled(title, ruled(problems, [12, wide - 12 - 26 - 30 - 24, 26, 30, 24], look=look,
                                     col=col, align="clccc"), wide)
    else:
        story += [CondPageBreak(25 * mm), title, Prose("未发现需整改的问题。", look.body)]
    names = [f"组长 {name}：" if i == 0 else f"组员 {name}："
             for i, (name, _) in enumerate(facts.members)]
    box = OpinionBox(Opinion("验收结论", f"{facts.verdict}。{legible(facts.opinion)}" if facts.opinion
                             else facts.verdict, signer="验收组组长（签字）：", seal="",
                             signed=facts.visited), look=look, col=col, least=44 * mm)
    story += [KeepTogether([*heading(f"{next(number)}、验收结论与签字", look)[1:], box,
                            Spacer(1, 2 * mm),
                            SignatureLines([*names, "申报单位代表："], col=col, signed=facts.signed)])]
    return build(sheet, story, col=col)
