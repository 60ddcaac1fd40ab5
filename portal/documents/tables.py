"""Tables and boxes of the working papers: three rules for data, full frames for opinions."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Table, TableStyle

from portal.documents.lettering import put, shrink
from portal.documents.palette import Palette
from portal.documents.paper import plain_date, seal_place
from portal.documents.prose import Prose, Style, Styles
from portal.documents.typeface import BOLD, KAI, SONG, width

Cell = str | Decimal | int | None
PAD = 3.2
LONGEST_CELL = 600                       # signs; a row with more may be cut by the foot of a page


def figure(value: Cell, *, places: int = 2) -> str:
    """A figure as print shows it: thousands parted, at most `places` decimals, — when unknown."""
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    shown = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{shown:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def score(value: Cell) -> str:
    """A score with its trailing noughts cut, two decimals at most; — when not given."""
    return figure(value)


def ruled(rows: Sequence[Sequence[Cell | Flowable]], widths: Sequence[float], *,
          look: Styles, col: Palette, align: str, bold_rows: Sequence[int] = (),
          spans: Sequence[tuple[int, int, int]] = (), foot_rows: int = 0) -> LongTable:
    """A three-line table (三线表) whose head is repeated on every page.

    rows[0] is the head; widths in mm; align holds one of l c r per column; spans are
    (row, first column, last column); the last foot_rows stand below a rule of their own.
    """
    cells = []
    for r, row in enumerate(rows):
        line = []
        for k, value in enumerate(row):
            if isinstance(value, Flowable):
                line.append(value)
                continue
            style = look.head if r == 0 else look.cell
            if r:
                style = style.but(align={"l": "left", "c": "center", "r": "right"}[align[k]])
                if r in bold_rows or r >= len(rows) - foot_rows:
                    style = style.but(face=BOLD)
            line.append(Prose(figure(value) if not isinstance(value, str) else value, style))
        cells.append(line)
    last = len(rows) - 1
    commands: list[tuple[object, ...]] = [
        ("FONTNAME", (0, 0), (-1, -1), SONG), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), PAD), ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
        ("LINEABOVE", (0, 0), (-1, 0), 1.1, col.ink),
        ("LINEBELOW", (0, 0), (-1, 0), .6, col.ink),
        ("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), .6, col.ink),
        ("LINEBELOW", (0, -1), (-1, -1), 1.1, col.ink),
    ]
    if last > 1:
        commands.append(("LINEBELOW", (0, 1), (-1, last - 1), .25, col.faint))
    if foot_rows:
        commands.append(("LINEABOVE", (0, -foot_rows), (-1, -foot_rows), .6, col.ink))
    for at, first, end in spans:
        commands.append(("SPAN", (first, at), (end, at)))
    towering = any(len(v) > LONGEST_CELL for row in rows for v in row if isinstance(v, str))
    return LongTable(cells, colWidths=[w * mm for w in widths], repeatRows=1,
                     splitInRow=int(towering), style=TableStyle(commands))


def framed(rows: Sequence[Sequence[tuple[str, str]]], *, measure: float, look: Styles,
           col: Palette, label: float = 24) -> Table:
    """A grid of label and value, one or two pairs a row; measure and label in mm.

    A row of one pair spans the whole measure.
    """
    half = measure / 2 - label
    cells, spans = [], []
    for r, row in enumerate(rows):
        line: list[object] = []
        for name, value in row:
            line += [Prose(name, look.cell.but(align="center", color=col.mute)),
                     Prose(value or "", look.cell)]
        if len(row) == 1:
            line += ["", ""]
            spans.append(("SPAN", (1, r), (3, r)))
        cells.append(line)
    return Table(cells, colWidths=[w * mm for w in (label, half, label, half)], style=TableStyle([
        ("FONTNAME", (0, 0), (-1, -1), SONG), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("BOX", (0, 0), (-1, -1), .9, col.ink),
        ("INNERGRID", (0, 0), (-1, -1), .3, col.faint),
        ("LEFTPADDING", (0, 0), (-1, -1), 5), ("RIGHTPADDING", (0, 0), (-1, -1), 5),
        ("TOPPADDING", (0, 0), (-1, -1), 4.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 4.5), *spans]))


@dataclass(frozen=True)
class Opinion:
    """One opinion of a form: who gives it, what they wrote, who signs; blank to write by hand."""

    label: str
    text: str = ""
    signer: str = "负责人（签字）："
    signed: date | None = None
    seal: str = "加盖公章处"             # empty: a signature only


class OpinionBox(Flowable):
    """A framed opinion with a place to sign, to date and to seal; the seal place stays empty."""

    LABEL, SEAL, FOOT = 11 * mm, 42 * mm, 47 * mm

    def __init__(self, opinion: Opinion, *, look: Styles, col: Palette,
                 least: float = 0) -> None:
        super().__init__()
        self.opinion, self.col = opinion, col
        self.least = least or (80 if opinion.seal else 58) * mm
        self.prose = Prose(opinion.text, look.hand.but(size=11, leading=18.5))

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """At least `least` points high, higher for a long text."""
        inner = available - self.LABEL - 8 * mm
        _, high = self.prose.wrap(inner, height)
        foot = self.FOOT if self.opinion.seal else 17 * mm
        self.width = available
        self.height = max(self.least, high + foot + 5 * mm)
        return self.width, self.height

    def draw(self) -> None:
        c, col, o = self.canv, self.col, self.opinion
        c.setStrokeColor(col.ink)
        c.setLineWidth(.9)
        c.rect(0, 0, self.width, self.height)
        c.setLineWidth(.3)
        c.setStrokeColor(col.faint)
        c.line(self.LABEL, 0, self.LABEL, self.height)
        step = min(17.0, (self.height - 10) / len(o.label))
        y = self.height / 2 + step * len(o.label) / 2
        for sign in o.label:
            put(c, self.LABEL / 2, y - step / 2 - 3.8, sign, SONG, 10.5, col.text, "center")
            y -= step
        if o.text:
            self.prose.drawOn(c, self.LABEL + 4 * mm, self.height - self.prose.height - 4 * mm)
        right = self.width - 8 * mm
        if o.seal:
            centre = right - self.SEAL / 2
            seal_place(c, centre, self.SEAL / 2 + 2.5 * mm, self.SEAL, col.faint)
            put(c, centre, self.SEAL / 2 + 12 * mm, o.seal, SONG, 7.5, col.faint, "center", .1)
            put(c, centre, 11 * mm, plain_date(o.signed), KAI, 11, col.text, "center")
            put(c, self.LABEL + 12 * mm, 19 * mm, o.signer, SONG, 10.5, col.text)
        else:
            put(c, self.LABEL + 12 * mm, 8 * mm, o.signer, SONG, 10.5, col.text)
            put(c, right, 8 * mm, plain_date(o.signed), KAI, 11, col.text, "right")


def heading(text: str, look: Styles, *, room: float = 45) -> list[Flowable]:
    """A heading that goes to the next page when less than `room` mm are left below it."""
    return [CondPageBreak(room * mm), Prose(text, look.heading)]


class SignatureLines(Flowable):
    """Places to sign by hand: a label and a rule each, `across` of them side by side."""

    def __init__(self, labels: Sequence[str], *, col: Palette, across: int = 3) -> None:
        super().__init__()
        self.labels, self.col, self.across = labels, col, across

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width = available
        self.height = -(-len(self.labels) // self.across) * 13 * mm
        return self.width, self.height

    def draw(self) -> None:
        each = self.width / self.across
        size = shrink(self.labels, SONG, each - 20 * mm, start=10, least=6.5)
        for i, label in enumerate(self.labels):
            x, y = i % self.across * each, self.height - (i // self.across + 1) * 13 * mm + 3 * mm
            put(self.canv, x, y, label, SONG, size, self.col.text)
            self.canv.setStrokeColor(self.col.faint)
            self.canv.setLineWidth(.5)
            self.canv.line(x + width(label, SONG, size) + 4, y - 2, x + each - 4 * mm, y - 2)


class SealedDate(Flowable):
    """Issuer and date at the right foot of a letter, with the seal's empty place over the date."""

    def __init__(self, issuers: Sequence[str], day: str, style: Style, *, col: Palette,
                 seal_mm: float = 42) -> None:
        super().__init__()
        self.issuers, self.day, self.style, self.col = issuers, day, style, col
        self.seal = seal_mm * mm

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width = available
        self.height = self.seal + 6 * mm + max(0, len(self.issuers) - 1) * self.style.leading
        return self.width, self.height

    def draw(self) -> None:
        s, span = self.style, max(width(n, self.style.face, self.style.size)
                                  for n in (*self.issuers, self.day))
        centre = self.width - max(span, self.seal) / 2 - (4 if span < 12 * s.size else 2) * s.size
        seal_place(self.canv, centre, self.seal / 2 + 1.5 * mm, self.seal, self.col.faint)
        put(self.canv, centre, self.seal / 2 + 15 * mm, "加盖公章处", SONG, 7.5, self.col.faint,
            "center", .1)
        y = self.seal / 2 - 6 * mm
        put(self.canv, centre, y, self.day, s.face, s.size, s.color, "center")
        for name in reversed(self.issuers):
            y += s.leading
            put(self.canv, centre, y, name, s.face, s.size, s.color, "center")
