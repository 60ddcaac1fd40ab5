"""The re-verification form (复核表): what was granted, what is looked at again, opinions and the result."""
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, Spacer

from portal.documents.palette import palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, styles
from portal.documents.sealing import Opinion, OpinionBox
from portal.documents.sheets import Sheet, build
from portal.documents.tables import Cell, framed, heading, ruled, titled

RESULTS = "□保持称号，有效期续至　　　　年　　月　　日\n□撤销称号，另行印发决定\n□注销证书，另行印发决定"
OPINIONS = (Opinion("持证单位自查意见"), Opinion("推荐单位意见"),
            Opinion("复核组意见", signer="复核组组长（签字）：", seal=""), Opinion("市级审定结果", RESULTS))


@dataclass(frozen=True)
class StarRow:
    """An item that must not score zero (带★项), looked at again."""

    number: str
    title: str
    requirement: str = ""


@dataclass(frozen=True)
class ReverificationFacts:
    """A title and what its scheme asks again; everything else is filled in by hand.

    years are the years whose indicators are reported, the oldest first; rule says how a title is kept.
    """

    scheme_title: str
    ink: str
    issuer: str
    holder: str
    credit_code: str
    division: str
    number: str
    issued: date
    until: date | None
    edition: str
    rule: str
    years: tuple[int, ...]
    conditions: tuple[str, ...]
    stars: tuple[StarRow, ...]
    printed: date | None = None
    specimen: str = ""


def render(facts: ReverificationFacts) -> bytes:
    """The form as A4 PDF, to be filled in by hand."""
    col = palette(facts.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = Sheet(title=f"复核表　{facts.number}", author=facts.issuer, head_left=f"{facts.scheme_title}　复核表",
                  head_right=facts.number, specimen=facts.specimen)
    wide, n = sheet.measure, len(facts.years)
    numbers = iter("一二三四五")
    indicators: list[list[Cell | Flowable]] = [["指标", "单位", *(f"{year}年" for year in facts.years), "说明"]]
    indicators += [[name, unit, *[""] * (n + 1)] for name, unit in (
        ("单位建筑面积能耗", "kgce/m²"), ("人均综合能耗", "kgce/人"), ("人均用水量", "m³/人"))]
    conditions: list[list[Cell | Flowable]] = [["序号", "申报基本条件", "现状", "说明"]]
    conditions += [[str(i), text, "□符合　□不符合", ""] for i, text in enumerate(facts.conditions, 1)]
    stars: list[list[Cell | Flowable]] = [["编号", "带★项", "复核情况", "说明"]]
    stars += [[row.number, row.title, "□达标　□不达标", ""] for row in facts.stars]
    story: list[Flowable] = [
        Prose(f"{facts.scheme_title}复核表", look.title),
        framed([[("持证单位", facts.holder)], [("统一社会信用代码", facts.credit_code), ("所属区县或部门", facts.division)],
                [("证书编号", facts.number), ("发证日期", plain_date(facts.issued))],
                [("评价标准", facts.edition), ("有效期至", plain_date(facts.until, "未定期限"))],
                [("复核依据", facts.rule)]], measure=wide, look=look, col=col, label=28)]

    def part(title: str, table: LongTable) -> list[Flowable]:
        return titled(Prose(f"{next(numbers)}、{title}", look.heading), table, wide)
    story += part("能源资源消费指标", ruled(indicators, [42, 22, *[25] * n, wide - 64 - 25 * n], look=look, col=col,
                                    align="lc" + "c" * n + "l", by_hand=True))
    if facts.conditions:
        story += part("申报基本条件", ruled(conditions, [12, wide - 12 - 38 - 34, 38, 34], look=look, col=col, align="clcl"))
    if facts.stars:
        story += part("带★项", ruled(stars, [14, wide - 14 - 38 - 44, 38, 44], look=look, col=col, align="clcl",
                                   note="★ 为带★项，任一项不达标的，不予保持称号。"))
    story += heading(f"{next(numbers)}、复核意见", look, room=100)
    for opinion in OPINIONS:
        story.append(KeepTogether([OpinionBox(opinion, look=look, col=col, least=(55 if opinion.seal else 34) * mm),
                                   Spacer(1, 2 * mm)]))
    return build(sheet, story, col=col)
