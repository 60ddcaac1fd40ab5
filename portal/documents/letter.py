"""What official letters share: heading, title, body, list groups and the sealed foot (GB/T 9704)."""
import re
from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from portal.documents.lettering import NO_LINE_END, NO_LINE_START, put, shrink
from portal.documents.palette import Palette
from portal.documents.prose import Prose, Style
from portal.documents.typeface import BOLD, KAI, SONG, width

BODY_SIZE, BODY_LEADING = 15, 27.5
# words a title is not cut in, as patterns; further words may simply be added
UNBROKEN = (r"\d+年?度?", "关于", "重庆市", "市级", "国家级?", "全国", "公共机构", "节约型", "节水型",
            "示范单位", "[^范]单位", "节水型单位", "创建", "评审", "验收", "推荐", "拟命名", "命名",
            "名单", "的公示", "的函", "的通知", "公布", "机关", "事务", "管理局", "《[^》]*》")


def body_style(col: Palette) -> Style:
    """Running text of a letter: two signs indented, justified."""
    return Style(col.text, SONG, BODY_SIZE, BODY_LEADING, "justify", 2)


class Masthead(Flowable):
    """The issuing body in the scheme's ink over a double rule, the number below at the right."""

    def __init__(self, issuer: str, number: str, *, col: Palette) -> None:
        super().__init__()
        self.issuer, self.number, self.col = issuer, number, col

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width, self.height = available, 26 * mm + (8 * mm if self.number else 0)
        return self.width, self.height

    def draw(self) -> None:
        c, top = self.canv, self.height
        size = shrink([self.issuer], BOLD, self.width / 1.12, start=34, least=14, step=.5)
        put(c, self.width / 2, top - 14 * mm, self.issuer, BOLD, size, self.col.ink, "center",
            .1)
        c.setStrokeColor(self.col.ink)
        for y, weight in ((top - 20.6 * mm, 2.2), (top - 21.8 * mm, .7)):
            c.setLineWidth(weight)
            c.line(0, y, self.width, y)
        if self.number:
            put(c, self.width, top - 29 * mm, self.number, SONG, 12, self.col.text, "right")


def title(text: str, *, measure: float, col: Palette) -> list[Flowable]:
    """The title in balanced lines, each a little trapezium or diamond as offices like it."""
    size = 21.0
    rows = balanced(text, max(1, -(-int(width(text, BOLD, size)) // int(measure * mm * .92))))
    style = Style(col.text, BOLD, size, 33, "center")
    return [Spacer(1, 8 * mm), *(Prose(row, style) for row in rows), Spacer(1, 6 * mm)]


def balanced(text: str, count: int) -> list[str]:
    """Cut a title into `count` lines of like length, never inside a number or a known word."""
    if count <= 1:
        return [text]
    goal = len(text) / count
    inside = {i for word in UNBROKEN for found in re.finditer(word, text)
              for i in range(found.start() + 1, found.end())}

    def cost(i: int) -> float:
        return abs(i - goal) + (8 if i in inside else 0) \
            + (2 if text[i - 1] in "的和与" or text[i - 1] in NO_LINE_END else 0) \
            + (99 if text[i] in NO_LINE_START else 0)
    cut = min(range(2, len(text) - 1), key=cost)
    return [text[:cut], *balanced(text[cut:], count - 1)]


def group_heading(text: str, *, col: Palette) -> Prose:
    """The heading of a group of units in a list."""
    return Prose(text, Style(col.ink, BOLD, 12.5, 20, before=9, after=4))


def contacts(rows: Sequence[tuple[str, str]], *, col: Palette) -> list[Flowable]:
    """Contact lines, label and value, indented like a paragraph."""
    style = Style(col.text, KAI, 13.5, 24, indent=2)
    return [Prose(f"{label}：{value}", style) for label, value in rows]
