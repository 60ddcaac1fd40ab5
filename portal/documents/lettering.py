"""Setting lines of Chinese: placing, evening out, stacking and fitting them to a measure."""
import re
from collections.abc import Sequence
from typing import Literal

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from portal.documents.typeface import SONG, runs, width

Align = Literal["left", "center", "right"]
BREAK_AFTER = "省市区县局院校厅部委会处司（）()·、室心社团馆所"
NO_LINE_START = "，。、；：？！）》〉」』】〕”’·—…％℃)]},.;:!?%"
NO_LINE_END = "（《〈「『【〔“‘([{"
# words that a title is not cut in, as patterns; further words may simply be added
UNBROKEN = re.compile("|".join((
    r"\d+年?度?", "关于", "重庆市", "市级", "国家级?", "全国", "公共机构", "节约型", "节水型单?位?", "示范单位", "先进单位", "创建",
    "评审", "验收", "推荐", "拟命名", "拟认定", "命名", "撤销", "注销", "名单", "的公示", "的函", "的通知", "的决定", "称号", "证书",
    "公布", "机关", "事务", "管理[局所处]", "能源", "资源", "利用", "效率", "领跑者", "自治[区县州]", "人民", "代表大会", "常务委员会",
    "委员会", "后勤", "服务", "节能", "[^范先进型]单位", "《[^》]{1,16}》", "“[^”]{1,16}”")))


class TooLong(ValueError):
    """A text that does not fit its place even at the smallest size: refuse, never cut."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"too long to be set: {text}")


def put(c: Canvas, x: float, y: float, text: str, face: str, size: float, color: Color,
        align: Align = "left", track: float = 0.0) -> float:
    """Draw one line with its baseline at y; returns its width in points."""
    wide = width(text, face, size, track)
    x -= {"left": 0, "center": wide / 2, "right": wide}[align]
    t = c.beginText(x, y)
    t.setFillColor(color)
    t.setCharSpace(track * size)
    for font, part in runs(text, face):
        t.setFont(font, size)
        t.textOut(part)
    t.setCharSpace(0)
    c.drawText(t)
    return wide


def spread(c: Canvas, x: float, y: float, text: str, face: str, size: float, color: Color,
           measure: float) -> None:
    """Letter-space `text` to exactly `measure` points (分散对齐)."""
    gap = (measure - width(text, face, size)) / max(1, len(text) - 1) / size
    put(c, x, y, text, face, size, color, track=gap)


def stack(c: Canvas, x: float, y: float, names: Sequence[str], size: float, color: Color,
          lead: float) -> float:
    """Issuers one below the other, centred on x, evened out when alike; returns the next y."""
    span = max(width(n, SONG, size) for n in names)
    even = len(names) > 1 and min(map(len, names)) >= .6 * max(map(len, names))
    for name in names:
        if even:
            spread(c, x - span / 2, y, name, SONG, size, color, span)
        else:
            put(c, x, y, name, SONG, size, color, "center")
        y -= lead
    return y


def in_two(text: str) -> list[str]:
    """Break a long name near its middle, by preference after an organisational word."""
    half, inside = len(text) / 2, _inside(text)

    def cost(i: int) -> float:
        tail = text[i - 1] in BREAK_AFTER or text[i] in "（("
        return abs(i - half) + (0 if tail else 3.5) + (4 if i in inside else 0) \
            + (99 if text[i] in NO_LINE_START or text[i - 1] in NO_LINE_END else 0)
    cut = min(range(2, len(text) - 1), key=cost)
    return [text[:cut], text[cut:]]


def balanced(text: str, count: int) -> list[str]:
    """Cut a title into `count` lines of like length, never inside a number or, if it can be helped, a known word."""
    goal, inside, n = len(text) / count, _inside(text), len(text)

    def cost(start: int, end: int) -> float:
        uneven = (end - start - goal) ** 2 / 4
        if end == n:
            return uneven
        return uneven + (40 if end in inside else 0) + (3 if text[end - 1] in "的和与" else 0) \
            + (999 if text[end] in NO_LINE_START or text[end - 1] in NO_LINE_END else 0)
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for row in range(count):
        ends = range(1, n + 1) if row < count - 1 else [n]
        best = {end: min((found + cost(start, end), [*cuts, end]) for start, (found, cuts) in best.items() if start < end)
                for end in ends if min(best) < end}
    cuts = [0, *best[n][1]]
    return [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]


def _inside(text: str) -> set[int]:
    """Places that lie inside a known word or a number."""
    return {i for found in UNBROKEN.finditer(text) for i in range(found.start() + 1, found.end())}


def fit(text: str, face: str, measure: float,
        sizes: Sequence[float]) -> tuple[list[str], float]:
    """Largest of `sizes` on one line, else two lines at the largest that holds both.

    Needs at least three sizes; the last is for two lines only. Raises TooLong.
    """
    for size in sizes[:-1]:
        if width(text, face, size) <= measure:
            return [text], size
    lines = in_two(text)
    for size in (*sizes[2:], sizes[-1] * .85):
        if max(width(t, face, size) for t in lines) <= measure:
            return lines, size
    raise TooLong(text)


def shrink(texts: Sequence[str], face: str, measure: float, *, start: float, least: float,
           step: float = .25) -> float:
    """The largest size from `start` down to `least` at which every text keeps the measure."""
    size = start
    while size > least and max(width(t, face, size) for t in texts) > measure:
        size -= step
    return size
