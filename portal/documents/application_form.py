"""The application form (申报表): cover, facts, figures, self-scores, evidence, opinions and seals."""
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, LongTable, Spacer

from portal.documents import cover
from portal.documents.cover import CoverFacts
from portal.documents.palette import Palette, palette
from portal.documents.paper import grouped
from portal.documents.prose import Prose, Styles, styles
from portal.documents.sealing import Opinion, OpinionBox
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


@dataclass(frozen=True)
class StatisticsRow:
    """One row of the three-year table: oldest year first; None where nothing is reported.

    heading marks a row that only names a group; the values are then empty.
    """

    name: str
    unit: str = ""
    values: tuple[Cell, ...] = ()
    note: str = ""
    heading: bool = False


@dataclass(frozen=True)
class PrerequisiteRow:
    """A basic condition (申报基本条件) and its answer; met is None while unanswered."""

    text: str
    met: bool | None
    note: str = ""


@dataclass(frozen=True)
class ItemRow:
    """An item and its self-score; not_applicable prints 不评分 instead of a score."""

    number: str
    title: str
    points: Decimal
    self_score: Decimal | None
    star: bool = False
    not_applicable: bool = False
    note: str = ""


@dataclass(frozen=True)
class SectionRows:
    """An evaluation unit (评价单元) with its items; both totals are given, not computed here."""

    title: str
    points: Decimal
    self_score: Decimal
    items: tuple[ItemRow, ...]


@dataclass(frozen=True)
class EvidenceRow:
    """One file of the evidence index: item number, document, file name, size, SHA-256 in hex."""

    item: str
    document: str
    file: str
    size: str
    digest: str


@dataclass(frozen=True)
class ApplicationFormFacts:
    """A whole application as printed.

    basics are (label, value) pairs; narratives (heading, text) pairs; total and pass_mark in
    points; commitment the text the signatory agrees to; opinions in the order of the seals.
    """

    cover: CoverFacts
    basics: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    statistics: tuple[StatisticsRow, ...]
    prerequisites: tuple[PrerequisiteRow, ...]
    sections: tuple[SectionRows, ...]
    total: Decimal
    possible: Decimal
    pass_mark: Decimal
    evidence: tuple[EvidenceRow, ...]
    narratives: tuple[tuple[str, str], ...] = ()
    commitment: str = ("本单位承诺：所填内容和所附佐证材料真实、准确、完整，复印件与原件一致；"
                       "如有不实，愿承担相应责任，并接受取消申报资格或撤销称号的处理。")
    opinions: tuple[Opinion, ...] = ()


STANDARD_OPINIONS = (
    Opinion("申报单位意见"), Opinion("推荐单位意见"),
    Opinion("专家评审意见", signer="专家组组长（签字）：", seal=""),
    Opinion("现场验收意见", signer="验收组组长（签字）：", seal=""),
    Opinion("市级审定意见"),
)


