"""Running text as a flowable: Chinese line breaking, whole Latin words, several faces in a line."""
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from portal.documents.lettering import NO_LINE_END, NO_LINE_START, put
from portal.documents.typeface import BOLD, KAI, SONG, tidy, width

ATOM = re.compile(r"[!-~\u00a0-\u024f]+|.", re.DOTALL)
LOOSEST = .12                            # em of extra letter-space a justified line may take


@dataclass(frozen=True)
class Style:
    """How a paragraph is set; sizes in points, indent of the first line in signs."""

    color: Color
    face: str = SONG
    size: float = 10.5
    leading: float = 17
    align: Literal["left", "center", "right", "justify"] = "left"
    indent: int = 0
    before: float = 0
    after: float = 0

    def but(self, **changes: Any) -> "Style":
        """The same style with some values changed."""
        return replace(self, **changes)


class Prose(Flowable):
    """A text in one style; "\\n" starts a new paragraph, indented like the first."""

    def __init__(self, text: str, style: Style) -> None:
        super().__init__()
        self.text, self.style = tidy(text), style
        self.rows: list[tuple[str, bool]] = []

    def getSpaceBefore(self) -> float:
        return self.style.before

    def getSpaceAfter(self) -> float:
        return self.style.after

    def minWidth(self) -> float:
        return 2 * self.style.size

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        """Break the text for the measure; returns its size in points."""
        self.width = available
        self.rows = [row for part in self.text.split("\n")
                     for row in lines("　" * self.style.indent + part, self.style, available)]
        self.height = len(self.rows) * self.style.leading
        return self.width, self.height

    def split(self, available: float, height: float) -> list[Flowable]:
        """Cut between lines, never leaving a single line of several on either side."""
        self.wrap(available, height)
        count = int(height // self.style.leading)
        if count >= len(self.rows):
            return [self]
        count = min(count, len(self.rows) - 2)
        if count < 2:
            return []
        return [_Set(self.rows[:count], self.style), _Set(self.rows[count:], self.style)]

    def draw(self) -> None:
        """Set the lines from the top; the last line of a paragraph is never spaced out."""
        s, y = self.style, self.height
        for row, last in self.rows:
            base = y - (s.leading - s.size) / 2 - .86 * s.size
            y -= s.leading
            if not row:
                continue
            if s.align == "justify":
                spare = self.width - width(row, s.face, s.size)
                track = 0.0 if last or len(row) < 2 else spare / (len(row) - 1) / s.size
                put(self.canv, 0, base, row, s.face, s.size, s.color,
                    track=track if 0 <= track <= LOOSEST else 0)
            else:
                x = {"left": 0, "center": self.width / 2, "right": self.width}[s.align]
                put(self.canv, x, base, row, s.face, s.size, s.color, s.align)


class _Set(Prose):
    """Lines that are already broken: what is left of a text cut by the foot of a page."""

    def __init__(self, rows: list[tuple[str, bool]], style: Style) -> None:
        super().__init__("", style)
        self.fixed = rows

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.rows, self.width = self.fixed, available
        self.height = len(self.rows) * self.style.leading
        return self.width, self.height


def lines(text: str, style: Style, measure: float) -> list[tuple[str, bool]]:
    """Break one paragraph: [(line, is it the last)]; Latin words and figures stay whole.

    No line starts with closing or ends with opening punctuation (避头尾).
    """
    atoms = [piece for atom in ATOM.findall(text) for piece in _pieces(atom, style, measure)]
    found: list[str] = []
    start, i, used = 0, 0, 0.0
    while i < len(atoms):
        wide = width(atoms[i], style.face, style.size)
        if used + wide <= measure + .01 or i == start:
            used, i = used + wide, i + 1
            continue
        cut = i
        while cut > start + 1 and (atoms[cut][0] in NO_LINE_START
                                   or atoms[cut - 1][-1] in NO_LINE_END):
            cut -= 1
        if cut == start + 1 and cut != i:
            cut = i                      # nothing but punctuation: break where it stands
        found.append("".join(atoms[start:cut]).rstrip(" "))
        start = i = cut
        while start < len(atoms) and atoms[start] == " ":
            start = i = start + 1
        used = 0.0
    _no_orphan(found, atoms[start:], style, measure)
    return [(row, k == len(found) - 1) for k, row in enumerate(found)]


def _no_orphan(found: list[str], tail: list[str], style: Style, measure: float) -> None:
    """Append the last line; a single sign (孤字) is joined by its neighbour from the line above."""
    text = "".join(tail)
    signs = [sign for sign in text if sign not in NO_LINE_START]
    above = found[-1] if found else ""
    if len(signs) == 1 and len(tail) <= 3 and len(above) > 3 and ATOM.findall(above)[-1] == above[-1] \
            and above[-1] not in NO_LINE_START and above[-2] not in NO_LINE_END \
            and width(above[-1] + text, style.face, style.size) <= measure:
        found[-1], text = above[:-1], above[-1] + text
    found.append(text)


def _pieces(atom: str, style: Style, measure: float) -> list[str]:
    """A word wider than the measure (a digest, an address) is cut where the line ends."""
    if len(atom) == 1 or width(atom, style.face, style.size) <= measure:
        return [atom]
    pieces, piece = [], ""
    for ch in atom:
        if piece and width(piece + ch, style.face, style.size) > measure:
            pieces.append(piece)
            piece = ""
        piece += ch
    return [*pieces, piece]


@dataclass(frozen=True)
class Styles:
    """The styles of a working paper, from headings to table cells."""

    title: Style
    heading: Style
    body: Style
    cell: Style
    number: Style
    head: Style
    small: Style
    hand: Style


def styles(text: Color, mute: Color, ink: Color) -> Styles:
    """The house's styles in the given colours."""
    cell = Style(text, size=9.5, leading=14)
    return Styles(
        title=Style(text, BOLD, 20, 30, "center", after=6),
        heading=Style(ink, BOLD, 13, 20, before=12, after=5),
        body=Style(text, SONG, 10.5, 18, "justify", 2),
        cell=cell,
        number=cell.but(align="right"),
        head=Style(text, BOLD, 9, 13, "center"),
        small=Style(mute, SONG, 8.5, 13, after=3),
        hand=Style(text, KAI, 12, 20, "justify", 2))
