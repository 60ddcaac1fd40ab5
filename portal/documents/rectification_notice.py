"""The rectification notice (整改通知书) after a visit: problems, demands, owners, days, and a receipt to sign."""
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from portal.documents import letter
from portal.documents.palette import palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, Style, styles
from portal.documents.sealing import CutLine, SignatureLines
from portal.documents.tables import Cell, ruled
from portal.documents.typeface import legible


@dataclass(frozen=True)
class DemandRow:
    """One problem to rectify: the item it belongs to, what is demanded, who answers for it, by when."""

    text: str
    demand: str
    owner: str
    due: date | None
    item: str = ""


@dataclass(frozen=True)
class RectificationFacts:
    """A notice to one institution; due is the last day of all, rechecks how often it may be looked at again."""

    issuer: str
    unit: str
    scheme_title: str
    case_number: str
    visited: date | None
    due: date | None
    rows: tuple[DemandRow, ...]
    issued: date
    remark: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    ink: str = "red"
    url: str = ""
    specimen: str = ""


def render(facts: RectificationFacts) -> bytes:
    """The notice as A4 PDF: letter, table of problems, seal, receipt."""
    col = palette(facts.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = letter.sheet(f"整改通知书　{facts.case_number}", facts.issuer, foot=facts.url, specimen=facts.specimen)
    day = f"{plain_date(facts.visited)}，" if facts.visited else ""
    due = f"于{plain_date(facts.due)}前" if facts.due else "在规定期限内"
    rows: list[list[Cell | Flowable]] = [["序号", "存在问题", "整改要求", "责任人", "整改期限"]]
    rows += [[str(i), legible(f"{row.item}　{row.text}" if row.item else row.text), legible(row.demand) or "—", row.owner or "—",
              plain_date(row.due, "—")] for i, row in enumerate(facts.rows, 1)]
    rest = sheet.measure - 12 - 24 - 29

    def story(body: Style) -> list[Flowable]:
        return [
            letter.Masthead(facts.issuer, facts.case_number, col=col),
            *letter.title("整改通知书", measure=sheet.measure, col=col),
            letter.addressed(facts.unit, body),
            Prose(f"{day}验收组对你单位申报“{facts.scheme_title}”进行现场验收，发现{len(facts.rows)}项需要整改的问题（见下表）。"
                  f"请你单位{due}完成整改，逐项报送整改情况和佐证材料，由验收组复验。", body),
            *([Prose(legible(facts.remark), body)] if facts.remark else []), Spacer(1, 4 * mm),
            ruled(rows, [12, rest * .5, rest * .5, 24, 29], look=look, col=col, align="cllcc"), Spacer(1, 4 * mm),
            letter.closing((facts.issuer,), facts.issued, body=body, col=col,
                           after=[Prose("逾期未完成整改或者复验仍不合格的，按验收不合格处理。", body),
                                  *letter.contacts(facts.contacts, body)],
                           below=[Spacer(1, 3 * mm), CutLine("签收回执", col=col),
                                  SignatureLines(["签收单位：", "签收人（签字）：", "签收日期："], col=col)])]
    return letter.build(sheet, story, col=col, size=14)
