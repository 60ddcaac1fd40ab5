"""Line ornament computed from formulae: guilloche rails, rosettes, scheme motifs.

Nothing here depends on the facts of one award, so each shape is built once per process
and drawn again from the cache.  Curves are cubic Béziers whose handles come from the
derivative (Hermite form): a strand needs six pieces a wave, not a hundred points.
"""
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import cos, pi, sin, tau

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

Point = tuple[float, float]


def trace(path: PDFPathObject, f: Callable[[float], Point], t0: float, t1: float, pieces: int,
          closed: bool = False) -> PDFPathObject:
    """Append the curve f(t) -> (x, y) for t0..t1 to `path` as cubic Béziers."""
    step = (t1 - t0) / pieces
    eps = step * 1e-4

    def node(t: float) -> tuple[float, float, float, float]:
        (x, y), (ax, ay), (bx, by) = f(t), f(t - eps), f(t + eps)
        return x, y, (bx - ax) / (2 * eps) * step / 3, (by - ay) / (2 * eps) * step / 3

    x, y, dx, dy = node(t0)
    path.moveTo(round(x, 2), round(y, 2))
    for i in range(1, pieces + 1):
        u, v, du, dv = node(t0 + i * step)
        path.curveTo(*(round(n, 2) for n in (x + dx, y + dy, u - du, v - dv, u, v)))
        x, y, dx, dy = u, v, du, dv
    if closed:
        path.close()
    return path


def lens(th: float, phase: float, waist: float, carrier: float) -> float:
    """The family curve, -1..1: a carrier wave inside an envelope that breathes with th."""
    return (1 - waist + waist * cos(th)) * sin(carrier * th + phase)


# Tiles hold two lenses (4π of th), the shortest stretch after which a carrier of k/2 waves
# a lens repeats; `strands` is even, so each lens is symmetric about both of its axes.

@lru_cache(maxsize=64)
def rail_tile(pitch: float, amp: float, strands: int, waist: float, carrier: float,
              shift: float) -> PDFPathObject:
    """Two lenses of a straight rail, `strands` lines; lengths in points."""
    path = PDFPathObject()
    for j in range(strands):
        def point(s: float, j: int = j) -> Point:
            return s, amp * lens(tau * (s / pitch + shift), tau * j / strands, waist, carrier)
        trace(path, point, 0, 2 * pitch, max(8, round(12 * carrier)))
    return path


@lru_cache(maxsize=64)
def ring_tile(inner: float, outer: float, lenses: int, strands: int, waist: float,
              carrier: float, shift: float) -> PDFPathObject:
    """Two lenses of a ring between two radii, `strands` lines; lengths in points."""
    path, mid, half = PDFPathObject(), (inner + outer) / 2, (outer - inner) / 2
    for j in range(strands):
        def point(t: float, j: int = j) -> Point:
            r = mid + half * lens(lenses * t + tau * shift, tau * j / strands, waist, carrier)
            return r * sin(t), r * cos(t)
        trace(path, point, 0, 2 * tau / lenses, max(8, round(12 * carrier)))
    return path


def stamp(c: Canvas, path: PDFPathObject, key: str, box: tuple[float, float, float, float],
          places: Sequence[tuple[float, float, float]]) -> None:
    """Store `path` once as a form of the document and show it at each (x, y, degrees)."""
    if not c.hasForm(key):
        c.beginForm(key, *box)
        c.setLineCap(1)
        c.drawPath(path)
        c.endForm()
    for x, y, turn in places:
        c.saveState()
        c.translate(x, y)
        if turn:
            c.rotate(turn)
        c.doForm(key)
        c.restoreState()