def render(facts: ApplicationFormFacts) -> bytes:
    """The form as A4 PDF, cover first; raises MissingGlyph and TooLong as the certificate does."""
    head = facts.cover
    col = palette(head.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = Sheet(title=f"{head.scheme_title}申报表　{head.case_number}", author=head.unit or "、".join(head.issuers),
                  head_left=f"{head.scheme_title}申报表", head_right=head.case_number,
                  foot=f"材料摘要 {grouped(head.digest)}" if head.digest else "", specimen=head.specimen)
    numbers = iter("一二三四五六七")

    def part(title: str) -> list[Flowable]:
        return heading(f"{next(numbers)}、{title}", look)

    def table(title: str, rows: LongTable) -> list[Flowable]:
        return titled(Prose(f"{next(numbers)}、{title}", look.heading), rows, wide)
    wide = sheet.measure
    story: list[Flowable] = [
        *part("申报单位基本情况"), _basics(facts, wide, look, col),
        *table(f"近{_count(len(facts.years))}年能源资源消费情况", _statistics(facts, wide, look, col)),
        *table("申报基本条件", _prerequisites(facts, wide, look, col))]
    if facts.narratives:
        story += [*part("创建情况"), *_narratives(facts, look)]
    story += [
        *table("自评分表", _scores(facts, wide, look, col)),
        *(table("佐证材料目录", _evidence(facts, wide, look, col)) if facts.evidence
          else [*part("佐证材料目录"), Prose("未附佐证材料。", look.body)]),
        CondPageBreak(112 * mm), *part("承诺与意见"), *_opinions(facts, look, col)]
    return build(sheet, story, col=col, cover=lambda c: cover.draw(c, col, head))


def _count(n: int) -> str:
    return "零一两三四五六七八九"[n] if n < 10 else str(n)


def _basics(facts: ApplicationFormFacts, measure: float, look: Styles,
            col: Palette) -> Flowable:
    """Short values two a row, long ones on a row of their own."""
    rows: list[list[tuple[str, str]]] = []
    for pair in facts.basics:
        wide = len(pair[1].encode("gb18030")) > 32
        if not wide and rows and len(rows[-1]) == 1 and \
                len(rows[-1][0][1].encode("gb18030")) <= 32:
            rows[-1].append(pair)
        else:
            rows.append([pair])
    return framed(rows, measure=measure, look=look, col=col, label=29)


def _statistics(facts: ApplicationFormFacts, measure: float, look: Styles,
                col: Palette) -> LongTable:
    n = len(facts.years)
    note = any(row.note for row in facts.statistics)
    figures = 27 if n <= 3 else 21
    rest = measure - 24 - figures * n - (26 if note else 0)
    rows: list[list[Cell | Flowable]] = [
        ["项目", "单位", *(f"{year}年" for year in facts.years), *(["说明"] if note else [])]]
    bold, spans = [], []
    for row in facts.statistics:
        if row.heading:
            bold.append(len(rows))
            spans.append((len(rows), 0, n + 1 + note))
        values = (*row.values, *[""] * n)[:n] if row.heading else row.values
        rows.append([row.name, row.unit, *values, *([row.note] if note else [])])
    return ruled(rows, [rest, 24, *[figures] * n, *([26] if note else [])], look=look, col=col,
                 align="lc" + "r" * n + "l" * note, bold_rows=bold, spans=spans)


def _prerequisites(facts: ApplicationFormFacts, measure: float, look: Styles,
                   col: Palette) -> LongTable:
    answer = {True: "符合", False: "不符合", None: "未填"}
    rows: list[list[Cell | Flowable]] = [["序号", "条件", "自查", "说明"]]
    rows += [[str(i), row.text, answer[row.met], legible(row.note)]
             for i, row in enumerate(facts.prerequisites, 1)]
    return ruled(rows, [12, measure - 12 - 18 - 44, 18, 44], look=look, col=col, align="clcl")


def _narratives(facts: ApplicationFormFacts, look: Styles) -> list[Flowable]:
    story: list[Flowable] = []
    for title, text in facts.narratives:
        story.append(CondPageBreak(30 * mm))
        story.append(Prose(title, look.body.but(face=BOLD, align="left", indent=0,
                                                before=5, after=2)))
        story.append(Prose(legible(text), look.body))
    return story


def _scores(facts: ApplicationFormFacts, measure: float, look: Styles,
            col: Palette) -> LongTable:
    rows: list[list[Cell | Flowable]] = [["编号", "评价项目", "分值", "自评分", "说明"]]
    bold = []
    for section in facts.sections:
        bold.append(len(rows))
        rows.append(["", section.title, score(section.points), score(section.self_score), ""])
        rows += [[item.number, ("★ " if item.star else "") + item.title, score(item.points),
                  "不评分" if item.not_applicable else score(item.self_score), legible(item.note)]
                 for item in section.items]
    verdict = f"合格线 {figure(facts.pass_mark)} 分"
    rows.append(["", "合　计", score(facts.possible), score(facts.total), verdict])
    return ruled(rows, [15, measure - 15 - 14 - 17 - 64, 14, 17, 64], look=look, col=col,
                 align="clccl", bold_rows=bold, foot_rows=1,
                 note="★ 为带★项，得分为零即不通过；“不评分”指按标准不适用于本单位的项目。")


def _evidence(facts: ApplicationFormFacts, measure: float, look: Styles,
              col: Palette) -> LongTable:
    rows: list[list[Cell | Flowable]] = [["序号", "项目", "材料名称", "文件", "大小", "摘要"]]
    rows += [[str(i), row.item, row.document, legible(row.file), row.size.replace(" ", "\u00a0"),
              Prose(grouped(row.digest), look.cell.but(size=7.5))]
             for i, row in enumerate(facts.evidence, 1)]
    return ruled(rows, [11, 14, 37, measure - 11 - 14 - 37 - 17 - 35.5, 17, 35.5], look=look,
                 col=col, align="ccllrl", note=f"共{len(facts.evidence)}件。摘要为文件SHA-256值的前十六位，"
                                                "可与系统内文件逐一核对。")


def _opinions(facts: ApplicationFormFacts, look: Styles, col: Palette) -> list[Flowable]:
    story: list[Flowable] = [Prose(facts.commitment, look.body), Spacer(1, 4 * mm)]
    for opinion in facts.opinions or STANDARD_OPINIONS:
        story.append(KeepTogether([OpinionBox(opinion, look=look, col=col),
                                   Spacer(1, 4 * mm)]))
    return story
