"""The plaque: artwork 600 × 400 mm with bleed and crop marks, for printing or for etching.

Distances are millimetres from the lower left corner of the trimmed plate. A plaque names no
recipient and carries no seal.
"""
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from portal.documents import qr
from portal.documents.certificate import CertificateFacts
from portal.documents.lettering import put, shrink, stack
from portal.documents.ornament import frame, medallion
from portal.documents.palette import Palette, palette
from portal.documents.paper import canvas, name_plate
from portal.documents.typeface import BOLD, SONG
from portal.domain.certificate import zh_date

W, H, BLEED, SLUG = 600, 400, 3, 20
MIDDLE = W / 2
TITLE_Y, RULE_Y = 243, 211


def render(facts: CertificateFacts, *, ground: bool = True) -> bytes:
    """One page of CMYK artwork from the certificate's facts; the same facts, the same bytes.

    ground=True: printed or anodised plate with a flat brass tint that runs into the bleed.
    ground=False: line art for etching, one black, no tint, no line finer than 0.25 mm.
    """
    col, out = palette(facts.ink, space="cmyk" if ground else "black"), BytesIO()
    c = canvas(out, W + 2 * SLUG, H + 2 * SLUG,
               title=f"{facts.scheme_title}奖牌　{facts.number}",
               author="、".join(facts.issuers), subject=facts.holder, cmyk=True)
    _sheet(c, col, ground=ground)
    _border(c, col, facts.motif, strands=10 if ground else 8)
    _signature(c, col, facts, _title(c, col, facts))
    _proof(c, col, facts)
    if facts.specimen:
        name_plate(c, MIDDLE * mm, 28.5 * mm, facts.specimen, 18, col.ink, col.brass)
    c.save()
    return out.getvalue()


def _sheet(c: Canvas, col: Palette, *, ground: bool) -> None:
    """Bleed, crop marks and the line for the plate maker; the origin moves to the trim."""
    page_w, page_h = W + 2 * SLUG, H + 2 * SLUG
    trim = [n * mm for n in (SLUG, SLUG, SLUG + W, SLUG + H)]
    bleed = [n * mm for n in (SLUG - BLEED, SLUG - BLEED, SLUG + W + BLEED, SLUG + H + BLEED)]
    c.setTrimBox(trim)
    c.setBleedBox(bleed)
    if ground:
        c.setFillColor(col.brass)
        c.rect(bleed[0], bleed[1], bleed[2] - bleed[0], bleed[3] - bleed[1], stroke=0, fill=1)
    c.setStrokeColor(col.text)
    c.setLineWidth(.3)
    for x in (SLUG, SLUG + W):
        for y0, y1 in ((4, SLUG - 5), (page_h - SLUG + 5, page_h - 4)):
            c.line(x * mm, y0 * mm, x * mm, y1 * mm)
    for y in (SLUG, SLUG + H):
        for x0, x1 in ((4, SLUG - 5), (page_w - SLUG + 5, page_w - 4)):
            c.line(x0 * mm, y * mm, x1 * mm, y * mm)
    kind = "印刷稿" if ground else "蚀刻线稿"
    put(c, page_w / 2 * mm, 7 * mm, f"成品 {W} × {H} mm　出血 {BLEED} mm　{kind}　比例 1:1",
        SONG, 9, col.text, "center")
    c.translate(SLUG * mm, SLUG * mm)


def _border(c: Canvas, col: Palette, motif: str, *, strands: int) -> None:
    c.setStrokeColor(col.ink)
    c.setLineWidth(3.2)
    c.rect(16 * mm, 16 * mm, (W - 32) * mm, (H - 32) * mm)
    c.setLineWidth(1.5)
    c.rect(40.6 * mm, 40.6 * mm, (W - 81.2) * mm, (H - 81.2) * mm)
    c.setStrokeColor(col.gold)
    c.setLineWidth(.9)
    for inset in (18.6, 38.4):
        c.rect(inset * mm, inset * mm, (W - 2 * inset) * mm, (H - 2 * inset) * mm)
    frame(c, 28.5 * mm, 28.5 * mm, (W - 57) * mm, (H - 57) * mm, 20 * mm, 8 * mm,
          col.gold, col.ink, col.brass, .72, 18.5 * mm, strands)
    medallion(c, MIDDLE * mm, 350 * mm, 29 * mm, col.gold, col.ink, col.brass, motif, .8)


def _title(c: Canvas, col: Palette, facts: CertificateFacts) -> float:
    """The title on one line, as large as the plate allows, and a swelling rule below it."""
    text, track = facts.scheme_title, .045
    size = shrink([text], BOLD, 478 * mm / (1 + track), start=112, least=40, step=1)
    put(c, MIDDLE * mm, TITLE_Y * mm, text, BOLD, size, col.ink, "center", track)
    y = RULE_Y
    if facts.english:
        english = shrink([facts.scheme_title_en], SONG, 450 * mm, start=25, least=12, step=1)
        put(c, MIDDLE * mm, (y + 1) * mm, facts.scheme_title_en, SONG, english, col.text,
            "center", .04)
        y -= 15
    c.setFillColor(col.gold)
    p = c.beginPath()                     # thin lens: thick in the middle, nothing at the ends
    p.moveTo((MIDDLE - 150) * mm, y * mm)
    p.curveTo((MIDDLE - 50) * mm, (y + .9) * mm, (MIDDLE + 50) * mm, (y + .9) * mm,
              (MIDDLE + 150) * mm, y * mm)
    p.curveTo((MIDDLE + 50) * mm, (y - .9) * mm, (MIDDLE - 50) * mm, (y - .9) * mm,
              (MIDDLE - 150) * mm, y * mm)
    c.drawPath(p, stroke=0, fill=1)
    return y


def _signature(c: Canvas, col: Palette, facts: CertificateFacts, top: float) -> None:
    """Issuers one below the other, lead department first, then year and month."""
    names = facts.issuers
    lead = min(27, (top - 76) / (len(names) + 1))
    size = shrink(names, SONG, 330 * mm, start=lead * 2, least=12, step=1)   # leading 1.42
    y = (top + 52) / 2 + len(names) * lead / 2 - size * .12
    below = stack(c, MIDDLE * mm, y * mm, names, size, col.text, lead * mm)
    put(c, MIDDLE * mm, below - lead * .12 * mm, zh_date(facts.issued), SONG,
        size * .9, col.text, "center", .04)


def _proof(c: Canvas, col: Palette, facts: CertificateFacts) -> None:
    """QR, number and codes; bold, because thin strokes would not etch."""
    side, x, y = 48, 62, 77
    qr.draw(c, x * mm, y * mm, side * mm, facts.verify_url, col.text, col.brass)
    rows = [f"编号　{facts.number}", f"验证码　{facts.verify_code}", facts.show_url]
    if facts.reissued:
        rows.insert(1, f"补发　{zh_date(facts.reissued, day=True)}")
    for i, row in enumerate(rows):
        size = shrink([row], BOLD, 72 * mm, start=14, least=8, step=.5)
        put(c, (x + side / 2) * mm, (y - 3 - 7.4 * i) * mm, row, BOLD, size, col.text, "center")
