"""What official letters share: head, title, body, attachments and the sealed foot (GB/T 9704—2012).

28 signs a line, body in sign size three, dates in Arabic figures, numbers on the outer side.
"""
import re
from collections.abc import Callable, Sequence
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from portal.documents import sheets
from portal.documents.lettering import balanced, fit, put
from portal.documents.palette import Palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, Style
from portal.documents.sealing import SealedDate
from portal.documents.sheets import Sheet
from portal.documents.typeface import BOLD, SONG, width

BUREAU = "重庆市机关事务管理局"            # in whose name the desks write
BODY_SIZE = 15.75
LEADINGS = (28.5, 27.25, 26.0)            # closer lines rather than a page that holds little but seals (7.3.5.6)


def sheet(title: str, author: str, *, foot: str = "", specimen: str = "") -> Sheet:
    """The page of a letter: text 156 mm wide, wider at the left for the binding."""
    return Sheet(title=title, author=author, foot=foot, specimen=specimen, letter=True,
                 left=28, right=26, top=25, bottom=27)


def build(paper: Sheet, story: Callable[[Style], Sequence[Flowable]], *, col: Palette,
          size: float = BODY_SIZE) -> bytes:
    """Set a letter whose story is made for a body style; of the permitted leadings the widest with the fewest pages."""
    def at(leading: float) -> bytes:
        body = Style(col.text, SONG, size, leading * size / BODY_SIZE, "justify", 2)
        return sheets.build(paper, story(body), col=col)
    wide, middle, close = LEADINGS
    made = [at(wide), at(close)]
    if _pages(made[1]) < _pages(made[0]):
        made.insert(1, at(middle))
    return min(made, key=_pages)


def _pages(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


class Masthead(Flowable):
    """The issuing body in the scheme's ink over a double rule, the number below at the right."""

    SIZES = (34, 31, 28, 25, 22, 20, 18)

    def __init__(self, issuer: str, number: str, *, col: Palette) -> None:
        super().__init__()
        self.issuer, self.number, self.col = issuer, number, col

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.lines, self.size = fit(self.issuer, BOLD, available / 1.1, self.SIZES)
        more = (len(self.lines) - 1) * 1.4 * self.size
        self.width, self.height = available, 26 * mm + more + (8 * mm if self.number else 0)
        return self.width, self.height

    def draw(self) -> None:
        c, y = self.canv, self.height - 14 * mm
        for line in self.lines:
            put(c, self.width / 2, y, line, BOLD, self.size, self.col.ink, "center", .1)
            y -= 1.4 * self.size
        y += 1.4 * self.size
        c.setStrokeColor(self.col.ink)
        for down, weight in ((6.6 * mm, 2.2), (7.8 * mm, .7)):
            c.setLineWidth(weight)
            c.line(0, y - down, self.width, y - down)
        if self.number:
            put(c, self.width, y - 15 * mm, self.number, SONG, 12, self.col.text, "right")


def title(text: str, *, measure: float, col: Palette) -> list[Flowable]:
    """The title in balanced lines, each a little trapezium or diamond as offices like it."""
    size = 21.0
    rows = balanced(text, max(1, -(-int(width(text, BOLD, size)) // int(measure * mm * .92))))
    style = Style(col.text, BOLD, size, 33, "center")
    return [Spacer(1, 7 * mm), *(Prose(row, style) for row in rows), Spacer(1, 5 * mm)]


def addressed(name: str, body: Style) -> Prose:
    """The main recipient (主送机关), flush left with a full-width colon."""
    return Prose(f"{name}：", body.but(indent=0, align="left"))


def closing(issuers: Sequence[str], issued: date, *, body: Style, col: Palette, after: Sequence[Flowable],
            attachments: Sequence[str] = (), below: Sequence[Flowable] = ()) -> KeepTogether:
    """The end of a letter in one piece: the last paragraphs, 附件, names, seals and date, what stands below.

    A page with nothing but a seal invites misuse: that is why `after`, the last of the text,
    always stands on the page of the seals.
    """
    lines: list[Flowable] = list(after)
    if attachments:
        lines.append(Spacer(1, 8))
    if len(attachments) == 1:
        lines.append(Prose(f"附件：{attachments[0]}", body.but(align="left")))
    else:
        lines += [Prose(("附件：" if i == 1 else "　　　") + f"{i}.{name}", body.but(align="left"))
                  for i, name in enumerate(attachments, 1)]
    return KeepTogether([*lines, Spacer(1, 9), SealedDate(issuers, plain_date(issued), body.but(indent=0), col=col),
                         *below])


def annex(name: str, *, col: Palette, number: int = 0) -> list[Flowable]:
    """The head of an attachment: 附件 flush left, its title centred below."""
    return [Prose(f"附件{number or ''}", Style(col.text, BOLD, 14, 22)), Spacer(1, 4 * mm),
            Prose(name, Style(col.text, BOLD, 20, 30, "center", after=6))]


class CopiedTo(Flowable):
    """抄送 between two rules at the end of a letter."""

    def __init__(self, names: Sequence[str], *, col: Palette) -> None:
        super().__init__()
        self.col = col
        self.prose = Prose("抄送：" + "，".join(names) + "。", Style(col.text, SONG, 12.5, 21))

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        _, high = self.prose.wrap(available - 24, height)
        self.width, self.height = available, high + 12 + 8 * mm
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(self.col.text)
        self.canv.setLineWidth(.7)
        top = self.height - 8 * mm
        self.canv.line(0, top, self.width, top)
        self.canv.line(0, 0, self.width, 0)
        self.prose.drawOn(self.canv, 12, 6)


def contacts(rows: Sequence[tuple[str, str]], body: Style) -> list[Flowable]:
    """Contact lines, label and value, indented like a paragraph; an empty value is left out."""
    return [Prose(f"{label}：{value}", body.but(align="left")) for label, value in rows if value]
