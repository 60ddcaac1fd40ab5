"""The cover of the application form: two rails and the medallion, the rest is paper.

Distances are millimetres from the lower left corner of an A4 portrait sheet.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from portal.documents import qr
from portal.documents.lettering import fit, put, shrink, spread, stack
from portal.documents.ornament import medallion, rail
from portal.documents.palette import Palette
from portal.documents.paper import grouped, seal_place
from portal.documents.typeface import BOLD, KAI, SONG, width
from portal.domain.certificate import zh_date

LEFT, RIGHT = 28, 182                    # 28 mm: room for the binding, as in official papers
MIDDLE = (LEFT + RIGHT) / 2
LABEL, LINE = LEFT + 8, 84               # labels start, underlines start
FIRST, STEP = 158, 12.6                  # baseline of the first field, distance of the next


@dataclass(frozen=True)
class CoverFacts:
    """What the cover says; an empty value leaves a rule to be filled by hand.

    digest is the dossier digest as the portal shows it; url goes into the QR; issuers are
    the authorities that made the form (制).
    """

    scheme_title: str
    issuers: tuple[str, ...]
    ink: str
    motif: str
    case_number: str
    round_name: str
    edition: str
    digest: str
    url: str
    unit: str
    credit_code: str = ""
    division: str = ""
    recommender: str = ""
    person: str = ""
    phone: str = ""
    filled: date | None = None
    specimen: str = ""


def draw(c: Canvas, col: Palette, facts: CoverFacts) -> None:
    """Draw the cover on the canvas's page."""
    _ornament(c, col, facts.motif)
    _heading(c, col, facts)
    _seal(c, col, 152, _fields(c, col, facts))
    _foot(c, col, facts)


def _ornament(c: Canvas, col: Palette, motif: str) -> None:
    length = (RIGHT - LEFT) * mm
    for y in (268, 24):
        c.setStrokeColor(col.ink)
        c.setLineWidth(.9)
        c.line(LEFT * mm, (y + 4.4) * mm, RIGHT * mm, (y + 4.4) * mm)
        c.line(LEFT * mm, (y - 4.4) * mm, RIGHT * mm, (y - 4.4) * mm)
        c.saveState()
        c.translate(LEFT * mm, y * mm)
        c.setLineWidth(.3)
        c.setStrokeColor(col.gold)
        rail(c, length, 18, 3.2 * mm, 12, .36, 1.5, .5)
        c.setStrokeColor(col.ink)
        rail(c, length, 18, 1.92 * mm, 6, .36, .5)
        c.restoreState()
    medallion(c, MIDDLE * mm, 268 * mm, 11.5 * mm, col.gold, col.ink, col.paper, motif, .35)


def _heading(c: Canvas, col: Palette, facts: CoverFacts) -> None:
    put(c, RIGHT * mm, 249 * mm, f"申报编号：{facts.case_number}", SONG, 10.5, col.text, "right")
    lines, size = fit(facts.scheme_title, BOLD, 150 * mm, (29, 27, 25, 23))
    y = 219
    for line in lines:
        put(c, MIDDLE * mm, y * mm, line, BOLD, size, col.ink, "center", .03)
        y -= 12
    put(c, MIDDLE * mm, (y - 9) * mm, "申　报　表", BOLD, 38, col.text, "center", .04)
    put(c, MIDDLE * mm, (y - 21) * mm, f"（{facts.round_name}）", SONG, 13, col.text, "center")
    if facts.specimen:
        put(c, LEFT * mm, 249 * mm, facts.specimen, SONG, 10.5, col.ink, track=.06)


def _field(c: Canvas, col: Palette, y: float, label: str, value: str, face: str = KAI) -> float:
    """Label letter-spaced to eight signs, value on a rule; a long value takes two rules."""
    spread(c, LABEL * mm, y * mm, label, SONG, 13.5, col.text, 8 * 13.5)
    put(c, LABEL * mm + 8 * 13.5, y * mm, "：", SONG, 13.5, col.text)
    rows: Sequence[str] = [""]
    size = 13.0
    if value:
        rows, size = fit(value, face, (RIGHT - LINE - 8) * mm, (15, 14, 13, 12))
    for row in rows:
        put(c, (LINE + 2) * mm, y * mm, row, face, size, col.text)
        c.setStrokeColor(col.faint)
        c.setLineWidth(.5)
        c.line(LINE * mm, (y - 2.2) * mm, (RIGHT - 4) * mm, (y - 2.2) * mm)
        y -= 9.4
    return y + 9.4 - STEP


def _fields(c: Canvas, col: Palette, facts: CoverFacts) -> float:
    y = _field(c, col, FIRST, "申报单位", facts.unit, BOLD)
    filled = zh_date(facts.filled, day=True) if facts.filled else ""
    for label, value in (("统一社会信用代码", facts.credit_code),
                         ("所属区县或部门", facts.division), ("推荐单位", facts.recommender),
                         ("经办人", facts.person), ("联系电话", facts.phone),
                         ("填报日期", filled)):
        y = _field(c, col, y, label, value)
    return y + STEP


def _seal(c: Canvas, col: Palette, x: float, y: float) -> None:
    """An empty, marked position over the date, `y` being its baseline; never a seal."""
    seal_place(c, x * mm, (y + 14) * mm, 42 * mm, col.faint)
    put(c, x * mm, (y + 17.3) * mm, "申报单位", SONG, 7.5, col.faint, "center", .1)
    put(c, x * mm, (y + 13.3) * mm, "加盖公章处", SONG, 7.5, col.faint, "center", .1)


def _foot(c: Canvas, col: Palette, facts: CoverFacts) -> None:
    """QR back to the case, edition and digest; the makers of the form at the right."""
    side, y = 23, 35.0
    qr.draw(c, (LEFT - 2.4) * mm, y * mm, side * mm, facts.url, col.text, col.paper)
    x = LEFT + side
    rows = [f"评价标准　{facts.edition}", *([f"材料摘要　{grouped(facts.digest)}"] if facts.digest else []),
            "扫码核对纸质件与系统内材料"]
    size = shrink(rows, SONG, 72 * mm, start=8.5, least=6)
    for at, line in enumerate(rows):
        put(c, x * mm, (y + 9.4 + 2.6 * (len(rows) - 1 - 2 * at)) * mm, line, SONG, size, col.mute)
    names, size, lead = facts.issuers, 12.0, 6.3
    y += 10.1 + lead * (len(names) - 1) / 2
    right = RIGHT * mm - 1.6 * size - max(width(n, SONG, size) for n in names) / 2
    low = stack(c, right, y * mm, names, size, col.text, lead * mm)
    put(c, RIGHT * mm, low + lead * mm * (len(names) + 1) / 2, "制", SONG, size, col.text,
        "right")
