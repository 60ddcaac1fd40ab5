"""The certificate: A4 landscape, vector only, one page; facts in, bytes out.

Distances are millimetres from the lower left corner. Seals are never drawn: each issuer gets
a dashed circle of the seal's largest lawful diameter, marked and left empty.
"""
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from portal.documents import qr
from portal.documents.lettering import fit, put, shrink
from portal.documents.ornament import frame, medallion, watermark
from portal.documents.palette import Palette, Space, palette
from portal.documents.paper import canvas, name_plate, seal_place
from portal.documents.typeface import BOLD, KAI, SONG, width
from portal.domain.certificate import zh_date

W, H = 297, 210
LEFT, RIGHT = 36, 261                 # text column
MIDDLE = W / 2
INSET = 15                            # centre line of the guilloche
SEALS_RIGHT, SEALS_LEFT = 266, 76     # the row of seal circles stays between these
SEALS_FOOT = 24.5                     # lowest point of a seal circle
WORDING = "经评审验收，授予你单位“{title}”称号，有效期至{until}。特发此证。"


@dataclass(frozen=True)
class CertificateFacts:
    """Everything a certificate or a plaque says.

    ink is "red", "green" or "blue"; motif "leaf", "city" or "drop"; issuers one to four, the
    lead department first. wording is a sentence with {title} and {until}, in one piece or in
    lines; or the words before the title, those after it and the closing ones, as editions
    give them; or only the words before the title. A line with {holder} is left out. seal_mm is 50 for ministries, 45 at most for local bodies
    (国发〔1999〕25号). specimen is a mark for demonstrations, empty on real paper.
    """

    scheme_title: str
    scheme_title_en: str
    issuers: tuple[str, ...]
    ink: str
    motif: str
    holder: str
    number: str
    issued: date
    until: date | None
    verify_code: str
    verify_url: str
    show_url: str
    english: bool = False
    reissued: date | None = None
    seal_mm: float = 45
    wording: str | tuple[str, ...] = WORDING
    specimen: str = ""


def render(facts: CertificateFacts, *, space: Space = "rgb") -> bytes:
    """One page of PDF; the same facts give the same bytes.

    Raises MissingGlyph for a character no typeface has, TooLong for a name that does not fit.
    """
    col, out = palette(facts.ink, space=space), BytesIO()
    c = canvas(out, W, H, title=f"{facts.scheme_title}证书　{facts.number}",
               author="、".join(facts.issuers), subject=facts.holder, cmyk=space != "rgb")
    _ground(c, col, facts)
    _body(c, col, facts, _heading(c, col, facts))
    _seals(c, col, facts)
    _proof(c, col, facts)
    if facts.specimen:
        name_plate(c, MIDDLE * mm, INSET * mm, facts.specimen, 8.5, col.ink, col.paper)
    c.save()
    return out.getvalue()


def sentence(wording: str | tuple[str, ...], *, title: str,
             until: date | None) -> tuple[str, str, list[str]]:
    """The granting sentence cut as it is set: words before, the quoted title, closing lines."""
    lines = (wording,) if isinstance(wording, str) else wording
    lines = tuple(line.strip() for line in lines if "{holder}" not in line)
    whole = "".join(lines)
    if "{title}" not in whole and len(lines) > 2:    # before, after, and how it closes
        whole = (lines[0] + "“{title}”" + lines[1].rstrip("。") + "，有效期至{until}。"
                 + "".join(lines[2:]))
    elif "{title}" not in whole:
        whole = whole.rstrip("：“") + WORDING[WORDING.index("“"):]
    before, after = whole.split("{title}", 1)
    before, after = before.rstrip("“"), after.lstrip("”")
    if until is None:
        after = after.replace("，有效期至{until}。", "，").replace("，有效期至{until}", "")
        return before, f"“{title}”", [after]        # never a lonely 称号。
    after = after.replace("{until}", zh_date(until, day=True))
    first, stop, rest = after.partition("。")
    return before, f"“{title}”", [first + stop, *(["　　" + rest] if rest else [])]


def _ground(c: Canvas, col: Palette, facts: CertificateFacts) -> None:
    """Everything that does not depend on the award."""
    watermark(c, MIDDLE * mm, 103 * mm, 52 * mm, col.tint, .25)
    c.setStrokeColor(col.ink)
    c.setLineWidth(1.2)
    c.rect(9.4 * mm, 9.4 * mm, (W - 18.8) * mm, (H - 18.8) * mm)
    c.setStrokeColor(col.gold)
    c.setLineWidth(.4)
    for inset in (10.5, 19.6):
        c.rect(inset * mm, inset * mm, (W - 2 * inset) * mm, (H - 2 * inset) * mm)
    c.setStrokeColor(col.ink)
    c.setLineWidth(.6)
    c.rect(20.5 * mm, 20.5 * mm, (W - 41) * mm, (H - 41) * mm)
    frame(c, INSET * mm, INSET * mm, (W - 2 * INSET) * mm, (H - 2 * INSET) * mm,
          9 * mm, 3.7 * mm, col.gold, col.ink, col.paper, .3, 8.6 * mm)
    medallion(c, MIDDLE * mm, 192 * mm, 11.5 * mm, col.gold, col.ink, col.paper,
              facts.motif, .35)


