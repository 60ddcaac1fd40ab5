"""The recommendation letter (推荐函) a district or department sends with its ranked list."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from portal.documents import letter
from portal.documents.palette import palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, styles
from portal.documents.sheets import Sheet, build
from portal.documents.tables import Cell, SealedDate, figure, ruled


@dataclass(frozen=True)
class RecommendedRow:
    """One recommended unit in the recommender's order."""

    rank: int
    unit: str
    case_number: str
    self_score: Decimal | None
    preliminary_score: Decimal | None
    reason: str = ""


@dataclass(frozen=True)
class RecommendationFacts:
    """A letter of recommendation: from one office to another, with the list attached."""

    sender: str
    addressee: str
    title: str
    paragraphs: tuple[str, ...]
    rows: tuple[RecommendedRow, ...]
    issued: date
    number: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    ink: str = "red"
    specimen: str = ""


def render(facts: RecommendationFacts) -> bytes:
    """The letter as A4 PDF, the ranked list as its attachment."""
    col = palette(facts.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = Sheet(title=facts.title, author=facts.sender, specimen=facts.specimen,
                  left=28, right=26, top=24, bottom=26)
    body = letter.body_style(col)
    rows: list[list[Cell | Flowable]] = [["排序", "单位名称", "申报编号", "自评分", "初评分",
                                          "推荐理由"]]
    rows += [[str(row.rank), row.unit, row.case_number, figure(row.self_score),
              figure(row.preliminary_score), row.reason] for row in facts.rows]
    story: list[Flowable] = [
        letter.Masthead(facts.sender, facts.number, col=col),
        *letter.title(facts.title, measure=sheet.measure, col=col),
        Prose(f"{facts.addressee}：", body.but(indent=0)),
        *(Prose(text, body) for text in facts.paragraphs),
        Prose("请予审核。", body), Spacer(1, 8),
        Prose(f"附件：推荐单位名单（{len(facts.rows)}家）", body), Spacer(1, 14),
        KeepTogether([SealedDate((facts.sender,), plain_date(facts.issued),
                                 body.but(leading=22, indent=0), col=col)]),
        *letter.contacts(facts.contacts, col=col),
        PageBreak(),
        Prose("附件", look.heading.but(color=col.text, before=0)),
        Prose("推荐单位名单", look.title),
        ruled(rows, [12, 42, 32, 16, 16, sheet.measure - 118], look=look, col=col,
              align="clcccl"),
    ]
    return build(sheet, story, col=col)
