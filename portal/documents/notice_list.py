"""The public notice (公示) as the bureau prints it: basis, list by group, period, how to object."""
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable, PageBreak

from portal.documents import letter, listing
from portal.documents.listing import ListedGroup
from portal.documents.palette import palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, Style, styles


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
    name = facts.list_title or "公示名单"
    period = (f"公示期为{plain_date(facts.first)}至{plain_date(facts.last)}"
              f"（{facts.workdays}个工作日）。")

    def story(body: Style) -> list[Flowable]:
        *above, last = [Prose(period + facts.objection, body), *letter.contacts(facts.contacts, body)]
        return [
            letter.Masthead(facts.issuer, facts.number, col=col),
            *letter.title(facts.title, measure=sheet.measure, col=col),
            *(Prose(text, body) for text in facts.paragraphs), *above,
            letter.closing((facts.issuer,), facts.issued, body=body, col=col, after=[last],
                           attachments=[f"{name}（{listing.size(facts.groups)}家）"]),
            PageBreak(),
            *listing.annex(name, facts.groups, measure=sheet.measure, look=look, col=col, scores=facts.show_scores)]
    return letter.build(sheet, story, col=col)
