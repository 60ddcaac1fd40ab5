"""The public notice (公示) as the bureau prints it: basis, list by group, period, how to object."""
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable, PageBreak

from portal.documents import letter, listing
from portal.documents.listing import ListedGroup
from portal.documents.palette import palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, styles
from portal.documents.sheets import build


@dataclass(frozen=True)
class NoticeFacts:
    """A notice: paragraphs before the list, the list, the period and how to object.

    first and last are the first and last day of the notice period; contacts are (label,
    value) pairs of an office, never of a private person.
    """

    issuer: str
    title: str
    paragraphs: tuple[str, ...]
    groups: tuple[ListedGroup, ...]
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
    sheet = letter.sheet(facts.title, facts.issuer, foot=facts.url, specimen=facts.specimen)
    body = letter.body_style(col)
    name = facts.list_title or "公示名单"
    period = (f"公示期为{plain_date(facts.first)}至{plain_date(facts.last)}"
              f"（{facts.workdays}个工作日）。")
    story: list[Flowable] = [
        letter.Masthead(facts.issuer, facts.number, col=col),
        *letter.title(facts.title, measure=sheet.measure, col=col),
        *(Prose(text, body) for text in facts.paragraphs),
        Prose(period + facts.objection, body),
        letter.closing((facts.issuer,), facts.issued, col=col, after=letter.contacts(facts.contacts, col=col),
                       attachments=[f"{name}（{listing.size(facts.groups)}家）"]),
        PageBreak(),
        *listing.annex(name, facts.groups, measure=sheet.measure, look=look, col=col, scores=facts.show_scores)]
    return build(sheet, story, col=col)
