"""What every sheet starts from: a canvas that gives the same bytes for the same facts."""
from datetime import date
from io import BytesIO

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from portal.documents import typeface
from portal.documents.lettering import put
from portal.documents.typeface import SONG, width

CREATOR = "公共机构创建申报平台"


def canvas(out: BytesIO, width_mm: float, height_mm: float, *, title: str, author: str,
           subject: str = "", cmyk: bool = False) -> Canvas:
    """A one-off canvas with embedded faces only, Chinese as its language, no clock inside."""
    typeface.load()
    c = Canvas(out, pagesize=(width_mm * mm, height_mm * mm), invariant=1, pageCompression=1,
               lang="zh-CN", initialFontName=SONG, initialFontSize=11,
               enforceColorSpace="CMYK" if cmyk else None)
    describe(c, title=title, author=author, subject=subject)
    return c


def describe(c: Canvas, *, title: str, author: str, subject: str = "") -> None:
    """Document information, as a reader's title bar shows it."""
    c.setTitle(title)
    c.setAuthor(author)
    c.setSubject(subject)
    c.setCreator(CREATOR)
    c.setViewerPreference("DisplayDocTitle", "true")


def seal_place(c: Canvas, x: float, y: float, across: float, color: Color) -> None:
    """A dashed circle for a seal, marked and left empty: a seal is never synthesised."""
    c.saveState()
    c.setStrokeColor(color)
    c.setLineWidth(.45)
    c.setDash(1.5, 1.8)
    c.circle(x, y, across / 2)
    c.restoreState()


def name_plate(c: Canvas, x: float, y: float, text: str, size: float, ink: Color,
               ground: Color) -> None:
    """A small plate set into the frame, centred on (x, y): marks a specimen as such."""
    wide, high = width(text, SONG, size, .12) + 2.4 * size, 2.1 * size
    c.saveState()
    c.setFillColor(ground)
    c.setStrokeColor(ink)
    c.setLineWidth(size * .06)
    c.rect(x - wide / 2, y - high / 2, wide, high, stroke=1, fill=1)
    c.restoreState()
    put(c, x, y - size * .36, text, SONG, size, ink, "center", .12)


def plain_date(day: date | None, blank: str = "　　年　　月　　日") -> str:
    """2026年11月30日, as notices and tables write it; a blank to fill in when unknown."""
    return f"{day.year}年{day.month}月{day.day}日" if day else blank


def grouped(digest: str) -> str:
    """The first sixteen hex digits in fours, as a person compares them: 6C1F 90AB 27D4 55E3."""
    short = digest.replace(" ", "")[:16].upper()
    return " ".join(short[i:i + 4] for i in range(0, len(short), 4))