def rail(c: Canvas, length: float, lenses: int, amp: float, strands: int, waist: float = .36,
         carrier: float = 1.5, shift: float = 0.0) -> None:
    """Straight guilloche from (0, 0) along +x; `lenses` must be even."""
    pitch = round(length / lenses, 3)
    key = f"rail{pitch:g}x{amp:.2f}n{strands}w{waist}q{carrier}s{shift}"
    stamp(c, rail_tile(pitch, amp, strands, waist, carrier, shift), key,
          (-1, -amp - 1, 2 * pitch + 1, amp + 1),
          [(2 * pitch * i, 0, 0) for i in range(lenses // 2)])


def ring(c: Canvas, inner: float, outer: float, lenses: int, strands: int, waist: float = .36,
         carrier: float = 1.5, shift: float = 0.0) -> None:
    """The same rail bent into a circle round (0, 0); `lenses` must be even."""
    key = f"ring{inner:.2f}x{outer:.2f}l{lenses}n{strands}w{waist}q{carrier}s{shift}"
    stamp(c, ring_tile(inner, outer, lenses, strands, waist, carrier, shift), key,
          (-outer, -outer, outer, outer + 1),
          [(0, 0, -720 * i / lenses) for i in range(lenses // 2)])


@lru_cache(maxsize=64)
def star(inner: float, outer: float, petals: int, turns: int) -> PDFPathObject:
    """Engine-turned core: r = m + h·cos(p·t/k), one closed line after k turns."""
    path, mid, half = PDFPathObject(), (inner + outer) / 2, (outer - inner) / 2

    def point(t: float) -> Point:
        r = mid + half * cos(petals * t / turns)
        return r * sin(t), r * cos(t)
    return trace(path, point, 0, tau * turns, petals * 8, closed=True)


def _poly(path: PDFPathObject, *points: Point) -> None:
    path.moveTo(*points[0])
    for p in points[1:]:
        path.lineTo(*p)
    path.close()


def _leaf(path: PDFPathObject, x: float, y: float, length: float, angle: float,
          width: float = 0.36) -> None:
    """Pointed leaf from (x, y): full in its first half, drawn out to the tip."""
    ca, sa = cos(angle), sin(angle)

    def at(a: float, b: float) -> Point:
        return (x + length * (a * ca - b * width * sa), y + length * (a * sa + b * width * ca))
    path.moveTo(x, y)
    path.curveTo(*at(.10, .95), *at(.62, 1.15), *at(1, 0))
    path.curveTo(*at(.74, -.55), *at(.22, -1.0), x, y)
    path.close()


@lru_cache(maxsize=8)
def motif(name: str) -> tuple[PDFPathObject, PDFPathObject, PDFPathObject]:
    """(filled, reversed-out, stroked) paths of a scheme motif inside the unit circle."""
    fill, paper, line = PDFPathObject(), PDFPathObject(), PDFPathObject()
    if name == "leaf":                       # a light cradled by two leaves
        fill.circle(0, .30, .21)
        for k in range(9):
            a = pi * k / 8
            line.moveTo(.34 * cos(a), .30 + .34 * sin(a))
            reach = .62 if k % 2 == 0 else .52
            line.lineTo(reach * cos(a), .30 + reach * sin(a))
        for side in (1, -1):
            a = pi / 2 - side * .86
            _leaf(fill, side * .035, -.84, 1.16, a, .40 * side)
            paper.moveTo(side * .035 + .20 * cos(a), -.84 + .20 * sin(a))
            paper.lineTo(side * .035 + .84 * cos(a), -.84 + .84 * sin(a))
    elif name == "city":                     # terraced hill city above two rivers
        for x, w, left, right in ((-.68, .20, .02, .10), (-.44, .20, .40, .40),
                                  (-.20, .18, .22, .22), (.02, .24, .86, .70),
                                  (.30, .18, .30, .30), (.52, .18, .16, .04)):
            foot = -.26 - .22 * (x + w / 2) ** 2
            _poly(fill, (x, foot - .04), (x + w, foot - .04), (x + w, right), (x, left))
        paper.moveTo(.14, -.12)
        paper.lineTo(.14, .60)
        trace(line, lambda t: (t, -.36 - .22 * t * t), -.84, .84, 4)
        for base, half in ((-.64, .70), (-.80, .50)):
            def wave(t: float, b: float = base) -> Point:
                return t, b + .045 * cos(t * 9)
            trace(line, wave, -half, half, 8)
    else:                                    # a drop over two rings of water
        fill.moveTo(0, .92)
        fill.curveTo(.12, .60, .48, .30, .48, -.06)
        fill.curveTo(.48, -.33, .26, -.52, 0, -.52)
        fill.curveTo(-.26, -.52, -.48, -.33, -.48, -.06)
        fill.curveTo(-.48, .30, -.12, .60, 0, .92)
        fill.close()
        paper.moveTo(-.29, -.06)
        paper.curveTo(-.29, -.22, -.17, -.33, -.02, -.34)
        for a, b, y, open_ in ((.56, .14, -.56, .16), (.86, .24, -.56, .12)):
            def arc(t: float, a: float = a, b: float = b, y: float = y) -> Point:
                return a * cos(t), y + b * sin(t)
            trace(line, arc, pi + open_, tau - open_, 8)
    return fill, paper, line


def draw_motif(c: Canvas, name: str, x: float, y: float, r: float, color: Color,
               ground: Color, weight: float = .055) -> None:
    """A scheme motif of radius `r` points on a ground of the given colour."""
    fill, paper, line = motif(name)
    c.saveState()
    c.translate(x, y)
    c.scale(r, r)
    c.setFillColor(color)
    c.setLineCap(1)
    c.setLineWidth(weight)
    c.drawPath(fill, stroke=0, fill=1)
    c.setStrokeColor(color)
    c.drawPath(line, stroke=1, fill=0)
    c.setStrokeColor(ground)
    c.drawPath(paper, stroke=1, fill=0)
    c.restoreState()


def medallion(c: Canvas, x: float, y: float, r: float, gold: Color, ink: Color, ground: Color,
              name: str | None = None, weight: float = .3) -> None:
    """Knock-out disc, two fine rings, a lens ring; the motif or an engine-turned core."""
    c.saveState()
    c.translate(x, y)
    c.setFillColor(ground)
    c.circle(0, 0, r, stroke=0, fill=1)
    c.setStrokeColor(ink)
    c.setLineWidth(weight * 2.2)
    c.circle(0, 0, r, fill=0)
    c.setStrokeColor(gold)
    c.setLineWidth(weight)
    c.circle(0, 0, r * .93, fill=0)
    k = .64 if name else .50
    ring(c, r * (k + .035), r * .90, 40 if name else 28, 6, 0, .5)
    c.circle(0, 0, r * k, fill=0)
    c.setStrokeColor(ink)
    if not name:
        c.drawPath(star(round(r * .07, 2), round(r * .45, 2), 17, 6))
    c.restoreState()
    if name:
        draw_motif(c, name, x, y, r * .53, ink, ground)


def frame(c: Canvas, x: float, y: float, w: float, h: float, pitch: float, amp: float,
          gold: Color, ink: Color, ground: Color, weight: float = .3,
          corner: float | None = None, strands: int = 12) -> None:
    """Interlaced rails on the centre line of a w × h rectangle, medallions on the corners.

    Each side carries a whole, even number of lenses near `pitch`, so the pattern is
    symmetric about both axes and every side meets its medallions on the same phase.
    """
    for length, dx, dy, turn in ((w, 0, 0, 0), (h, w, 0, 90), (w, w, h, 180), (h, 0, h, 270)):
        n = 2 * max(1, round(length / pitch / 2))
        c.saveState()
        c.translate(x + dx, y + dy)
        c.rotate(turn)
        c.setLineWidth(weight)
        c.setStrokeColor(gold)
        rail(c, length, n, amp, strands)
        c.setStrokeColor(ink)
        rail(c, length, n, amp * .60, strands // 2, .36, .5, .5)
        c.restoreState()
    for cx, cy in ((x, y), (x + w, y), (x + w, y + h), (x, y + h)):
        medallion(c, cx, cy, corner or amp * 2, gold, ink, ground, weight=weight)


def watermark(c: Canvas, x: float, y: float, r: float, color: Color,
              weight: float = .25) -> None:
    """Pale rosette behind the text: three lens rings of one formula, core left open."""
    c.saveState()
    c.translate(x, y)
    c.setStrokeColor(color)
    c.setLineWidth(weight)
    ring(c, r * .80, r, 24, 16, .36, 1.5)
    ring(c, r * .645, r * .815, 24, 14, .36, 1.5, .5)
    ring(c, r * .53, r * .655, 24, 12, .36, 1.5)
    c.restoreState()
