"""The recommendation letter (推荐函) a district or department sends with its ranked list."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.platypus import Flowable, PageBreak

from portal.documents import letter
from portal.documents.palette import palette
from portal.documents.prose import Prose, Style, styles
from portal.documents.tables import Cell, figure, ruled
from portal.documents.typeface import legible


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
    sheet = letter.sheet(facts.title, facts.sender, specimen=facts.specimen)
    rows: list[list[Cell | Flowable]] = [["排序", "单位名称", "申报编号", "自评分", "初评分", "推荐理由"]]
    rows += [[str(row.rank), row.unit, row.case_number, figure(row.self_score),
              figure(row.preliminary_score), legible(row.reason)] for row in facts.rows]

    def story(body: Style) -> list[Flowable]:
        return [
            letter.Masthead(facts.sender, facts.number, col=col),
            *letter.title(facts.title, measure=sheet.measure, col=col),
            letter.addressed(facts.addressee, body),
            *(Prose(text, body) for text in facts.paragraphs),
            letter.closing((facts.sender,), facts.issued, body=body, col=col,
                           attachments=[f"推荐单位名单（{len(facts.rows)}家）"],
                           after=[Prose("请予审核。", body), *letter.contacts(facts.contacts, body)]),
            PageBreak(), *letter.annex("推荐单位名单", col=col),
            ruled(rows, [12, 48, 34, 15, 15, sheet.measure - 124], look=look, col=col, align="clcccl")]
    return letter.build(sheet, story, col=col)
