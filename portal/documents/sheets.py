"""Many-page working papers: running head, page x of y, a cover where there is one."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
)

from portal.documents import typeface
from portal.documents.lettering import Align, put
from portal.documents.palette import Palette
from portal.documents.paper import describe
from portal.documents.typeface import SONG


@dataclass(frozen=True)
class Sheet:
    """Measures of a paper in mm and what its head and foot say."""

    title: str
    author: str
    head_left: str = ""
    head_right: str = ""
    foot: str = ""
    specimen: str = ""
    letter: bool = False                 # page numbers as on official letters, — 1 — on the outer side
    width: float = 210
    height: float = 297
    left: float = 26
    right: float = 20
    top: float = 26
    bottom: float = 24

    @property
    def measure(self) -> float:
        """Width of the text in mm."""
        return self.width - self.left - self.right


def build(sheet: Sheet, story: Sequence[Flowable], *, col: Palette,
          cover: Callable[[Canvas], None] | None = None) -> bytes:
    """Set the story; a cover is drawn by `cover` and is not counted as a page."""
    typeface.load()
    out = BytesIO()
    uncounted = 1 if cover else 0

    def decorate(c: Canvas, number: int, total: int) -> None:
        if number > 0:
            _head_and_foot(c, sheet, col, number, total)

    class Counted(Canvas):
        """Holds the pages back until their number is known."""

        def __init__(self, filename: Any, **options: Any) -> None:
            size = options["pagesize"]
            super().__init__(filename, pagesize=size, invariant=1, pageCompression=1,
                             lang="zh-CN", initialFontName=SONG, initialFontSize=10.5)
            self.held: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self.held.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            total = len(self.held) - uncounted
            for i, page in enumerate(self.held):
                self.__dict__.update(page)
                decorate(self, i + 1 - uncounted, total)
                Canvas.showPage(self)
            Canvas.save(self)

    doc = BaseDocTemplate(out, pagesize=(sheet.width * mm, sheet.height * mm))
    frame = Frame(sheet.left * mm, sheet.bottom * mm, sheet.measure * mm,
                  (sheet.height - sheet.top - sheet.bottom) * mm,
                  leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)

    def first(c: Canvas, _doc: Any) -> None:
        describe(c, title=sheet.title, author=sheet.author)
        if cover:
            cover(c)
    templates = [PageTemplate("first", [frame], onPage=first), PageTemplate("page", [frame])]
    doc.addPageTemplates(templates)
    start: list[Flowable] = [NextPageTemplate("page")]
    if cover:
        start.append(PageBreak())
    doc.build([*start, *story], canvasmaker=Counted)
    return out.getvalue()


def _head_and_foot(c: Canvas, sheet: Sheet, col: Palette, number: int, total: int) -> None:
    left, right = sheet.left * mm, (sheet.width - sheet.right) * mm
    if sheet.head_left or sheet.head_right:
        y = (sheet.height - 17) * mm
        put(c, left, y, sheet.head_left, SONG, 8.5, col.mute)
        put(c, right, y, sheet.head_right, SONG, 8.5, col.mute, "right")
        c.setStrokeColor(col.gold)
        c.setLineWidth(.5)
        c.line(left, y - 5, right, y - 5)
    y = 13 * mm
    if sheet.letter:
        outer: Align = "right" if number % 2 else "left"
        put(c, right - 14 if number % 2 else left + 14, 18.5 * mm, f"— {number} —", SONG, 14, col.text, outer)
        y = 11 * mm
    else:
        put(c, (left + right) / 2, y, f"第 {number} 页　共 {total} 页", SONG, 8.5, col.mute, "center")
    put(c, left, y, sheet.foot, SONG, 7.5, col.mute)
    if sheet.specimen:
        put(c, right, y, sheet.specimen, SONG, 8.5, col.ink, "right", .06)
