"""The summary of the experts' scores (专家评分汇总表): every sheet side by side, mean and spread."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from portal.documents.palette import palette
from portal.documents.paper import grouped, plain_date
from portal.documents.prose import Prose, styles
from portal.documents.sealing import SignatureLines
from portal.documents.sheets import Sheet, build
from portal.documents.tables import (
    Cell,
    figure,
    framed,
    heading,
    ruled,
    score,
    titled,
)
from portal.documents.typeface import BOLD, legible

MOST = 9                                 # sheets that fit side by side


@dataclass(frozen=True)
class SummaryRow:
    """One item: the experts' scores in the order of their codes, None where not applicable."""

    number: str
    title: str
    points: Decimal
    scores: tuple[Decimal | None, ...]
    result: Decimal | None
    star: bool = False
    section: bool = False


@dataclass(frozen=True)
class ScoreSummaryFacts:
    """All sealed sheets of one application; experts appear by code, comments by the same code.

    method says in words how the result was formed; spread and spread_limit are in points.
    """

    scheme_title: str
    ink: str
    unit: str
    case_number: str
    edition: str
    experts: tuple[str, ...]
    rows: tuple[SummaryRow, ...]
    totals: tuple[Decimal, ...]
    result: Decimal
    pass_mark: Decimal
    method: str
    spread: Decimal
    spread_limit: Decimal
    verdict: str
    comments: tuple[tuple[str, str], ...]
    made: date
    moderation: str = ""
    digest: str = ""
    specimen: str = ""


def render(facts: ScoreSummaryFacts) -> bytes:
    """The summary as A4 landscape PDF; ValueError for more than nine sheets."""
    if not 1 <= len(facts.experts) <= MOST:
        raise ValueError(f"{len(facts.experts)} sheets do not fit side by side")
    col = palette(facts.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = Sheet(title=f"专家评分汇总表　{facts.case_number}", author="评审组", width=297,
                  height=210, left=24, right=20, top=25, bottom=22,
                  head_left=f"{facts.scheme_title}　专家评分汇总表", head_right=facts.case_number,
                  foot=f"材料摘要 {grouped(facts.digest)}" if facts.digest else "",
                  specimen=facts.specimen)
    wide, n = sheet.measure, len(facts.experts)
    each = min(20.0, 126 / n)
    rows: list[list[Cell | Flowable]] = [["编号", "评价项目", "分值", *facts.experts, "评审分"]]
    bold = []
    for row in facts.rows:
        if row.section:
            bold.append(len(rows))
        rows.append([row.number, ("★ " if row.star else "") + row.title, score(row.points),
                     *(score(value) for value in row.scores), score(row.result)])
    rows.append(["", "合　计", "", *(score(value) for value in facts.totals),
                 figure(facts.result)])
    outcome = (f"{figure(facts.result)} 分（合格线 {figure(facts.pass_mark)} 分），"
               f"{facts.verdict}")
    story: list[Flowable] = [
        Prose("专家评分汇总表", look.title),
        framed([[("单位名称", facts.unit), ("申报编号", facts.case_number)],
                [("评价标准", facts.edition), ("汇总方式", facts.method)],
                [("评审结果", outcome),
                 ("最大分差", f"{figure(facts.spread)} 分（限值 {figure(facts.spread_limit)} 分）")]],
               measure=wide, look=look, col=col),
        *titled(Prose("一、各项评分", look.heading),
                ruled(rows, [14, wide - 14 - 16 - each * n - 22, 16, *[each] * n, 22], look=look,
                      col=col, align="cl" + "c" * (n + 2), bold_rows=bold, foot_rows=1), wide),
        *heading("二、专家意见", look, room=30),
    ]
    *opinions, last = [[CondPageBreak(29 * mm),
                        Prose(f"专家{code}", look.body.but(face=BOLD, align="left", indent=0, before=3)),
                        Prose(legible(text) or "未填写意见。", look.body)] for code, text in facts.comments] or [[]]
    story += [part for opinion in opinions for part in opinion]
    number = "三"
    if facts.moderation:
        story += last
        last, number = [*heading("三、复议情况", look, room=30), Prose(legible(facts.moderation), look.body)], "四"
    labels = [f"专家{code}：" for code in facts.experts]
    story.append(KeepTogether([           # nobody signs a page without text
        *last[1:], *heading(f"{number}、签字", look)[1:],
        SignatureLines([*labels, "评审组组长："], col=col, across=4), Spacer(1, 2 * mm),
        Prose(f"汇总日期：{plain_date(facts.made)}", look.cell)]))
    return build(sheet, story, col=col)