def _heading(c: Canvas, col: Palette, facts: CertificateFacts) -> float:
    """证 书, the optional English line, the number and the reissue mark; returns its height."""
    put(c, MIDDLE * mm, 160 * mm, "证　书", BOLD, 47, col.ink, "center", .06)
    y = 151.0
    if facts.english:
        size = shrink([facts.scheme_title_en], SONG, 190 * mm, start=10, least=7)
        put(c, MIDDLE * mm, y * mm, facts.scheme_title_en, SONG, size, col.mute, "center", .04)
        y -= 7.2
    text, size = f"编号：{facts.number}", 11
    note = zh_date(facts.reissued, day=True) if facts.reissued else ""
    tag, pad = "补发", 5
    total = width(text, SONG, size)
    if note:
        total += 3 * pad + width(tag, BOLD, 10) + width(note, SONG, size) + 2 * pad
    x = MIDDLE * mm - total / 2
    x += put(c, x, y * mm, text, SONG, size, col.text)
    if note:
        box = width(tag, BOLD, 10) + 2 * pad
        x += pad * 1.5
        c.setStrokeColor(col.ink)
        c.setLineWidth(.7)
        c.rect(x, y * mm - 4, box, 15.5)
        put(c, x + pad, y * mm + .3, tag, BOLD, 10, col.ink)
        put(c, x + box + pad * 1.5, y * mm, note, SONG, size, col.text)
    return y


def _body(c: Canvas, col: Palette, facts: CertificateFacts, top: float) -> None:
    """Recipient, granting sentence and 特发此证, spread between number and seals."""
    measure = (RIGHT - LEFT) * mm
    names, size = fit(facts.holder + "：", BOLD, measure, (23, 21, 19, 17.5))
    before, quoted, closing = sentence(facts.wording, title=facts.scheme_title,
                                       until=facts.until)
    title, title_size = fit(quoted, BOLD, measure, (29.5, 28, 26, 24))
    text = shrink(["　　" + before, *closing], KAI, measure, start=17.5, least=12)
    gaps = [9.2] * (len(names) - 1) + [12.2, 15.5] + [11.5] * (len(title) - 1) \
        + [13.5, 11, 11][:len(closing)]
    high, low = top - 15.5, 71            # first and last baseline: clear of number and QR
    high += max(0.0, min(4.0, sum(gaps) - (high - low)))    # two long names: closer to the number
    scale = min(1.06, (high - low) / sum(gaps))
    y = high - (high - low - scale * sum(gaps)) * .4
    rows = [(n, BOLD, size, False) for n in names]
    rows.append(("　　" + before, KAI, text, False))
    rows += [(t, BOLD, title_size, True) for t in title]
    rows += [(t, KAI, text, False) for t in closing]
    for (line, face, points, central), drop in zip(rows, [*gaps, 0], strict=False):
        if central:
            put(c, MIDDLE * mm, y * mm, line, face, points, col.ink, "center", .03)
        else:
            put(c, LEFT * mm, y * mm, line, face, points, col.text)
        y -= drop * scale


def _seals(c: Canvas, col: Palette, facts: CertificateFacts) -> None:
    """One empty seal position per issuer, lead department first; the date under the last."""
    names = facts.issuers
    slot = min(62, (SEALS_RIGHT - SEALS_LEFT) / len(names))
    across = min(facts.seal_mm, slot - 2)
    cy = SEALS_FOOT + across / 2
    size = shrink(names, SONG, (slot - 4.5) * mm, start=13.5, least=11)
    cx = 0.0
    for i, name in enumerate(names):
        cx = SEALS_RIGHT - slot * (len(names) - i - .5)
        seal_place(c, cx * mm, cy * mm, across * mm, col.faint)
        put(c, cx * mm, (cy + 8.5) * mm, "加盖公章处", SONG, 7.5, col.faint, "center", .1)
        lines, points = fit(name, SONG, (slot - 4.4) * mm, (size, size, size))
        for k, line in enumerate(lines):
            put(c, cx * mm, (cy - 4 + 5.2 * (len(lines) - 1 - k)) * mm, line, SONG, points,
                col.text, "center")
    day = zh_date(facts.issued, day=True)
    points = shrink([day], SONG, (slot - 3) * mm, start=min(size, 13), least=8)
    put(c, cx * mm, (cy - 12) * mm, day, SONG, points, col.text, "center")


def _proof(c: Canvas, col: Palette, facts: CertificateFacts) -> None:
    """QR, verification code and the short address to type."""
    side, x, y = 27, LEFT - 3, 39.5
    qr.draw(c, x * mm, y * mm, side * mm, facts.verify_url, col.text, col.paper)
    centre = (x + side / 2) * mm
    put(c, centre, 36.2 * mm, f"验证码　{facts.verify_code}", SONG, 8.5, col.text, "center")
    size = shrink([facts.show_url], SONG, 42 * mm, start=7.5, least=5)
    put(c, centre, 31.8 * mm, facts.show_url, SONG, size, col.mute, "center")
    put(c, centre, 27.6 * mm, "扫码查验证书状态", SONG, 7, col.mute, "center")
