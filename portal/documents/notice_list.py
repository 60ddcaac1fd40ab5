"""The public notice (公示) as the bureau prints it: basis, list by group, period, how to object."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak, Spacer

from portal.documents import letter
from portal.documents.palette import palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, styles
from portal.documents.sheets import Sheet, build
from portal.documents.tables import Cell, SealedDate, figure, ruled


@dataclass(frozen=True)
class NoticeRow:
    """One unit of the list; score is None where the scheme keeps it unpublished."""

    unit: str
    area: str
    kind: str = ""
    score: Decimal | None = None


@dataclass(frozen=True)
class NoticeGroup:
    """A group of the list in its printed order: 一、市级部门及直属单位; 二、区县 …"""

    title: str
    rows: tuple[NoticeRow, ...]


@dataclass(frozen=True)
class NoticeFacts:
    """A notice: paragraphs before the list, the list, the period and how to object.

    first and last are the first and last day of the notice period; contacts are (label,
    value) pairs of an office, never of a private person.
    """

    issuer: str
    title: str
    paragraphs: tuple[str, ...]
    groups: tuple[NoticeGroup, ...]
    first: date
    last: date
    workdays: int
    objection: str
    contacts: tuple[tuple[str, str], ...]
    issued: date
    number: str = ""
    ink: str = "red"
    list_title: str = ""
    show_scores: bool = False
    url: str = ""
    specimen: str = ""


def render(facts: NoticeFacts) -> bytes:
    """The notice as A4 PDF, its list as the attachment on new pages."""
    col = palette(facts.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = Sheet(title=facts.title, author=facts.issuer, foot=facts.url,
                  specimen=facts.specimen, left=28, right=26, top=24, bottom=26)
    body = letter.body_style(col)
    total = sum(len(group.rows) for group in facts.groups)
    name = facts.list_title or "公示名单"
    period = (f"公示期为{plain_date(facts.first)}至{plain_date(facts.last)}"
              f"（{facts.workdays}个工作日）。")
    story: list[Flowable] = [
        letter.Masthead(facts.issuer, facts.number, col=col),
        *letter.title(facts.title, measure=sheet.measure, col=col),
        *(Prose(text, body) for text in facts.paragraphs),
        Prose(period + facts.objection, body),
        *letter.contacts(facts.contacts, col=col),
        Spacer(1, 8), Prose(f"附件：{name}（{total}家）", body), Spacer(1, 14),
        KeepTogether([SealedDate((facts.issuer,), plain_date(facts.issued),
                                 body.but(leading=22, indent=0), col=col)]),
        PageBreak(),
        Prose("附件", look.heading.but(color=col.text, before=0)),
        Prose(name, look.title),
        Prose(f"（共{total}家，排名不分先后）", look.small.but(align="center", size=10, after=6)),
    ]
    serial = 0
    for group in facts.groups:
        story += [CondPageBreak(70), letter.group_heading(f"{group.title}（{len(group.rows)}家）",
                                                          col=col)]
        head = ["序号", "单位名称", "所属区县或部门", "类型"] + \
            (["综合评分"] if facts.show_scores else [])
        rows: list[list[Cell | Flowable]] = [list(head)]
        for row in group.rows:
            serial += 1
            rows.append([str(serial), row.unit, row.area, row.kind,
                         *([figure(row.score)] if facts.show_scores else [])])
        marks = 17 if facts.show_scores else 0
        widths = [12, sheet.measure - 12 - 37 - 17 - marks, 37, 17, *([marks] if marks else [])]
        story.append(ruled(rows, widths, look=look, col=col, align="cllc" + "c" * bool(marks)))
    return build(sheet, story, col=col)
