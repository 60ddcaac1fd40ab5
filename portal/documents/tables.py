"""Tables of the working papers: three rules for data, a grid for facts, headings that stay with their table."""
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Table, TableStyle

from portal.documents.palette import Palette
from portal.documents.prose import Prose, Style, Styles
from portal.documents.typeface import BOLD, SONG, width

Cell = str | Decimal | int | None
PAD = 3.2
SMALLEST = 6.0                           # points; a figure is set smaller before it is broken
LONGEST_CELL = 600                       # signs; a row with more may be cut by the foot of a page
FIGURE = re.compile(r"[\d.,%+\-—/]*\d[\d.,%+\-—/]*")
ALIGN = {"l": "left", "c": "center", "r": "right"}


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
          spans: Sequence[tuple[int, int, int]] = (), foot_rows: int = 0, note: str = "",
          by_hand: bool = False) -> LongTable:
    """A three-line table (三线表) whose head is repeated on every page.

    rows[0] is the head; widths in mm; align holds one of l c r per column; spans are
    (row, first column, last column); the last foot_rows stand below a rule of their own; note is
    set below the last rule and never parted from it; by_hand leaves room to write. The foot of a page leaves no row alone: head
    with the first rows, a bold row with the next, the last rows with foot and note.
    """
    cells = [[_cell(value, look, column, _style(look, align[k], r, bold=r in bold_rows or r >= len(rows) - foot_rows))
              for k, (value, column) in enumerate(zip(row, widths, strict=True))] for r, row in enumerate(rows)]
    last = len(rows) - 1
    commands: list[tuple[object, ...]] = [
        ("FONTNAME", (0, 0), (-1, -1), SONG), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), PAD), ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
        *([("TOPPADDING", (0, 1), (-1, -1), 5.5), ("BOTTOMPADDING", (0, 1), (-1, -1), 5.5)] if by_hand else []),
        ("LINEABOVE", (0, 0), (-1, 0), 1.1, col.ink),
        ("LINEBELOW", (0, 0), (-1, 0), .6, col.ink),
        ("LINEBELOW", (0, last), (-1, last), 1.1, col.ink),
    ]
    if last > 1:
        commands.append(("LINEBELOW", (0, 1), (-1, last - 1), .25, col.faint))
    commands.append(("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), .6, col.ink))
    if foot_rows:
        commands.append(("LINEABOVE", (0, last - foot_rows + 1), (-1, last - foot_rows + 1), .6, col.ink))
    for at, first, end in spans:
        commands.append(("SPAN", (first, at), (end, at)))
    if note:
        cells.append([Prose(note, look.small), *[""] * (len(widths) - 1)])
        commands += [("SPAN", (0, last + 1), (-1, last + 1)), ("LEFTPADDING", (0, last + 1), (-1, last + 1), 0),
                     ("TOPPADDING", (0, last + 1), (-1, last + 1), 4)]
    towering = any(len(v) > LONGEST_CELL for row in rows for v in row if isinstance(v, str))
    if not towering:
        commands += _kept_together(last, bold_rows, foot_rows, noted=bool(note))
    return LongTable(cells, colWidths=[w * mm for w in widths], repeatRows=1,
                     splitInRow=int(towering), style=TableStyle(commands))


def _kept_together(last: int, bold_rows: Sequence[int], foot_rows: int, *, noted: bool) -> list[tuple[object, ...]]:
    """Rows that no page break may part."""
    tail = max(1, last - foot_rows - 1), last + noted
    pairs = [(0, min(2, last)), *((row, min(row + 1, last)) for row in bold_rows if row <= last - foot_rows), tail]
    return [("NOSPLIT", (0, first), (0, end)) for first, end in pairs if first < end]


def _style(look: Styles, align: str, row: int, *, bold: bool) -> Style:
    if row == 0:
        return look.head.but(align="right" if align == "r" else "center")
    return look.cell.but(align=ALIGN[align], **({"face": BOLD} if bold else {}))


def _cell(value: Cell | Flowable, look: Styles, column: float, style: Style) -> Flowable:
    """A cell's text; a figure wider than its column is set smaller, never broken."""
    if isinstance(value, Flowable):
        return value
    text, inner = figure(value), column * mm - 2 * PAD
    widest = max((width(part, style.face, style.size) for part in FIGURE.findall(text)), default=0.0)
    if widest > inner:
        style = style.but(size=max(SMALLEST, int(style.size * inner / widest * 20) / 20))
    return Prose(text, style)


def framed(rows: Sequence[Sequence[tuple[str, str]]], *, measure: float, look: Styles,
           col: Palette, label: float = 24) -> Table:
    """A grid of label and value, one or two pairs a row; measure and label in mm.

    A row of one pair spans the whole measure; a label too wide for its column is set smaller.
    """
    half = measure / 2 - label
    cells, spans = [], []
    for r, row in enumerate(rows):
        line: list[object] = []
        for name, value in row:
            style = look.cell.but(align="center", color=col.mute)
            wide = width(name, style.face, style.size)
            if wide > label * mm - 10:
                style = style.but(size=max(7.5, style.size * (label * mm - 10) / wide))
            line += [Prose(name, style), Prose(value or "", look.cell)]
        if len(row) == 1:
            line += ["", ""]
            spans.append(("SPAN", (1, r), (3, r)))
        cells.append(line)
    towering = any(len(value) > LONGEST_CELL for row in rows for _name, value in row)
    return Table(cells, colWidths=[w * mm for w in (label, half, label, half)], splitInRow=int(towering),
                 style=TableStyle([
        ("FONTNAME", (0, 0), (-1, -1), SONG), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("BOX", (0, 0), (-1, -1), .9, col.ink),
        ("INNERGRID", (0, 0), (-1, -1), .3, col.faint),
        ("LEFTPADDING", (0, 0), (-1, -1), 5), ("RIGHTPADDING", (0, 0), (-1, -1), 5),
        ("TOPPADDING", (0, 0), (-1, -1), 4.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 4.5), *spans]))


def heading(text: str, look: Styles, *, room: float = 45) -> list[Flowable]:
    """A heading that goes to the next page when less than `room` mm are left below it."""
    return [CondPageBreak(room * mm), Prose(text, look.heading)]


def titled(title: Prose, table: LongTable, measure: float) -> list[Flowable]:
    """A table under its heading, which never stays behind: there is room for head and two rows, or a new page."""
    table.wrap(measure * mm, 1e6)
    style = title.style
    need = style.before + style.leading + style.after + sum(table._rowHeights[:3])
    return [CondPageBreak(min(need + 2, 190 * mm)), title, table]
