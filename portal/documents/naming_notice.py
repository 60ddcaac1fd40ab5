"""The naming letter (命名通知): the list that was decided, countersigned and announced, as an official letter."""
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable, PageBreak

from portal.documents import letter, listing
from portal.documents.listing import ListedGroup
from portal.documents.palette import palette
from portal.documents.prose import Prose, Style, styles


@dataclass(frozen=True)
class NamingFacts:
    """A letter of one to four issuers, the lead department first, whose name stands in the head.

    number may hold a blank for the serial that the office's registry gives; paragraphs come before
    the closing ones, which are kept on the page of the seals.
    """

    issuers: tuple[str, ...]
    addressee: str
    title: str
    paragraphs: tuple[str, ...]
    closing: str
    list_title: str
    groups: tuple[ListedGroup, ...]
    issued: date
    number: str = ""
    copied_to: tuple[str, ...] = ()
    ink: str = "red"
    url: str = ""
    specimen: str = ""


def render(facts: NamingFacts) -> bytes:
    """The letter as A4 PDF, the list of units attached."""
    col = palette(facts.ink)
    look = styles(col.text, col.mute, col.ink)
    sheet = letter.sheet(facts.title, "、".join(facts.issuers), foot=facts.url, specimen=facts.specimen)

    def story(body: Style) -> list[Flowable]:
        return [
            letter.Masthead(facts.issuers[0], facts.number, col=col),
            *letter.title(facts.title, measure=sheet.measure, col=col),
            letter.addressed(facts.addressee, body),
            *(Prose(text, body) for text in facts.paragraphs),
            letter.closing(facts.issuers, facts.issued, body=body, col=col, after=[Prose(facts.closing, body)],
                           attachments=[f"{facts.list_title}（{listing.size(facts.groups)}家）"]),
            PageBreak(), *listing.annex(facts.list_title, facts.groups, measure=sheet.measure, look=look, col=col),
            *([letter.CopiedTo(facts.copied_to, col=col)] if facts.copied_to else [])]
    return letter.build(sheet, story, col=col)
